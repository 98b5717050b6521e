# SPDX-License-Identifier: Apache-2.0
"""What meters have in common: a quantity with its unit, and why there may be none.

A meter shows counters that only grow. What an activity used is the difference of two
readings, at its beginning and at its end; nothing runs in between.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Quantity(NamedTuple):
    """What was used of something.

    Attributes:
        quantity: Of what: ``energy``, ``device memory``, ``device utilisation``.
        unit: A UCUM code: ``J``, ``By``, ``%``.
        by: The meter.
        device: Of which device, where it is one device's.

    Source:
        The Unified Code for Units of Measure: https://ucum.org/ucum
    """

    quantity: str
    value: float
    unit: str
    by: str
    device: str | None = None


class Unmeasured(Exception):
    """Something cannot be measured here, and why."""


class Meter(Protocol):
    """What measures; it is made only where it can."""

    def read(self) -> object:
        """Read the counters."""

    def used(self, before: object, now: object) -> list[Quantity]:
        """Tell what was used between two readings.

        Raises:
            Unmeasured: The readings do not tell.
        """
