# SPDX-License-Identifier: Apache-2.0
"""A graph's digest: the same for the same graph, and another for any other."""

from __future__ import annotations

import hashlib

from graph_runs import RUNS, run
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from tapes import quads_of

from dlprov_rdf.events.contents import content
from dlprov_rdf.graph.canonical import canonical, digest
from dlprov_rdf.store.embedded import EmbeddedStore

GRAPH = NamedNode("https://lab.example/graph")
SAID = NamedNode("https://lab.example/said")

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def said(value: str, number: int = 0) -> Quad:
    """Make a quad of a text."""
    return Quad(NamedNode(f"x:{number}"), SAID, Literal(value), GRAPH)


@given(st.lists(texts, max_size=8), st.randoms())
def test_neither_order_nor_repetition_counts(values: list[str], chance: object) -> None:
    """Each statement is one line, whatever characters it has."""
    quads = [said(value) for value in values]
    mixed = quads + quads[:3]
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    assert digest(mixed) == digest(quads)
    assert len(canonical(mixed).split(b"\n")) - 1 == len(set(quads))


def test_any_other_graph_has_another_digest() -> None:
    one = digest([said("a"), said("b", 1)])

    assert one != digest([said("a"), said("b", 2)])
    assert one != digest([said("a")])
    assert digest([]) == content(hashlib.sha256(b"").digest())


def test_names_of_blank_nodes_do_not_count() -> None:
    """RDF of others may have some."""
    one = [Quad(BlankNode("a"), SAID, BlankNode("b"), GRAPH)]
    other = [Quad(BlankNode("z"), SAID, BlankNode("a"), GRAPH)]

    assert digest(one) == digest(other) != digest([Quad(BlankNode("a"), SAID, GRAPH, GRAPH)])


def test_a_store_gives_back_the_graph_that_was_digested() -> None:
    """So the digest of what is ingested holds of what is stored."""
    for name in RUNS:
        quads = quads_of(run(name))
        graph = quads[0].graph_name
        assert isinstance(graph, NamedNode)
        with EmbeddedStore.memory() as store:
            store.replace(graph, quads)

            assert digest(store.graph(graph)) == digest(quads)
