# SPDX-License-Identifier: Apache-2.0
"""What a lab gives is taken for quads only if it is what was asked for, to its end."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from pyoxigraph import NamedNode, Quad

from dlprov_rdf.ask.federating.fetching.joins import join
from dlprov_rdf.ask.federating.fetching.parts import EVERYTHING, Part, fewest
from dlprov_rdf.ask.federating.fetching.requests import Wanted, request, told
from dlprov_rdf.ask.federating.reading.needs import Pattern
from dlprov_rdf.errors import ServiceFault
from dlprov_rdf.store.base import Rows, Term
from dlprov_rdf.store.embedded import EmbeddedStore

S, P, D, G, H = (NamedNode(f"urn:{name}") for name in "spdgh")
QUADS = [Quad(S, P, D, G), Quad(D, P, S, G), Quad(S, P, D, H)]
LOOP = join(None, (Pattern("x", P, "y"), Pattern("y", P, "x")), lambda _: None)


def sent(text: str) -> Rows:
    """Read an answer as it was sent."""
    found = ox.parse_query_results(text.encode(), format=ox.QueryResultsFormat.TSV)
    return rows_of(found)


def rows_of(found: object) -> Rows:
    """Take what Oxigraph gives for rows of ours."""
    assert isinstance(found, ox.QuerySolutions)
    return Rows([one.value for one in found.variables], (tuple(row) for row in found))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ((EVERYTHING,), QUADS),
        ((Part(graph=frozenset((H,))), LOOP), [QUADS[2], *QUADS[:2]]),
        ((LOOP, Part(subject=frozenset((D,)), predicate=frozenset((P,)))), [*QUADS[:2], QUADS[1]]),
        ((Part(*(frozenset((one,)) for one in (H, S, P, D))),), [QUADS[2]]),
        ((Part(graph=frozenset((S,))),), []),
    ],
)
def test_what_was_asked_for_is_read(wanted: tuple[Wanted, ...], expected: list[Quad]) -> None:
    """All of it, and of a join each quad once."""
    store = EmbeddedStore.memory()
    store.fill(QUADS)

    rows = store.query(request(wanted))

    assert isinstance(rows, Rows)
    found = told(wanted, rows, "lab")
    assert sorted(map(str, found.quads)) == sorted(map(str, expected))
    assert found.merged == [Quad(one.subject, one.predicate, one.object) for one in found.quads]
    assert found.graphs == {one.graph_name for one in expected}
    assert not found.blank


def terms(many: int, kind: str = "x") -> frozenset[Term]:
    """Name so many things."""
    return frozenset(NamedNode(f"urn:{kind}/{number}") for number in range(many))


@pytest.mark.parametrize(
    ("part", "left"),
    [
        (Part(subject=terms(100), object=terms(50)), Part(subject=terms(100), object=terms(50))),
        (Part(subject=terms(100), object=terms(51)), Part(subject=terms(100))),
        (Part(subject=terms(9_000), object=terms(1)), Part(subject=terms(9_000), object=terms(1))),
        (Part(graph=terms(100), object=terms(51)), Part(object=terms(51))),
        (Part(terms(2), terms(60), terms(40), terms(3)), Part(terms(2), terms(60), terms(40))),
        (Part(object=terms(9_000), merged=True), Part(object=terms(9_000), merged=True)),
    ],
)
def test_a_service_is_not_told_what_it_would_multiply(part: Part, left: Part) -> None:
    """It makes every combination of two tables before it looks for any; more is told instead."""
    assert part.lean() == left
    assert left.covers(part)
    assert request((part,)) == request((left,))


def test_a_join_is_told_its_smallest_tables() -> None:
    """As many as make no great table together."""
    bounds = {"x": terms(300), "y": terms(20, "y"), "z": terms(10, "z")}
    made = join(terms(30, "g"), (Pattern("x", P, "y"), Pattern("y", P, "z")), bounds.get)
    small = join(terms(20, "g"), (Pattern("x", P, "y"),), {"x": terms(250)}.get)

    lean = made.lean()

    assert [len(few) for _, few in lean.bounds] == [20, 10]
    assert lean.graph is None
    assert lean.covers(made)
    assert lean.places == made.places
    assert request((made,)) == request((lean,))
    assert small.lean() == small


HEAD = "?n\t?g\t?o\t?p\t?s\n"
ROW = "0\t<urn:g>\t<urn:d>\t<urn:p>\t<urn:s>\n"


def test_a_triple_is_asked_for_without_its_graphs_where_they_do_not_matter() -> None:
    """Each lab tells it once, and what is here by graphs need not be asked for so."""
    by_graph = Part(subject=frozenset((S, D)), predicate=frozenset((P,)))
    merged = by_graph._replace(merged=True)
    few = merged._replace(subject=frozenset((S,)))
    store = EmbeddedStore.memory()
    store.fill(QUADS)

    rows = store.query(request((merged,)))

    assert isinstance(rows, Rows)
    found = told((merged,), rows, "lab")
    assert (found.quads, found.graphs) == ([], set())
    assert set(found.merged) == {Quad(one.subject, P, one.object) for one in QUADS}
    assert by_graph.covers(merged)
    assert merged.covers(few)
    assert not merged.covers(by_graph)
    assert fewest((few, by_graph)) == (by_graph,)
    assert fewest((merged,), [by_graph]) == ()
    assert fewest((by_graph,), [merged]) == (by_graph,)


FIRST, LAST = "1\t\t\t\t\n", "2\t\t\t\t\n"
FAULTY = {
    "is cut between two rows": (HEAD + FIRST + ROW, "no end"),
    "is cut between two rows, told from the last": (HEAD + LAST + ROW, "no end"),
    "has no row": (HEAD, "no end"),
    "has an end twice": (HEAD + FIRST + ROW + FIRST, "not what"),
    "says nothing of the graph": (HEAD + ROW.replace("<urn:g>", "") + FIRST + LAST, "not what"),
    "says nothing of the object": (HEAD + ROW.replace("<urn:d>", "") + FIRST + LAST, "not what"),
    "has a text as a subject": (HEAD + ROW.replace("<urn:s>", '"s"') + FIRST + LAST, "not what"),
    "has a text as a graph": (HEAD + ROW.replace("<urn:g>", '"g"') + FIRST + LAST, "not what"),
    "has the number of nothing": (HEAD + ROW.replace("0", "3") + FIRST + LAST, "not what"),
    "has no number": (HEAD + ROW[1:] + FIRST + LAST, "not what"),
    "has other columns": ("?n\t?x\n0\t<urn:g>\n1\t\n", "not what"),
}


@pytest.mark.parametrize("what", FAULTY)
def test_an_answer_is_refused_that(what: str) -> None:
    """Nothing of it is taken."""
    answer, words = FAULTY[what]

    assert told((EVERYTHING,), sent(HEAD + ROW + FIRST + LAST), "lab").quads == [Quad(S, P, D, G)]
    with pytest.raises(ServiceFault, match=words):
        told((EVERYTHING,), sent(answer), "lab")
