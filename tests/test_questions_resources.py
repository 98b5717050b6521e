# SPDX-License-Identifier: Apache-2.0
"""Questions about what trainings took, on three small runs: rows that were worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_graph import BASE, rows, store_of

from dlprov_rdf.ask import questions
from dlprov_rdf.store.embedded import EmbeddedStore

TRIG = Path(__file__).parent / "data" / "resources.trig"


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The three runs."""
    return store_of(TRIG.read_text(encoding="utf-8"))


def test_p3_each_machine_has_its_own_average(store: EmbeddedStore) -> None:
    """Lab: epochs of 6, 2 and 4 s, of 2, 2 and 20 batches; box: one epoch that ended.

    The batches of box are a series with some of an epoch that never ended, so their time is
    not known. What two runs say of lab alike is not counted twice.
    """
    found = rows(store, "P3", "machine_name", "what", "average_seconds", "count", "trainings")

    assert found == [
        ("box", "epoch", 8.0, 1, 1),
        ("lab", "batch", 0.5, 24, 2),
        ("lab", "epoch", 4.0, 3, 2),
    ]


def test_p3_an_epochs_own_value_is_no_batch(store: EmbeddedStore) -> None:
    """Nor is a batch with two measures two batches."""
    found = rows(store, "P3", "what", "average_seconds", "count", run="full", model="cnn")

    assert found == [("batch", 2.0, 4), ("epoch", 4.0, 2)]


def test_p3_where_no_epoch_tells_its_time_the_answer_says_so(store: EmbeddedStore) -> None:
    """No number is made up."""
    answer = questions.ask(store, BASE, "P3", run="full", model="base")

    assert answer.rows == []
    assert "no epoch" in answer.notes[-1]


def test_v4_every_training_of_a_model_counts_and_those_it_goes_on_from(
    store: EmbeddedStore,
) -> None:
    """The one that failed, the one that was cut off, and the pretraining."""
    found = rows(
        store, "V4", "run_name", "training_name", "machine_name", "end_state", "wall_seconds",
        "cpu_seconds", "epoch_seconds", "peak_memory_bytes", model="cnn",
    )  # fmt: skip

    assert found == [
        ("full", "pretrain", "lab", "completed", 3.0, 6.0, None, 1000),
        ("full", "cnn", "lab", "completed", 10.0, 30.0, 8.0, 1000),
        ("failed", "cnn", "lab", "failed", 4.5, 5.0, 4.0, None),
        ("cut", "cnn", "box", "interrupted", None, None, 8.0, None),
    ]


def test_v4_devices_come_with_value_and_unit(store: EmbeddedStore) -> None:
    """Where nothing was measured there is nothing."""
    found = rows(store, "V4", "training_name", "devices", model="cnn", run="full")

    assert found == [("pretrain", None), ("cnn", "package-0, energy: 120.5 J")]


def test_v4_a_model_that_others_go_on_from_took_its_own_training(store: EmbeddedStore) -> None:
    """What came later is no cost of it."""
    assert rows(store, "V4", "training_name", model="base") == [("pretrain",)]


def test_n10_a_training_costs_what_was_measured_of_it_and_of_its_run(
    store: EmbeddedStore,
) -> None:
    """Each with its unit; a meter that told nothing is told with its reason."""
    found = rows(
        store, "N10", "of", "quantity", "value", "unit", "device", "measured_by", run="full",
        training="cnn",
    )  # fmt: skip

    assert found == [
        ("training", "CPU time", 30.0, "s", None, "process"),
        ("training", "energy", 120.5, "J", "package-0", "RAPL"),
        ("training", "time in epochs", 8.0, "s", None, "clock"),
        ("training", "wall time", 10.0, "s", None, "clock"),
        ("run", "CPU time", 70.0, "s", None, "process"),
        ("run", "energy", 200.0, "J", "package-0", "RAPL"),
        ("run", "not measured", None, None, None, "nvml: no device"),
        ("run", "peak memory", 1000, "By", None, "process"),
        ("run", "wall time", 20.0, "s", None, "clock"),
    ]


def test_n10_of_a_failed_training_what_it_took_is_told(store: EmbeddedStore) -> None:
    """It cost that all the same."""
    found = rows(store, "N10", "of", "quantity", "value", run="failed")

    assert found == [
        ("training", "CPU time", 5.0),
        ("training", "time in epochs", 4.0),
        ("training", "wall time", 4.5),
        ("run", "not measured", None),
    ]


def test_n10_of_a_training_that_was_cut_off_the_epochs_are_known(store: EmbeddedStore) -> None:
    """Nobody saw its end, so nothing else was measured."""
    found = rows(store, "N10", "of", "quantity", "value", run="cut")

    assert found == [("training", "time in epochs", 8.0)]


def test_n10_the_newest_run_is_asked_unless_one_is_named(store: EmbeddedStore) -> None:
    """And the answer says which it was."""
    answer = questions.ask(store, BASE, "N10")

    assert len(answer) == 1
    assert "cut" in answer.notes[0]
