# SPDX-License-Identifier: Apache-2.0
"""What a fit tells of itself: its hyperparameters, its model before and after, its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import pytest
from keras_watched import Told, digits, network, watching

from dlprov_rdf.events import (
    ArchitectureSeen,
    EpochEnded,
    EpochStarted,
    ModelSeen,
    StepStarted,
    TrainingStarted,
)


def settings_of(told: Told) -> dict[str, Any]:
    return {f"{one.of}.{one.name}": one.value for one in told.last(TrainingStarted).settings}


def test_a_training_tells_its_optimizer_loss_and_what_fit_was_asked(tmp_path: Path) -> None:
    """The values are those that take effect: a batch has 32 rows where nobody said."""
    x_train, y_train = digits()
    model = network(keras.layers.Dropout(0.4), optimizer=keras.optimizers.SGD(0.1, momentum=0.9))

    with watching(tmp_path) as told:
        model.fit(x_train, y_train, epochs=2, verbose=0)

    settings = settings_of(told)
    assert settings["keras.optimizers.SGD.learning_rate"] == 0.1
    assert settings["keras.optimizers.SGD.momentum"] == 0.9
    assert settings["keras.Model.compile.loss"] == "keras.losses.SparseCategoricalCrossentropy"
    assert settings["keras.Model.fit.batch_size"] == 32
    assert settings["keras.Model.fit.epochs"] == 2
    assert settings["keras.layers.Dropout.dropout"] == 0.4
    assert told.last(TrainingStarted).asked == {"epochs": 2}


def test_a_training_names_its_algorithm_implementation_and_task(tmp_path: Path) -> None:
    x_train, y_train = digits()

    with watching(tmp_path) as told:
        network().fit(x_train, y_train, verbose=0)

    training = told.one(TrainingStarted)
    assert training.algorithm == "keras.optimizers.Adam"
    assert training.implementation == f"pkg:pypi/keras@{keras.__version__}"
    assert training.task == "classification"
    assert training.code is not None
    assert training.code.name.endswith("implementation_and_task")


def test_the_model_is_in_a_new_state_after_a_fit(tmp_path: Path) -> None:
    """It derives from the state before, and from the data it was trained on, not validated."""
    x_train, y_train = digits()
    x_val, y_val = digits(seed=1)

    with watching(tmp_path) as told:
        network().fit(x_train, y_train, validation_data=(x_val, y_val), epochs=2, verbose=0)

    before, after = told.all(ModelSeen)
    training = told.one(TrainingStarted)
    assert before.generated_by is None
    assert after.generated_by == training.id
    assert after.epoch == f"{training.id}/epoch/1"
    assert [told.of(origin).name for origin in after.derived_from] == ["mlp", "x_train", "y_train"]
    assert after.derived_from[0] == before.id
    assert after.digest != before.digest


def test_a_second_fit_of_a_model_continues_the_first(tmp_path: Path) -> None:
    x_train, y_train = digits()
    model = network()

    with watching(tmp_path) as told:
        model.fit(x_train, y_train, verbose=0)
        model.fit(x_train, y_train, verbose=0, initial_epoch=1, epochs=2)

    first, second = told.all(TrainingStarted)
    assert second.resumes == first.id
    assert told.all(EpochStarted)[1].number == 1
    state = next(one for one in told.all(ModelSeen) if one.generated_by == first.id)
    assert state.id in [usage.entity for usage in second.used if usage.role == "model"]


def test_validation_inside_fit_is_no_evaluation(tmp_path: Path) -> None:
    x_train, y_train = digits()

    with watching(tmp_path) as told:
        network().fit(x_train, y_train, validation_split=0.2, epochs=2, verbose=0)

    assert told.all(StepStarted) == []


def test_a_wrong_call_of_fit_is_for_keras_to_refuse(tmp_path: Path) -> None:
    with watching(tmp_path) as told, pytest.raises(TypeError):
        network().fit(digits()[0], speed=3)

    assert told.all(TrainingStarted) == []


def test_what_was_left_out_by_choice_is_not_recorded(tmp_path: Path) -> None:
    x_train, y_train = digits()

    with watching(tmp_path, exclude=["train"]) as told:
        network().fit(x_train, y_train, verbose=0)

    assert told.all(TrainingStarted) == told.all(ArchitectureSeen) == []


def test_a_fit_with_a_list_of_the_users_own_leaves_that_list_as_it_was(tmp_path: Path) -> None:
    x_train, y_train = digits()
    model = network()
    mine = keras.callbacks.CallbackList([], add_history=True, model=model)
    before = list(mine.callbacks)

    with watching(tmp_path) as told:
        model.fit(x_train, y_train, epochs=2, verbose=0, callbacks=mine)

    assert mine.callbacks == before
    assert len(told.all(EpochEnded)) == 2


def test_a_training_within_a_step_by_hand_belongs_to_it(tmp_path: Path) -> None:
    x_train, y_train = digits()

    with watching(tmp_path) as told, told.run.step("search", kind="tune") as step:
        network().fit(x_train, y_train, verbose=0)

    assert told.one(TrainingStarted).within == step.id


def test_dropout_rates_are_settings_in_the_layers_order(tmp_path: Path) -> None:
    x_train, y_train = digits()

    with watching(tmp_path) as told:
        network(keras.layers.Dropout(0.4), keras.layers.Dropout(0.1)).fit(
            x_train, y_train, verbose=0
        )

    rates = {
        one.name: one.value
        for one in told.one(TrainingStarted).settings
        if one.of == "keras.layers.Dropout"
    }
    assert rates == {"dropout": 0.4, "dropout_1": 0.1}
