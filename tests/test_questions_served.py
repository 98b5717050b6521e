# SPDX-License-Identifier: Apache-2.0
"""Each question has the same rows in the embedded store and in an Oxigraph that is served."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from oxigraph_served import Served
from oxigraph_served import served as serving
from pyoxigraph import Literal
from small_graph import store_of
from study_runs import study

from dlprov_rdf.ask import questions, sparql
from dlprov_rdf.ask.answer import AnyTerm
from dlprov_rdf.ask.questions import Question
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.store.base import Store
from dlprov_rdf.store.embedded import EmbeddedStore

pytestmark = pytest.mark.require("oxigraph")

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "tests" / "data").glob("*.trig"))

#: How the run ids of all files begin: each file is given runs of its own, but for this one.
RUN, FOUR_RUNS = "0194a000-", "questions"

DOUBLE = "http://www.w3.org/2001/XMLSchema#double"

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


@pytest.fixture(scope="module")
def demo() -> Iterator[KnowledgeBase]:
    """The recorded demonstration, which the page of questions asks."""
    page = runpy.run_path(str(ROOT / "docs" / "questions_page.py"))
    with page["recorded"]() as kb:
        yield kb


@pytest.fixture(scope="module")
def demo_served(demo: KnowledgeBase) -> Iterator[Served]:
    """The same in a server."""
    with serving() as store, demo.store() as embedded:
        store.load(quad for graph in embedded.graphs() for quad in embedded.graph(graph))
        yield store


def asked(store: Store, base: str, question: Question) -> Asked:
    """Ask a question as its example says, else with its defaults."""
    answer = questions.ask(store, base, question.name, **dict(question.example))
    return list(answer.columns), list(answer.terms)


def as_it_stands(store: Store, question: Question) -> Asked:
    """Ask the query of a file with the values that it has."""
    return sparql.select(store, question.sparql)


def rounded(answer: Asked) -> Asked:
    """Round the doubles of an answer to 12 digits."""
    columns, rows = answer
    return columns, [tuple(map(_rounded, row)) for row in rows]


def _rounded(term: AnyTerm | None) -> AnyTerm | None:
    if isinstance(term, Literal) and term.datatype.value == DOUBLE:
        return Literal(f"{float(term.value):.12g}", datatype=term.datatype)
    return term


@pytest.mark.parametrize("name", [one.name for one in questions.questions()])
def test_a_question_has_the_same_rows_from_a_server(
    name: str, embedded: EmbeddedStore, served: Served
) -> None:
    """In the same order, and each term the same, NaN too."""
    question = questions.find(name)

    here, there = as_it_stands(embedded, question), as_it_stands(served, question)

    assert there == here
    assert here[1]


@pytest.mark.parametrize("name", [one.name for one in questions.questions()])
def test_the_demonstration_answers_the_same_from_a_server(
    name: str, demo: KnowledgeBase, demo_served: Served
) -> None:
    """Names resolved, paths walked, and all that was asked on the way.

    To 12 digits: SPARQL does not say in which order an average is summed up.
    """
    question = questions.find(name)

    with demo.store() as store:
        here = asked(store, demo.settings.base, question)
    there = asked(demo_served, demo.settings.base, question)

    assert rounded(there) == rounded(here)


def test_the_server_holds_what_the_files_say(embedded: EmbeddedStore, served: Served) -> None:
    """Else equal rows would prove little."""
    [(count,)] = sparql.select(
        served, "SELECT (COUNT(*) AS ?count) { GRAPH ?graph { ?thing ?property ?value } }"
    )[1]

    assert int(count.value) == embedded.count() > 0
