# SPDX-License-Identifier: Apache-2.0
"""Which state of a model was evaluated, used and changed, and on which data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras_watched import Told, digits, network, watching

from dlprov_rdf.events import (
    DataSeen,
    Metric,
    ModelSeen,
    OverlapCounted,
    StepEnded,
    TrainingStarted,
)


def used(told: Told, step: Any, role: str) -> list[Any]:
    """What a step used in a role."""
    return [told.of(usage.entity) for usage in step.used if usage.role == role]


def test_an_evaluation_tells_the_state_the_data_and_the_metrics(tmp_path: Path) -> None:
    x_train, y_train = digits()
    x_test, y_test = digits(seed=1)
    model = network()

    with watching(tmp_path) as told:
        model.fit(x_train, y_train, verbose=0)
        loss, accuracy = model.evaluate(x_test, y_test, verbose=0)

    (step,) = told.steps("evaluate")
    (state,) = used(told, step, "model")
    assert state == told.last(ModelSeen)
    assert [one.name for one in used(told, step, "test")] == ["x_test", "y_test"]
    values = {one.name: one for one in told.all(Metric) if one.of == step.id}
    assert np.float32(values["loss"].value) == np.float32(loss)
    assert np.float32(values["accuracy"].value) == np.float32(accuracy)
    assert values["loss"].model == state.id
    assert told.of(str(values["loss"].data)).name == "x_test"
    assert told.last(StepEnded).status == "completed"


def test_an_evaluation_on_training_data_says_so(tmp_path: Path) -> None:
    x_train, y_train = digits()
    model = network()

    with watching(tmp_path) as told:
        model.fit(x_train, y_train, verbose=0)
        model.evaluate(x_train.copy(), y_train.copy(), verbose=0)

    (step,) = told.steps("evaluate")
    assert [one.name for one in used(told, step, "training")] == ["x_train", "y_train"]


def test_data_that_another_model_was_trained_on_are_test_data_of_this_one(tmp_path: Path) -> None:
    x, y = digits()
    first, second = network(name="first"), network(name="second")

    with watching(tmp_path) as told:
        first.fit(x, y, verbose=0)
        second.fit(x, y, validation_split=0.25, verbose=0)
        second.evaluate(x, y, verbose=0)

    (step,) = told.steps("evaluate")
    assert [one.name for one in used(told, step, "test")] == ["x", "y"]


def test_rows_of_the_test_data_that_were_trained_on_are_counted(tmp_path: Path) -> None:
    x_train, y_train = digits()
    x_test, y_test = np.concatenate([digits(9, seed=1)[0], x_train[:2]]), y_train[:11]
    model = network()

    with watching(tmp_path) as told:
        model.fit(x_train, y_train, verbose=0)
        model.evaluate(x_test, y_test, verbose=0)

    counted = told.one(OverlapCounted)
    assert (told.of(counted.a).name, told.of(counted.b).name) == ("x_train", "x_test")
    assert counted.rows == 2


def test_evaluating_twice_is_of_the_same_state(tmp_path: Path) -> None:
    x, y = digits()
    model = network()

    with watching(tmp_path) as told:
        model.evaluate(x, y, verbose=0)
        model.evaluate(x, y, verbose=0, return_dict=True)

    assert len(told.steps("evaluate")) == 2
    assert len(told.all(ModelSeen)) == 1
    assert len(told.all(Metric)) == 4


def test_an_evaluation_by_a_callback_belongs_to_the_training(tmp_path: Path) -> None:
    x_train, y_train = digits()
    x_test, y_test = digits(seed=1)
    model = network()
    testing = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: model.evaluate(x_test, y_test, verbose=0)
    )

    with watching(tmp_path) as told:
        model.fit(x_train, y_train, epochs=2, verbose=0, callbacks=[testing])

    training = told.one(TrainingStarted)
    first, second = told.steps("evaluate")
    assert first.within == second.within == training.id
    (state,) = used(told, first, "model")
    assert (state.generated_by, state.epoch) == (training.id, f"{training.id}/epoch/0")


def test_weights_set_by_hand_are_a_new_state_that_derives_from_the_former(tmp_path: Path) -> None:
    x, y = digits()
    model = network()

    with watching(tmp_path) as told:
        model.evaluate(x, y, verbose=0)
        model.set_weights([weight + 1 for weight in model.get_weights()])
        model.evaluate(x, y, verbose=0)

    first, second = told.all(ModelSeen)
    assert second.derived_from == [first.id]
    assert second.generated_by is None


def test_a_part_of_a_trained_model_derives_from_the_state_it_was_trained_in(tmp_path: Path) -> None:
    """Transfer learning: the encoder of a trained model is the base of another."""
    x, y = digits()
    encoder = keras.Sequential([keras.Input((8,)), keras.layers.Dense(5)], name="encoder")
    first, second = network(encoder, name="first"), network(encoder, name="second")

    with watching(tmp_path) as told:
        first.fit(x, y, verbose=0)
        encoder.predict(np.ones((3, 8)), verbose=0)
        encoder.trainable = False
        second.fit(x[:9], y[:9], verbose=0)
        encoder.predict(np.ones((3, 8)), verbose=0)

    states = told.all(ModelSeen)
    assert [one.name for one in states] == ["first", "first", "encoder", "second", "second"]
    _, trained, part, before, _ = states
    assert list(part.derived_from) == [trained.id]
    assert list(before.derived_from) == [part.id]


def test_a_model_trained_as_a_part_of_another_derives_from_both_states(tmp_path: Path) -> None:
    x, y = digits()
    encoder = keras.Sequential([keras.Input((8,)), keras.layers.Dense(5)], name="encoder")
    whole = network(encoder, name="whole")

    with watching(tmp_path) as told:
        encoder.predict(np.ones((3, 8)), verbose=0)
        whole.fit(x, y, verbose=0)
        encoder.predict(np.ones((3, 8)), verbose=0)

    encoder_before, whole_before, whole_after, encoder_after = told.all(ModelSeen)
    assert list(whole_before.derived_from) == [encoder_before.id]
    assert list(encoder_after.derived_from) == [encoder_before.id, whole_after.id]


def test_predictions_in_a_loop_are_one_inference_with_its_count(tmp_path: Path) -> None:
    x, _ = digits(6)
    model = network()

    with watching(tmp_path) as told:
        for row in range(3):
            model.predict(x[row : row + 1], verbose=0)
        model.evaluate(*digits(), verbose=0)

    (step,) = told.steps("predict")
    ended = next(one for one in told.all(StepEnded) if one.id == step.id)
    assert ended.calls == 3
    made = [one for one in told.all(DataSeen) if one.type == "prediction"]
    assert len(made) == 3
    assert {one.generated_by for one in made} == {step.id}


def test_a_prediction_derives_from_the_state_and_the_input(tmp_path: Path) -> None:
    images, _ = digits(6)
    model = network()

    with watching(tmp_path) as told:
        model.predict(images, verbose=0)

    (made,) = [one for one in told.all(DataSeen) if one.type == "prediction"]
    state, given = (told.of(origin) for origin in made.derived_from)
    assert isinstance(state, ModelSeen)
    assert given.name == "images"
    assert made.shape == [6, 2]


def test_an_inference_is_closed_when_the_run_ends(tmp_path: Path) -> None:
    with watching(tmp_path) as told:
        network().predict(digits()[0], verbose=0)

    (step,) = told.steps("predict")
    assert [one.id for one in told.all(StepEnded)] == [step.id]


def test_after_another_training_it_is_another_inference(tmp_path: Path) -> None:
    x, y = digits()
    model = network()

    with watching(tmp_path) as told:
        model.predict(x, verbose=0)
        model.fit(x, y, verbose=0)
        model.predict(x, verbose=0)

    assert len(told.steps("predict")) == 2


def test_of_many_calls_the_first_hundred_tell_their_data(tmp_path: Path) -> None:
    x, _ = digits(4)
    model = network()

    with watching(tmp_path) as told:
        for _ in range(103):
            model.predict_on_batch(x)
        model.evaluate(*digits(), verbose=0)

    assert told.all(StepEnded)[0].calls == 103
    assert sum(one.type == "prediction" for one in told.all(DataSeen)) == 100


def test_a_prediction_that_fails_is_told(tmp_path: Path) -> None:
    with watching(tmp_path) as told, pytest.raises(ValueError, match="shape"):
        network().predict(np.zeros((2, 3), "float32"), verbose=0)

    ended = told.one(StepEnded)
    assert (ended.status, ended.exception) == ("failed", "ValueError")


def test_a_function_imported_before_is_watched_as_well(tmp_path: Path) -> None:
    load_model = keras.models.load_model
    model = network()
    model.fit(*digits(), verbose=0)
    model.save(tmp_path / "model.keras")

    with watching(tmp_path) as told:
        load_model(tmp_path / "model.keras")

    assert len(told.steps("load")) == 1


def test_a_models_state_can_be_handed_to_the_recorder(tmp_path: Path) -> None:
    one, other = network(name="one"), network(name="other")

    with watching(tmp_path) as told:
        one.fit(*digits(), verbose=0)
        told.run.select(one, among=[one, other], criterion="the first")

    (step,) = told.steps("select")
    assert [model.name for model in used(told, step, "candidate")] == ["one", "other"]
