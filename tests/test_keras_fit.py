# SPDX-License-Identifier: Apache-2.0

"""What a fit tells: its data, its hyperparameters, its epochs, and how it ended."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras_watched import Told, digits, network, watching

from dlprov_rdf.capture.keras.pipelines import describe
from dlprov_rdf.capture.recorder import CaptureWarning
from dlprov_rdf.events import (
    ArchitectureSeen,
    DataSeen,
    EpochEnded,
    EpochStarted,
    MeasureSeen,
    Metric,
    ModelSeen,
    OverlapCounted,
    StepStarted,
    TrainingEnded,
    TrainingStarted,
)


def settings_of(told: Told) -> dict[str, Any]:
    return {f"{one.of}.{one.name}": one.value for one in told.last(TrainingStarted).settings}


def roles_of(told: Told) -> dict[str, str]:
    """The role of each data occurrence in the last training, by its name."""
    return {
        told.of(usage.entity).name: usage.role
        for usage in told.last(TrainingStarted).used
        if usage.role != "model"
    }


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


def test_data_are_called_what_the_caller_calls_them(tmp_path: Path) -> None:
    x_train, y_train = digits()
    x_val, y_val = digits(seed=1)

    with watching(tmp_path) as told:
        network().fit(x_train, y_train, validation_data=(x_val, y_val), verbose=0)

    assert roles_of(told) == {
        "x_train": "training", "y_train": "training", "x_val": "validation", "y_val": "validation",
    }  # fmt: skip


def test_data_that_no_variable_holds_are_called_by_their_argument(tmp_path: Path) -> None:
    with watching(tmp_path) as told:
        network().fit(*digits(), verbose=0)

    assert roles_of(told) == {"x": "training", "y": "training"}


def test_rows_shared_by_training_and_validation_are_counted(tmp_path: Path) -> None:
    x_train, y_train = digits()
    x_val, y_val = np.concatenate([x_train[:3], digits(5, seed=1)[0]]), y_train[:8]

    with watching(tmp_path) as told:
        network().fit(x_train, y_train, validation_data=(x_val, y_val), verbose=0)

    counted = told.one(OverlapCounted)
    assert (told.of(counted.a).name, told.of(counted.b).name) == ("x_train", "x_val")
    assert counted.rows == 3


def test_a_validation_split_is_told_as_the_two_parts_that_keras_makes(tmp_path: Path) -> None:
    """The last rows validate: Keras slices before it shuffles."""
    x_train, y_train = digits(50)

    with watching(tmp_path) as told:
        network().fit(x_train, y_train, validation_split=0.2, verbose=0)

    assert roles_of(told) == {
        "first 80 % of x_train": "training", "first 80 % of y_train": "training",
        "last 20 % of x_train": "validation", "last 20 % of y_train": "validation",
    }  # fmt: skip
    last = next(one for one in told.all(DataSeen) if one.name == "last 20 % of x_train")
    assert last.rows == 10
    assert [told.of(origin).name for origin in last.derived_from] == ["x_train"]
    with watching(tmp_path) as again:
        network().evaluate(x_train[40:], y_train[40:], verbose=0)
    assert again.all(DataSeen)[0].digest == last.digest


@pytest.mark.parametrize("form", ["array", "table"])
def test_rows_of_doubles_are_counted_beside_those_of_a_validation_split(
    tmp_path: Path, form: str
) -> None:
    """Most libraries make doubles, and Keras casts what it splits: the rows are the same."""
    x, y = digits(50)
    x = x.astype("float64")
    if form == "table":
        x = pytest.importorskip("pandas").DataFrame(x, columns=list("abcd"))
    x_train, x_test, y_test = x[:45], x[40:], y[40:]
    model = network()

    with watching(tmp_path) as told:
        model.fit(x_train, y[:45], validation_split=0.2, verbose=0)
        model.evaluate(x_test, y_test, verbose=0)
        model.evaluate(np.asarray(x_test, "float32"), y_test, verbose=0)

    counted = [(told.of(one.a).name, one.rows) for one in told.all(OverlapCounted)]
    assert counted == [
        ("first 80 % of x_train", 0),
        *[("first 80 % of x_train", 0), ("last 20 % of x_train", 5)] * 2,
    ]
    last = next(one for one in told.all(DataSeen) if one.name == "last 20 % of x_train")
    assert (last.dtype, last.rows) == ("float64", 9)


def test_each_of_several_inputs_is_split_and_compared_by_itself(tmp_path: Path) -> None:
    """No part derives from another input, and rows are compared input by input."""
    x, y = digits(50)
    both = {"a": x, "b": x[::-1].copy()}
    inputs = {name: keras.Input((4,), name=name) for name in both}
    out = keras.layers.Dense(2, "softmax")(keras.layers.Add()(list(inputs.values())))
    model = keras.Model(inputs, out)
    model.compile("sgd", loss="sparse_categorical_crossentropy")

    with watching(tmp_path) as told:
        model.fit(both, y, validation_split=0.2, verbose=0)
        model.evaluate({"b": both["b"][:5], "a": both["a"][:5]}, y[:5], verbose=0)

    origins = {
        one.name: [told.of(origin).name for origin in one.derived_from]
        for one in told.all(DataSeen)
        if one.name.startswith(("first", "last"))
    }
    assert origins["first 80 % of both[a]"] == ["both[a]"]
    assert origins["last 20 % of both[b]"] == ["both[b]"]
    counted = [(told.of(one.a).name, one.rows) for one in told.all(OverlapCounted)]
    assert sorted(counted) == [
        ("first 80 % of both[a]", 0), ("first 80 % of both[a]", 5),
        ("first 80 % of both[b]", 0), ("first 80 % of both[b]", 5),
        ("last 20 % of both[a]", 0), ("last 20 % of both[b]", 0),
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["dataset", "generator", "py_dataset"])
def test_data_that_are_not_in_memory_say_why_they_have_no_digest(tmp_path: Path, form: str) -> None:
    x, y = digits()
    given: Any = {"dataset": _dataset, "generator": _generator, "py_dataset": _Batches}[form](x, y)

    with watching(tmp_path) as told:
        network().fit(given, epochs=1, steps_per_epoch=2, shuffle=False, verbose=0)

    seen = told.one(DataSeen)
    assert seen.name == "given"
    assert seen.digest is None
    assert seen.undigested


def test_a_tf_data_pipeline_tells_its_shape_and_length(tmp_path: Path) -> None:
    """Its elements are batches: the first axis is open."""
    given = _dataset(*digits(64))

    with watching(tmp_path) as told:
        network().fit(given, shuffle=False, verbose=0)
        network().evaluate(given, verbose=0)

    seen = told.one(DataSeen)
    assert (seen.form, seen.shape, seen.dtype) == (
        "tensorflow.data.Dataset", [None, 4], "float32",
    )  # fmt: skip
    assert "of 2 elements" in str(seen.undigested)


def test_nothing_is_drawn_from_a_generator() -> None:
    """Keras itself reads ahead by as much as it likes, so our own look is tested alone."""
    given = iter([1, 2, 3])

    told = describe(given)

    assert told is not None
    assert told["form"] == "generator"
    assert next(given) == 1


def _dataset(x: Any, y: Any) -> Any:
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(32)


def _generator(x: Any, y: Any) -> Any:
    while True:
        yield x[:32], y[:32]


class _Batches(keras.utils.PyDataset):
    def __init__(self, x: Any, y: Any) -> None:
        super().__init__()
        self.x, self.y = x, y

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> Any:
        return self.x[index * 32 :][:32], self.y[index * 32 :][:32]


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


def test_validation_inside_fit_is_no_evaluation(tmp_path: Path) -> None:
    x_train, y_train = digits()

    with watching(tmp_path) as told:
        network().fit(x_train, y_train, validation_split=0.2, epochs=2, verbose=0)

    assert told.all(StepStarted) == []


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
    x_train, y_train = digits()
    model = network(optimizer=keras.optimizers.SGD(1e30), loss="mse", metrics=[])
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
    assert (ended.restored_epoch, ended.last_epoch) == (0, 2)
    assert told.last(ModelSeen).epoch == f"{training.id}/epoch/0"
    assert {one.name for one in training.techniques} == {"EarlyStopping"}
    assert training.techniques[0].settings["patience"] == 2


def test_a_training_that_ran_to_its_end_completed_without_a_reason(tmp_path: Path) -> None:
    x_train, y_train = digits()
    patient = keras.callbacks.EarlyStopping(monitor="loss", patience=9)

    with watching(tmp_path) as told:
        network().fit(x_train, y_train, epochs=2, verbose=0, callbacks=[patient])

    ended = told.one(TrainingEnded)
    assert (ended.status, ended.reason, ended.restored_epoch) == ("completed", None, None)


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


def test_an_exit_in_a_fit_interrupts_the_training(tmp_path: Path) -> None:
    """The script wanted to end, but the training did not come to its end."""
    x_train, y_train = digits()
    leaving = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: sys.exit(0))

    with watching(tmp_path) as told, pytest.raises(SystemExit):
        network().fit(x_train, y_train, epochs=2, verbose=0, callbacks=[leaving])

    ended = told.one(TrainingEnded)
    assert (ended.status, ended.exception, ended.last_epoch) == ("interrupted", "SystemExit", 0)


def test_a_training_within_a_step_by_hand_belongs_to_it(tmp_path: Path) -> None:
    x_train, y_train = digits()

    with watching(tmp_path) as told, told.run.step("search", kind="tune") as step:
        network().fit(x_train, y_train, verbose=0)

    assert told.one(TrainingStarted).within == step.id


def test_data_made_by_a_step_by_hand_are_known_again(tmp_path: Path) -> None:
    """By their content: lineage needs no handle where Keras takes an array."""
    x, y = digits()

    with watching(tmp_path) as told:
        with told.run.step("scale", kind="preprocess", used=x) as step:
            scaled = step.generated(x / 16, name="scaled digits")
        network().fit(scaled.value, y, verbose=0)

    assert scaled.id in [usage.entity for usage in told.one(TrainingStarted).used]


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
