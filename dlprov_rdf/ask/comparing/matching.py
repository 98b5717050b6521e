# SPDX-License-Identifier: Apache-2.0
"""Which training of one run is compared with which of another: by name, by architecture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from dlprov_rdf.ask.comparing.told import Told
from dlprov_rdf.ask.walking import kinds


class Match(NamedTuple):
    """Two trainings that are compared, by their IRIs, and why these two."""

    first: str
    second: str
    by: str


class Matches(NamedTuple):
    """The trainings that are compared, and those of either run that have no partner."""

    matched: list[Match]
    only_first: list[str]
    only_second: list[str]


#: What two trainings must have in common, from the surest to the loosest.
_Key = Callable[[Told, str], object]


def _name(told: Told, training: str) -> object:
    return told.name(training)


def _architecture(told: Told, training: str) -> object:
    """Tell an architecture by its content; one that was not digested is like no other."""
    architecture = told.one(training, kinds.DLPROV + "architecture")
    return (architecture and told.content(architecture)) or None


def _both(told: Told, training: str) -> object:
    architecture = _architecture(told, training)
    return architecture and (_name(told, training), architecture)


_WAYS: tuple[tuple[str, _Key], ...] = (
    ("the same name and architecture", _both),
    ("the same name", _name),
    ("the same architecture", _architecture),
)


def match(first: Told, second: Told) -> Matches:
    """Match the trainings of two runs.

    Several that are alike are matched in the order in which they ran. One training that is
    left in each run is matched too: whoever renames a model trains it still.

    Returns:
        Each training once, matched or without a partner.
    """
    left, right = first.all("Training"), second.all("Training")
    matched: list[Match] = []
    for by, key in _WAYS:
        for one, other in list(_alike(first, left, second, right, key)):
            matched.append(Match(one, other, by))
            left.remove(one)
            right.remove(other)
    if len(left) == len(right) == 1:
        matched.append(Match(left.pop(), right.pop(), "the only ones left"))
    matched.sort(key=lambda pair: first.all("Training").index(pair.first))
    return Matches(matched, left, right)


def _alike(
    first: Told, left: Sequence[str], second: Told, right: Sequence[str], key: _Key
) -> Iterator[tuple[str, str]]:
    """Pair those of equal key, in their order; None is equal to nothing."""
    waiting: dict[object, list[str]] = {}
    for other in right:
        waiting.setdefault(key(second, other), []).append(other)
    for one in left:
        wanted = key(first, one)
        if wanted is not None and waiting.get(wanted):
            yield one, waiting[wanted].pop(0)
