# SPDX-License-Identifier: Apache-2.0
"""Which epochs a log tells of, in a few numbers however many they are."""

from __future__ import annotations

import re

_EPOCH = re.compile(r"(.+)/epoch/(0|[1-9][0-9]*)")


class Numbers:
    """A set of numbers, kept as stretches: those of a training are one stretch."""

    def __init__(self) -> None:
        self._stretches: list[list[int]] = []

    def add(self, number: int) -> None:
        """Take a number in; the next one after the last costs no memory."""
        stretches = self._stretches
        if stretches and number == stretches[-1][1] + 1:
            stretches[-1][1] = number
        elif number not in self:
            stretches.append([number, number])

    def __contains__(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self._stretches)


class EpochsTold:
    """The local names of epochs."""

    def __init__(self) -> None:
        self._numbers: dict[str, Numbers] = {}
        self._odd: set[str] = set()

    def add(self, name: str, training: str, number: int) -> None:
        """Take an epoch in; only one whose name is not its training's and number is kept whole."""
        if name != f"{training}/epoch/{number}":
            self._odd.add(name)
            return
        numbers = self._numbers.get(training)
        if numbers is None:
            numbers = self._numbers[training] = Numbers()
        numbers.add(number)

    def __contains__(self, name: str) -> bool:
        found = _EPOCH.fullmatch(name)
        if found is not None and found[1] in self._numbers:
            return int(found[2]) in self._numbers[found[1]] or name in self._odd
        return name in self._odd


def training_of(epoch: str) -> str:
    """Give the training that an epoch's local name begins with."""
    return epoch.rpartition("/epoch/")[0]


def number_of(name: str) -> int | None:
    """Read the number in an epoch's local name; None of what is no epoch's."""
    found = re.match(r"\d+", name.rpartition("/epoch/")[2]) if "/epoch/" in name else None
    return None if found is None else int(found[0])
