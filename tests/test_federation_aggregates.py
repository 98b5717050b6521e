# SPDX-License-Identifier: Apache-2.0
"""Aggregates over a graph are worked out at the labs, and give the rows of one store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

import pytest
from aggregations import AGGREGATIONS, Overheard, overheard
from aggregations_made_up import P, Q, aggregations, dealt, rankings, settled
from hypothesis import given, settings
from labs_dealt import Deal, deals, embedded, graphs, holdings
from oxigraph_served import Served, served
from parts import require
from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from test_federation_oracle import rows, rows_of_the_whole
from test_federation_partial import HELD, Mortal

from dlprov_rdf.ask.answer import Answer
from dlprov_rdf.errors import NotFederated
from dlprov_rdf.store.base import Found, Rows
from dlprov_rdf.store.merged import MergedStore
from dlprov_rdf.store.remote import RemoteStore

require("rdflib")

from dlprov_rdf.ask.federate import Federation, Lab
from dlprov_rdf.ask.federating.aggregating.grouped import Value
from dlprov_rdf.ask.federating.fetching.pushing import PushDown
from dlprov_rdf.kb.labs import Labs


def together(held: Iterable[Iterable[Quad]]) -> MergedStore:
    """Make the one store that holds it all."""
    store = MergedStore()
    for quads in held:
        store.fill(quads)
    return store


@settings(max_examples=120)
@given(query=aggregations(), held=dealt())
def test_an_aggregation_has_the_rows_of_one_store(query: str, held: list[list[Quad]]) -> None:
    """Whatever is counted, added up or compared, and wherever it stands in a query."""
    expected = rows(together(held), query)

    found = rows(Federation(embedded(held)), query)

    assert found == expected


@settings(max_examples=75)
@given(query=rankings(), held=dealt())
def test_the_first_of_what_is_ranked_are_those_of_one_store(
    query: str, held: list[list[Quad]]
) -> None:
    """Where the order leaves nothing open; where it does, the quads are fetched."""
    asked = settled(query, held)
    expected = rows(together(held), asked)

    found = rows(Federation(embedded(held)), asked)

    assert found == expected


@pytest.fixture(scope="module")
def services() -> Iterator[list[Served]]:
    """Three services of this machine's own."""
    require("oxigraph")
    with ExitStack() as stack:
        yield [stack.enter_context(served()) for _ in range(3)]


@settings(max_examples=2)
@given(deal=deals(most=3))
def test_three_services_aggregate_as_one_store(services: list[Served], deal: Deal) -> None:
    """Over HTTP, each service a process of its own."""
    held = holdings(deal)
    for number, service in enumerate(services):
        service.load(held[number] if number < len(held) else [])
    with ExitStack() as stack:
        stores = [stack.enter_context(RemoteStore.at(one.address)) for one in services]
        labs = [Lab(store.address, store) for store in stores]

        for what, query in AGGREGATIONS.items():
            federation = Federation(labs, seconds=60)

            assert rows(federation, query) == rows_of_the_whole(query), what
            assert federation.faults == {}
            assert federation.fetched.store.count() == 0


@pytest.mark.parametrize("what", AGGREGATIONS)
@settings(max_examples=4)
@given(deal=deals())
def test_labs_give_rows_and_no_quads(what: str, deal: Deal) -> None:
    """Each is asked once: for what it was counted, not for what was counted."""
    labs, stores = overheard(holdings(deal))
    federation = Federation(labs)

    found = rows(federation, AGGREGATIONS[what])

    assert found == rows_of_the_whole(AGGREGATIONS[what])
    assert federation.fetched.store.count() == 0
    assert {len(one.asked) for one in stores} == {2 if what == "the latest" else 1}


def test_less_travels_than_is_counted() -> None:
    """One row for each graph, and one that says that there are no more."""
    held = holdings(tuple((number % 3,) for number in range(len(graphs()))))
    labs, stores = overheard(held)

    rows(Federation(labs), AGGREGATIONS["matches"])

    assert sum(one.rows for one in stores) == len(graphs()) + len(stores)
    assert sum(map(len, held)) > 100 * len(graphs())


def number(subject: str, value: object, graph: str = "urn:g") -> Quad:
    """Say that a thing has a number."""
    return Quad(NamedNode(subject), P, Literal(value), NamedNode(graph))  # type: ignore[call-overload]


COUNT = "SELECT (COUNT(*) AS ?n) (SUM(?x) AS ?sum) { GRAPH ?g { ?s <urn:p> ?x } }"
FIRST = "SELECT ?s ?x { GRAPH ?g { ?s <urn:p> ?x } } ORDER BY DESC(?x) LIMIT 2"


def same(held: list[list[Quad]], query: str) -> Federation:
    """Hold what labs answer to the one store; give those who answered."""
    federation = Federation(embedded(held))
    assert rows(federation, query) == rows(together(held), query)
    return federation


def test_what_a_lab_cannot_compare_is_compared_here() -> None:
    """It travels as it is: some engines give no least of what is no number."""
    odd = {"m_v1": Literal("a"), "l_v1": None}

    assert Value("v1", "l").told(odd) == [Literal("a")]


@pytest.mark.parametrize("query", [COUNT, FIRST])
def test_versions_of_a_graph_are_asked_as_one_graph(query: str) -> None:
    """Two labs tell otherwise of it, so the answer is over the quads of both."""
    one = [number("urn:a", 1), number("urn:b", 2)]
    other = [number("urn:a", 1), number("urn:b", 3)]

    asked = same([one, other], query)

    assert asked.fetched.store.count() == 3


def test_a_table_of_graphs_that_comes_first_is_of_graphs() -> None:
    """It was read as a table of something else, and every graph was counted."""
    labs, _ = overheard(HELD)
    [one, *others] = {quad.graph_name for held in HELD for quad in held}
    block = "VALUES ?g {{ {} }} GRAPH ?g {{ ?s ?p ?o }}"
    query = f"SELECT ?g (COUNT(*) AS ?n) {{{{ {block} }}}} GROUP BY ?g"

    assert others
    for graph in (one, NamedNode("urn:no-graph")):
        found = rows(Federation(labs), query.format(graph))

        assert found == rows(together(HELD), query.format(graph))


@pytest.mark.parametrize("query", [COUNT, FIRST])
def test_a_graph_at_two_labs_counts_once(query: str) -> None:
    """They say the same of it, and nothing needs to be fetched."""
    one = [number("urn:a", 1), number("urn:b", 2)]

    asked = same([one, one, [number("urn:a", 1, "urn:h")]], query)

    assert asked.fetched.store.count() == 0


SUM = "SELECT (SUM(?x) AS ?sum) (AVG(?x) AS ?mean) { GRAPH ?g { ?s <urn:p> ?x } }"


def test_doubles_are_added_at_the_labs_where_no_adding_rounds() -> None:
    """Then no order of adding gives another sum."""
    held = [[number(f"urn:{n}", 0.5 * n) for n in range(50)], [number("urn:5", 2**-40, "urn:h")]]

    asked = same(held, SUM)

    assert asked.fetched.store.count() == 0


@pytest.mark.parametrize(
    "values",
    [
        (0.1, 0.2, 0.3),
        (2.0**12, 2.0**-41),
        (2.0**13, 2.0**-40),
        (4096.0, 4096.0, 2.0**-40),
        (1, 0.5),
        (10**12, 1),
        ("a", 1),
        (float("nan"), 0.5),
        (float("inf"), 0.5),
    ],
)
def test_what_may_round_is_added_here(values: tuple[object, ...]) -> None:
    """An order that is another than that of the quads would give another sum."""
    held = [[number(f"urn:{n}", one) for n, one in enumerate(values)]]
    asked = Federation(embedded(held))

    found = rows(asked, SUM)

    assert found == rows(Federation(embedded(held), strategy=PushDown()), SUM)
    assert asked.fetched.store.count() == len(values)


@pytest.mark.parametrize(
    "kept",
    [
        "SELECT (COUNT(*) AS ?n) { ?s <urn:p> ?x }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <urn:p> ?x } ?s <urn:p> ?y }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <urn:p> ?x } GRAPH ?h { ?s <urn:p> ?y } }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <urn:p> ?x } FILTER(?x != 1) }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <urn:p> ?x } FILTER(!(?x = 1)) }",
        'SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <urn:p> ?x } FILTER(?x < "b") }',
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <urn:p> ?x FILTER EXISTS { ?s <urn:q> ?y } } }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <urn:p> ?x OPTIONAL { ?s <urn:q> ?y } } }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <urn:p>* ?x . ?s <urn:p> ?y } }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <urn:p> 1 } }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <urn:p> ?x } VALUES ?x { 1 } }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <urn:p> ?x } VALUES ?x { UNDEF } }",
        "SELECT (SUM(DISTINCT ?x) AS ?n) { GRAPH ?g { ?s <urn:p> ?x } }",
        "SELECT (SUM(?x * 2) AS ?n) { GRAPH ?g { ?s <urn:p> ?x } }",
        "SELECT (SAMPLE(?x) AS ?n) { GRAPH ?g { <urn:a> <urn:p> ?x } }",
        "SELECT (GROUP_CONCAT(?x) AS ?n) { GRAPH ?g { <urn:a> <urn:p> ?x } }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <urn:p> ?x } } GROUP BY (?x + 1)",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <urn:p> ?x } } HAVING(EXISTS { ?a ?b ?c })",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <urn:p> ?x } } HAVING(COUNT(*)<9&&COUNT(?x)>2)",
        "SELECT (COUNT(?y) AS ?n) { GRAPH ?g { ?s <urn:p> ?x } }",
        "SELECT ?s { GRAPH ?g { ?s <urn:p> ?x } } LIMIT 2",
        "SELECT DISTINCT ?s { GRAPH ?g { ?s <urn:p> ?x } } ORDER BY ?s LIMIT 2",
        "SELECT ?s { GRAPH ?g { ?s <urn:p> ?x } } ORDER BY (?x + 1) LIMIT 2",
        """SELECT ?s { ?s <urn:p> ?z FILTER EXISTS { SELECT ?s (COUNT(*) AS ?n)
          { GRAPH ?g { ?s <urn:p> ?x } } GROUP BY ?s } }""",
    ],
)
def test_what_is_not_plain_is_asked_here(kept: str) -> None:
    """What engines answer otherwise, or what lies in several graphs, is not left to the labs."""
    held = [[number("urn:a", 1), number("urn:b", 2)], [number("urn:b", 3, "urn:h")]]

    asked = same(held, kept) if "LIMIT" not in kept else Federation(embedded(held))

    assert asked._with_aggregates(kept, {}) == kept


def test_a_name_that_is_none_stays_where_it_is() -> None:
    """A blank node of a lab means nothing in a query: what is grouped by it is fetched."""
    graph = NamedNode("urn:g")
    held = [[Quad(BlankNode("x"), P, Literal(1), graph), number("urn:b", 2)], [number("urn:b", 2)]]

    asked = same(held[:1], "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <urn:p> ?x } }")
    counted = rows(
        Federation(embedded(held[:1])),
        "SELECT (COUNT(?s) AS ?n) { GRAPH ?g { ?s <urn:p> ?x } } GROUP BY ?s",
    )

    assert asked.fetched.store.count() == 0
    assert counted == (["n"], Counter({(str(Literal(1)),): 2}))


def test_what_is_of_a_named_thing_goes_with_what_is_fetched_first() -> None:
    """It is little, and to have it counted would cost a request."""
    told = [number("urn:a", 1), Quad(NamedNode("urn:a"), Q, Literal("A"), NamedNode("urn:g"))]
    labs, stores = overheard([told])
    counted = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { <urn:a> <urn:p> ?x } }"

    whole = rows(Federation(labs), counted)
    inner = rows(Federation(labs), f"SELECT * {{ {{ {counted} }} <urn:a> <urn:q> ?name }}")

    assert whole == rows(together([told]), counted)
    assert inner == rows(together([told]), f"SELECT * {{ {{ {counted} }} <urn:a> <urn:q> ?name }}")
    assert [len(one.asked) for one in stores] == [1 + 1]


def test_what_ties_is_not_cut_at_the_labs() -> None:
    """Which of two that are as good is taken is for the one store to say."""
    held = [[number("urn:a", 1), number("urn:b", 2)], [number("urn:c", 2, "urn:h")]]
    first = "SELECT ?s ?x { GRAPH ?g { ?s <urn:p> ?x } } ORDER BY DESC(?x) LIMIT 1"

    tied, told = Federation(embedded(held)), same(held, FIRST)
    rows(tied, first)

    assert tied.fetched.store.count() == 3
    assert told.fetched.store.count() == 0


def test_a_lab_with_more_that_is_as_good_is_not_cut() -> None:
    """A tie may lie beyond what it gave."""
    held = [number("urn:a", 5), number("urn:b", 4), number("urn:c", 4), number("urn:d", 4)]
    alike = [number("urn:a", 4, f"urn:g{n}") for n in range(20)]

    found = Federation(embedded([held]))._with_aggregates(FIRST, {})
    hidden = Federation(embedded([[*alike, number("urn:b", 4)]]))._with_aggregates(FIRST, {})

    assert found == FIRST
    assert hidden == FIRST


@pytest.mark.parametrize("odd", [Literal("a"), NamedNode("urn:é"), Literal(float("nan"))])
def test_what_engines_order_otherwise_is_not_cut_at_the_labs(odd: Literal | NamedNode) -> None:
    """Even where it would be the last: the labs say that there is some."""
    held = [[number(f"urn:{n}", n) for n in range(9)]]
    held[0].append(Quad(NamedNode("urn:odd"), P, odd, NamedNode("urn:h")))

    for down in ("DESC(?x)", "ASC(?x)"):
        asked = same(held, f"SELECT ?x {{ GRAPH ?g {{ ?s <urn:p> ?x }} }} ORDER BY {down} LIMIT 2")

        assert asked.fetched.store.count() == 10


COUNTED = """SELECT ?name ?n { { SELECT (COUNT(?t) AS ?n)
  { GRAPH ?g { ?run a dlprov:WorkflowRun ; mls:hasPart ?t } } }
  ?any a dlprov:WorkflowRun ; rdfs:label ?name }"""


@pytest.mark.parametrize("answers", [0, 1, 2, 3])
def test_a_lab_that_is_lost_on_the_way_is_not_counted(answers: int) -> None:
    """Even if it was lost after it had counted."""
    alive = embedded(HELD)[0]
    lost = Lab("mortal", Mortal(HELD[1], answers))  # type: ignore[arg-type]
    federation = Federation([alive, lost])

    found = rows(federation, COUNTED)

    held = HELD[:1] if federation.faults else HELD
    assert found == rows(together(held), COUNTED)
    assert federation.faults or answers > 1


def test_an_answer_that_was_cut_is_none() -> None:
    """A lab that gives fewer rows than it has is left out, and named."""

    class Cut(Overheard):
        def query(self, sparql: str, prefixes: dict[str, str] | None = None) -> Found:
            found = super().query(sparql, prefixes)
            assert isinstance(found, Rows)
            return Rows(found.variables, list(found)[:-1])

    federation = Federation([*embedded(HELD[:1]), Lab("cut", Cut(HELD[1]))])  # type: ignore[arg-type]

    found = rows(federation, AGGREGATIONS["matches"])

    assert found == rows(together(HELD[:1]), AGGREGATIONS["matches"])
    assert set(federation.faults) == {"cut"}


def test_each_row_of_an_aggregation_says_who_asserts_it() -> None:
    """It is of both labs together, and seen by its quads: no lab is asked to count."""
    held, stores = overheard(HELD)
    labs = Labs(held)

    counted = labs.sparql(AGGREGATIONS["matches"], who=True)
    by_graph = labs.sparql(AGGREGATIONS["by the graph"], who=True)

    assert isinstance(counted, Answer)
    assert isinstance(by_graph, Answer)
    assert [row[1] for row in counted.rows] == ["lab 0 + lab 1"]
    for graph, _, lab, _ in by_graph.rows:
        assert NamedNode(str(graph)) in {quad.graph_name for quad in HELD[int(str(lab)[-1])]}
    assert not any("GROUP BY" in request for one in stores for request in one.asked)


def test_what_was_fetched_whole_is_counted_here() -> None:
    """The labs are not asked again for what is here."""
    labs, stores = overheard(HELD)
    federation = Federation(labs)
    federation.count()

    found = rows(federation, AGGREGATIONS["matches"])

    assert found == rows(together(HELD), AGGREGATIONS["matches"])
    assert [len(one.asked) for one in stores] == [1, 1]


def test_what_is_refused_is_refused_before_it_is_counted() -> None:
    """No lab is asked."""
    labs, stores = overheard(HELD)

    with pytest.raises(NotFederated):
        Federation(labs).query("SELECT (COUNT(*) AS ?n) FROM <urn:g> { GRAPH ?g { ?s ?p ?o } }")

    assert [one.asked for one in stores] == [[], []]
