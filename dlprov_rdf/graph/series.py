# SPDX-License-Identifier: Apache-2.0
"""A long series of observations: its summary, and all of it as a table of numbers.

The table is a function of the events, as the graph is. An observation costs it 48 bytes.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from dlprov_rdf import columns
from dlprov_rdf.events import Number
from dlprov_rdf.graph import literals
from dlprov_rdf.graph import vocabulary as v

#: Stands in the table's columns of integers for what was not said.
UNSAID = -(2**63)

_NAMES = ("seq", "at", "step", "batch", "epoch")


class Observation(NamedTuple):
    """One value, with all that is said of it: so that it can be told, or told later.

    Attributes:
        more: What else is said of it, predicate and object.
    """

    node: NamedNode
    activity: NamedNode
    value: Number
    model: NamedNode | None = None
    data: NamedNode | None = None
    more: tuple[tuple[NamedNode, Literal], ...] = ()


@dataclass(slots=True)
class Series:
    """The observations of one measure of one activity, in the order of the log.

    Attributes:
        sum: Of all values, in their order.
        finite: How many values are finite, and ``finite_sum`` their sum.
        least, greatest, last: Observations; NaN is neither the least nor the greatest.
    """

    sum: float = 0.0
    finite: int = 0
    finite_sum: float = 0.0
    least: Observation | None = None
    greatest: Observation | None = None
    last: Observation | None = None
    values: array[float] = field(default_factory=lambda: array("d"))
    whole: tuple[array[int], ...] = field(default_factory=lambda: tuple(array("q") for _ in _NAMES))
    _minimum: float = float("nan")
    _maximum: float = float("nan")

    def add(self, seen: Observation, *place: int | None) -> None:
        """Take a value in.

        Args:
            seen: The observation.
            place: Its sequence number, time in nanoseconds, step, batch and epoch's number.
        """
        value = literals.as_float(seen.value)
        self.values.append(value)
        for column, number in zip(self.whole, place, strict=True):
            column.append(UNSAID if number is None or not -(2**63) <= number < 2**63 else number)
        self.sum += value
        self.last = seen
        if value - value == 0:
            self.finite += 1
            self.finite_sum += value
        if value == value:  # noqa: PLR0124 -- NaN alone differs from itself
            if not value >= self._minimum:
                self.least, self._minimum = seen, value
            if not value <= self._maximum:
                self.greatest, self._maximum = seen, value

    def table(self) -> dict[str, columns.Column]:
        """Give the table: what the file holds, by column."""
        return {**dict(zip(_NAMES, self.whole, strict=True)), "value": self.values}

    def summary(self) -> Iterator[tuple[NamedNode, Literal]]:
        """Yield what is said of the series as a whole, predicate and object."""
        number = literals.number
        yield v.DLPROV_COUNT, literals.count(len(self.values))
        yield v.DLPROV_SUM, number(self.sum)
        yield v.DLPROV_MINIMUM, number(self._minimum)
        yield v.DLPROV_MAXIMUM, number(self._maximum)
        yield v.DLPROV_LAST, number(self.values[-1])
        yield v.DLPROV_FINITE_COUNT, literals.count(self.finite)
        if self.finite:
            yield v.DLPROV_MEAN, number(self.finite_sum / self.finite)

    def extremes(self) -> list[Observation]:
        """List the observations that are told one by one: least, greatest and last."""
        chosen = (self.least, self.greatest, self.last)
        return list({one.node: one for one in chosen if one is not None}.values())
