# SPDX-License-Identifier: Apache-2.0
"""What capture costs a real training: the digits CNN with and without, interleaved pairs."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import keras
from measured import figure, keep, row
from sklearn.datasets import load_digits

from dlprov_rdf.capture import autolog as capture
from dlprov_rdf.capture.start import start_run

PAIRS = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 20
EPOCHS = 10


def model() -> keras.Model:
    """Build the same small CNN each time."""
    keras.utils.set_random_seed(1)
    layers = keras.layers
    stack = [
        keras.Input((8, 8, 1)), layers.Conv2D(12, 3, activation="relu"),
        layers.Conv2D(24, 3, activation="relu"), layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ]  # fmt: skip
    built = keras.Sequential(stack)
    built.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return built


def seconds(x: Any, y: Any) -> float:
    """Time one fit."""
    trained = model()
    began = time.perf_counter()
    trained.fit(x, y, epochs=EPOCHS, batch_size=64, verbose=0)
    return time.perf_counter() - began


def main(kb: Path) -> None:
    """Train in pairs, the order of a pair in alternation."""
    digits = load_digits()
    x, y = (digits.images / 16.0).astype("float32")[..., None], digits.target
    seconds(x, y)
    with_us, without, own = [], [], []
    for pair in range(PAIRS):
        for watched in (pair % 2 == 0, pair % 2 == 1):
            if not watched:
                without.append(seconds(x, y))
                continue
            with start_run("speed", kb=kb) as run:
                run.surroundings.wait()  # the start is not the training
                capture.autolog()
                before = capture.own_seconds()
                with_us.append(seconds(x, y))
                own.append((capture.own_seconds() - before) / EPOCHS * 1e6)
                capture.autolog(disable=True)
    keep(
        "training",
        [
            row("fit, 10 epochs", "captured", "bare", with_us, without, "s"),
            figure("own time an epoch", "capture", sorted(own)[len(own) // 2], "µs", "at most 200"),
        ],
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(Path(folder))
