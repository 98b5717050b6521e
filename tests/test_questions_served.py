# SPDX-License-Identifier: Apache-2.0
"""Each question has the same rows in the embedded store and in an Oxigraph that is served."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from parts import program
from pyoxigraph import NamedNode, Quad
from small_graph import BASE, store_of

from dlprov_rdf.ask import questions, sparql
from dlprov_rdf.ask.answer import AnyTerm
from dlprov_rdf.ask.questions import Question
from dlprov_rdf.errors import QuestionError
from dlprov_rdf.store.base import Found, Rows, Store
from dlprov_rdf.store.embedded import EmbeddedStore

pytestmark = pytest.mark.require("oxigraph")

FILES = sorted((Path(__file__).parent / "data").glob("*.trig"))

#: How long a server may take to begin: this machine may have much else to do.
PATIENCE = 60.0

Asked = tuple[list[str], list[tuple[AnyTerm | None, ...]]]


class Served:
    """A store behind the SPARQL 1.1 Protocol and the Graph Store Protocol, to be read."""

    def __init__(self, address: str) -> None:
        self.client = httpx.Client(base_url=address, timeout=PATIENCE, trust_env=False)

    def load(self, trig: str) -> None:
        headers = {"Content-Type": "application/trig"}
        self.client.post("/store", content=trig.encode(), headers=headers).raise_for_status()

    def query(self, query: str, prefixes: dict[str, str] | None = None) -> Found:
        declared = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in (prefixes or {}).items())
        answer = self.client.post(
            "/query",
            content=(declared + query).encode(),
            headers={
                "Content-Type": "application/sparql-query",
                "Accept": "application/sparql-results+json",
            },
        )
        answer.raise_for_status()
        found = ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON)
        if isinstance(found, ox.QueryBoolean):
            return bool(found)
        assert isinstance(found, ox.QuerySolutions)
        return Rows([variable.value for variable in found.variables], (tuple(row) for row in found))

    def graph(self, name: NamedNode) -> Iterator[Quad]:
        answer = self.client.get(
            "/store", params={"graph": name.value}, headers={"Accept": "application/n-triples"}
        )
        answer.raise_for_status()
        for quad in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES):
            yield Quad(quad.subject, quad.predicate, quad.object, name)


@pytest.fixture(scope="module")
def embedded() -> EmbeddedStore:
    """All runs that tests keep as files, in memory."""
    return store_of("\n".join(file.read_text(encoding="utf-8") for file in FILES))


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """The same runs in a server of this machine's own, on a port that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    server = subprocess.Popen(
        [str(program("oxigraph")), "serve", "--bind", address, "--union-default-graph"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    store = Served(f"http://{address}")
    try:
        _wait_for(store, server)
        for file in FILES:
            store.load(file.read_text(encoding="utf-8"))
        yield store
    finally:
        store.client.close()
        server.terminate()
        server.wait()


def _wait_for(store: Served, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers; one that ended will not."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            store.query("ASK {}")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the server did not begin")


def asked(store: Store, question: Question) -> Asked:
    """Ask a question as its example says, or with its defaults, or else as its file stands."""
    given = dict(pair.split("=", 1) for pair in (question.example or "").split())
    try:
        answer = questions.ask(store, BASE, question.name, **given)
    except QuestionError:
        return as_it_stands(store, question)
    return list(answer.columns), list(answer.terms)


def as_it_stands(store: Store, question: Question) -> Asked:
    """Ask the query of a file with the values that it has."""
    return sparql.select(store, question.sparql)


@pytest.mark.parametrize("name", [one.name for one in questions.questions()])
def test_a_question_has_the_same_rows_from_a_server(
    name: str, embedded: EmbeddedStore, served: Served
) -> None:
    """In the same order, and each term the same, NaN too."""
    question = questions.find(name)

    here, there = asked(embedded, question), asked(served, question)
    file_here, file_there = as_it_stands(embedded, question), as_it_stands(served, question)

    assert there == here
    assert file_there == file_here
    assert file_here[1]


def test_the_server_holds_what_the_files_say(embedded: EmbeddedStore, served: Served) -> None:
    """Else equal rows would prove little."""
    [(count,)] = sparql.select(
        served, "SELECT (COUNT(*) AS ?count) { GRAPH ?graph { ?thing ?property ?value } }"
    )[1]

    assert int(count.value) == embedded.count() > 0
