# SPDX-License-Identifier: Apache-2.0
"""A path is gone by the labs themselves, in as few requests as it crosses from lab to lab."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labs_dealt import Deal, deals, embedded, graphs, holdings
from labs_dealt import whole as all_runs
from parts import require
from pyoxigraph import Literal, NamedNode, Quad
from small_graph import BASE, R1, R2

from dlprov_rdf.ask import questions
from dlprov_rdf.ask.lineage import impact, lineage
from dlprov_rdf.store.base import Found, Rows
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.merged import MergedStore

require("rdflib")

from dlprov_rdf.ask import federate
from dlprov_rdf.ask.federate import Federation, Lab

DERIVED = NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")

#: What a selection decided between models that were trained in other runs.
DECISION = f"{BASE}run/0194a000-0000-7000-8000-000000000013/step/4/decision"


class Counted:
    """A lab that counts what it is asked, and what it tells."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._store = EmbeddedStore.memory()
        self._store.fill(quads)
        self.asked = 0
        self.told = 0  # without what tells where an answer ends, and what the lab has

    def query(self, sparql: str, prefixes: dict[str, str] | None = None) -> Found:
        found = self._store.query(sparql, prefixes)
        assert isinstance(found, Rows)
        rows = list(found)
        self.asked += 1
        things = [place for place, name in enumerate(found.variables) if name not in "npc"]
        self.told += sum(any(row[place] for place in things) for row in rows)
        return Rows(found.variables, iter(rows))


def labs_of(held: Sequence[Iterable[Quad]]) -> tuple[list[Counted], Federation]:
    """Make labs that count, and ask them as one."""
    stores = [Counted(quads) for quads in held]
    labs = [Lab(f"lab {number}", store) for number, store in enumerate(stores)]  # type: ignore[arg-type]
    return stores, Federation(labs)


def chain(length: int, labs: int, pieces: int) -> list[list[Quad]]:
    """Deal a chain of derivations to labs, in pieces, and to each lab other chains beside it."""
    held: list[list[Quad]] = [[] for _ in range(labs)]
    for step in range(length):
        lab = held[step * pieces // length % labs]
        for kind in ("", "other/"):
            ends = (NamedNode(f"urn:{kind}{number}") for number in (step, step + 1))
            graph = NamedNode(f"urn:graph/{kind}{step * pieces // length}")
            lab.append(Quad(next(ends), DERIVED, next(ends), graph))
    held[-1].append(Quad(NamedNode(f"urn:{length}"), LABEL, Literal("the end"), NamedNode("urn:g")))
    return held


LAST = "SELECT ?name { <urn:0> prov:wasDerivedFrom*/rdfs:label ?name }"
PREFIXES = {
    "prov": "http://www.w3.org/ns/prov#", "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}  # fmt: skip


@pytest.mark.parametrize(("labs", "pieces"), [(1, 1), (2, 1), (3, 1), (3, 3), (2, 6)])
def test_requests_grow_with_the_crossings_and_not_with_the_steps(labs: int, pieces: int) -> None:
    """And what lies beside the way does not travel."""
    for length in (6, 60):
        stores, federation = labs_of(chain(length, labs, pieces))

        found = federation.query(LAST, PREFIXES)

        assert isinstance(found, Rows)
        assert [row[0] for row in found] == [Literal("the end")]
        assert max(store.asked for store in stores) <= pieces + 1
        assert sum(store.told for store in stores) <= length + 1


def test_a_path_is_gone_from_the_end_that_is_known() -> None:
    """Back, where that is its last."""
    stores, federation = labs_of(chain(30, 3, 3))

    found = federation.query("SELECT ?first { ?first prov:wasDerivedFrom+ <urn:12> }", PREFIXES)

    assert isinstance(found, Rows)
    assert {row[0] for row in found} == {NamedNode(f"urn:{number}") for number in range(12)}
    assert sum(store.told for store in stores) == 12


def test_a_path_between_known_ends_is_gone_as_things_say_it() -> None:
    """Much is part of a run, and each of that is part of one."""
    part_of, run, graph = (NamedNode(f"urn:{name}") for name in ("part-of", "run", "g"))
    parts = [NamedNode(f"urn:part/{number}") for number in range(50)]
    held = [Quad(one, part_of, run, graph) for one in parts]
    held += [Quad(one, LABEL, Literal("a part"), graph) for one in parts[:2]]
    stores, federation = labs_of([[*held, Quad(run, LABEL, Literal("a run"), graph)], []])

    ends = '?part rdfs:label "a part" . ?run rdfs:label "a run"'
    found = federation.query(f"SELECT ?part {{ {ends} . ?part <urn:part-of>+ ?run }}", PREFIXES)

    assert isinstance(found, Rows)
    assert {row[0] for row in found} == {*parts[:2]}
    assert sum(store.told for store in stores) == 5


def test_a_path_in_a_graph_is_gone_at_the_lab_that_holds_it() -> None:
    """No lab leads on for another there: each is asked once for all that is known to begin."""
    block = "GRAPH ?g { ?first prov:wasDerivedFrom+ ?last }"
    query = f"SELECT ?last {{ VALUES ?first {{ <urn:0> }} {block} }}"
    stores, federation = labs_of(chain(30, 3, 3))

    found = federation.query(query, PREFIXES)

    assert isinstance(found, Rows)
    assert {row[0] for row in found} == {NamedNode(f"urn:{number}") for number in range(1, 11)}
    assert [store.asked for store in stores] == [1, 1, 1]


@pytest.mark.parametrize(
    ("start", "far"), [(f"{R1}/step/50/evaluation/accuracy", 6), (DECISION, 5)]
)
def test_a_walk_takes_a_few_requests_and_not_one_a_layer(start: str, far: int) -> None:
    """Whatever a lab reaches it tells at once, and equal octets at other labs are gone on from."""
    held = holdings(tuple((number % 3,) for number in range(len(graphs()))))
    stores, federation = labs_of(held)

    walk = lineage(federation, start)

    assert walk == lineage(all_runs(), start)
    assert max(node.distance for node in walk.nodes.values()) >= far
    assert max(store.asked for store in stores) <= 5


#: Data that a step made, of which equal octets are at other labs.
DATA = f"{R1}/data/2"


def test_what_depends_on_data_takes_a_few_requests_and_not_some_a_layer() -> None:
    """And so does where it goes on by content, at another lab."""
    held = holdings(tuple((number % 3,) for number in range(len(graphs()))))
    stores, federation = labs_of(held)

    walk = impact(federation, DATA)

    assert walk == impact(all_runs(), DATA)
    assert any(edge.relation == "by content" for edge in walk.edges)
    assert max(node.distance for node in walk.nodes.values()) >= 4
    assert max(store.asked for store in stores) <= 9


def test_a_way_on_which_too_much_depends_is_gone_by_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a lab told of it until it was cut is not taken for all there is."""
    few = federate.ON_ANYTHING._replace(most=10)
    monkeypatch.setattr(federate, "ON_ANYTHING", few)
    held = holdings(tuple((number % 3,) for number in range(len(graphs()))))
    stores, federation = labs_of(held)

    walk = impact(federation, DATA)

    assert walk == impact(all_runs(), DATA)
    assert max(store.asked for store in stores) > 9


def test_what_hangs_on_a_package_is_not_fetched_at_once() -> None:
    """All runs do, and an impact has a limit."""
    start = "pkg:pypi/keras@3.15.1"
    federation = labs_of(holdings(tuple((number % 3,) for number in range(len(graphs())))))[1]
    reached = []
    federation.reach = lambda things, **_: reached.append([*things])  # type: ignore[method-assign]

    walk = impact(federation, start, limit=5)

    assert walk == impact(all_runs(), start, limit=5)
    assert walk.cut
    assert [NamedNode(start)] not in reached


STARTS = sorted({
    quad.subject.value for quads in graphs().values() for quad in quads
    if isinstance(quad.subject, NamedNode)
})  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(deal=deals(3), start=st.sampled_from(STARTS))
def test_a_walk_is_that_of_one_store(deal: Deal, start: str) -> None:
    """From anything, in both directions, whatever lab holds what."""
    for walk in (lineage, impact):
        with closing(Federation(embedded(holdings(deal)))) as federation:
            assert walk(federation, start) == walk(all_runs(), start)


def test_a_path_is_gone_before_all_that_has_a_role_is_fetched() -> None:
    """Where the one tells of what the other is said."""
    graph, part_of, role = (NamedNode(f"urn:{name}") for name in ("graph/0", "of", "role"))
    test = NamedNode("https://w3id.org/dlprov-rdf/ontology#testRole")
    held = chain(6, 1, 1)[0]
    for number in range(50):
        use = NamedNode(f"urn:use/{number}")
        of = NamedNode("urn:3" if number == 7 else f"urn:unused/{number}")
        held += [Quad(use, role, test, graph), Quad(use, part_of, of, graph)]
    held.append(Quad(NamedNode("urn:0"), LABEL, Literal("first"), graph))
    stores, federation = labs_of([held, []])

    found = federation.query(
        """SELECT ?use {
          GRAPH ?g { ?first rdfs:label "first" }
          ?first prov:wasDerivedFrom+ ?second . ?use <urn:of> ?second ; <urn:role> dlprov:testRole
        }""",
        PREFIXES | {"dlprov": "https://w3id.org/dlprov-rdf/ontology#"},
    )

    assert isinstance(found, Rows)
    assert [row[0] for row in found] == [NamedNode("urn:use/7")]
    assert sum(store.told for store in stores) <= 10


def test_the_names_of_a_question_are_looked_up_together() -> None:
    """Run, model, training and measure at once, and not one after the other."""
    held = holdings(tuple((number % 3,) for number in range(len(graphs()))))
    stores, federation = labs_of(held)

    answer = questions.ask(federation, BASE, "K1", training="mlp", measure="loss")

    assert answer.rows
    assert max(store.asked for store in stores) <= 6


def test_two_runs_that_are_compared_are_fetched_together() -> None:
    """Their names in one round, and all that is compared in another."""
    held = holdings(tuple((number % 3,) for number in range(len(graphs()))))
    stores, federation = labs_of(held)

    answer = questions.ask(federation, BASE, "N3", run=R1, other=R2)

    assert answer.terms == questions.ask(all_runs(), BASE, "N3", run=R1, other=R2).terms
    assert answer.rows
    assert max(store.asked for store in stores) <= 2


def test_what_hangs_on_nothing_is_not_asked_for() -> None:
    """Where no row can come of it, nothing travels."""
    stores, federation = labs_of(chain(6, 2, 2))
    query = """SELECT * {
      ?thing rdfs:label "no such thing" ; prov:wasDerivedFrom ?other
      OPTIONAL { ?other prov:wasDerivedFrom ?origin . ?origin rdfs:label ?name }
      FILTER NOT EXISTS { ?other prov:wasDerivedFrom+ ?end . ?any prov:wasDerivedFrom ?end }
    }"""

    found = federation.query(query, PREFIXES)

    assert isinstance(found, Rows)
    assert not list(found)
    assert [store.told for store in stores] == [0, 0]


@pytest.mark.parametrize("value", [Literal("x"), Literal(7)])
def test_a_path_leads_through_what_two_labs_say_alike(value: Literal) -> None:
    """Even if it is no name: to a literal, and back from it."""
    held = [[Quad(NamedNode(f"urn:{number}"), DERIVED, value, NamedNode(f"urn:graph/{number}"))]
            for number in range(2)]  # fmt: skip
    stores, federation = labs_of(held)

    found = federation.query(
        "SELECT ?to { <urn:0> (prov:wasDerivedFrom|^prov:wasDerivedFrom)+ ?to }", PREFIXES
    )

    assert rows(found).keys() == {("<urn:0>",), ("<urn:1>",), (str(value),)}
    assert max(store.asked for store in stores) <= 2


NODES = [NamedNode(f"urn:node/{number}") for number in range(5)]
EDGES = [NamedNode(f"urn:edge/{name}") for name in "pq"]
VALUES = [Literal("x"), Literal(7), Literal("x", language="en")]
EDGE = st.tuples(
    st.sampled_from(NODES), st.sampled_from(EDGES), st.sampled_from([*NODES, *VALUES]),
    st.sampled_from([NamedNode(f"urn:graph/{number}") for number in range(3)]),
)  # fmt: skip
PATHS = (
    "p*", "p+", "p?", "p/q*", "p*/q", "(p|q)*", "(p|^q)+", "^p*/q?", "p?/q?", "(p/^q)*", "!p*",
    "(!p)+", "p*/q*/p?", "^(p/q)+",
)  # fmt: skip
ENDS = ("<urn:node/0>", "?from", "?to", "<urn:node/3>", '"x"', "<urn:nowhere>")
TABLES = (
    "", "VALUES ?from { <urn:node/1> <urn:node/2> }", "VALUES ?to { <urn:node/3> UNDEF }",
    'VALUES ?to { <urn:node/3> "x" }', "VALUES ?to { <urn:node/3> <urn:node/1> }",
    "VALUES ?from { }",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    edges=st.lists(EDGE, max_size=12),
    held=st.lists(st.sets(st.integers(0, 2), min_size=1, max_size=2), min_size=3, max_size=3),
    path=st.sampled_from(PATHS), start=st.sampled_from(ENDS[:2]), end=st.sampled_from(ENDS[2:]),
    table=st.sampled_from(TABLES), graph=st.sampled_from(("", "GRAPH ?g", "GRAPH <urn:graph/1>")),
    beside=st.sampled_from(("", "?from <urn:edge/q> ?o", "?o <urn:edge/p> ?to")),
)  # fmt: skip
def test_a_path_has_the_rows_of_one_store(
    edges: list[tuple[NamedNode, NamedNode, NamedNode | Literal, NamedNode]],
    held: list[set[int]], path: str, start: str, end: str, table: str, graph: str, beside: str,
) -> None:  # fmt: skip
    """Whatever it crosses, and from whichever end it is gone; a graph is at one lab or two."""
    dealt: list[list[Quad]] = [[], [], []]
    together = MergedStore()
    for subject, predicate, value, name in edges:
        quad = Quad(subject, predicate, value, name)
        together.fill([quad])
        for lab in held[int(name.value[-1])]:
            dealt[lab].append(quad)
    spelled = path.replace("p", "<urn:edge/p>").replace("q", "<urn:edge/q>")
    block = f"{start} {spelled} {end} . {beside}"
    query = f"SELECT * {{ {table} {f'{graph} {{ {block} }}' if graph else block} }}"

    with closing(Federation(embedded(dealt))) as federation:
        found = rows(federation.query(query))

    assert found == rows(together.query(query)), query


def rows(found: Found) -> Counter[tuple[str, ...]]:
    """Give rows as a bag."""
    assert isinstance(found, Rows)
    return Counter(tuple(map(str, row)) for row in found)
