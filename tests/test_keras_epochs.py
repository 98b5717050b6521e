# SPDX-License-Identifier: Apache-2.0
"""What a fit tells of its epochs: every number that Keras printed, and what it measures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras_watched import digits, network, watching

from dlprov_rdf.capture.recorder import CaptureWarning
from dlprov_rdf.events import (
    EpochEnded,
    EpochStarted,
    MeasureSeen,
    Metric,
    TrainingEnded,
    TrainingStarted,
)


def test_every_epoch_tells_what_keras_printed_of_it(tmp_path: Path) -> None:
    x_train, y_train = digits()
    model = network()

    with watching(tmp_path) as told:
        history = model.fit(x_train, y_train, epochs=3, validation_split=0.25, verbose=0)

    assert [one.number for one in told.all(EpochStarted)] == [0, 1, 2]
    for epoch in told.all(EpochEnded):
        for name, values in history.history.items():
            assert np.float32(epoch.metrics[name]) == np.float32(values[epoch.number])
        assert epoch.learning_rate == 0.001
        assert epoch.seconds is not None
        assert epoch.seconds > 0


def test_a_float32_is_its_shortest_decimal(tmp_path: Path) -> None:
    x_train, y_train = digits(4)
    model = network(optimizer=keras.optimizers.SGD(0.0))
    model.layers[-1].set_weights([np.zeros((8, 2)), np.zeros(2)])

    with watching(tmp_path) as told:
        model.fit(x_train, y_train, verbose=0)

    assert told.one(EpochEnded).metrics["loss"] == float(str(np.float32(np.log(2))))


def test_printed_names_are_told_with_their_function_and_direction(tmp_path: Path) -> None:
    x_train, y_train = digits()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    with watching(tmp_path) as told:
        network(loss=loss, last="linear").fit(x_train, y_train, validation_split=0.5, verbose=0)

    measures = {one.reported_as: one for one in told.all(MeasureSeen)}
    assert measures["loss"].function == "keras.losses.SparseCategoricalCrossentropy"
    assert measures["loss"].parameters == {"from_logits": True}
    assert measures["loss"].direction == "lower"
    assert measures["val_accuracy"].function == "keras.metrics.SparseCategoricalAccuracy"
    assert measures["val_accuracy"].direction == "higher"
    assert measures["val_accuracy"].role == "validation"


@pytest.mark.parametrize("loss", ["mse", "mean_squared_error", keras.losses.MeanSquaredError()])
def test_a_loss_has_one_name_however_it_was_asked_for(tmp_path: Path, loss: Any) -> None:
    x_train, y_train = digits()

    with watching(tmp_path) as told:
        network(loss=loss, metrics=[]).fit(x_train, np.eye(2)[y_train], verbose=0)

    assert told.one(MeasureSeen).function == "keras.losses.MeanSquaredError"
    assert told.one(MeasureSeen).parameters == {}
    assert told.one(TrainingStarted).task == "regression"


def test_batch_metrics_are_told_when_asked_for(tmp_path: Path) -> None:
    x_train, y_train = digits(64)

    with watching(tmp_path, batch_metrics=True) as told:
        network().fit(x_train, y_train, batch_size=16, epochs=1, verbose=0)

    batches = [one.batch for one in told.all(Metric) if one.name == "loss"]
    assert sorted(batches) == [0, 1, 2, 3]


def test_several_inputs_and_outputs_are_told_part_by_part(tmp_path: Path) -> None:
    """Each array is an occurrence, each output's loss and metric a measure."""
    x, y = digits()
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    joined = keras.layers.Concatenate()([left, right])
    model = keras.Model(
        {"left": left, "right": right},
        [keras.layers.Dense(1, name="size")(joined), keras.layers.Dense(1, name="age")(joined)],
    )
    model.compile("sgd", ["mse", "mae"], metrics=[["mae"], ["mse"]])

    with watching(tmp_path) as told:
        model.fit({"left": x, "right": x + 1}, [y, y + 1], verbose=0)

    names = [told.of(usage.entity).name for usage in told.one(TrainingStarted).used]
    assert names[:4] == ["x[left]", "x[right]", "y[0]", "y[1]"]
    functions = {one.reported_as: one.function for one in told.all(MeasureSeen)}
    assert functions == {
        "loss": None,
        "size_loss": "keras.losses.MeanSquaredError",
        "age_loss": "keras.losses.MeanAbsoluteError",
        "size_mae": "keras.metrics.MeanAbsoluteError",
        "age_mse": "keras.metrics.MeanSquaredError",
    }
    assert set(told.one(EpochEnded).metrics) == set(functions)


def test_a_training_step_of_the_users_own_is_told_as_well(tmp_path: Path) -> None:
    """Its metrics are what it returns; what they mean is for the user to say."""
    x_train, y_train = digits()

    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.layer = keras.layers.Dense(1)

        def call(self, inputs: Any) -> Any:
            return self.layer(inputs)

        def train_step(self, data: Any) -> Any:
            with tf.GradientTape() as tape:
                error = tf.reduce_mean(tf.square(self(data[0])))
            gradients = tape.gradient(error, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            return {"error": error}

    model = Own()
    model.compile("sgd")
    with watching(tmp_path) as told:
        model.fit(x_train, y_train, epochs=2, verbose=0)

    assert [set(one.metrics) for one in told.all(EpochEnded)] == [{"error"}, {"error"}]
    assert told.one(TrainingEnded).status == "completed"


def test_a_metric_that_is_no_number_costs_one_warning(tmp_path: Path) -> None:
    """What a callback puts into the logs is its own affair; the numbers beside it are kept."""

    class Words(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
            assert logs is not None
            logs["mood"] = "high"

    x_train, y_train = digits()
    with watching(tmp_path) as told, pytest.warns(CaptureWarning, match="'mood'") as warned:
        network().fit(x_train, y_train, epochs=3, verbose=0, callbacks=[Words()])

    assert len(warned) == 1
    assert all(set(epoch.metrics) >= {"loss"} for epoch in told.all(EpochEnded))
    assert all("mood" not in epoch.metrics for epoch in told.all(EpochEnded))
