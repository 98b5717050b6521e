# SPDX-License-Identifier: Apache-2.0
"""Tells what a machine's other work spoils: a fixed piece of work is timed before and after.

A machine that others use is twice as slow for some seconds, and quick again. What is measured
while a fixed piece of work takes much longer than it can is measured again, a few times; what
was never measured in calm is kept as it is. Which measurements count does not depend on them,
and a benchmark tells how many were made again and how many were kept though disturbed.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import measured

#: What the fixed work took at its best: a machine can be slow for longer than a benchmark takes.
_BEST = Path(tempfile.gettempdir()) / "dlprov-calm"

T = TypeVar("T")

#: How much longer than at its best the fixed work may take.
SLOWER = 1.25

#: How often something is measured before it is kept as it is, and the seconds between.
TRIES, PAUSE = 8, 0.5


class Calm:
    """Measures when the machine does nothing else, as far as that can be.

    Attributes:
        again: Measurements that were made again.
        disturbed: Measurements that were kept though the machine was not calm.
    """

    def __init__(self) -> None:
        self.again = self.disturbed = 0
        told = float(_BEST.read_text()) if _BEST.exists() else float("inf")
        self._best = min(told, *(_work() for _ in range(200)))
        _BEST.write_text(str(self._best))

    def measured(self, measure: Callable[[], T]) -> T:
        """Measure, and again while the machine does other work."""
        before = self._slower()
        for left in reversed(range(TRIES)):
            found = measure()
            after = self._slower()
            if max(before, after) <= SLOWER:
                return found
            if left:
                self.again += 1
                time.sleep(PAUSE)
                before = self._slower()
        self.disturbed += 1
        return found

    def figure(self) -> dict[str, object]:
        """Tell how often it was not calm."""
        kept = f"{self.disturbed} counted though it did"
        what = f"asked again, while the machine did other work; {kept}"
        return measured.figure(what, "", self.again, "askings", "")

    def _slower(self) -> float:
        """Tell how many times as long as at its best the fixed work takes now."""
        took = min(_work() for _ in range(3))
        self._best = min(self._best, took)
        return took / self._best


def _work() -> float:
    """Do a fixed piece of work, some 4 ms of it, and give its seconds."""
    begin = time.perf_counter()
    seen: dict[int, str] = {}
    for number in range(25_000):
        seen[number % 5_000] = str(number)
    return time.perf_counter() - begin
