# SPDX-License-Identifier: Apache-2.0
"""A store over HTTP: any service that speaks SPARQL 1.1, Fuseki or ``oxigraph serve`` say.

What another store has respelled (Fuseki says ``0.1e0``) is spelled as ours when it is read.
The service's default graph must be the union of its named graphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from types import TracebackType
from typing import Self

import pyoxigraph as ox

from dlprov_rdf.errors import FaultyQuery, ServiceFault
from dlprov_rdf.store.base import Change, Found, Rows
from dlprov_rdf.store.http import answers
from dlprov_rdf.store.http.access import Access
from dlprov_rdf.store.http.address import QUERY, UPDATE, Service
from dlprov_rdf.store.http.asking import Asking, Limits
from dlprov_rdf.store.offline import refuse_service

__all__ = ["Access", "Limits", "RemoteStore"]

#: Quads that are put into words at a time.
_BATCH = 5_000


class RemoteStore:
    """A service's store, made by ``at``; several threads may ask it at once."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self.service = Service(asking)

    @staticmethod
    def at(
        address: str,
        *,
        access: Access = Access(),
        limits: Limits = Limits(),  # noqa: B008 -- frozen
    ) -> RemoteStore:
        """Make a store of the service at an address; nothing is contacted yet.

        Args:
            address: That of the dataset, ``http://localhost:3030/dataset`` say, or that of
                its queries.
            access: Who asks.
            limits: How long it is waited for, and how much it may answer.
        """
        return RemoteStore(Asking(address, access, limits))

    @property
    def address(self) -> str:
        """The address as it was named."""
        return self._asking.address

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def replace(self, graph: ox.NamedNode, quads: Iterable[ox.Quad]) -> Change:
        """See ``Store.replace``; all of the graph is written anew in one update request."""
        new = {_spelled(quad) for quad in quads}
        old = set(self.graph(graph))
        change = Change(len(new - old), len(old - new))
        if any(change):
            update = f"DROP SILENT GRAPH {graph}"
            if new:
                update += f" ;\nINSERT DATA {{ GRAPH {graph} {{\n{_triples_of(new)}}} }}"
            self._update(update, again=True)
        return change

    def update(self, sparql: str) -> None:
        """Send one update request, once."""
        self._update(sparql, again=False)

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads of any graphs, in one request that is sent as they come.

        A service does all of it or nothing. It is tried once, for the quads are gone then.
        """
        self._asking.send(
            "POST",
            self.service.data,
            headers={"content-type": "application/n-quads"},
            content=lambda: _written(quads),
            again=False,
        ).close()

    def drop(self, graph: ox.NamedNode) -> None:
        """See ``Store.drop``."""
        self._update(f"DROP SILENT GRAPH {graph}", again=True)

    def graphs(self) -> Iterator[ox.NamedNode]:
        """See ``Store.graphs``."""
        rows = self.query("SELECT DISTINCT ?graph { GRAPH ?graph { ?s ?p ?o } }")
        assert isinstance(rows, Rows)
        for (name,) in rows:
            if isinstance(name, ox.NamedNode):
                yield name

    def graph(self, name: ox.NamedNode) -> Iterator[ox.Quad]:
        """See ``Store.graph``."""
        answer = self._asking.send(
            "GET",
            self.service.data,
            params={"graph": name.value},
            headers={"accept": answers.TRIPLES},
            expected=(404,),
        )
        if answer.status == 404:
            answer.close()
            return
        for one in answers.triples(answer):
            yield ox.Quad(one.subject, one.predicate, one.object, name)

    def query(
        self, sparql: str, prefixes: dict[str, str] | None = None, seconds: float | None = None
    ) -> Found:
        """See ``Store.query``; rows come as the service sends them, to the thread that asked.

        Args:
            sparql: The query.
            prefixes: Those that it may use without declaring them.
            seconds: The time for the whole answer, the limit if None.

        Raises:
            ServiceError: The service cannot be reached, refuses, is too slow, or its answer
                is broken or too large; also while rows are read.
        """
        _refuse(sparql, prefixes)
        declared = "".join(
            f"PREFIX {name}: {ox.NamedNode(iri)}\n" for name, iri in (prefixes or {}).items()
        )
        answer = self._asking.send(
            "POST",
            self.service.query,
            headers=QUERY | {"accept": answers.ANY},
            content=(declared + sparql).encode(),
            seconds=seconds,
        )
        return answers.found(answer)

    def count(self) -> int:
        """See ``Store.count``."""
        rows = self.query("SELECT (COUNT(*) AS ?count) { GRAPH ?graph { ?s ?p ?o } }")
        assert isinstance(rows, Rows)
        for (count,) in rows:
            if isinstance(count, ox.Literal):
                return int(count.value)
        raise ServiceFault(self.address, "it does not count")

    def close(self) -> None:
        """See ``Store.close``."""
        self._asking.close()

    def _update(self, sparql: str, *, again: bool) -> None:
        self._asking.send(
            "POST", self.service.update, headers=UPDATE, content=sparql.encode(), again=again
        ).close()


def _refuse(sparql: str, prefixes: dict[str, str] | None) -> None:
    """Let pass what Oxigraph takes for a query that asks no other service."""
    refuse_service(sparql)
    try:
        ox.Store().query(sparql, prefixes=prefixes)
    except SyntaxError as error:
        raise FaultyQuery("query", str(error)) from error


def _spelled(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, answers.spelled(quad.object), quad.graph_name)


def _written(quads: Iterable[ox.Quad]) -> Iterator[bytes]:
    each = iter(quads)
    while batch := list(islice(each, _BATCH)):
        yield ox.serialize(batch, format=ox.RdfFormat.N_QUADS) or b""


def _triples_of(quads: Iterable[ox.Quad]) -> str:
    triples = (quad.triple for quad in quads)
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
