# SPDX-License-Identifier: Apache-2.0
"""What the tests of Keras capture share: a run that watches Keras, small data and models."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from parts import require

require("keras")

import keras
import numpy as np

from dlprov_rdf import log
from dlprov_rdf.capture.autolog import autolog
from dlprov_rdf.capture.run import Run
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.events import Event

E = TypeVar("E", bound=Event)


class Told:
    """What a run told of itself, read back from its log."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def __iter__(self) -> Iterator[Event]:
        return log.read_run(self.run.recorder.folder)

    def all(self, kind: type[E]) -> list[E]:
        """All events of one kind."""
        return [event for event in self if isinstance(event, kind)]

    def one(self, kind: type[E]) -> E:
        """The only event of one kind."""
        (event,) = self.all(kind)
        return event

    def last(self, kind: type[E]) -> E:
        """The last event of one kind."""
        return self.all(kind)[-1]

    def of(self, local: str) -> Any:
        """The event that first tells of something."""
        return next(event for event in self if getattr(event, "id", None) == local)

    def steps(self, kind: str) -> list[Any]:
        """The beginnings of all steps of one kind."""
        return [event for event in self if getattr(event, "type", None) == kind]


@contextlib.contextmanager
def watching(folder: Path, **options: Any) -> Iterator[Told]:
    """Watch Keras in a run of its own until the block ends."""
    autolog(batch_metrics=options.pop("batch_metrics", None))
    run = start_run("a test", kb=folder / "kb", **options)
    try:
        yield Told(run)
    finally:
        run.end()
        autolog(disable=True)


def digits(rows: int = 64, seed: int = 0) -> tuple[Any, Any]:
    """Make small data that can be learnt: float32 ``(rows, 4)`` and two classes."""
    random = np.random.default_rng(seed)
    x = random.random((rows, 4)).astype("float32")
    return x, (x.sum(axis=1) > 2).astype("int64")


def network(
    *layers: Any, name: str = "mlp", optimizer: Any = "adam", last: str = "softmax", **options: Any
) -> Any:
    """Make a small compiled classifier of ``(rows, 4)``."""
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, activation="relu", name="hidden"),
            *layers,
            keras.layers.Dense(2, activation=last, name="out"),
        ],
        name=name,
    )
    options.setdefault("loss", "sparse_categorical_crossentropy")
    options.setdefault("metrics", ["accuracy"])
    model.compile(optimizer=optimizer, **options)
    return model
