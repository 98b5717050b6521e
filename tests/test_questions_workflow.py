# SPDX-License-Identifier: Apache-2.0
"""Questions about whole workflows, on four small runs: rows that were worked out on paper."""

from __future__ import annotations

import math

import pytest
from small_graph import BASE, four_runs, rows, store_of, text_of_four_runs

from dlprov_rdf.ask import questions
from dlprov_rdf.store.embedded import EmbeddedStore


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The four runs."""
    return four_runs()


def test_d1_an_average_is_over_the_epochs_of_one_training_that_are_finite(
    store: EmbeddedStore,
) -> None:
    """Two runs state the same measure, and no value counts twice."""
    columns = ("training_name", "average", "epochs", "left_out")
    found = rows(store, "D1", *columns, run="digits")

    assert [row[0] for row in found] == ["cnn", "mlp", "cnn wide"]
    assert found[0][1:] == (pytest.approx(0.6), 2, 0)
    assert found[2][1:] == (50.0, 1, 1)


def test_d2_epochs_have_an_average_time(store: EmbeddedStore) -> None:
    """A training is chosen by its name."""
    columns = ("average_seconds", "shortest", "longest", "epochs")
    found = rows(store, "D2", *columns, run="digits", training="cnn")

    assert found == [(1.5, 1.0, 2.0, 2)]


def test_d3_the_shortest_path_goes_from_the_metric_to_the_loaded_data(store: EmbeddedStore) -> None:
    """Without a metric: the newest run's, accuracy first, and the answer says which."""
    answer = questions.ask(store, BASE, "shortest-path-to-data")
    found = rows(store, "D3", "distance", "name", "made_by")

    assert found == [
        (0, "accuracy = 0.88", "evaluate"),
        (1, "evaluate", None),
        (2, "test", "split"),
        (3, "scaled digits", "scale"),
        (4, "digits", "load"),
    ]
    assert rows(store, "D3", "origin")[-1] == ("https://doi.org/10.24432/C50P49",)
    assert answer.notes == ("metric: accuracy = 0.88 of cnn",)


def test_d4_a_test_metric_tells_what_produced_it(store: EmbeddedStore) -> None:
    """The newest run with test metrics is meant, though a later run only predicts."""
    found = rows(store, "D4", "reported_as", "value", "activity_name", "activity_kind", "data_name")

    assert found == [
        ("accuracy", 0.88, "evaluate", "Evaluation", "test"),
        ("loss", 0.45, "evaluate", "Evaluation", "test"),
    ]
    assert rows(store, "D4", "value", metric="test loss") == [(0.45,)]


def test_d5_the_full_path_has_each_step_and_what_it_was_set_to(store: EmbeddedStore) -> None:
    """The epochs are folded into their training, which is on the path by the model."""
    found = dict(rows(store, "D5", "name", "parameters", metric="test loss"))

    assert set(found) == {
        "loss = 0.45", "evaluate", "cnn", "train", "validation", "test", "split",
        "scaled digits", "scale", "digits", "load",
    }  # fmt: skip
    assert found["scale"] == "divisor = 16"


def test_d6_the_hyperparameters_of_a_run_with_what_became_of_them(store: EmbeddedStore) -> None:
    """A change is counted, and the last value told."""
    columns = ("hyperparameter", "initial_value", "last_value", "changes")
    found = rows(store, "D6", *columns, run="digits", training="cnn")

    assert found == [("batch_size", 32, None, None), ("learning_rate", 0.001, 0.0005, 1)]


def test_d7_the_metrics_of_trainings_with_the_last_and_the_best(store: EmbeddedStore) -> None:
    """The last can be NaN, the best cannot."""
    columns = ("reported_as", "last_value", "best_value", "best_epoch", "role")
    found = rows(store, "D7", *columns, run="digits", training="cnn wide")

    assert math.isnan(found[0][1])
    assert [(row[0], *row[2:]) for row in found] == [
        ("loss", 50.0, 0, "training"),
        ("val_accuracy", 0.1, 0, "validation"),
    ]


def test_d8_the_test_metrics_of_a_run(store: EmbeddedStore) -> None:
    """A run without any has none."""
    columns = ("model_name", "reported_as", "value", "step_name")

    assert rows(store, "D8", *columns) == [
        ("cnn", "accuracy", 0.88, "evaluate"),
        ("cnn", "loss", 0.45, "evaluate"),
    ]
    assert rows(store, "D8", *columns, run="digits again") == []


def test_d9_trainings_are_compared_over_all_runs_best_first(store: EmbeddedStore) -> None:
    """One row a training, though two runs state the person and the machine."""
    columns = ("training_name", "best_value", "selected", "preprocessing", "scientist")
    found = rows(store, "D9", *columns)
    surroundings = rows(store, "D9", "environment", run="digits")

    assert found == [
        ("cnn", 0.9, True, "scale", "Ada Lovelace"),
        ("cnn", 0.9, True, "standardise", "Ada Lovelace"),
        ("mlp", 0.8, False, "scale", "Ada Lovelace"),
        ("cnn wide", 0.1, False, "scale", "Ada Lovelace"),
        ("by hand", None, False, None, None),
    ]
    assert surroundings == [("Python 3.11.7, tensorflow on lab",)] * 3


def test_n1_the_lineage_of_a_prediction_crosses_to_the_run_that_made_the_file(
    store: EmbeddedStore,
) -> None:
    """The loaded file is equal to the saved one, and the step says so."""
    found = rows(store, "N1", "relation", "name", "run_name", thing="@prediction")

    assert ("by content", "cnn.keras", "digits") in found
    assert ("prov:wasGeneratedBy", "load", "digits") in found
    assert not [row for row in found if row[2] == "digits again"]


def test_n2_the_impact_of_a_package_goes_through_the_runs_to_the_predictions(
    store: EmbeddedStore,
) -> None:
    """Both runs had it; the third only uses what the first made with it."""
    found = rows(store, "N2", "kind", "name", "run_name", thing="keras 3.15.1")

    assert ("model", "cnn", "digits again") in found
    assert ("prediction", "predictions", "serve") in found
    assert ("run", "serve", "serve") not in found


def test_what_many_runs_state_alike_does_not_multiply_the_work() -> None:
    """A union of graphs keeps equal triples: 80 runs would join 80 x 80 times, for minutes."""
    text = text_of_four_runs()
    head, _, first = text.partition("r1:graph {")
    first = "r1:graph {" + first.partition("r2:graph {")[0]
    copies = [
        first.replace("r1:", f"c{n}:").replace("000000000001", f"1000000000{n:02}")
        for n in range(80)
    ]
    prefixes = "".join(
        f"PREFIX c{n}: <{BASE}run/0194a000-0000-7000-8000-1000000000{n:02}/>\n" for n in range(80)
    )
    store = store_of(head + prefixes + "".join(copies))

    assert len(rows(store, "K4", "training", model="cnn")) == 80
    assert len(rows(store, "K5", "training", model="cnn")) == 160
    assert len(rows(store, "D9", "training")) == 240
    assert rows(store, "D6", "training_name", training="cnn") == [("cnn",), ("cnn",)]
