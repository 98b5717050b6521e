# SPDX-License-Identifier: Apache-2.0
"""What follows from a graph by the axioms: wider classes and properties, inverses, chains.

Each rule is a SPARQL ``CONSTRUCT`` in ``queries/entail/``, which any store runs as it stands.
Here each becomes an ``INSERT`` of what is not asserted, and it stays in Oxigraph. What follows
stands in a graph of its own, ``…/graph/entailed``.

The axioms are those of ``ontology/``: our own, and those of PROV-O, ML Schema and DCAT that
``axioms.ttl`` restates. They are closed first, once a process: after that a property has all
its wider ones, its domains and ranges among them, and a class has all its wider ones. So each
rule is asked of what is asserted, once, and nothing that follows needs to be asked again; but
what a chain adds goes the same way as what is asserted, until no chain adds anything.

Source:
    OWL 2 Profiles, 4.3: the rules' names: https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import count
from typing import NamedTuple

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from dlprov_rdf import assets
from dlprov_rdf.graph import literals
from dlprov_rdf.graph import vocabulary as v

#: Where the rules look for the axioms.
AXIOMS = NamedNode("https://w3id.org/dlprov-rdf/axioms")

_CLOSING = (
    "equivalents", "wider-class-of-class", "wider-property-of-property", "wider-by-inverses",
    "ends-of-inverse", "ends-of-wider-property",
)  # fmt: skip
_OF_PROPERTIES = ("wider-property", "turned-property", "domain", "range")
_CHAINS = "chain-of-properties"
_WIDER_CLASS = "wider-class"

_RULE = re.compile(r"(.*)CONSTRUCT\s*\{(.*?)\}\s*WHERE\s*\{(.*)\}\s*", re.DOTALL)
_VARIABLE = re.compile(r"\?\w+")


class _Rule(NamedTuple):
    """A rule's parts, as its file has them."""

    prologue: str
    template: str
    pattern: str

    def update(self, into: NamedNode, of: Iterable[NamedNode], known: Iterable[NamedNode]) -> str:
        """Word the rule as an update: what follows from some graphs and is not known yet."""
        using = " ".join(f"USING {graph}" for graph in of)
        named = " ".join(f"USING NAMED {graph}" for graph in {AXIOMS, *known})
        variables = " ".join(sorted(set(_VARIABLE.findall(self.template))))
        new = " ".join(
            f"FILTER NOT EXISTS {{ GRAPH {graph} {{ {self.template} }} }}" for graph in known
        )
        return (
            f"{self.prologue} INSERT {{ GRAPH {into} {{ {self.template} }} }} {using} {named} "
            f"WHERE {{ {{ SELECT DISTINCT {variables} WHERE {{ {self.pattern} }} }} {new} }}"
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
    _follow(store, graph, into)
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
    """Give the axioms of ``ontology/``, closed."""
    return closed(
        triple
        for name in assets.names("ontology", ".ttl")
        for triple in parse(assets.text(name), format=RdfFormat.TURTLE, rename_blank_nodes=True)
    )


def closed(said: Iterable[Quad]) -> tuple[Quad, ...]:
    """Add to axioms what follows from them for classes and properties.

    Returns:
        All of them, each in the graph ``AXIOMS``.
    """
    store = Store()
    store.extend(Quad(one.subject, one.predicate, one.object, AXIOMS) for one in said)
    before = -1
    while before != (before := len(store)):
        for rule in _CLOSING:
            store.update(_rule(rule).update(AXIOMS, [AXIOMS], [AXIOMS]))
    return tuple(store)


def _follow(store: Store, graph: NamedNode, into: NamedNode) -> None:
    """Add what follows from a graph: first by its properties, then by its classes."""
    for number in count():
        of = NamedNode(f"{into.value}/chained/{number}") if number else graph
        for rule in _OF_PROPERTIES:
            store.update(_rule(rule).update(into, [of], [graph]))
        chained = NamedNode(f"{into.value}/chained/{number + 1}")
        store.update(_rule(_CHAINS).update(chained, [graph, into], [graph, into]))
        found = list(store.quads_for_pattern(None, None, None, chained))
        if not found:
            break
        store.extend(Quad(one.subject, one.predicate, one.object, into) for one in found)
    for of in (into, graph):
        store.update(_rule(_WIDER_CLASS).update(into, [of], [graph]))


@cache
def _rule(name: str) -> _Rule:
    found = _RULE.fullmatch(assets.text(f"queries/entail/{name}.rq"))
    assert found is not None, name
    return _Rule(*found.groups())
