# SPDX-License-Identifier: Apache-2.0
"""A default graph as SPARQL has it: a triple that two graphs state is there once."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Quad

from dlprov_rdf.ask.sparql import rows, text
from dlprov_rdf.store.merged import MergedStore

ONE, TWO = NamedNode("x:one"), NamedNode("x:two")
COUNTED = "SELECT (COUNT(*) AS ?n) (SUM(?o) AS ?sum) { ?s ?p ?o }"


def said(value: int, graph: NamedNode) -> Quad:
    """Make a quad that says a number."""
    return Quad(NamedNode("x:s"), NamedNode("x:p"), Literal(value), graph)


def counted(store: MergedStore) -> tuple[str, str]:
    """Count the triples of the default graph, and add what they say."""
    [(count, total)] = rows(store, COUNTED)
    return text(count), text(total)


def test_what_two_graphs_state_is_counted_once() -> None:
    """And each of them still states it."""
    store = MergedStore()
    store.fill([said(1, ONE), said(2, ONE), said(1, TWO)])

    assert counted(store) == ("2", "3")
    assert store.count() == 3
    assert {quad.object for quad in store.graph(TWO)} == {Literal(1)}


def test_what_another_graph_states_stays_when_one_is_dropped() -> None:
    store = MergedStore()
    store.fill([said(1, ONE), said(2, ONE), said(1, TWO)])

    store.drop(ONE)

    assert counted(store) == ("1", "1")
    assert list(store.graphs()) == [TWO]
