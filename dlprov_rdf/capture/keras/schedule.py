# SPDX-License-Identifier: Apache-2.0
"""The learning rate that a schedule inside an optimizer gives, epoch by epoch.

A schedule changes the rate at every step. It is told by the rate that each epoch begins
with. A schedule of the user's own is asked only where its code does nothing but calculate:
asking it must not print, draw random numbers or change anything.
"""

from __future__ import annotations

import dis
from typing import Any

from dlprov_rdf.capture.keras.names import shortest
from dlprov_rdf.capture.keras.settings import schedule_of
from dlprov_rdf.events import Number

_CHANGES = frozenset({"STORE_ATTR", "STORE_GLOBAL", "STORE_SUBSCR", "DELETE_ATTR", "YIELD_VALUE"})
_EFFECTS = frozenset(
    {"print", "random", "write", "open", "append", "info", "warning", "numpy_function",
     "py_function", "input"}
)  # fmt: skip


class Schedule:
    """The schedule of one optimizer in one training.

    Attributes:
        technique: What it is, or None where the optimizer has no schedule.
    """

    def __init__(self, optimizer: Any) -> None:
        self.technique = schedule_of(optimizer)
        self._optimizer = optimizer
        self._asks = self.technique is not None and calculates(self._optimizer._learning_rate)  # noqa: SLF001 -- its public name calculates the rate
        self._began_with: Number | None = None
        self._now: Number | None = None

    def look(self) -> Number | None:
        """Calculate the rate of the next step."""
        if self._asks:
            self._now = shortest(float(self._optimizer.learning_rate))
        return self._now

    def moved(self) -> tuple[Number, Number] | None:
        """Tell the rates that the last epoch and this one began with, where they differ."""
        if not self._asks:
            return None
        if self._began_with is None:
            self._began_with = self.look()
            return None
        before, self._began_with = self._began_with, self._now
        if self._began_with is None or before == self._began_with:
            return None
        return before, self._began_with


def calculates(schedule: Any) -> bool:
    """Tell whether asking a schedule for a rate has no effect beside the answer."""
    if type(schedule).__module__.startswith("keras."):
        return True
    code = getattr(type(schedule).__call__, "__code__", None)
    if code is None or _EFFECTS & set(code.co_names):
        return False
    return not any(step.opname in _CHANGES for step in dis.get_instructions(code))
