# SPDX-License-Identifier: Apache-2.0
"""Sees a hyperparameter change where it happens: at the assignment of its variable.

The compiled step reads the learning rate (and any other hyperparameter that an optimizer
keeps as a variable) from that variable, so whatever changes the training passes here.
A plain attribute such as ``SGD.momentum`` is part of the compiled step: setting it changes
nothing there, and is no adaptation. What did it is read off the stack.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, NamedTuple

import keras
from keras.src.utils import backend_utils

from dlprov_rdf.capture.guard import guarded
from dlprov_rdf.capture.keras.names import config_of, shortest
from dlprov_rdf.capture.keras.stack import Actor, who
from dlprov_rdf.capture.patches import Patches
from dlprov_rdf.events import Number

#: Through which every assignment of a variable goes that happens outside a compiled step.
_HOOK = "_direct_assign"


class Change(NamedTuple):
    """A hyperparameter's variable was assigned another value."""

    name: str
    old: Number
    new: Number
    by: Actor


class Watched:
    """One hyperparameter's variable, with the value it is known to have."""

    def __init__(self, name: str, variable: Any, told: Callable[[Change], None]) -> None:
        self.name, self.variable, self._told = name, variable, told
        self.value = self.look()

    def look(self) -> Number:
        """Read the variable: on TensorFlow an operation, of some 50 µs."""
        return shortest(float(self.variable))

    def assigned(self, value: Any, frame: FrameType) -> None:
        """It was assigned a value, as a tensor of its own type."""
        if backend_utils.in_tf_graph():  # a step is being traced: nothing has a value yet
            return
        old, new = self.value, shortest(float(value))
        if new != old:
            self.value = new
            self._told(Change(self.name, old, new, who(frame)))


_watched: dict[int, Watched] = {}
_patches = Patches()


def watch(optimizer: Any, told: Callable[[Change], None]) -> dict[str, Watched]:
    """Watch the variables in which an optimizer keeps its hyperparameters, until `forget`.

    Returns:
        What is watched, by the hyperparameter's name.
    """
    names = config_of(optimizer)
    found = {
        name.lstrip("_"): Watched(name.lstrip("_"), value, told)
        for name, value in vars(optimizer).items()
        if isinstance(value, keras.Variable) and name.lstrip("_") in names and value.ndim == 0
    }
    if found and not _watched:
        owner = next(kind for kind in keras.Variable.__mro__ if _HOOK in vars(kind))
        _patches.replace(owner, _HOOK, _watching)
    _watched.update({id(one.variable): one for one in found.values()})
    return found


def forget(watched: dict[str, Watched]) -> None:
    """Watch these no longer; with the last, Keras's own assignment is back."""
    for one in watched.values():
        if _watched.get(id(one.variable)) is one:
            del _watched[id(one.variable)]
    if not _watched:
        _patches.undo()


def _watching(original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Make an assignment tell of the variables that are watched."""

    def _direct_assign(self: Any, value: Any) -> Any:
        result = original(self, value)
        known = _watched.get(id(self))
        if known is not None:
            _assigned(known, value, sys._getframe(1))  # noqa: SLF001 -- who assigns is on the stack
        return result

    # TensorFlow's AutoGraph rewrites what a step calls, but for what is marked like this.
    vars(_direct_assign)["autograph_info__"] = {}
    return _direct_assign


@guarded
def _assigned(known: Watched, value: Any, frame: FrameType) -> None:
    known.assigned(value, frame)
