# SPDX-License-Identifier: Apache-2.0
"""A store over HTTP keeps the contract of stores, at an ``oxigraph serve`` and a real Fuseki."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fuseki_started import Fuseki
from oxigraph_served import served
from parts import require
from pyoxigraph import Literal
from test_owned import complaints, elsewhere, in_a_circle
from test_store import LOSS, ONE, RUN, TWO, StoreContract, say, typed

from dlprov_rdf.errors import AnswerTooLarge, FaultyQuery, ServiceFault, ServiceRefused
from dlprov_rdf.store.base import Rows, Store
from dlprov_rdf.store.remote import Access, Limits, RemoteStore

__all__ = ["complaints"]  # a fixture

MANY = [say(number) for number in range(5_000)]


@dataclass(frozen=True)
class Place:
    """A service that runs, and who may write there."""

    address: str
    access: Access


@pytest.fixture(scope="module")
def oxigraph_here() -> Iterator[Place]:
    """An ``oxigraph serve``."""
    require("oxigraph")
    with served() as running:
        yield Place(running.address, Access())


@pytest.fixture
def fuseki_here(fuseki: Fuseki) -> Place:
    """A Fuseki, with the password for it."""
    return Place(fuseki.address, Access(user=fuseki.user, password=fuseki.password))


@pytest.fixture(params=["oxigraph", "fuseki"])
def place(request: pytest.FixtureRequest) -> Place:
    """Give each service in turn, which holds nothing."""
    found: Place = request.getfixturevalue(f"{request.param}_here")
    with RemoteStore.at(found.address, access=found.access) as store:
        store.update("DROP ALL")
    return found


@pytest.fixture
def remote(place: Place) -> Iterator[RemoteStore]:
    """Give an empty store at each service in turn."""
    with RemoteStore.at(place.address, access=place.access) as store:
        yield store


def values(store: Store, query: str) -> list[object]:
    """Ask for one column."""
    rows = store.query(query)
    assert isinstance(rows, Rows)
    return [row[0] for row in rows]


class TestOxigraphServed(StoreContract):
    """``oxigraph serve`` keeps the contract."""

    @pytest.fixture
    def store(self, tmp_path: Path, oxigraph_here: Place) -> Iterator[Store]:
        """Give an empty store."""
        with RemoteStore.at(oxigraph_here.address) as store:
            store.update("DROP ALL")
            yield store


class TestFuseki(StoreContract):
    """A real Fuseki keeps the contract."""

    @pytest.fixture
    def store(self, tmp_path: Path, fuseki_here: Place) -> Iterator[Store]:
        """Give an empty store."""
        with RemoteStore.at(fuseki_here.address, access=fuseki_here.access) as store:
            yield store


def test_loading_adds_graphs_and_leaves_what_is_there(remote: RemoteStore) -> None:
    """Quads of many graphs go in one request."""
    remote.replace(ONE, [say(1)])

    remote.load(iter([say(2), say(1, TWO)]))

    assert set(remote.graph(ONE)) == {say(1), say(2)}
    assert set(remote.graph(TWO)) == {say(1, TWO)}


@pytest.mark.parametrize("packs", [True, False])
def test_what_is_packed_arrives(place: Place, *, packs: bool) -> None:
    """Both ways of sending give the same, loaded and replaced, and read again."""
    with RemoteStore.at(place.address, access=place.access, packs=packs) as store:
        store.load(iter(MANY))
        loaded = set(store.graph(ONE))
        store.replace(ONE, MANY[1:])

        assert loaded == set(MANY)
        assert set(store.graph(ONE)) == set(MANY[1:])
        assert store.service.unpacks is packs


def test_a_large_graph_is_replaced_at_once(remote: RemoteStore) -> None:
    """A reader sees all of the old or all of the new, though it is a megabyte of update."""
    versions = [[say(f"{word} {'x' * 200} {n}") for n in range(3_000)] for word in ("odd", "even")]
    remote.replace(ONE, versions[0])
    query = f"""SELECT ?word (COUNT(*) AS ?n) {{ GRAPH {ONE} {{ ?s ?p ?v }} }}
                GROUP BY (SUBSTR(?v, 1, 3) AS ?word)"""
    seen: set[tuple[tuple[str, ...], ...]] = set()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            rows = remote.query(query)
            assert isinstance(rows, Rows)
            seen.add(tuple(tuple(cell.value for cell in row) for row in rows))  # type: ignore[union-attr]

    reader = threading.Thread(target=look)
    reader.start()
    for turn in range(6):
        remote.replace(ONE, versions[(turn + 1) % 2])
    done.set()
    reader.join()

    assert seen <= {(("odd", "3000"),), (("eve", "3000"),)}


def test_an_update_that_fails_on_the_way_changes_nothing(remote: RemoteStore) -> None:
    """The graph is dropped by its first part, and its second has an error."""
    remote.replace(ONE, [say(1)])

    with pytest.raises(FaultyQuery, match="update"):
        remote.update(f"DROP SILENT GRAPH {ONE} ; INSERT DATA {{ GRAPH {ONE} {{ <a:a> }} }}")

    assert set(remote.graph(ONE)) == {say(1)}


def test_what_another_spells_otherwise_is_spelled_as_ours(remote: RemoteStore) -> None:
    """In rows, in triples, and in graphs; Fuseki says 0.1e0 and 1.0e21."""
    said = [typed(spelling, "double") for spelling in ("0.1", "1E21", "INF", "NaN", "-0")]
    remote.load(said)
    ours = {quad.object for quad in (say(0.1), say(1e21), say(float("inf")), say(float("nan")))}

    rows = values(remote, "SELECT ?v { ?s ?p ?v }")
    triples = remote.query("CONSTRUCT { ?s ?p ?v } { ?s ?p ?v }")

    assert not isinstance(triples, Rows | bool)
    assert {one.object for one in triples} == set(rows) == ours | {say(-0.0).object}
    assert {quad.object for quad in remote.graph(ONE)} == set(rows)


def test_prefixes_that_a_query_does_not_declare_are_declared(remote: RemoteStore) -> None:
    """As the embedded store does."""
    remote.replace(ONE, [say(1)])

    rows = remote.query("SELECT ?v { ?s lab:loss ?v }", {"lab": "https://lab.example/"})

    assert isinstance(rows, Rows)
    assert list(rows) == [(Literal(1),)]


def test_rows_are_read_as_they_come_and_need_not_be_read_to_their_end(remote: RemoteStore) -> None:
    """An answer that is closed leaves nothing behind, and the next is whole."""
    remote.load(iter(MANY))
    for _ in range(150):  # more than there are connections
        rows = remote.query("SELECT ?v { ?s ?p ?v }")
        assert isinstance(rows, Rows)
        next(iter(rows))
        rows.close()

    assert len(values(remote, "SELECT ?v { ?s ?p ?v }")) == len(MANY)


def test_an_answer_that_nobody_reads_gives_its_connection_back(remote: RemoteStore) -> None:
    """Though it was never begun."""
    remote.load(iter(MANY))

    for _ in range(150):
        remote.query("SELECT ?v { ?s ?p ?v }", seconds=20)
        remote.query("CONSTRUCT { ?s ?p ?v } { ?s ?p ?v } LIMIT 1000", seconds=20)


@pytest.mark.parametrize(
    "query",
    ["SELECT ?v { VALUES ?v { 1 2 3 } }", "CONSTRUCT { <a:a> <a:p> ?v } { VALUES ?v { 1 } }"],
)
def test_an_answer_is_read_by_the_thread_that_asked(remote: RemoteStore, query: str) -> None:
    """In another, pyoxigraph would end the process."""
    rows = remote.query(query)
    assert not isinstance(rows, bool)
    told: list[BaseException] = []

    def read() -> None:
        try:
            list(rows)
        except RuntimeError as error:
            told.append(error)

    elsewhere(read)

    assert "thread" in str(told[0])


@pytest.mark.parametrize("query", ["SELECT ?v { ?s ?p ?v }", "CONSTRUCT { ?s ?p ?v } { ?s ?p ?v }"])
def test_an_answer_that_another_thread_collects_is_let_go_of_in_silence(
    remote: RemoteStore, complaints: list[str], query: str
) -> None:
    """The garbage collector runs in any."""
    remote.load(iter(MANY))
    in_a_circle(iter(remote.query(query)))  # type: ignore[arg-type]

    elsewhere(gc.collect)

    assert complaints == []
    assert len(values(remote, "SELECT ?v { ?s ?p ?v }")) == len(MANY)


def test_an_answer_larger_than_allowed_is_not_read(place: Place) -> None:
    """Its bytes are counted after they are unpacked."""
    with RemoteStore.at(place.address, access=place.access) as store:
        store.load(iter(MANY))
    limits = Limits(answer=100_000)
    with RemoteStore.at(place.address, access=place.access, limits=limits) as store:
        assert len(values(store, "SELECT ?v { ?s ?p ?v } LIMIT 10")) == 10

        with pytest.raises(AnswerTooLarge, match="100000"):
            values(store, "SELECT ?v { ?s ?p ?v }")


def test_the_address_of_queries_is_an_address_too(place: Place) -> None:
    """The others are found beside it."""
    with RemoteStore.at(place.address, access=place.access) as store:
        of_queries = store.service.query
    with RemoteStore.at(of_queries, access=place.access) as store:
        store.replace(ONE, [say(1)])

        assert store.count() == 1
        assert store.service.query == of_queries


def test_a_question_is_asked_over_all_graphs_whatever_the_default_graph_is() -> None:
    """As Oxigraph is started by default, it would find nothing; other clients neither."""
    require("oxigraph")
    require("rdflib")
    with served("--cors") as running, RemoteStore.at(running.address) as store:
        assert values(store, "SELECT ?v { ?s ?p ?v }") == []
        store.load([say(1)])

        assert values(store, "SELECT ?v { ?s ?p ?v }") == [Literal(1)]
        assert len(list(store.rdflib_store().triples((None, None, None)))) == 1
        client = store.sparql_wrapper()
        client.setQuery("SELECT ?v { ?s ?p ?v }")
        assert len(client.queryAndConvert()["results"]["bindings"]) == 1


def test_a_sparql_wrapper_sees_the_same_rows(remote: RemoteStore) -> None:
    """It is an independent client, with the address and the password."""
    require("rdflib")
    remote.load([say(0.5), say("text"), say(3)])
    query = f"SELECT ?v {{ ?s {LOSS} ?v }}"

    client = remote.sparql_wrapper()
    client.setQuery(query)
    found = client.queryAndConvert()["results"]["bindings"]

    ours = {row.value for row in values(remote, query)}  # type: ignore[attr-defined]
    assert {cell["v"]["value"].replace("0.5e0", "0.5") for cell in found} == ours


def test_a_sparql_wrapper_may_write_where_we_may(remote: RemoteStore) -> None:
    """With our password."""
    require("rdflib")

    client = remote.sparql_wrapper()
    client.setQuery(f"INSERT DATA {{ GRAPH {ONE} {{ {RUN} {LOSS} 7 }} }}")
    client.query()

    assert set(remote.graph(ONE)) == {say(7)}


def test_an_rdflib_store_sees_the_same_triples(remote: RemoteStore) -> None:
    """Another independent client."""
    require("rdflib")
    import rdflib

    remote.load([say(0.5), say("text"), say(3)])

    graph = rdflib.Graph(store=remote.rdflib_store())

    told = {(str(one), str(other), float(v) if v != rdflib.Literal("text") else "text")
            for one, other, v in graph}  # fmt: skip
    assert told == {(RUN.value, LOSS.value, value) for value in (0.5, "text", 3.0)}


def test_a_service_that_wants_a_password_says_so(fuseki: Fuseki) -> None:
    """401 in words, and with the wrong one too; reading is allowed to all."""
    with RemoteStore.at(fuseki.address) as anybody:
        assert anybody.count() == 0

        with pytest.raises(ServiceRefused, match=r"401.*kb\.toml"):
            anybody.replace(ONE, [say(1)])
    with (
        RemoteStore.at(fuseki.address, access=Access(fuseki.user, "wrong")) as wrong,
        pytest.raises(ServiceRefused, match="401"),
    ):
        wrong.replace(ONE, [say(1)])


def test_a_data_set_that_is_not_there_is_told(fuseki: Fuseki) -> None:
    """Fuseki says 405 to a question there, and 401 to whoever has no password."""
    access = Access(fuseki.user, fuseki.password)
    with (
        RemoteStore.at(f"{fuseki.server}/another", access=access) as store,
        pytest.raises(ServiceFault, match="takes no queries"),
    ):
        store.count()
