# SPDX-License-Identifier: Apache-2.0
"""What a model is made of: layers in order, in nested, shared and subclassed models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
from keras_watched import digits, network, watching

from dlprov_rdf.capture.keras.architecture import architecture
from dlprov_rdf.events import ArchitectureSeen, TrainingStarted


def test_layers_tell_their_class_settings_shapes_and_parameters() -> None:
    told = architecture(network(keras.layers.Dropout(0.4)))

    hidden, dropout, out = told["layers"]
    assert hidden.path == "hidden"
    assert hidden.type == "keras.layers.Dense"
    assert hidden.settings["units"] == 8
    assert hidden.settings["activation"] == "relu"
    assert (hidden.input_shape, hidden.output_shape) == ([None, 4], [None, 8])
    assert hidden.parameters == 40
    assert dropout.settings["rate"] == 0.4
    assert out.settings["activation"] == "softmax"
    assert told["parameters"] == told["trainable_parameters"] == 58
    assert told["type"] == "keras.Sequential"


def test_a_convolution_tells_its_filters() -> None:
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(5, 3)])

    (layer,) = architecture(model)["layers"]

    assert layer.settings["filters"] == 5
    assert layer.settings["kernel_size"] == {"json": "[3,3]"}
    assert layer.output_shape == [None, 6, 6, 5]


def test_a_nested_model_is_taken_apart() -> None:
    inner = network(name="inner")
    given = keras.Input((4,))
    outer = keras.Model(given, keras.layers.Dense(1, name="head")(inner(given)), name="outer")

    paths = [layer.path for layer in architecture(outer)["layers"]]

    assert paths[-3:] == ["inner/hidden", "inner/out", "head"]


def test_a_layer_used_twice_says_whom_it_shares_its_weights_with() -> None:
    one, other = keras.Input((4,), name="one"), keras.Input((4,), name="other")
    shared = keras.layers.Dense(3, name="shared")
    joined = keras.layers.Concatenate(name="joined")([shared(one), shared(other)])

    told = architecture(keras.Model([one, other], joined))["layers"]

    uses = [layer for layer in told if layer.path.startswith("shared")]
    assert [layer.path for layer in uses] == ["shared", "shared:1"]
    assert [layer.shared_with for layer in uses] == [None, "shared"]


class Branching(keras.Model):
    """A subclassed model, which is built by its first batch."""

    def __init__(self) -> None:
        super().__init__(name="branching")
        self.left = keras.layers.Dense(3, name="left")
        self.right = keras.layers.Dense(2, activation="softmax", name="right")

    def call(self, inputs: Any) -> Any:
        return self.right(self.left(inputs))


def test_a_model_built_by_its_first_batch_is_told_again_with_its_shapes(tmp_path: Path) -> None:
    """Under the same name, so that the training's architecture is there from the start."""
    x, y = digits()
    model = Branching()
    model.compile("sgd", "sparse_categorical_crossentropy")

    with watching(tmp_path) as told:
        model.fit(x, y, verbose=0)

    first, second = told.all(ArchitectureSeen)
    assert first.id == second.id == told.one(TrainingStarted).architecture
    assert [layer.path for layer in first.layers] == ["left", "right"]
    assert first.parameters is None
    assert second.parameters == 23
    assert second.layers[0].input_shape == [None, 4]
    assert second.type.endswith("Branching")


def test_the_same_model_made_twice_has_one_digest() -> None:
    """Keras counts names on: dense_7 in one model is dense_9 in the next."""

    def make(units: int = 3) -> Any:
        return keras.Sequential([keras.Input((4,)), keras.layers.Dense(units), keras.layers.ReLU()])

    one, same, other = (architecture(model)["digest"] for model in (make(), make(), make(5)))

    assert one == same
    assert one != other


def test_a_name_given_by_hand_makes_another_architecture() -> None:
    assert architecture(network(name="a"))["digest"] != architecture(network(name="b"))["digest"]


def test_frozen_layers_are_no_longer_trainable() -> None:
    model = network()
    model.layers[0].trainable = False

    told = architecture(model)

    assert [layer.trainable for layer in told["layers"]] == [False, True]
    assert (told["parameters"], told["trainable_parameters"]) == (58, 18)
