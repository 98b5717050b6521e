# SPDX-License-Identifier: Apache-2.0
"""How a fit ended: at its end, early, by a fault, by a person, or on numbers that diverged."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras_watched import digits, network, watching

from dlprov_rdf.events import EpochEnded, ModelSeen, TrainingEnded, TrainingStarted


def test_an_exception_in_a_fit_is_told_and_goes_on_its_way(tmp_path: Path) -> None:
    x_train, y_train = digits()
    failing = keras.callbacks.LambdaCallback(on_epoch_end=_fail_in_epoch_1)

    with watching(tmp_path) as told, pytest.raises(ZeroDivisionError, match="in epoch 1"):
        network().fit(x_train, y_train, epochs=3, verbose=0, callbacks=[failing])

    ended = told.one(TrainingEnded)
    assert (ended.status, ended.exception, ended.message, ended.last_epoch) == (
        "failed", "ZeroDivisionError", "in epoch 1", 1,
    )  # fmt: skip


def _fail_in_epoch_1(epoch: int, logs: Any) -> None:
    if epoch == 1:
        raise ZeroDivisionError("in epoch 1")


def test_ctrl_c_interrupts_a_training(tmp_path: Path) -> None:
    x_train, y_train = digits()

    def interrupt(epoch: int, logs: Any) -> None:
        raise KeyboardInterrupt

    stopping = keras.callbacks.LambdaCallback(on_epoch_begin=interrupt)
    with watching(tmp_path) as told, pytest.raises(KeyboardInterrupt):
        network().fit(x_train, y_train, verbose=0, callbacks=[stopping])

    assert told.one(TrainingEnded).status == "interrupted"


def test_a_training_that_diverged_failed(tmp_path: Path) -> None:
    """Nothing holds its outputs: a softmax may be saturated, and finite for ever."""
    x_train, y_train = digits()
    model = network(last="linear", optimizer=keras.optimizers.SGD(1e30), loss="mse", metrics=[])
    callbacks = [keras.callbacks.TerminateOnNaN()]

    with watching(tmp_path) as told:
        model.fit(x_train * 1e30, np.eye(2)[y_train], epochs=9, verbose=0, callbacks=callbacks)

    ended = told.one(TrainingEnded)
    assert (ended.status, ended.reason) == ("failed", "diverged")
    assert told.last(EpochEnded).metrics["loss"] in {"NaN", "INF"}


def test_early_stopping_tells_whose_weights_the_model_has(tmp_path: Path) -> None:
    """They are a new occurrence, with the weights of the best epoch."""
    x_train, y_train = digits()
    stopping = keras.callbacks.EarlyStopping(
        monitor="loss", mode="max", patience=2, restore_best_weights=True
    )
    model = network(optimizer=keras.optimizers.Adam(0.05))

    with watching(tmp_path) as told:
        model.fit(x_train, y_train, epochs=9, verbose=0, callbacks=[stopping])

    ended, training = told.one(TrainingEnded), told.one(TrainingStarted)
    assert (ended.status, ended.reason) == ("completed", "early_stopping")
    best = stopping.best_epoch  # the first one, but for rare beginnings
    assert (ended.restored_epoch, ended.last_epoch) == (best, stopping.stopped_epoch)
    assert best < stopping.stopped_epoch == best + 2
    assert told.last(ModelSeen).epoch == f"{training.id}/epoch/{best}"
    assert {one.name for one in training.techniques} == {"EarlyStopping"}
    assert training.techniques[0].settings["patience"] == 2


def test_a_training_that_ran_to_its_end_completed_without_a_reason(tmp_path: Path) -> None:
    x_train, y_train = digits()
    patient = keras.callbacks.EarlyStopping(monitor="loss", patience=9)

    with watching(tmp_path) as told:
        network().fit(x_train, y_train, epochs=2, verbose=0, callbacks=[patient])

    ended = told.one(TrainingEnded)
    assert (ended.status, ended.reason, ended.restored_epoch) == ("completed", None, None)


def test_an_exit_in_a_fit_interrupts_the_training(tmp_path: Path) -> None:
    """The script wanted to end, but the training did not come to its end."""
    x_train, y_train = digits()
    leaving = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: sys.exit(0))

    with watching(tmp_path) as told, pytest.raises(SystemExit):
        network().fit(x_train, y_train, epochs=2, verbose=0, callbacks=[leaving])

    ended = told.one(TrainingEnded)
    assert (ended.status, ended.exception, ended.last_epoch) == ("interrupted", "SystemExit", 0)
