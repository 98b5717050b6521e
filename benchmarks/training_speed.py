# SPDX-License-Identifier: Apache-2.0
"""What capture costs a real training: the digits CNN with and without, interleaved pairs."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import keras
from measured import figure, keep, row
from sklearn.datasets import load_digits

from dlprov_rdf.capture import autolog as capture
from dlprov_rdf.capture import guard
from dlprov_rdf.capture.start import start_run

PAIRS = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 20
EPOCHS, MANY = 10, 50


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


def seconds(x: Any, y: Any, epochs: int = EPOCHS) -> float:
    """Time one fit."""
    trained = model()
    began = time.perf_counter()
    trained.fit(x, y, epochs=epochs, batch_size=64, verbose=0)
    return time.perf_counter() - began


def own(*, epochs_only: bool) -> float:
    """Tell the seconds spent in our own code so far: in all of it, or in what epochs call."""
    return sum(
        spent.seconds
        for place, spent in guard.own_time().items()
        if not epochs_only or "epoch_" in place or ".adaptation." in place
    )


def watched(kb: Path, x: Any, y: Any, epochs: int = EPOCHS) -> tuple[float, float, float]:
    """Time one fit that is captured; tell its seconds, and our own in epochs and in all."""
    with start_run("speed", kb=kb) as run:
        run.surroundings.wait()  # the start of a run is not the training
        capture.autolog()
        before = own(epochs_only=True), own(epochs_only=False)
        whole = seconds(x, y, epochs)
        in_epochs, in_all = own(epochs_only=True) - before[0], own(epochs_only=False) - before[1]
        capture.autolog(disable=True)
    return whole, in_epochs, in_all


def main(kb: Path) -> None:
    """Train in pairs, the order of a pair in alternation."""
    digits = load_digits()
    x, y = (digits.images / 16.0).astype("float32")[..., None], digits.target
    seconds(x, y)
    watched(kb, x, y)
    with_us, without = [], []
    for pair in range(PAIRS):
        for captured in (pair % 2 == 0, pair % 2 == 1):
            if captured:
                with_us.append(watched(kb, x, y)[0])
            else:
                without.append(seconds(x, y))
    first = statistics.median(watched(kb, x, y, 1)[1] for _ in range(5))
    many = [watched(kb, x, y, MANY) for _ in range(5)]
    later = (statistics.median(one[1] for one in many) - first) / (MANY - 1)
    around = statistics.median(one[2] - one[1] for one in many)
    keep(
        "training",
        [
            row("fit, 10 epochs", "captured", "bare", with_us, without, "s"),
            figure(
                "own time an epoch, after the first", "capture", later * 1e6, "µs", "at most 200"
            ),
            figure("own time of the first epoch", "capture", first * 1e3, "ms", ""),
            figure("own time of a fit's start and end", "capture", around * 1e3, "ms", ""),
        ],
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(Path(folder))
