# SPDX-License-Identifier: Apache-2.0
"""The promises of a store of runs, which every implementation keeps."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple

from dlprov_rdf.errors import FaultyQuery
from dlprov_rdf.store.base import Change, Rows, Store
from dlprov_rdf.store.embedded import EmbeddedStore

RUN = NamedNode("https://lab.example/run/1")
ONE = NamedNode("https://lab.example/run/1/graph")
TWO = NamedNode("https://lab.example/run/2/graph")
LOSS = NamedNode("https://lab.example/loss")
XSD = "http://www.w3.org/2001/XMLSchema#"


def say(value: object, graph: NamedNode = ONE) -> Quad:
    """Make a quad that says a value."""
    return Quad(RUN, LOSS, Literal(value), graph)


def typed(value: str, datatype: str) -> Quad:
    """Make a quad that says a value in one spelling."""
    return Quad(RUN, LOSS, Literal(value, datatype=NamedNode(XSD + datatype)), ONE)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
literals = st.one_of(
    texts.map(Literal),
    st.floats().map(Literal),
    st.integers(-(2**63), 2**63 - 1).map(Literal),
    st.booleans().map(Literal),
)
graphs = st.sets(literals.map(lambda value: Quad(RUN, LOSS, value, ONE)), max_size=8)


class StoreContract(ABC):
    """What holds of every store; an implementation gives a fresh, empty one."""

    @pytest.fixture
    @abstractmethod
    def store(self, tmp_path: Path) -> Iterator[Store]:
        """Give an empty store."""

    def test_a_replaced_graph_holds_what_was_given_and_no_others(self, store: Store) -> None:
        """What was there before is gone."""
        store.replace(ONE, [say(1), say(2)])

        store.replace(ONE, [say(2), say(3)])

        assert set(store.graph(ONE)) == {say(2), say(3)}

    def test_replacing_tells_how_much_it_added_and_removed(self, store: Store) -> None:
        """Only the difference counts."""
        store.replace(ONE, [say(1), say(2)])

        change = store.replace(ONE, [say(2), say(3), say(4)])

        assert change == Change(added=2, removed=1)

    def test_replacing_again_changes_nothing(self, store: Store) -> None:
        """A literal that the store respells (1.0 becomes 1) is no difference either."""
        quads = [say(1), typed("1.0", "double"), typed("1.50E0", "double"), typed("007", "integer")]
        store.replace(ONE, quads)
        held = set(store.graph(ONE))

        change = store.replace(ONE, quads)

        assert change == Change(added=0, removed=0)
        assert set(store.graph(ONE)) == held

    def test_replacing_by_nothing_leaves_no_graph(self, store: Store) -> None:
        """An empty graph is none."""
        store.replace(ONE, [say(1)])

        store.replace(ONE, [])

        assert list(store.graphs()) == []

    def test_replacing_a_graph_leaves_the_others_alone(self, store: Store) -> None:
        """Though they say the same of the same thing."""
        store.replace(TWO, [say(1, TWO)])
        store.replace(ONE, [say(1)])

        store.replace(ONE, [say(2)])

        assert set(store.graph(TWO)) == {say(1, TWO)}

    def test_a_replacement_that_fails_on_the_way_leaves_the_old_graph(self, store: Store) -> None:
        """All or nothing."""
        store.replace(ONE, [say(1)])

        def cut_short() -> Iterator[Quad]:
            yield say(2)
            raise InterruptedError

        with pytest.raises(InterruptedError):
            store.replace(ONE, cut_short())
        assert set(store.graph(ONE)) == {say(1)}

    def test_nobody_sees_a_graph_half_replaced(self, store: Store) -> None:
        """A reader in another thread sees the old ten or the new ten, never a mixture."""
        versions = [[say(f"{word} {n}") for n in range(10)] for word in ("odd", "even")]
        store.replace(ONE, versions[0])
        whole = {frozenset(quad.object.value for quad in version) for version in versions}
        seen: set[frozenset[str]] = set()
        done = threading.Event()

        def look() -> None:
            while not done.is_set():
                rows = store.query(f"SELECT ?v {{ GRAPH {ONE} {{ ?s ?p ?v }} }}")
                assert isinstance(rows, Rows)
                seen.add(frozenset(row[0].value for row in rows))  # type: ignore[union-attr]

        reader = threading.Thread(target=look)
        reader.start()
        for turn in range(60):
            store.replace(ONE, versions[turn % 2])
        done.set()
        reader.join()

        assert seen <= whole

    @given(old=graphs, new=graphs)
    @settings(
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,  # a replacement needs no empty store
            HealthCheck.differing_executors,  # each class has its own store
        ]
    )
    def test_no_text_or_number_is_changed_by_being_stored(
        self, store: Store, old: set[Quad], new: set[Quad]
    ) -> None:
        """Quotes, line ends, NaN and text that looks like SPARQL included."""
        store.replace(ONE, old)

        store.replace(ONE, new)

        assert set(store.graph(ONE)) == new

    def test_text_that_looks_like_an_update_is_only_text(self, store: Store) -> None:
        """Only serialised terms enter an update."""
        store.replace(TWO, [say(1, TWO)])
        attack = say('" } } ; DROP ALL ; INSERT DATA { GRAPH <x:y> { <x:y> <x:y> "')
        store.replace(ONE, [say(1)])

        store.replace(ONE, [attack])

        assert set(store.graphs()) == {ONE, TWO}
        assert set(store.graph(ONE)) == {attack}

    def test_a_dropped_graph_is_gone_and_the_others_stay(self, store: Store) -> None:
        """Dropping is by name."""
        store.replace(ONE, [say(1)])
        store.replace(TWO, [say(1, TWO)])

        store.drop(ONE)

        assert set(store.graphs()) == {TWO}

    def test_dropping_what_is_not_there_is_no_fault(self, store: Store) -> None:
        """It is gone already."""
        store.drop(ONE)

        assert list(store.graphs()) == []

    def test_quads_are_counted_over_all_graphs(self, store: Store) -> None:
        """A triple counts once in each graph that says it."""
        store.replace(ONE, [say(1), say(2)])
        store.replace(TWO, [say(1, TWO)])

        assert store.count() == 3

    def test_a_query_sees_the_union_of_the_graphs(self, store: Store) -> None:
        """A question needs no GRAPH."""
        store.replace(ONE, [say(1)])
        store.replace(TWO, [say(2, TWO)])

        rows = store.query("SELECT ?v { ?s ?p ?v } ORDER BY ?v")

        assert isinstance(rows, Rows)
        assert rows.variables == ["v"]
        assert list(rows) == [(Literal(1),), (Literal(2),)]

    def test_an_unbound_variable_is_none(self, store: Store) -> None:
        """It is no empty text."""
        rows = store.query("SELECT ?a ?b { VALUES (?a ?b) { (1 UNDEF) } }")

        assert isinstance(rows, Rows)
        assert list(rows) == [(Literal(1), None)]

    def test_ask_gives_a_truth_and_construct_gives_triples(self, store: Store) -> None:
        """Each form of query has its own answer."""
        store.replace(ONE, [say(1)])

        truth = store.query("ASK { ?s ?p 1 }")
        triples = store.query("CONSTRUCT { ?s ?p 7 } WHERE { ?s ?p 1 }")

        assert truth is True
        assert not isinstance(triples, Rows | bool)
        assert list(triples) == [Triple(RUN, LOSS, Literal(7))]

    def test_a_faulty_query_says_where(self, store: Store) -> None:
        """By line and column."""
        with pytest.raises(FaultyQuery) as caught:
            store.query("SELECT ?v { ?s ?p }")

        assert "1:" in caught.value.reason

    @pytest.mark.parametrize("update", ["DROP ALL", "CLEAR ALL", "INSERT DATA { <a:a> <b:b> 1 }"])
    def test_a_query_cannot_change_the_store(self, store: Store, update: str) -> None:
        """An update is no query."""
        store.replace(ONE, [say(1)])

        with pytest.raises(FaultyQuery):
            store.query(update)

        assert set(store.graph(ONE)) == {say(1)}

    def test_closing_again_is_no_fault(self, store: Store) -> None:
        """Whoever is unsure may close."""
        store.close()

        store.close()


class TestMemory(StoreContract):
    """The store in memory keeps the contract."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        """Give an empty store."""
        with EmbeddedStore.memory() as store:
            yield store


class TestEmbedded(StoreContract):
    """The store in a folder keeps the contract."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        """Give an empty store."""
        with EmbeddedStore.writer(tmp_path / "store") as store:
            yield store


class Asked(HTTPServer):
    """A service that counts who asks it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.requests = 0


class _Answer(BaseHTTPRequestHandler):
    server: Asked

    def do_POST(self) -> None:
        """Count a query, and fail it."""
        self.server.requests += 1
        self.send_response(500)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[Asked]:
    """Serve on a free port for the length of a test."""
    server = Asked()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


HIDDEN = [
    "SELECT * { SERVICE <@> { ?s ?p ?o } }",
    "SELECT * { service silent <@> { ?s ?p ?o } }",
    "SELECT * { SERVICESILENT<@>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE<@>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICE<@>{ ?s ?p ?o } }",
    "PREFIX :<@> SELECT * { SERVICE:a{ ?s ?p ?o } }",
    "PREFIX :<x:> SELECT * { ?s :a\\#b ?o SERVICE<@>{ ?s ?p ?o } }",
    'SELECT * { VALUES ?x { """a""" } SERVICE<@>{ ?s ?p ?o } } #"""',
    "SELECT * { FILTER(1<2)SERVICE<@>{ ?s ?p ?o } FILTER(2>1) }",
    "SELECT * { FILTER(?a<?b#>\n)SERVICE<@>{ ?s ?p ?o } }",
    "SELECT * { VALUES ?x { '#' } SERVICE<@>{ ?s ?p ?o } }",
    "SELECT * { VALUES ?x { 'a\\'' } SERVICE<@>{ ?s ?p ?o } #'\n }",
    "SELECT * { { SELECT * { SERVICE ?x { ?s ?p ?o } } } VALUES ?x { <@> } }",
]


@pytest.mark.parametrize("query", HIDDEN)
def test_a_query_that_would_ask_another_service_is_refused(query: str, service: Asked) -> None:
    """Oxigraph calls for most of these spellings; none may get that far."""
    store = EmbeddedStore.memory()

    with pytest.raises(FaultyQuery, match="network"):
        store.query(query.replace("@", f"http://127.0.0.1:{service.server_port}/"))

    assert service.requests == 0


PLAIN = [
    "SELECT ?service { ?service ?p ?o }",
    "PREFIX ex: <x:service/> SELECT * { ?s ex:service 'SERVICE' } # SERVICE <x:y> {}",
    'SELECT * { ?s <x:SERVICE> """a "SERVICE" b""" }',
    "PREFIX ex: <x:> SELECT * { ?s ex:a\\#service%20SERVICE ?o }",
]


@pytest.mark.parametrize("query", PLAIN)
def test_the_word_service_in_names_and_strings_is_allowed(query: str) -> None:
    """Only the keyword calls."""
    store = EmbeddedStore.memory()

    rows = store.query(query)

    assert isinstance(rows, Rows)


@pytest.mark.parametrize("spelling", ["\\u0053ERVICE", "\\U00000053ERVICE"])
def test_oxigraph_reads_no_keyword_out_of_escapes(spelling: str) -> None:
    """The refusal of SERVICE relies on it."""
    with pytest.raises(FaultyQuery):
        EmbeddedStore.memory().query(f"SELECT * {{ {spelling} <http://127.0.0.1:9/> {{ }} }}")
