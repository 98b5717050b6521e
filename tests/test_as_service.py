# SPDX-License-Identifier: Apache-2.0
"""A question printed as a query of several services has, pasted into one of them, its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from labs_across import DECISION, across, together
from oxigraph_served import served
from parts import require
from pyoxigraph import RdfFormat, serialize
from small_graph import BASE
from test_federation_partial import JSON, saying, serving
from typed_commands import dlprov

from dlprov_rdf import assets
from dlprov_rdf.ask import header, questions
from dlprov_rdf.ask.answer import Answer, make
from dlprov_rdf.ask.binding import tokens_of
from dlprov_rdf.ask.federating import as_service
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.errors import FaultyQuery, NoAddress, NoLabAnswered, QuestionError
from dlprov_rdf.kb.labs import open_labs
from dlprov_rdf.store.embedded import EmbeddedStore

require("rdflib")

A, B = "http://localhost:1/a/sparql", "http://localhost:2/b/sparql"

#: Each question of the five as it is asked here, and how many rows it has.
ASKED: dict[str, tuple[str, dict[str, str], int]] = {
    "N5": ("N5", {"run": "digits"}, 3),
    "N5 of data": ("N5", {"run": "digits again", "data": "digits"}, 3),
    "N8": ("N8", {"on": "test"}, 2),
    "N8 of data": ("N8", {"on": "test", "data": "digits"}, 2),
    "P2": ("P2", {"state": DECISION}, 8),
    "P2 of nothing raw": ("P2", {"state": "cnn"}, 0),
    "P4": ("P4", {}, 4),
    "P4 of a model": ("P4", {"model": "cnn", "k": "2"}, 3),
    "P4 by the loss": ("P4", {"measure": "SparseCategoricalCrossentropy", "on": "training"}, 3),
    "D9": ("D9", {"measure": "loss", "on": "training"}, 18),
    "D9 of a run": ("D9", {"run": "digits", "model": "cnn"}, 2),
}


def pasted(address: str, query: str) -> Answer:
    """Ask a service itself, as its page does."""
    kind = {"accept": "application/sparql-results+json"}
    with httpx.Client(timeout=60, trust_env=False) as http:
        answer = http.post(address, data={"query": query}, headers=kind)
    assert answer.status_code == 200, answer.text
    found = ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    return make("", [one.value for one in found.variables], [tuple(row) for row in found])


def asked_by(query: str) -> list[str]:
    """List whom a query asks."""
    tokens = tokens_of(query)
    pairs = pairwise(tokens)
    return list(dict.fromkeys(after[0][1:-1] for one, after in pairs if one[0] == "SERVICE"))


def oxigraphs(stack: ExitStack) -> list[str]:
    """Start three services, each with what its lab holds."""
    services = [stack.enter_context(served()) for _ in across()]
    for service, quads in zip(services, across(), strict=True):
        service.load(quads)
    return [service.address for service in services]


def fusekis(stack: ExitStack, folder: Path) -> list[str]:
    """Start three Fusekis, each with what its lab holds."""
    from fuseki_started import Fuseki, start

    from dlprov_rdf.store import fuseki

    def lab(number: int) -> Fuseki:
        home = folder / f"lab-{number}"
        home.mkdir()
        stack.callback(fuseki.down, home)
        return start(home, dataset=f"lab-{number}")

    with ThreadPoolExecutor() as threads:
        started = list(threads.map(lab, range(len(across()))))
    for one, quads in zip(started, across(), strict=True):
        one.load(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    return [one.address for one in started]


@pytest.fixture(scope="module", params=["oxigraph", "fuseki"])
def labs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[str]]:
    """Give the addresses of three services, of either kind."""
    require(request.param)
    with ExitStack() as stack:
        if request.param == "oxigraph":
            yield oxigraphs(stack)
        else:
            yield fusekis(stack, tmp_path_factory.mktemp("labs"))


@pytest.fixture(scope="module")
def two() -> Iterator[list[str]]:
    """Give the addresses of two services that can be had quickly."""
    require("oxigraph")
    with ExitStack() as stack:
        yield oxigraphs(stack)[:2]


@pytest.mark.parametrize("what", ASKED)
def test_the_query_pasted_into_a_service_has_the_rows_of_the_question(
    labs: Sequence[str], what: str
) -> None:
    """It asks the others and itself; the rows are those of one store that holds all, too."""
    name, given, many = ASKED[what]
    with open_labs(labs) as opened:
        query = opened.as_service(name, **given).sparql
        asked = opened.ask(name, **given)

    found = pasted(asked_by(query)[0], query)

    assert (found.columns, found.rows) == (asked.columns, asked.rows)
    assert found.rows == questions.ask(together(), BASE, name, **given).rows
    assert len(found) == many


@pytest.mark.parametrize("labs", ["fuseki"], indirect=True)
def test_a_fuseki_asks_each_block_of_a_long_table_once(
    labs: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """And not once more for every row that it has already."""
    name, given, _ = ASKED["D9"]
    [log] = tmp_path_factory.getbasetemp().glob("labs[0-9]*/lab-1/fuseki/fuseki.log")
    with open_labs(labs) as opened:
        query = opened.as_service(name, **given).sparql
    before = log.read_text(encoding="utf-8").count("200 OK")

    pasted(asked_by(query)[0], query)

    asked = log.read_text(encoding="utf-8").count("200 OK") - before
    assert asked == query.count(f"SERVICE <{asked_by(query)[1]}>")


@pytest.mark.parametrize("name", ["N5", "N8", "P2", "D9"])
def test_no_lab_alone_has_the_rows_of_all(name: str) -> None:
    """Else it would prove little that they are found."""
    name, given, _ = ASKED[name]
    whole = questions.ask(together(), BASE, name, **given).rows

    for quads in across():
        with EmbeddedStore.memory() as alone:
            alone.fill(quads)
            try:
                assert questions.ask(alone, BASE, name, **given).rows != whole
            except QuestionError:
                continue


def test_the_command_prints_the_query_and_nothing_else(two: list[str]) -> None:
    """What was assumed goes to standard error."""
    endpoints = [word for address in two for word in ("--endpoint", address)]
    with open_labs(two) as opened:
        written = opened.as_service("N5")

    done = dlprov("ask", "N5", *endpoints, "--as-service")

    assert (done.returncode, done.stdout) == (0, written.sparql)
    assert written.notes
    assert all(note in done.stderr for note in written.notes)


def test_a_question_without_such_a_form_names_those_that_have_one(two: list[str]) -> None:
    """It can still be asked of the endpoints as it is."""
    done = dlprov("ask", "K3", "-p", "training=cnn", "--endpoint", two[0], "--as-service")

    assert (done.returncode, done.stdout) == (2, "")
    for known in ("best-models (P4)", "best-on-data (N8)", "raw-data-behind-model (P2)",
                  "runs-on-same-data (N5)", "runs-to-select-from (D9)"):  # fmt: skip
        assert known in " ".join(done.stderr.split())


def test_a_lab_that_does_not_answer_is_told_and_no_query_is_printed(two: list[str]) -> None:
    """No service could answer the query either."""
    silent = "http://127.0.0.1:1/lab"

    done = dlprov("ask", "P4", "--endpoint", two[0], "--endpoint", silent, "--as-service")

    assert (done.returncode, done.stdout) == (3, "")
    assert "127.0.0.1:1" in done.stderr


def test_a_lab_that_fails_on_the_way_is_told_and_no_query_is_printed(two: list[str]) -> None:
    """What only it knew by a name would be missing from the query."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("content-length", 0))
        probed = handler.command == "POST" and length == len("ASK {}")
        saying(200 if probed else 503, '{"head": {}, "boolean": true}', JSON)(handler)

    with (
        serving(answer) as failing,
        open_labs([two[0], failing], seconds=20) as opened,
        pytest.raises(NoLabAnswered, match=failing),
    ):
        opened.as_service("P4")


def test_a_knowledge_base_has_no_address_to_be_asked_at(two: list[str], tmp_path: Path) -> None:
    """Beside endpoints it can be asked, but not by them."""
    with start_run("one", kb=tmp_path):
        pass

    with open_labs(two, kb=tmp_path) as opened, pytest.raises(NoAddress, match="push"):
        opened.as_service("P4")


def test_without_endpoints_there_is_nobody_to_ask() -> None:
    """The option is said as it is typed."""
    done = dlprov("ask", "P4", "--as-service")

    assert done.returncode == 2
    assert "--as-service is of endpoints" in " ".join(done.stderr.split())


def test_what_is_printed_is_still_refused_here(two: list[str]) -> None:
    """A query of this store contacts nobody."""
    with open_labs(two) as opened:
        query = opened.as_service("P4").sparql

    with EmbeddedStore.memory() as store, pytest.raises(FaultyQuery, match="SERVICE"):
        store.query(query)


def test_each_block_is_said_once_for_each_lab() -> None:
    """The union of them stands where the block stood."""
    block = "SELECT * { SERVICE <http://a/> { ?s ?p '} SERVICE <http://x/> {' } ?s a ?c }"

    written = as_service.repeated(block, [A, B])

    assert written == (
        f"SELECT * {{ {{ SERVICE <{A}> {{ ?s ?p '}} SERVICE <http://x/> {{' }} }}\n"
        f"{' ' * 11}UNION\n"
        f"{' ' * 11}{{ SERVICE <{B}> {{ ?s ?p '}} SERVICE <http://x/> {{' }} }} ?s a ?c }}"
    )


def test_an_address_cannot_leave_its_brackets() -> None:
    """It enters as an IRI, or not at all."""
    with pytest.raises(ValueError, match="IRI"):
        as_service.repeated("{ SERVICE <http://a/> {} }", ["http://x/> {} } #"])


@pytest.mark.parametrize("file", assets.names("queries/federated", ".rq"))
def test_a_file_asks_as_the_question_does_and_never_silently(file: str) -> None:
    """Each block stands where what two labs hold counts once; a silent one gives an empty row."""
    sparql = assets.text(file)
    mine = header.read(file, sparql)
    assert mine is not None
    plain = questions.find(mine.id)

    assert (mine.name, mine.text, mine.given) == (plain.name, plain.text, plain.given)
    assert mine.answers == plain.answers
    assert asked_by(sparql) == ["http://localhost:3030/dlprov/sparql"]
    assert "SILENT" not in [token[0].upper() for token in tokens_of(sparql)]
    for before in re.findall(r"([^\n]*)\n *SERVICE", sparql):
        assert re.search(r"SELECT (DISTINCT|\(COUNT\(DISTINCT)", before)
