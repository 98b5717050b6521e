# SPDX-License-Identifier: Apache-2.0
"""Several labs answer as one store that holds all their runs, whoever holds which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from labs_dealt import Deal, deals, embedded, graphs, holdings, whole
from oxigraph_served import Served, served
from parts import require
from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from queries_made_up import queries, worlds
from small_graph import BASE

from dlprov_rdf.ask import questions, sparql
from dlprov_rdf.ask.answer import AnyTerm
from dlprov_rdf.ask.questions import Question
from dlprov_rdf.errors import FaultyQuery, QuestionError
from dlprov_rdf.store.base import Rows, Store
from dlprov_rdf.store.merged import MergedStore

require("rdflib")

from dlprov_rdf.ask.federate import Federation, Lab
from dlprov_rdf.ask.federating.fetching.pushing import PushDown
from dlprov_rdf.ask.federating.fetching.strategies import Patterns, Strategy

#: How labs are asked: by default they aggregate, too.
WAYS: dict[str, Callable[[], Strategy | None]] = {
    "default": lambda: None, "PushDown": PushDown, "Patterns": Patterns,
}  # fmt: skip

Asked = tuple[list[str], list[tuple[AnyTerm | None, ...]]]

NAMES = [one.name for one in questions.questions()]

#: Queries that an engine for many labs finds hard, by what is hard.
HARD = {
    what.strip(): query
    for what, _, query in (
        one.partition("\n")
        for one in (Path(__file__).parent / "data" / "hard.rq").read_text().split("\n#:")[1:]
    )
}

RUN1 = f"{BASE}run/0194a000-0000-7000-8000-00000000000"
DECLARED = {**sparql.PREFIXES, "demo": BASE, "run": RUN1, "r1": f"{RUN1}1/", "r2": f"{RUN1}2/"}


def rows(store: Store, query: str) -> object:
    """Ask, and give what was found as a bag."""
    found = store.query(query, DECLARED)
    if isinstance(found, bool):
        return found
    if isinstance(found, Rows):
        return found.variables, Counter(tuple(map(str, row)) for row in found)
    return set(found)


@cache
def rows_of_the_whole(query: str) -> object:
    """Ask the one store that holds everything."""
    return rows(whole(), query)


def asked(store: Store, question: Question) -> Asked:
    """Ask a question as its example says, or with its defaults, or else as its file stands."""
    given = dict(question.example)
    try:
        answer = questions.ask(store, BASE, question.name, **given)
    except QuestionError:
        return sparql.select(store, question.sparql)
    return list(answer.columns), list(answer.terms)


@cache
def answer_of_the_whole(name: str) -> Asked:
    """Ask the one store that holds everything."""
    return asked(whole(), questions.find(name))


def federation(deal: Deal) -> Federation:
    """Ask labs in memory as one."""
    return Federation(embedded(holdings(deal)))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=2)
@given(deal=deals())
def test_a_question_has_the_rows_of_one_store_with_everything(name: str, deal: Deal) -> None:
    """In the same order, names resolved and walks walked across the labs."""
    labs = federation(deal)

    found = asked(labs, questions.find(name))

    assert found == answer_of_the_whole(name)


@pytest.mark.parametrize("strategy", WAYS, ids=WAYS)
@pytest.mark.parametrize("what", HARD)
@settings(max_examples=4)
@given(deal=deals())
def test_a_hard_query_has_the_rows_of_one_store_with_everything(
    what: str, strategy: str, deal: Deal
) -> None:
    """As often as there, too: what two labs hold counts once."""
    labs = Federation(embedded(holdings(deal)), strategy=WAYS[strategy]())

    found = rows(labs, HARD[what])

    assert found == rows_of_the_whole(HARD[what])


@pytest.mark.parametrize("strategy", WAYS, ids=WAYS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(query=queries, world=worlds())
def test_a_query_that_is_made_up_has_the_rows_of_one_store(
    strategy: str, query: str, world: list[list[Quad]]
) -> None:
    """Whatever stands within what."""
    together = MergedStore()
    for quads in world:
        together.fill(quads)
    try:
        expected = rows(together, query)
    except FaultyQuery:
        return

    found = rows(Federation(embedded(world), strategy=WAYS[strategy]()), query)

    assert found == expected


@pytest.fixture(scope="module")
def services() -> Iterator[list[Served]]:
    """Three services of this machine's own."""
    require("oxigraph")
    with ExitStack() as stack:
        yield [stack.enter_context(served()) for _ in range(3)]


@settings(max_examples=2)
@given(deal=deals(most=3))
def test_three_services_have_the_rows_of_one_store(services: list[Served], deal: Deal) -> None:
    """Over HTTP, each service a process of its own."""
    held = holdings(deal)
    for number, service in enumerate(services):
        service.load(held[number] if number < len(held) else [])
    labs = [Lab(service.address, service) for service in services]  # type: ignore[arg-type]

    for what, query in HARD.items():
        if "path" in what or "graph" in what or "limit" in what:
            assert rows(Federation(labs), query) == rows_of_the_whole(query), what
    for name in ("best-models", "lineage", "runs-on-same-data", "best-on-data"):
        assert asked(Federation(labs), questions.find(name)) == answer_of_the_whole(name)


def test_a_path_within_a_graph_that_is_known_fetches_no_whole_graphs() -> None:
    """An end of it is there by the patterns around, even where the path is empty."""
    labs = federation(tuple((0, 1) for _ in graphs()))

    rows(labs, HARD["a path that may be empty, in the graph of what is around it"])

    assert labs.told() == []


def test_every_hard_query_finds_something() -> None:
    """Else equal rows would prove little."""
    empty = {
        "nothing at all", "a variable that stands twice", "a text among the names of a thing",
    }  # fmt: skip
    barren = [
        what for what, query in HARD.items()
        if not (found := rows_of_the_whole(query)) or (isinstance(found, tuple) and not found[1])
    ]  # fmt: skip

    assert set(barren) <= empty
    assert len(graphs()) == 14


def test_a_graph_with_blank_nodes_counts_once_and_is_fetched_whole() -> None:
    """Two labs call its blank nodes otherwise, and what they say of them is the same."""
    graph, knows = NamedNode("urn:g"), NamedNode("urn:knows")

    def telling(*names: str) -> list[Quad]:
        one, other = map(BlankNode, names)
        name = Quad(other, NamedNode("urn:name"), Literal("Ada"), graph)
        return [Quad(NamedNode("urn:a"), knows, one, graph), Quad(one, knows, other, graph), name]

    alone = [Quad(BlankNode("x"), knows, BlankNode("y"), NamedNode("urn:h"))]
    labs = Federation(embedded([telling("x", "y"), telling("y", "z"), alone]))

    counted = rows(labs, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    found = rows(labs, "SELECT ?n { <urn:a> <urn:knows>/<urn:knows>/<urn:name> ?n }")
    fresh = Federation(embedded([telling("x", "y"), telling("y", "z")]))
    fetched = rows(fresh, "SELECT ?n { <urn:a> <urn:knows>/<urn:knows>/<urn:name> ?n }")

    three = '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert counted == (
        ["g", "n"],
        Counter([("<urn:g>", three), ("<urn:h>", three.replace("3", "1", 1))]),
    )
    assert found == fetched == (["n"], Counter([('"Ada"',)]))
    assert fresh.told() == ["all graphs were fetched whole: they have blank nodes"]
