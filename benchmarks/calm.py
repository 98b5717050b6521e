# SPDX-License-Identifier: Apache-2.0
"""Tells what a machine's other work spoils: a fixed piece of work is timed before and after.

A machine that others use is twice as slow for some seconds, and quick again. So it is waited
until a fixed piece of work takes no longer than it can, and what is measured while it takes much
longer is measured again, a few times; what was never measured in calm is kept as it is. Which
measurements count does not depend on them, and a benchmark tells how many were made again and
how many were kept though disturbed.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import measured

#: What the fixed work took at its best: a machine can be slow for longer than a benchmark takes.
_BEST = Path(tempfile.gettempdir()) / "dlprov-calm-2"

T = TypeVar("T")

#: How much longer than at its best the fixed work may take.
SLOWER = 1.25

#: How often something is measured before it is kept as it is; for how many seconds it is waited
#: each time and in all, looking again after so many.
TRIES, PATIENCE, ALL_PATIENCE, PAUSE = 4, 4.0, 300.0, 0.02

#: Of so many things so many are looked up in no order: others who use the machine take its
#: cache, not its core alone.
SPREAD, LOOKED_UP = 400_000, 8_000


class Calm:
    """Measures when the machine does nothing else, as far as that can be.

    Attributes:
        again: Measurements that were made again.
        disturbed: Measurements that were kept though the machine was not calm.
    """

    def __init__(self) -> None:
        self.again = self.disturbed = 0
        self._patience = ALL_PATIENCE
        self._spread = {number: str(number) for number in range(SPREAD)}
        self._looked_up = random.Random(1).choices(range(SPREAD), k=LOOKED_UP)
        told = float(_BEST.read_text()) if _BEST.exists() else float("inf")
        self._best = min(told, *(self._work() for _ in range(200)))
        _BEST.write_text(str(self._best))

    def measured(self, measure: Callable[[], T]) -> T:
        """Measure, and again while the machine does other work."""
        for left in reversed(range(TRIES)):
            before = self._waited()
            found = measure()
            if max(before, self._slower()) <= SLOWER:
                return found
            self.again += bool(left)
        self.disturbed += 1
        return found

    def figure(self) -> dict[str, object]:
        """Tell how often it was not calm."""
        kept = f"{self.disturbed} counted though it did"
        what = f"asked again, while the machine did other work; {kept}"
        return measured.figure(what, "", self.again, "askings", "")

    def _waited(self) -> float:
        """Wait until the machine is calm, but not for ever; tell how slow it is then."""
        begin = time.monotonic()
        until = begin + min(PATIENCE, self._patience)
        while (slower := self._slower()) > SLOWER and time.monotonic() < until:
            time.sleep(PAUSE)
        self._patience -= time.monotonic() - begin
        return slower

    def _slower(self) -> float:
        """Tell how many times as long as at its best the fixed work takes now."""
        least, took, _ = sorted(self._work() for _ in range(3))
        self._best = min(self._best, least)
        return took / self._best

    def _work(self) -> float:
        """Do a fixed piece of work, some 6 ms of it, half of it in the cache; give its seconds."""
        begin = time.perf_counter()
        seen: dict[int, str] = {}
        for number in range(25_000):
            seen[number % 5_000] = str(number)
        for number in self._looked_up:
            seen[number % 5_000] = self._spread[number]
        return time.perf_counter() - begin
