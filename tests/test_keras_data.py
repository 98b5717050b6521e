# SPDX-License-Identifier: Apache-2.0
"""What a fit tells of its data: names, roles, parts that Keras makes, rows that are shared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras_watched import Told, digits, network, watching

from dlprov_rdf.capture.keras.pipelines import describe
from dlprov_rdf.events import DataSeen, OverlapCounted, TrainingStarted


def roles_of(told: Told) -> dict[str, str]:
    """The role of each data occurrence in the last training, by its name."""
    return {
        told.of(usage.entity).name: usage.role
        for usage in told.last(TrainingStarted).used
        if usage.role != "model"
    }


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


def test_data_made_by_a_step_by_hand_are_known_again(tmp_path: Path) -> None:
    """By their content: lineage needs no handle where Keras takes an array."""
    x, y = digits()

    with watching(tmp_path) as told:
        with told.run.step("scale", kind="preprocess", used=x) as step:
            scaled = step.generated(x / 16, name="scaled digits")
        network().fit(scaled.value, y, verbose=0)

    assert scaled.id in [usage.entity for usage in told.one(TrainingStarted).used]


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
