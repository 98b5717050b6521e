# SPDX-License-Identifier: Apache-2.0
"""A question on the best has the rows that its file has, though it is asked of a few."""

from __future__ import annotations

import pytest
from small_graph import BASE, rows, store_of, text_of_four_runs

from dlprov_rdf.ask import questions, sparql
from dlprov_rdf.ask.naming import parameters
from dlprov_rdf.ask.narrowing import narrowed
from dlprov_rdf.store.embedded import EmbeddedStore

NARROWED = [one.name for one in questions.questions() if one.among]

ASKED: list[dict[str, str]] = [
    {}, {"on": "training"}, {"measure": "loss"}, {"measure": "loss", "on": "training"},
    {"on": "test"}, {"data": "digits", "on": "training"}, {"k": "1"}, {"k": "2", "on": "training"},
]  # fmt: skip


#: What the validation measures of the first run were measured on.
MEASURED = "r1:e11va dlprov:measuredOn r1:data\\/7 . r1:e30va dlprov:measuredOn r1:data\\/7 . "


@pytest.fixture(scope="module", params=["one is best", "two tie"])
def store(request: pytest.FixtureRequest) -> EmbeddedStore:
    """The four runs, with more that is measured on named data; or two of equal loss."""
    text = text_of_four_runs().replace("r1:graph {", f"r1:graph {{ {MEASURED}", 1)
    tied = text.replace("mls:hasValue 0.3e0", "mls:hasValue 0.4e0")
    return store_of(text if request.param == "one is best" else tied)


@pytest.mark.parametrize("given", ASKED, ids=str)
@pytest.mark.parametrize("name", NARROWED)
def test_a_narrowed_question_has_the_rows_that_it_has_of_all(
    name: str, given: dict[str, str], store: EmbeddedStore
) -> None:
    """Of every model, and in the same order."""
    question = questions.find(name)
    given = {key: value for key, value in given.items() if question.parameter(key)}
    if question.parameter("model") and not question.parameter("model").optional:  # type: ignore[union-attr]
        given["model"] = "cnn"
    terms = parameters.resolve(store, BASE, question, given).terms

    few = narrowed(store, question, terms)

    variable = str(question.among).split()[0].lstrip("?")
    of_all = sparql.select(store, questions.bind(question, {variable: None, **terms}))[1]
    of_few = sparql.select(store, questions.bind(question, few))[1] if few is not None else []
    assert of_few == of_all


def test_a_training_without_data_hides_no_other_that_has_some() -> None:
    """Its loss is the least; P1 asks for the model with the least loss on data."""
    none = text_of_four_runs().replace("prov:used r2:data\\/6 ; prov:qual", "prov:qual")

    found = rows(store_of(none), "P1", "best_value", "run_name", on="training")

    assert found == [(0.4, "digits")]
