# SPDX-License-Identifier: Apache-2.0
"""Runs, models, measures and things are named as people know them, and asked back in doubt."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode
from small_graph import BASE, R1, R2, R3, R4, four_runs, rows, store_of, text_of_four_runs

from dlprov_rdf.ask import questions
from dlprov_rdf.errors import Ambiguous, NotFound
from dlprov_rdf.store.embedded import EmbeddedStore


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The four runs."""
    return four_runs()


def test_a_role_without_values_is_told_with_those_that_have_some() -> None:
    """Nothing was validated, say."""
    trig = text_of_four_runs().replace("dlprov:validationRole", "dlprov:trainingRole")

    assumed = questions.ask(store_of(trig), BASE, "K4", model="cnn")
    said = questions.ask(store_of(trig), BASE, "K4", model="cnn", on="validation")
    nowhere = questions.ask(four_runs(), BASE, "P4", model="by hand")

    assert (assumed.rows, assumed.notes[-1]) == (
        [],
        "there are values on training data: on=training",
    )
    assert said.notes[-1] == assumed.notes[-1]
    assert nowhere.notes[-1].startswith("no row")


@pytest.mark.parametrize(
    "name",
    ["digits", R1, f"{R1}/graph", "0194a000-0000-7000-8000-000000000001", "000000000001"],
)
def test_a_run_goes_by_its_name_its_iri_its_id_or_its_ending(
    name: str, store: EmbeddedStore
) -> None:
    """As a person knows it."""
    assert len(rows(store, "D1", "training", run=name)) == 3


def test_the_latest_run_is_the_newest_by_start(store: EmbeddedStore) -> None:
    """It only predicts, so it has no training; by default the newest with one is meant."""
    answer = questions.ask(store, BASE, "D1", run="@latest")

    assert rows(store, "D1", "training") == [(f"{R2}/training/20",)]
    assert answer.rows == []
    assert answer.notes[-1].startswith("no row")


def test_a_beginning_of_several_runs_is_ambiguous_and_names_them(store: EmbeddedStore) -> None:
    """The candidates are told."""
    with pytest.raises(Ambiguous) as error:
        rows(store, "D1", "training", run="0194a000")

    assert len(error.value.candidates) == 4
    assert "digits again" in str(error.value)


def test_a_training_tells_its_run(store: EmbeddedStore) -> None:
    """Not the latest run's, for it has no such training."""
    assert rows(store, "D2", "training", training="mlp") == [(f"{R1}/training/30",)]
    assert rows(store, "D2", "training", training=f"{R1}/training/40")
    assert rows(store, "D2", "training", run="digits", training="training/40")


def test_a_model_without_an_architecture_goes_by_its_trainings_name(store: EmbeddedStore) -> None:
    """Recorded by hand, a training stands for its model."""
    assert rows(store, "D9", "training", model="by hand") == [(f"{R4}/training/20",)]
    assert rows(store, "D9", "training", model="cnn wide") == [(f"{R1}/training/40",)]


def test_a_model_chooses_the_newest_run_that_trained_it(store: EmbeddedStore) -> None:
    """The default of the run goes by what else was given."""
    assert rows(store, "D1", "training_name", model="mlp") == [("mlp",)]


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"model": "no such"}, "model"),
        ({"model": "cnn", "measure": "no such"}, "measure"),
        ({"model": "cnn", "hyperparameter": "no such"}, "hyperparameter"),
        ({"model": "cnn", "on": "no such"}, "role of data"),
    ],
)
def test_a_name_of_nothing_says_what_there_is(
    given: dict[str, str], what: str, store: EmbeddedStore
) -> None:
    """The message is a remedy."""
    with pytest.raises(NotFound) as error:
        rows(store, "K4", "training", **given)

    assert error.value.what == what
    assert "There are: " in error.value.remedy or "Reported are: " in error.value.remedy


def test_a_hyperparameter_can_be_that_of_one_optimizer(store: EmbeddedStore) -> None:
    """Then the best training that has another one has no value."""
    found = rows(store, "K4", "initial_value", model="cnn", hyperparameter="Adam.learning_rate")

    assert found == [(0.001,), (None,)]


def test_a_measure_that_means_two_is_asked_back_where_values_are_compared() -> None:
    """Both print as accuracy; which is better of two that are computed otherwise?"""
    first, graph, others = text_of_four_runs().partition("r2:graph {")
    store = store_of(
        first + graph + others.replace("SparseCategoricalAccuracy", "CategoricalAccuracy")
    )

    with pytest.raises(Ambiguous) as error:
        rows(store, "K4", "training", model="cnn")

    assert len(error.value.candidates) == 2
    assert rows(store, "K1", "value", run="digits", measure="val_accuracy", training="mlp")


def test_a_name_that_is_only_alike_is_taken_and_told(store: EmbeddedStore) -> None:
    """People say acc."""
    answer = questions.ask(store, BASE, "K4", model="mlp", measure="acc")

    assert len(answer.rows) == 1
    assert answer.notes == ("acc is reported as val_accuracy",)


def test_a_measure_that_was_only_assumed_need_not_be_there(store: EmbeddedStore) -> None:
    """The training without any metric is listed all the same."""
    answer = questions.ask(store, BASE, "D9", run="stopped")

    assert len(answer.rows) == 1
    assert answer.notes[0].startswith("no measure 'accuracy'")


@pytest.mark.parametrize(
    ("thing", "node"),
    [
        ("data/9", f"{R3}/data/9"),
        ("digits again", R2),
        ("abc123d", "https://w3id.org/dlprov-rdf/id/commit/abc123def"),
        ("abc123de", "https://w3id.org/dlprov-rdf/id/commit/abc123def"),
        ("Ada Lovelace", f"{BASE}person/ada"),
        ("000000000003", R3),
    ],
)
def test_anything_goes_by_its_local_name_its_label_or_its_commit(
    thing: str, node: str, store: EmbeddedStore
) -> None:
    """No IRI needs to be typed."""
    assert rows(store, "N2", "node", thing=thing)[0] == (node,)


def test_a_label_of_several_things_is_ambiguous(store: EmbeddedStore) -> None:
    """That is a training, two architectures and more; each is told with its run's name."""
    with pytest.raises(Ambiguous) as raised:
        rows(store, "N1", "node", thing="cnn")

    assert any("(training of run " in one for one in raised.value.candidates)
    assert all(" (" in one for one in raised.value.candidates)


def test_a_label_that_is_nearly_written_so_is_offered(store: EmbeddedStore) -> None:
    """A letter is soon forgotten."""
    with pytest.raises(NotFound, match="Did you mean 'scaled digits'"):
        rows(store, "N1", "node", thing="Scaled digts")


def test_an_rdf_term_is_taken_as_it_is(store: EmbeddedStore) -> None:
    """A program need not go by names."""
    found = rows(store, "K5", "training", model=NamedNode(f"{R1}/architecture/11"), k=Literal(1))

    assert found == [(f"{R1}/training/30",)]
