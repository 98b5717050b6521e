# SPDX-License-Identifier: Apache-2.0
"""A question that is asked wrongly is answered with what to do, and nothing is harmed."""

from __future__ import annotations

import pytest
from small_graph import BASE, four_runs, rows

from dlprov_rdf.ask import questions, terms
from dlprov_rdf.errors import NotFound, UnknownQuestion, WrongParameter
from dlprov_rdf.store.embedded import EmbeddedStore


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The four runs."""
    return four_runs()


@pytest.mark.parametrize(
    ("query", "remarks"),
    [
        ("SELECT * { ?t a dlprov:Trainig }",
         ["The ontology has no term dlprov:Trainig. Did you mean dlprov:Training?"]),
        ("PREFIX ours: <https://w3id.org/dlprov-rdf/prov-ml#> SELECT * { ?t a ours:Learningdata }",
         ["The ontology has no term ours:Learningdata. Did you mean ours:LearningData?"]),
        ("SELECT * { ?t <https://w3id.org/dlprov-rdf/ontology#zebra> 1 }",
         ["The ontology has no term https://w3id.org/dlprov-rdf/ontology#zebra."]),
        ('SELECT * { ?t ?p "dlprov:Trainig", <urn:x:dlprov:Trainig> } # dlprov:Trainig', []),
        ("SELECT * { ?t a ex:Trainig }", []),
    ],
)  # fmt: skip
def test_terms_of_ours_that_there_are_not_are_named(query: str, remarks: list[str]) -> None:
    """In text, in a comment, and in other namespaces they are none of ours."""
    assert list(terms.unknown(query)) == remarks


def test_an_unknown_question_names_what_is_near() -> None:
    """A slip of the finger is mended by the message."""
    with pytest.raises(UnknownQuestion, match="best-initial-learning-rate"):
        questions.find("best-inital-learning-rate")


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({}, "model"),
        ({"model": "cnn", "modle": "cnn"}, "modle"),
        ({"model": ""}, "model"),
        ({"model": "cnn", "k": "many"}, "k"),
        ({"model": "cnn", "k": 0}, "k"),
        ({"model": "cnn", "k": True}, "k"),
    ],
)
def test_a_wrong_parameter_is_said_in_one_line(
    given: dict[str, object], parameter: str, store: EmbeddedStore
) -> None:
    """Which one, and what to do."""
    with pytest.raises(WrongParameter) as error:
        questions.ask(store, BASE, "K5", **given)

    assert error.value.parameter == parameter
    assert "\n" not in str(error.value)


def test_a_hostile_name_is_only_a_name(store: EmbeddedStore) -> None:
    """It finds nothing and changes nothing."""
    before = store.count()

    with pytest.raises(NotFound):
        rows(store, "K5", "training", model='cnn" } DROP ALL #')

    assert store.count() == before


def test_an_empty_knowledge_base_says_what_to_do() -> None:
    """Nothing is recorded yet."""
    with pytest.raises(NotFound, match="dlprov run"):
        questions.ask(EmbeddedStore.memory(), BASE, "D1")
    with pytest.raises(WrongParameter, match="dlprov run"):
        questions.ask(EmbeddedStore.memory(), BASE, "K4")
