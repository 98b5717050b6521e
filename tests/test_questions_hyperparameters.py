# SPDX-License-Identifier: Apache-2.0
"""K1 to K8, on four small runs: what was set, what was best, as worked out on paper."""

from __future__ import annotations

import math

import pytest
from small_graph import R1, R2, four_runs, rows, store_of, text_of_four_runs

from dlprov_rdf.errors import Ambiguous
from dlprov_rdf.store.embedded import EmbeddedStore


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The four runs."""
    return four_runs()


def test_k1_the_loss_of_an_epoch_is_told_for_each_data_it_was_measured_on(
    store: EmbeddedStore,
) -> None:
    """One epoch has a training loss and a validation loss."""
    found = rows(
        store, "K1", "epoch", "reported_as", "value", "role", run="digits", training="cnn", epoch=1
    )

    assert found == [(1, "loss", 0.4, "training"), (1, "val_loss", 0.5, "validation")]


def test_k1_the_printed_name_tells_the_data(store: EmbeddedStore) -> None:
    """val_loss is the loss on validation data, and no other."""
    found = rows(store, "K1", "value", run="digits", training="cnn", epoch="0", measure="val_loss")

    assert found == [(0.9,)]


def test_k1_a_diverged_loss_is_not_a_number_and_is_told(store: EmbeddedStore) -> None:
    """A failed training is provenance too."""
    [(value,)] = rows(store, "K1", "value", run="digits", training="cnn wide", epoch=1)

    assert math.isnan(value)


def test_k2_the_layers_come_in_order_with_their_settings(store: EmbeddedStore) -> None:
    """The model is one architecture, here named by its IRI for there are two of its name."""
    found = rows(
        store, "K2", "position", "layer_class", "units", "dropout_rate", "parameters",
        model=f"{R1}/architecture/10",
    )  # fmt: skip

    assert found == [
        (0, "Conv2D", 8, None, 80),
        (1, "Dropout", None, 0.4, 0),
        (2, "Dense", 10, None, 2890),
    ]


def test_k2_two_models_of_one_name_are_asked_back(store: EmbeddedStore) -> None:
    """The layers of cnn: which? Two runs have the same one, so there are two, not three."""
    with pytest.raises(Ambiguous) as error:
        rows(store, "K2", "position", model="cnn")

    assert f"{R1}/architecture/12 (architecture of run digits)" in error.value.candidates


def test_k3_each_epoch_tells_its_time_and_its_losses(store: EmbeddedStore) -> None:
    """A training without validation losses has none."""
    columns = ("training_name", "epoch", "seconds", "training_value", "validation_value")
    found = rows(store, "K3", *columns, run="digits")

    assert found[:3] == [
        ("cnn", 0, 2.0, 0.8, 0.9),
        ("cnn", 1, 1.0, 0.4, 0.5),
        ("mlp", 0, 0.5, 0.6, None),
    ]
    assert [row[:4] for row in found[3:4]] == [("cnn wide", 0, 1.0, 50.0)]
    assert math.isnan(found[4][3])


def test_k4_trainings_that_tie_for_the_best_are_both_given(store: EmbeddedStore) -> None:
    """The general learning rate stands for that of each optimizer."""
    columns = ("initial_value", "best_value", "run_name", "training")
    found = rows(store, "K4", *columns, model="cnn")

    assert found == [
        (0.001, 0.9, "digits", f"{R1}/training/20"),
        (0.01, 0.9, "digits again", f"{R2}/training/20"),
    ]


def test_k4_best_goes_by_the_measures_direction(store: EmbeddedStore) -> None:
    """The lowest loss is the best, and NaN is no best at all."""
    found = rows(
        store, "K4", "best_value", "initial_value", model="cnn", measure="loss", on="train"
    )

    assert found == [(0.3, 0.01)]


def test_k4_a_training_of_which_only_nan_is_known_is_not_the_best() -> None:
    """NaN is equal to nothing, itself included."""
    trig = text_of_four_runs().replace("mls:hasValue 0.9e0", 'mls:hasValue "NaN"^^xsd:double')

    assert rows(store_of(trig), "K4", "best_value", model="cnn") == [(0.1,)]


def test_k5_equal_values_share_a_rank_and_k_counts_ranks(store: EmbeddedStore) -> None:
    """The three best values can be of more than three trainings."""
    found = rows(store, "K5", "rank", "best_value", "hyperparameters", model="cnn")
    first = rows(store, "K5", "rank", model="cnn", k=1)

    assert found == [
        (1, 0.9, "batch_size = 32; learning_rate = 0.001"),
        (1, 0.9, "learning_rate = 0.01"),
        (2, 0.1, "learning_rate = 10.0"),
    ]
    assert first == [(1,), (1,)]


def test_k6_an_adaptation_tells_when_by_what_and_to_what(store: EmbeddedStore) -> None:
    """A best training in which nothing changed says so with one row."""
    columns = ("run_name", "adapted", "epoch", "technique", "old_value", "new_value")
    found = rows(store, "K6", *columns, model="cnn")

    assert found == [
        ("digits", True, 0, "ReduceLROnPlateau", 0.001, 0.0005),
        ("digits again", False, None, None, None, None),
    ]


def test_k7_a_filter_is_the_preprocessing_of_the_training_data(store: EmbeddedStore) -> None:
    """The wide cnn has no dropout and is not asked for."""
    columns = ("filter_name", "parameters", "training_name", "run_name")
    found = rows(store, "K7", *columns, model="cnn")

    assert found == [
        ("scale", "divisor = 16", "cnn", "digits"),
        ("standardise", None, "cnn", "digits again"),
    ]
    assert rows(store, "K7", "filter_name", model="cnn", dropout=0.5) == []


def test_k8_the_best_and_the_worst_tell_their_filters_and_epochs(store: EmbeddedStore) -> None:
    """Both best ones are given."""
    columns = ("which", "training_name", "value", "filter_name", "epochs")
    found = rows(store, "K8", *columns, model="cnn")

    assert found == [
        ("best", "cnn", 0.9, "scale", 2),
        ("best", "cnn", 0.9, "standardise", 1),
        ("worst", "cnn wide", 0.1, "scale", 2),
    ]
