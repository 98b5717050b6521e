# SPDX-License-Identifier: Apache-2.0
"""How long a service is waited for, how often it is asked, and how much it may answer."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

#: What waits a moment for nothing: a limit of 0 s would not wait, and raise something else.
AT_ONCE = 0.001


@dataclass(frozen=True)
class Limits:
    """The limits of one service's requests; times are seconds of wall clock.

    Args:
        connect: Until there is a connection.
        read: Of silence, while a question is answered.
        whole: Until an answer is read to its end, all tries counted.
        answer: Bytes of one answer, after they are unpacked.
        tries: How often a request is sent that may be sent again.
        pause: Before the second time, half of it at least; before each further one twice that.
    """

    connect: float = 5.0
    read: float = 120.0
    whole: float = 600.0
    answer: int = 2**30
    tries: int = 3
    pause: float = 0.2

    def pause_after(self, turn: int) -> float:
        """Give the seconds to wait, by chance, so that not all ask again at once."""
        chance = random.uniform(self.pause / 2, self.pause)  # noqa: S311 -- no secret
        return chance * 2.0 ** (turn - 1)


class Clock:
    """The time that is left for one request and its answer."""

    def __init__(self, limits: Limits, seconds: float | None, *, silent: bool) -> None:
        self.seconds = limits.whole if seconds is None else seconds
        self._limits = limits
        self._read = self.seconds if silent else limits.read
        self._until = time.monotonic() + self.seconds

    @property
    def spent(self) -> float:
        """Seconds that are gone."""
        return self.seconds - (self._until - time.monotonic())

    @property
    def left(self) -> float:
        """Seconds that are left, more than 0."""
        return max(self._until - time.monotonic(), AT_ONCE)

    @property
    def over(self) -> bool:
        """Whether none are left."""
        return time.monotonic() >= self._until

    def waits(self) -> dict[str, float]:
        """Give how long each step may wait from now on, as httpx names the steps."""
        left = self.left
        return {
            "connect": min(self._limits.connect, left),
            "read": min(self._read, left),
            "write": left,
            "pool": left,
        }
