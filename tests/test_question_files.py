# SPDX-License-Identifier: Apache-2.0
"""A query file says its question, what it is given and with which values it runs as it stands."""

from __future__ import annotations

import pytest
from small_graph import BASE, four_runs
from study_runs import study

from dlprov_rdf.ask import header, questions
from dlprov_rdf.errors import FaultyQuery, WrongParameter
from dlprov_rdf.store.embedded import EmbeddedStore

ASKED = [
    *(f"K{number}" for number in range(1, 9)), *(f"D{number}" for number in range(1, 11)),
    *(f"P{number}" for number in range(1, 7)), *(f"S{number}" for number in range(1, 5)),
    *(f"V{number}" for number in range(1, 6)), *(f"N{number}" for number in range(1, 11)),
    "N14", "N15", "N16", "N17", "F1",
]  # fmt: skip


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The four runs."""
    return four_runs()


@pytest.fixture(scope="module")
def whole_store() -> EmbeddedStore:
    """The four runs, and those of the study."""
    return study(beside_the_four=True)


def test_the_questions_are_those_that_were_promised() -> None:
    """Each identifier has one file."""
    assert sorted(question.id for question in questions.questions()) == sorted(ASKED)
    assert questions.find("K4").name == "best-initial-learning-rate"


@pytest.mark.parametrize("name", [question.name for question in questions.questions()])
def test_a_file_answers_as_it_stands_and_says_what_with(
    name: str, whole_store: EmbeddedStore
) -> None:
    """A query file is a valid query, with the demonstration's values, and ordered."""
    question = questions.find(name)

    found = whole_store.query(question.sparql)

    assert tuple(found.variables) == tuple(column.name for column in question.answers)
    assert list(found), "no row for the values in the file"
    assert "ORDER BY" in question.sparql
    assert question.text.endswith(("?", "."))


def test_a_default_in_a_header_is_one_that_can_be_resolved(store: EmbeddedStore) -> None:
    """Whatever has a default can be asked without being given."""
    missing = {}
    for question in questions.questions():
        try:
            questions.ask(store, BASE, question.id)
        except WrongParameter as error:
            missing[question.id] = error.parameter

    asked_of = ("K2", "K4", "K5", "K6", "K7", "K8", "P5", "V3", "V4", "V5")
    models = dict.fromkeys(asked_of, "model")
    things = dict.fromkeys(("N1", "N2", "N15", "P6", "V1", "V2"), "thing")
    assert missing == {**models, **things, "N3": "other"}


def test_a_query_without_an_identifier_is_no_question() -> None:
    """Lineage uses some queries that nobody asks by name."""
    names = {question.name for question in questions.questions()}

    assert header.read("x.rq", "# What?\nSELECT * {}") is None
    assert (
        not {"one-step-up", "one-step-down", "said-up", "data-said-up", "names-and-kinds"} & names
    )


def test_an_example_holds_names_and_values_quoted_as_in_a_shell() -> None:
    """A run's name has a space; a word that sets nothing is a slip of whoever wrote the file."""
    head = "# How?\n#\n# id:      X1\n# given:   ?run  the run\n# example: "

    question = header.read("x.rq", f'{head}run="digits: train" on=test\n')

    assert question is not None
    assert question.example == (("run", "digits: train"), ("on", "test"))
    with pytest.raises(FaultyQuery, match="NAME=VALUE"):
        header.read("x.rq", f"{head}run=digits: train\n")


def test_a_question_without_its_text_is_a_faulty_file() -> None:
    """The first line says the question."""
    with pytest.raises(FaultyQuery, match="first line"):
        header.read("x.rq", "# id:      X1\nSELECT * {}")


def test_a_header_goes_on_over_lines() -> None:
    """A long text is broken where it must be."""
    text = "# What?\n#\n# id:      X1\n# given:   ?k  how\n#          many. default: 3\nSELECT * {}"

    question = header.read("folder/what.rq", text)

    assert question is not None
    assert question.name == "what"
    assert (question.given[0].text, question.given[0].default) == ("how many. default: 3", "3")
