# SPDX-License-Identifier: Apache-2.0
"""Captures every Keras fit, evaluate, predict, save and load from here on, or no longer.

Keras need not be imported yet, and is not imported here: its capture is put in place when
it is. What is captured goes into the active run, or into one that is begun for it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from dlprov_rdf.capture import importing
from dlprov_rdf.capture.around import seeds
from dlprov_rdf.capture.guard import guarded


class _Autolog:
    """Whether autologging is on, and what has to be undone."""

    def __init__(self) -> None:
        self.on = False
        self.batch_metrics: bool | None = None
        self.waiting: importing.Waiting | None = None
        self.capture: Any = None
        self.forget_seeds: Callable[[], None] | None = None

    def start(self) -> None:
        if self.on:
            return
        self.on = True
        self.forget_seeds = seeds.remember()
        self.waiting = importing.wait_for("keras", self._keras_is_here)

    def _keras_is_here(self) -> None:
        if not self.on:
            return
        self.waiting = None
        self.capture = importlib.import_module("dlprov_rdf.capture.keras.patching")
        self.capture.install()
        self.capture.batch_metrics(self.batch_metrics)

    def stop(self) -> None:
        self.on = False
        importing.stop(self.waiting)
        self.waiting = None
        if self.forget_seeds is not None:
            self.forget_seeds()
        if self.capture is not None:
            guarded(self.capture.uninstall)()
        self.capture = None


_autolog = _Autolog()


def autolog(disable: bool = False, *, batch_metrics: bool | None = None) -> None:  # noqa: FBT001, FBT002 -- MLflow's habit
    """Capture every Keras fit, evaluate, predict, save and load from here on.

    Calling it again changes nothing but what is asked for. It never fails.

    Args:
        disable: Stop capturing, and put every function of Keras back as it was.
        batch_metrics: The metrics after each batch too; as ``kb.toml`` says, unless said.
    """
    if disable:
        _autolog.stop()
        return
    _autolog.batch_metrics = batch_metrics
    _autolog.start()
    if _autolog.capture is not None:
        guarded(_autolog.capture.batch_metrics)(batch_metrics)


def enabled() -> bool:
    """Tell whether autologging is on."""
    return _autolog.on
