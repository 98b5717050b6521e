# SPDX-License-Identifier: Apache-2.0
"""Callbacks of ours, and the way they get into a fit or an evaluation.

They are put into the list that Keras has made, not into what the user handed over, and
after Keras has looked whether its callbacks allow it to go on without waiting for them. So
neither the user's list, the printed output nor Keras's pace changes. They have no hook for
a batch but where batch metrics are asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol

import keras

from dlprov_rdf.capture.guard import guarded


class EpochWatch(Protocol):
    """What is told of a fit's epochs and batches."""

    def epoch_begins(self, number: int) -> None:
        """Before any other callback hears of it."""

    def epoch_ends(self, number: int, logs: dict[str, Any]) -> None:
        """After all other callbacks have heard of it."""

    def batch_ends(self, batch: int, logs: dict[str, Any]) -> None:
        """A batch is through, where that was asked for."""


class Opening(keras.callbacks.Callback):  # type: ignore[misc]
    """Stands first in the list."""

    def __init__(self, watch: EpochWatch) -> None:
        super().__init__()
        self._begins = guarded(watch.epoch_begins)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002 -- Keras's signature
        """Keras counts epochs from 0 here, and prints them from 1."""
        self._begins(epoch)


class Closing(keras.callbacks.Callback):  # type: ignore[misc]
    """Stands last in the list, so that it sees what other callbacks add to the logs."""

    def __init__(self, watch: EpochWatch) -> None:
        super().__init__()
        self._ends = guarded(watch.epoch_ends)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Hand on the logs."""
        self._ends(epoch, logs or {})


class ClosingBatches(Closing):
    """Also sees each batch."""

    #: Keras may call it beside the training.
    async_safe = True

    def __init__(self, watch: EpochWatch) -> None:
        super().__init__(watch)
        self._batch = guarded(watch.batch_ends)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Hand on the logs of a batch."""
        self._batch(batch, logs or {})


class Listening(keras.callbacks.Callback):  # type: ignore[misc]
    """Hears what an evaluation found, under the names that Keras gives it."""

    def __init__(self, told: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self._told = guarded(told)

    def on_test_end(self, logs: Any = None) -> None:
        """Hand on the logs."""
        self._told(logs or {})


class Joining:
    """Lets our callbacks into the list of one call: as Keras makes it, or the user's own."""

    def __init__(self, model: Any, first: list[Any], last: list[Any]) -> None:
        self.model, self.first, self.last = model, first, last
        self._joined: list[Any] | None = None

    def __call__(self, callbacks: Any) -> None:
        """Join a list of callbacks."""
        self._joined = callbacks.callbacks
        callbacks.callbacks[:0] = self.first
        callbacks.callbacks.extend(self.last)

    def leave(self) -> None:
        """Leave it again: the list may be the user's, who may use it for another fit."""
        if self in _waiting.joining:
            _waiting.joining.remove(self)
        for ours in (*self.first, *self.last):
            if self._joined is not None and ours in self._joined:
                self._joined.remove(ours)


class _Waiting(threading.local):
    def __init__(self) -> None:
        self.joining: list[Joining] = []


_waiting = _Waiting()


def join(joining: Joining, callbacks: Any) -> None:
    """Join the list that a call was given, or the one that Keras will make in this call."""
    if isinstance(callbacks, keras.callbacks.CallbackList):
        joining(callbacks)
    else:
        _waiting.joining.append(joining)


@guarded
def list_made(callbacks: Any) -> None:
    """Keras has made a list of callbacks: let in who waits for the list of this model."""
    for joining in reversed(_waiting.joining):
        if getattr(callbacks, "_model", None) is joining.model:
            _waiting.joining.remove(joining)
            joining(callbacks)
            return


def telling(original: Callable[..., None]) -> Callable[..., None]:
    """Make ``CallbackList.__init__`` say that a list was made."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 -- takes its place
        original(self, *args, **kwargs)
        if _waiting.joining:
            list_made(self)

    return __init__
