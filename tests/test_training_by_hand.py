# SPDX-License-Identifier: Apache-2.0
"""A training by hand: its epochs, metrics and parameters, and which model was chosen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from runs_by_hand import IMAGES, told

from dlprov_rdf.capture.run import Run
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.errors import NotANumber, WrongCall
from dlprov_rdf.events import (
    Adapted,
    ArchitectureSeen,
    DataSeen,
    EpochEnded,
    EpochStarted,
    FileSeen,
    Metric,
    ModelSeen,
    ParametersSet,
    Selected,
    StepStarted,
    TrainingEnded,
    TrainingStarted,
    Usage,
)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A run in a knowledge base of its own."""
    with start_run("by hand", kb=tmp_path / "kb") as begun:
        yield begun


def test_a_training_tells_its_epochs_metrics_and_model(run: Run, tmp_path: Path) -> None:
    """All of a training by hand, each call written when it returns."""
    (tmp_path / "m.pt").write_bytes(b"weights")
    with run.training("cnn", used={"training": IMAGES}, parameters={"lr": 0.1}) as training:
        for number in range(2):
            with training.epoch(number):
                training.log_metric("loss", 1.0 / (number + 1))
        training.change("lr", 0.05, by="halved by hand")
        model = training.log_model("cnn", weights=[IMAGES], file=tmp_path / "m.pt")

    started, ended = told(run, TrainingStarted)[0], told(run, TrainingEnded)[0]
    data = told(run, DataSeen)[0]
    assert started.used == [Usage(data.id, "training")]
    assert [(s.name, s.value) for s in started.settings] == [("lr", 0.1)]
    assert [event.number for event in told(run, EpochStarted)] == [0, 1]
    assert [(m.of, m.value) for m in told(run, Metric)] == [
        (f"{training.id}/epoch/0", 1.0), (f"{training.id}/epoch/1", 0.5),
    ]  # fmt: skip
    assert [event.seconds is not None for event in told(run, EpochEnded)] == [True, True]
    changed = told(run, Adapted)[0]
    assert (changed.old, changed.setting.value, changed.technique.name) == (
        0.1,
        0.05,
        "halved by hand",
    )
    state, file = told(run, ModelSeen)[0], told(run, FileSeen)[0]
    assert (state.id, state.generated_by, state.derived_from) == (model.id, training.id, [data.id])
    assert (file.of, file.bytes) == (model.id, 7)
    assert (ended.status, ended.last_epoch) == ("completed", 1)
    assert told(run, ArchitectureSeen) == []


def test_a_training_left_by_an_exception_says_its_last_epoch(run: Run) -> None:
    """Failed, with type, message and the epoch it had reached."""
    with pytest.raises(MemoryError), run.training("cnn") as training:
        for number in range(3):
            with training.epoch(number):
                if number == 2:
                    raise MemoryError("too large")

    ended = told(run, TrainingEnded)[0]
    assert (ended.status, ended.exception, ended.message) == ("failed", "MemoryError", "too large")
    assert ended.last_epoch == 2
    assert [event.number for event in told(run, EpochEnded)] == [0, 1]


def test_an_epoch_of_the_same_number_has_a_name_of_its_own(run: Run) -> None:
    """A cell run twice in a notebook records two epochs, not one with two values."""
    with run.training("cnn") as training:
        for _ in range(2):
            with training.epoch(0):
                pass

    assert [e.id.rpartition("/")[2] for e in told(run, EpochStarted)] == ["0", "0.2"]


@pytest.mark.parametrize("value", [math.nan, math.inf, np.float32("nan"), np.array(-np.inf)])
def test_a_metric_that_is_not_finite_is_recorded_as_it_is(run: Run, value: object) -> None:
    """A diverged loss is provenance too."""
    run.log_metric("loss", value, step=0)

    assert told(run, Metric)[0].value in {"NaN", "INF", "-INF"}


def test_a_metric_that_is_no_number_is_an_error_that_names_it(run: Run) -> None:
    """A wrong call is its author's to know; nothing of it is recorded."""
    with pytest.raises(NotANumber, match=r"metric 'loss': 'high' is not a number"):
        run.log_metric("loss", "high")
    with pytest.raises(NotANumber, match="'b'"):
        run.log_metrics({"a": 1.0, "b": None})

    assert told(run, Metric) == []


def test_parameters_of_any_kind_are_recorded(run: Run) -> None:
    """Scalars as they are, objects by their repr."""
    run.log_params({"lr": 0.1, "n": 3, "name": "x", "none": None, "bad": math.inf, "o": object()})

    values = {setting.name: setting.value for setting in told(run, ParametersSet)[0].settings}
    assert values["lr"] == 0.1
    assert values["none"] is None
    assert values["bad"] == {"double": "INF"}
    assert values["o"]["type"] == "builtins.object"


def test_a_choice_names_candidates_values_and_the_rejected(run: Run) -> None:
    """Who was chosen, among whom, by what, measured on what."""
    with run.training("a") as training:
        models = [training.log_model(name, weights=[np.ones(n)]) for n, name in enumerate("ab", 1)]
    run.select(models[1], among=models, criterion="highest accuracy", on=IMAGES, values=[0.7, 0.9])

    chosen = told(run, Selected)[0]
    assert chosen.chosen == models[1].id
    assert chosen.candidates == [model.id for model in models]
    assert chosen.values == {models[0].id: 0.7, models[1].id: 0.9}
    assert chosen.on == told(run, DataSeen)[0].id
    assert told(run, StepStarted)[0].type == "select"


def test_a_choice_of_no_candidate_is_an_error(run: Run) -> None:
    """What was not among the candidates cannot have been chosen from them."""
    with run.training("a") as training:
        one, other = training.log_model("one"), training.log_model("other")

    with pytest.raises(WrongCall, match="'other' is no candidate"):
        run.select(other, among=[one], criterion="best")
