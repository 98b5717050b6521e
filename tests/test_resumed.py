# SPDX-License-Identifier: Apache-2.0
"""A training that was resumed, in the same process or another, is asked for as one."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dlprov_rdf.capture.run import Run
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.capture.training import Training
from dlprov_rdf.kb import KnowledgeBase


def train(run: Run, epochs: range, **more: object) -> Training:
    """Train by hand; the loss tells the epoch."""
    with run.training("cnn", **more) as training:
        for number in epochs:
            with training.epoch(number):
                training.log_metric("loss", 1.0 / (number + 1))
    return training


def curve(folder: Path, run: str) -> list[tuple[object, ...]]:
    """Ask for the whole curve of a run's training."""
    answer = KnowledgeBase.open(folder).ask("whole-curve", run=run, training="cnn")
    places = [answer.columns.index(name) for name in ("part_run", "epoch", "training_value")]
    return [tuple(row[place] for place in places) for row in answer.rows]


def test_a_training_resumed_in_another_process_has_one_curve(tmp_path: Path) -> None:
    """What was saved there and loaded here is known by its content."""
    file = tmp_path / "cnn.pt"
    file.write_bytes(b"weights after epoch 1")
    with start_run("first", kb=tmp_path / "kb") as run:
        training = train(run, range(2))
        training.log_model("cnn", weights=np.ones(3), file=file)
    with start_run("second", kb=tmp_path / "kb") as run:
        with run.step("load", kind="load") as step:
            step.loaded(file)
            loaded = step.model("cnn", weights=np.ones(3))
        train(run, range(2, 4), used={"model": loaded})

    assert curve(tmp_path / "kb", "second") == [
        ("first", 0, 1.0), ("first", 1, 0.5), ("second", 2, 1 / 3), ("second", 3, 0.25),
    ]  # fmt: skip
    assert [row[0] for row in curve(tmp_path / "kb", "first")] == ["first", "first"]


def test_a_training_resumed_in_the_same_run_has_one_curve(tmp_path: Path) -> None:
    """It says so itself, and a training beside it is no part of it."""
    with start_run("one", kb=tmp_path) as run:
        first = train(run, range(1))
        with run.training("other") as other, other.epoch(0):
            other.log_metric("loss", 9.0)
        train(run, range(1, 2), resumes=first)

    rows = curve(tmp_path, "one")

    assert {row[2] for row in rows} == {1.0, 0.5}


def test_equal_weights_that_were_never_handed_on_make_no_curve(tmp_path: Path) -> None:
    """Two runs that happen to reach the same state did not continue each other."""
    for name in ("one", "two"):
        with start_run(name, kb=tmp_path) as run:
            train(run, range(1)).log_model("cnn", weights=np.ones(3))

    assert [row[0] for row in curve(tmp_path, "two")] == ["two"]
