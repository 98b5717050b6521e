# SPDX-License-Identifier: Apache-2.0
"""A lab that fails is named with the reason, and the others are heard as if it were not there."""

from __future__ import annotations

import gc
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from labs_dealt import embedded, graphs, holdings
from oxigraph_served import Served, served
from parts import require
from pyoxigraph import Quad
from small_graph import BASE, R1
from typed_commands import dlprov

from dlprov_rdf.ask import questions
from dlprov_rdf.ask.answer import Answer
from dlprov_rdf.ask.federating.fetching.labs import Lab
from dlprov_rdf.errors import NoLabAnswered, NotFound, ServiceUnreachable
from dlprov_rdf.kb.labs import Labs, open_labs
from dlprov_rdf.store.base import Found, Store
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.remote import Limits, RemoteStore

require("rdflib")

COUNT = "SELECT (COUNT(DISTINCT ?run) AS ?runs) { ?run a dlprov:WorkflowRun }"

#: Every run at one of two labs.
HELD = holdings(tuple((number % 2,) for number in range(len(graphs()))))


def runs_of(*labs: int) -> int:
    """Count the runs of some labs by their graphs."""
    return len({quad.graph_name for lab in labs for quad in HELD[lab] if "/graph>" in str(quad)})


@contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler], object]) -> Iterator[str]:
    """Serve what a test makes up, on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            answer(self)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/sparql"
    finally:
        server.shutdown()
        server.server_close()


def saying(status: int, body: str, kind: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer anything with the same."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("content-type", kind)
        handler.send_header("content-length", str(len(body.encode())))
        handler.end_headers()
        handler.wfile.write(body.encode())

    return answer


JSON = "application/sparql-results+json"
FAULTS = {
    "refuses": saying(403, "not you", "text/plain"),
    "is overloaded": saying(503, "", "text/plain"),
    "is a web page": saying(200, "<html>Welcome</html>", "text/html"),
    "has an error in its 200": saying(200, '{"error": "no memory"}', JSON),
    "is cut": saying(200, '{"head": {"vars": ["n", "g", "s", "p", "o"]}, "results": {"bin', JSON),
    "answers something else": saying(
        200, '{"head": {"vars": ["x"]}, "results": {"bindings": []}}', JSON
    ),
    "answers yes": saying(200, '{"head": {}, "boolean": true}', JSON),
}


def asked(*labs: Lab, seconds: float = 30.0) -> Labs:
    """Ask labs as one."""
    return Labs(labs, BASE, seconds=seconds)


@pytest.mark.parametrize("what", FAULTS)
def test_the_rows_of_the_others_are_given_where_a_lab(what: str) -> None:
    """Whatever is wrong with it."""
    with serving(FAULTS[what]) as address:
        wrong = Lab(address, RemoteStore.at(address, limits=Limits(tries=1)))
        labs = asked(*embedded(HELD), wrong)

        answer = labs.sparql(COUNT)

    assert not isinstance(answer, bool | list)
    assert answer.rows == [(runs_of(0, 1),)]
    assert [lab for lab, _ in answer.missing] == [address]
    assert any(note.startswith(f"partial: {address}") for note in answer.notes)
    assert json.loads(answer.to_json())["partial"][0]["lab"] == address


def test_no_lab_that_fails_has_all_objects_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """That takes a tenth of a second in a process that has many: too long for one that is down."""
    gone_through: list[str] = []
    monkeypatch.setattr(gc, "collect", lambda: gone_through.append("all"))
    with serving(FAULTS["is cut"]) as down:
        pass
    with serving(FAULTS["is cut"]) as broken:
        wrong = [Lab(one, RemoteStore.at(one, limits=Limits(tries=1))) for one in (down, broken)]
        labs = asked(*embedded(HELD), *wrong)

        labs.sparql(COUNT)

    assert set(labs.faults) == {down, broken}
    assert gone_through == []


def test_a_lab_that_is_frozen_is_given_up() -> None:
    """It takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        address = f"http://127.0.0.1:{frozen.getsockname()[1]}/sparql"
        labs = asked(*embedded(HELD), Lab(address, RemoteStore.at(address)), seconds=8.0)

        answer = labs.ask("failed-runs")

    assert answer.rows == questions.ask(_together(), BASE, "failed-runs").rows
    assert set(labs.faults) == {address}


def test_a_request_that_is_given_up_is_ended() -> None:
    """A lab that works on an answer which nobody awaits sees that the connection is closed."""
    ended = threading.Event()

    def silent(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.settimeout(30)
        if handler.connection.recv(1) == b"":
            ended.set()

    with serving(silent) as address:
        labs = asked(*embedded(HELD), Lab(address, RemoteStore.at(address)), seconds=3.0)

        answer = labs.ask("failed-runs")

        assert set(labs.faults) == {address}
        assert answer.rows == questions.ask(_together(), BASE, "failed-runs").rows
        assert ended.wait(20)


def _together() -> EmbeddedStore:
    store = EmbeddedStore.memory()
    for quads in HELD:
        store.fill(quads)
    return store


GONE = str(ServiceUnreachable("mortal", "gone"))


class Mortal:
    """A lab that answers so often, and then never again."""

    def __init__(self, quads: list[Quad], answers: int) -> None:
        self._store = EmbeddedStore.memory()
        self._store.fill(quads)
        self._answers = answers

    def query(self, sparql: str, prefixes: dict[str, str] | None = None) -> Found:
        self._answers -= 1
        if self._answers < 0:
            raise ServiceUnreachable("mortal", "gone")
        return self._store.query(sparql, prefixes)


@pytest.mark.parametrize("answers", [0, 1, 2, 3])
@pytest.mark.parametrize("name", ["lineage", "best-models", "test-metrics-of-run", "impact"])
def test_a_lab_that_is_lost_on_the_way_leaves_nothing_behind(name: str, answers: int) -> None:
    """Its runs do not stay in one part of an answer and miss in another."""
    alive = embedded(HELD)[0]
    lost = Lab("mortal", Mortal(HELD[1], answers))  # type: ignore[arg-type]
    question = questions.find(name)
    given = dict(question.example)

    labs = asked(alive, lost)
    found = outcome(lambda: labs.ask(name, **given))

    store = alive.store if labs.faults else _together()
    assert found == outcome(lambda: questions.ask(store, BASE, name, **given))


def outcome(ask: Callable[[], Answer]) -> object:
    """Give the rows, or what was not found."""
    try:
        return ask().rows
    except NotFound as nothing:
        return str(nothing)


def test_a_name_that_only_a_lost_lab_knew_is_not_found() -> None:
    """And it is said which lab did not answer: there the name may mean something."""
    labs = asked(embedded(HELD)[0], Lab("mortal", Mortal(HELD[1], 0)))  # type: ignore[arg-type]

    with pytest.raises(NotFound) as nothing:
        labs.ask("hyperparameters-of-run", run="serve")

    assert nothing.value.__notes__ == ["partial: mortal is left out: " + GONE]


def test_where_no_lab_answers_there_is_no_answer() -> None:
    """Not even that there is no row."""
    with pytest.raises(NoLabAnswered, match=r"one.*two"):
        asked(*(Lab(name, Mortal([], 0)) for name in ("one", "two"))).ask("failed-runs")  # type: ignore[arg-type]


def test_nothing_is_contacted_but_what_was_named() -> None:
    """A query that names other services, or graphs elsewhere, is refused."""
    labs = asked(*embedded(HELD))
    for query in (
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * FROM <http://127.0.0.1:9/data> { ?s ?p ?o }",
    ):
        with pytest.raises(Exception, match=r"SERVICE|FROM"):
            labs.sparql(query)


@pytest.fixture(scope="module")
def services() -> Iterator[list[Served]]:
    """Two labs, each a service of this machine's own."""
    require("oxigraph")
    with served() as one, served() as other:
        for service, quads in zip((one, other), HELD, strict=True):
            service.load(quads)
        yield [one, other]


def test_endpoints_are_asked_from_the_command_line(services: list[Served], tmp_path: Path) -> None:
    """Without a knowledge base here."""
    where = [part for service in services for part in ("--endpoint", service.address)]

    counted = dlprov("sparql", COUNT, *where, "--format", "csv", folder=tmp_path)
    failed = dlprov("ask", "N6", *where, "--format", "csv", "--strict", folder=tmp_path)

    assert counted.stdout.split() == ["runs", str(runs_of(0, 1))]
    assert failed.stdout == questions.ask(_together(), BASE, "failed-runs").to_csv().replace(
        "\r\n", "\n"
    )
    assert (failed.returncode, failed.stderr) == (0, "")


def test_a_partial_answer_is_no_success_where_that_is_not_to_pass(
    services: list[Served], tmp_path: Path
) -> None:
    """Its rows are there all the same, and who is missing is said."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        down = f"http://127.0.0.1:{free.getsockname()[1]}"
    where = ("--endpoint", services[0].address, "--endpoint", down, "--format", "csv")

    passes = dlprov("sparql", COUNT, *where, folder=tmp_path)
    strict = dlprov("sparql", COUNT, *where, "--strict", folder=tmp_path)
    nobody = dlprov("sparql", COUNT, *where[2:], "--endpoint", f"{down}/x", folder=tmp_path)

    assert passes.stdout.split() == strict.stdout.split() == ["runs", str(runs_of(0))]
    assert (passes.returncode, strict.returncode, nobody.returncode) == (0, 1, 3)
    assert f"partial: {down} is left out" in passes.stderr
    assert nobody.stdout == ""


def test_one_endpoint_alone_is_asked_as_it_is(services: list[Served]) -> None:
    """Nothing is fetched, and nothing but a SPARQL service is needed."""
    with open_labs([services[0].address]) as labs:
        answer = labs.sparql(COUNT)

    assert not isinstance(answer, bool | list)
    assert answer.rows == [(runs_of(0),)]


def test_a_store_is_what_a_federation_is() -> None:
    """So all that asks a store asks several."""
    from dlprov_rdf.ask.federate import Federation

    federation: Store = Federation(embedded(HELD))

    assert set(federation.graphs()) == set(graphs())
    assert federation.count() == sum(map(len, graphs().values()))
    for name, quads in list(graphs().items())[:2]:
        assert set(federation.graph(name)) == set(quads)
    assert R1


def test_each_row_says_who_asserts_it() -> None:
    """The lab, and the graph; and what only both together assert is of both."""
    one, other = embedded(HELD)
    labs = asked(one, other)

    runs = labs.sparql("SELECT ?run { ?run a dlprov:WorkflowRun }", who=True)
    counted = labs.sparql(COUNT, who=True)
    failed = labs.ask("failed-runs", who=True)

    assert not isinstance(runs, bool | list)
    assert runs.columns == ("run", "asserted_by", "in_graph")
    for run, lab, graph in runs.rows:
        assert graph == f"{run}/graph"
        held = HELD[0] if lab == one.name else HELD[1]
        assert graph in {quad.graph_name.value for quad in held}
    assert not isinstance(counted, bool | list)
    assert [row[1] for row in counted.rows] == [f"{one.name} + {other.name}"]
    assert failed.columns[-2:] == ("asserted_by", "in_graph")
    assert all(row[-2] for row in failed.rows)


def test_all_graphs_are_fetched_where_that_is_wished(services: list[Served]) -> None:
    """Then every question is asked of what was fetched."""
    with open_labs([service.address for service in services], fetch=True) as labs:
        answer = labs.sparql(COUNT)

    assert not isinstance(answer, bool | list)
    assert answer.rows == [(runs_of(0, 1),)]


def test_an_endpoint_is_called_by_the_name_that_the_settings_give_it(
    services: list[Served], tmp_path: Path
) -> None:
    """And a name that they do not have is refused, before anything is asked."""
    kb = tmp_path / "kb"
    kb.mkdir()
    told = f'base = "{BASE}"\n[endpoints.there]\naddress = "{services[1].address}"\n'
    (kb / "kb.toml").write_text(told)
    both = ("--endpoint", "there", "--endpoint", services[0].address, "--format", "csv")

    counted = dlprov("sparql", COUNT, *both, folder=tmp_path, DLPROV_KB=str(kb))
    wrong = dlprov("sparql", COUNT, "--endpoint", "thre", folder=tmp_path, DLPROV_KB=str(kb))
    unasked = dlprov("sparql", COUNT, "--strict", folder=tmp_path, DLPROV_KB=str(kb))

    assert counted.stdout.split() == ["runs", str(runs_of(0, 1))]
    assert (wrong.returncode, "There are: there" in wrong.stderr) == (2, True)
    assert (unasked.returncode, "--endpoint" in unasked.stderr) == (2, True)
