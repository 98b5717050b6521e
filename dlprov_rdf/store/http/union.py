# SPDX-License-Identifier: Apache-2.0
"""Sees to it that a question is asked over the union of a service's graphs, as ours are.

What a service takes for the default graph is its own affair: Oxigraph's and Fuseki's are not
the union unless they are told so, and every answer would be empty. Oxigraph can be asked for
it with the question. Jena's name for the union would take the named graphs away.
"""

from __future__ import annotations

from dlprov_rdf.errors import ServiceFault, ServiceRefused
from dlprov_rdf.store.base import Rows
from dlprov_rdf.store.http import answers
from dlprov_rdf.store.http.asking import Asking, Request

#: No row where there is no triple; else whether the default graph has one of a named graph.
_UNITED = b"""SELECT ?united {
  { SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } LIMIT 1 }
  BIND (EXISTS { ?s ?p ?o } AS ?united)
}"""

#: As the service has it, and as Oxigraph is asked for it.
_WAYS: tuple[dict[str, str], ...] = ({}, {"union-default-graph": "true"})


class Union:
    """What is to be said with each question so that it is asked over all graphs."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._way: dict[str, str] | None = None

    def words(self, where: str) -> dict[str, str]:
        """Give the parameters of a question; asked of the service until it holds something.

        Raises:
            ServiceFault: It has no union of its graphs.
        """
        if self._way is None:
            for way in _WAYS:
                united = self._united(where, way)
                if united is None and not way:
                    return {}
                if united:
                    self._way = way
                    return way
            raise ServiceFault(
                self._asking.address,
                "its questions are asked of its default graph, and ours need the union of all "
                "(Fuseki: tdb2:unionDefaultGraph true)",
            )
        return self._way

    def _united(self, where: str, way: dict[str, str]) -> bool | None:
        headers = {"content-type": "application/sparql-query", "accept": answers.ANY}
        asked = Request("POST", where, way, headers, _UNITED)
        try:
            rows = answers.found(self._asking.send(asked))
        except ServiceRefused:
            return False
        if not isinstance(rows, Rows):
            return False
        for (united,) in rows:
            return getattr(united, "value", "") == "true"
        return None
