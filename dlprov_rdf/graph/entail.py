# SPDX-License-Identifier: Apache-2.0
"""What follows from a graph by the axioms: wider classes and properties, inverses, chains.

Each rule is a SPARQL ``CONSTRUCT`` in ``queries/entail/``, which any store runs as it stands.
Here each becomes an ``INSERT`` of what is not there yet, and they are repeated until nothing
new follows. What follows stands in a graph of its own, ``…/graph/entailed``.

The axioms are those of ``ontology/``: our own, and those of PROV-O, ML Schema and DCAT that
``axioms.ttl`` restates. Their hierarchies are closed first, once a process. No rule on
classes feeds one on properties, so those on properties come to their end first; and with
closed hierarchies one pass over the classes is complete.

Source:
    OWL 2 Profiles, 4.3: the rules' names: https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from dlprov_rdf import assets
from dlprov_rdf.graph import literals
from dlprov_rdf.graph import vocabulary as v

#: Where the rules look for the axioms.
AXIOMS = NamedNode("https://w3id.org/dlprov-rdf/axioms")

_CLOSING = ("equivalents", "wider-class-of-class", "wider-property-of-property")
_PROPERTIES = ("wider-property", "turned-property", "chain-of-properties")
_CLASSES = ("domain", "range", "wider-class")

_RULE = re.compile(r"(.*)CONSTRUCT\s*\{(.*?)\}\s*WHERE\s*\{(.*)\}\s*", re.DOTALL)
_VARIABLE = re.compile(r"\?\w+")


class _Rule(NamedTuple):
    """A rule's parts, as its file has them."""

    prologue: str
    template: str
    pattern: str

    def update(self, into: NamedNode, *asserted: NamedNode) -> str:
        """Word the rule as an update that adds to a graph what it does not hold yet."""
        using = " ".join(f"USING {graph}" for graph in (*asserted, into))
        variables = " ".join(sorted(set(_VARIABLE.findall(self.template))))
        return (
            f"{self.prologue} INSERT {{ GRAPH {into} {{ {self.template} }} }} "
            f"{using} USING NAMED {AXIOMS} "
            f"WHERE {{ {{ SELECT DISTINCT {variables} WHERE {{ {self.pattern} }} }} "
            f"FILTER NOT EXISTS {{ {self.template} }} }}"
        )


def name_of(graph: NamedNode) -> NamedNode:
    """Name the graph that holds what follows from a graph."""
    return NamedNode(f"{graph.value}/entailed")


def entailed(quads: Iterable[Quad], graph: NamedNode) -> Iterator[Quad]:
    """Yield what follows from a graph and is not in it.

    Args:
        quads: The whole graph.
        graph: Its name.

    Yields:
        Quads in the graph ``name_of(graph)``; the first ones say what that graph is.
    """
    into = name_of(graph)
    store = Store()
    store.bulk_extend(quads)
    store.bulk_extend(axioms())
    _repeat(store, _PROPERTIES, into, graph)
    for rule in _CLASSES:
        store.update(_rule(rule).update(into, graph))
    yield from about(graph)
    yield from store.quads_for_pattern(None, None, None, into)


def about(graph: NamedNode) -> Iterator[Quad]:
    """Yield what a graph of what follows says of itself: that it was worked out, and of what."""
    into = name_of(graph)
    yield Quad(into, v.RDF_TYPE, v.PROV_ENTITY, into)
    yield Quad(into, v.RDF_TYPE, v.PROV_BUNDLE, into)
    yield Quad(into, v.RDF_TYPE, v.DLPROV_ENTAILED_GRAPH, into)
    yield Quad(into, v.PROV_WAS_DERIVED_FROM, graph, into)
    yield Quad(into, v.DCTERMS_CONFORMS_TO, v.ONTOLOGY, into)
    yield Quad(into, v.RDFS_LABEL, literals.text("what follows from the run's graph"), into)


@cache
def axioms() -> tuple[Quad, ...]:
    """Give the axioms with closed hierarchies, each in the graph ``AXIOMS``."""
    store = Store()
    for name in assets.names("ontology", ".ttl"):
        for quad in parse(assets.text(name), format=RdfFormat.TURTLE, rename_blank_nodes=True):
            store.add(Quad(quad.subject, quad.predicate, quad.object, AXIOMS))
    _repeat(store, _CLOSING, AXIOMS)
    return tuple(store)


def _repeat(store: Store, rules: tuple[str, ...], into: NamedNode, *asserted: NamedNode) -> None:
    """Apply rules until nothing new follows."""
    before = -1
    while before != (before := len(store)):
        for rule in rules:
            store.update(_rule(rule).update(into, *asserted))


@cache
def _rule(name: str) -> _Rule:
    found = _RULE.fullmatch(assets.text(f"queries/entail/{name}.rq"))
    assert found is not None, name
    return _Rule(*found.groups())
