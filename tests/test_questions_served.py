# SPDX-License-Identifier: Apache-2.0
"""Each question has the same rows in the embedded store and in an Oxigraph that is served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from oxigraph_served import Served
from oxigraph_served import served as serving
from small_graph import BASE, store_of
from study_runs import study

from dlprov_rdf.ask import questions, sparql
from dlprov_rdf.ask.answer import AnyTerm
from dlprov_rdf.ask.questions import Question
from dlprov_rdf.errors import QuestionError
from dlprov_rdf.store.base import Store
from dlprov_rdf.store.embedded import EmbeddedStore

pytestmark = pytest.mark.require("oxigraph")

FILES = sorted((Path(__file__).parent / "data").glob("*.trig"))

#: How the run ids of all files begin: each file is given runs of its own, but for this one.
RUN, FOUR_RUNS = "0194a000-", "questions"

Asked = tuple[list[str], list[tuple[AnyTerm | None, ...]]]


def told(numbered: tuple[int, Path]) -> str:
    """Read a file's runs, under ids that no other file has."""
    number, file = numbered
    text = file.read_text(encoding="utf-8")
    return text if file.stem == FOUR_RUNS else text.replace(RUN, f"{number:04d}{RUN[4:]}")


@pytest.fixture(scope="module")
def embedded() -> EmbeddedStore:
    """All runs that tests keep as files, and those of the study, in memory."""
    store = store_of("\n".join(map(told, enumerate(FILES))))
    made = study()
    for graph in made.graphs():
        store.fill(made.graph(graph))
    return store


@pytest.fixture(scope="module")
def served(embedded: EmbeddedStore) -> Iterator[Served]:
    """The same runs in a server of this machine's own, on a port that is free."""
    with serving() as store:
        store.load(quad for graph in embedded.graphs() for quad in embedded.graph(graph))
        yield store


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
