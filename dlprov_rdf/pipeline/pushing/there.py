# SPDX-License-Identifier: Apache-2.0
"""What a service holds of a knowledge base, by the catalogue there, and if it is ours to write."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from pyoxigraph import NamedNode

from dlprov_rdf.ask.sparql import rows, text
from dlprov_rdf.errors import DatasetOfOthers, OtherOntology
from dlprov_rdf.graph import catalogue
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.catalogue import Held
from dlprov_rdf.store.remote import RemoteStore

#: What the catalogues of knowledge bases say, each of its own.
_HEADS = """
SELECT ?catalogue ?predicate ?object {
  GRAPH ?catalogue {
    ?catalogue dlprov:base ?base ; dcterms:conformsTo ?ontology ; ?predicate ?object
  }
  FILTER(?predicate != dcat:dataset)
}
ORDER BY ?catalogue"""

_HELD = """
SELECT ?graph ?digest ?revision {
  VALUES ?catalogue { UNDEF }
  GRAPH ?catalogue {
    ?catalogue dcat:dataset ?graph .
    ?graph dlprov:graphDigest ?digest ; dlprov:graphRevision ?revision .
  }
}"""

_PRESENT = """
SELECT DISTINCT ?graph {
  VALUES ?graph { UNDEF }
  FILTER EXISTS { GRAPH ?graph { ?s ?p ?o } }
}"""


class There(NamedTuple):
    """A service's catalogue of one knowledge base."""

    #: What it says of the knowledge base itself; empty where there is no catalogue yet.
    head: frozenset[tuple[object, object]]
    held: dict[NamedNode, Held]


def read(service: RemoteStore, base: str, *, beside: bool, again: bool) -> There:
    """Read the catalogue of the knowledge base with this BASE.

    Args:
        service: Where.
        base: BASE of what is to be brought there.
        beside: Whether other knowledge bases may be there too.
        again: Whether all graphs will be sent, so that an older ontology does not matter.

    Raises:
        DatasetOfOthers: Another knowledge base is there, and ``beside`` was not said.
        OtherOntology: The graphs there were made with another version of the ontology.
        ServiceError: The service cannot be asked.
    """
    ours = catalogue.name(base)
    heads: defaultdict[object, set[tuple[object, object]]] = defaultdict(set)
    for name, predicate, value in rows(service, _HEADS):
        heads[name].add((predicate, value))
    for whose, head in heads.items():
        said = dict(head)
        if whose == ours:
            _same_ontology(service.address, text(said[v.DCTERMS_CONFORMS_TO]), again=again)
        elif not beside:
            raise DatasetOfOthers(service.address, text(said[v.DLPROV_BASE]), base)
    held = {
        NamedNode(text(graph)): Held(text(digest), int(text(revision)))
        for graph, digest, revision in rows(service, _HELD, {"catalogue": (ours,)})
    }
    return There(frozenset(heads[ours]), held)


def present(service: RemoteStore, graphs: Iterable[NamedNode]) -> set[NamedNode]:
    """Tell which of these graphs hold anything there, whatever the catalogue says."""
    found = rows(service, _PRESENT, {"graph": tuple(graphs)})
    return {NamedNode(text(row[0])) for row in found}


def _same_ontology(address: str, theirs: str, *, again: bool) -> None:
    ours = v.ONTOLOGY.value
    newer = _version(theirs) > _version(ours)
    if theirs != ours and (newer or not again):
        raise OtherOntology(address, theirs, ours, newer=newer)


def _version(ontology: str) -> tuple[int, ...]:
    """Read the numbers at the end of a version's IRI: ``…/ontology/0.2.0``."""
    return tuple(int(one) for one in re.findall(r"\d+", ontology.rpartition("/")[2]))
