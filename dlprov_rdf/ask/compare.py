# SPDX-License-Identifier: Apache-2.0
"""What differs between two runs, and which differences could explain which others.

One difference could explain another only where it lies upstream of it, by what the graphs
say: the result was made from it, by it, or within it. Of two of which neither lies upstream
of the other nothing is said; and what lies upstream *could* explain, no more: only an
experiment in which nothing else differs shows that it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dlprov_rdf.ask.comparing import facets, matching
from dlprov_rdf.ask.comparing.facets import GROUPS, Facet
from dlprov_rdf.ask.comparing.told import Told


@dataclass(frozen=True)
class Difference:
    """One thing that differs: its values (None: not there), and what could explain it.

    ``number`` counts from 1 in causal order: whatever lies upstream of a difference has a
    smaller number. ``after`` holds the numbers of those upstream of it. ``change`` is
    changed, added, removed, upgraded or downgraded.
    """

    number: int
    group: str
    what: str
    first: str | None
    second: str | None
    change: str
    after: tuple[int, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """What two runs have in common and what not.

    ``matched``: pairs of trainings that were compared, as (name, name, why). ``alone``:
    trainings without a partner, as (name, its run's name). ``unknown`` says in words what
    nobody can compare.
    """

    first: str
    second: str
    matched: tuple[tuple[str, str, str], ...]
    alone: tuple[tuple[str, str], ...]
    differences: tuple[Difference, ...]
    unknown: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Say whether nothing differs that was recorded of both."""
        return not (self.differences or self.alone)

    def unordered(self) -> list[tuple[int, int]]:
        """List the pairs of differences of which neither lies upstream of the other."""
        return [
            (one.number, other.number)
            for one in self.differences
            for other in self.differences
            if one.number < other.number and one.number not in other.after
        ]


#: What the script itself defines or does, as functions are called.
_OF_SCRIPT = "function __main__"


@dataclass(frozen=True)
class _Pair:
    """A facet of the first run and its fellow of the second; one of them may be missing."""

    first: Facet | None
    second: Facet | None

    @property
    def any(self) -> Facet:
        found = self.first or self.second
        if found is None:
            raise LookupError("neither")
        return found


def compare(one: Told, other: Told) -> Comparison:
    """Compare two runs by what their graphs say.

    Returns:
        Differences by group and causal order, with what nobody can compare.
    """
    matches = matching.match(one, other)
    pairs = list(_pairs(facets.of_run(one), facets.of_run(other)))
    for match in matches.matched:
        name = one.name(match.first)
        left, right = (
            list(facets.of_training(told, training, name))
            for told, training in ((one, match.first), (other, match.second))
        )
        if facets.same_architecture(one, match.first, other, match.second):
            left, right = (
                [facet for facet in side if facet.group != "architecture"] for side in (left, right)
            )
        pairs += _pairs(left, right)
    pairs += _pairs(facets.of_tests(one), facets.of_tests(other))
    differing = [pair for pair in pairs if _differs(pair)]
    names = [run.name(run.run) for run in (one, other)]
    return Comparison(
        one.run, other.run,
        tuple((one.name(m.first), other.name(m.second), m.by) for m in matches.matched),
        (
            *((one.name(left), names[0]) for left in matches.only_first),
            *((other.name(left), names[1]) for left in matches.only_second),
        ),
        _ordered(differing, one, other),
        tuple(dict.fromkeys(map(_unknown, _not_known(pairs)))),
    )  # fmt: skip


def words(found: Comparison) -> list[str]:
    """Say in words what was compared with what, and what nobody can compare."""
    return [
        *(f"{first} is compared with {second}: {by}" for first, second, by in found.matched),
        *(f"{training} of {run} has no partner" for training, run in found.alone),
        *found.unknown,
    ]


def ranges(numbers: Sequence[int]) -> str:
    """Write numbers in short: ``1-3, 7``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _pairs(first: Iterable[Facet], second: Iterable[Facet]) -> Iterator[_Pair]:
    """Pair facets: by what they are and hold, else by what they are, in their order.

    What holds equal content is the same thing, whatever it is called there.
    """
    left, right = list(first), list(second)
    for key in (_thing_and_value, _octets, _thing):
        waiting: dict[object, list[Facet]] = {}
        for facet in right:
            waiting.setdefault(key(facet), []).append(facet)
        for facet in list(left):
            wanted = key(facet)
            if wanted is not None and waiting.get(wanted):
                fellow = waiting[wanted].pop(0)
                left.remove(facet)
                right.remove(fellow)
                yield _Pair(facet, fellow)
    yield from (_Pair(facet, None) for facet in left)
    yield from (_Pair(None, facet) for facet in right)


def _thing_and_value(facet: Facet) -> object:
    return facet.compared and (facet.group, facet.what, facet.compared)


def _octets(facet: Facet) -> object:
    """Tell data and code by their content, where it is known."""
    told = facet.group in {"data", "code"} and (facet.compared or "").startswith("ni:")
    return (facet.group, facet.compared) if told else None


def _thing(facet: Facet) -> object:
    return facet.group, facet.what


def _is_unknown(pair: _Pair) -> bool:
    """Say whether a thing is there in both, and one of them was not digested."""
    if pair.first is None or pair.second is None or pair.first.node == pair.second.node:
        return False
    return pair.first.compared is None or pair.second.compared is None


def _not_known(pairs: Sequence[_Pair]) -> list[_Pair]:
    """List the pairs that nobody can compare, without what a script's own digest tells."""
    scripts = all(
        any(one and one.what.startswith("script ") and one.compared for one in side)
        for side in ([pair.first for pair in pairs], [pair.second for pair in pairs])
    )
    return [
        pair for pair in pairs
        if _is_unknown(pair) and not (scripts and pair.any.what.startswith(_OF_SCRIPT))
    ]  # fmt: skip


def _differs(pair: _Pair) -> bool:
    if pair.first is None or pair.second is None:
        return True
    return not _is_unknown(pair) and pair.first.compared != pair.second.compared


def _unknown(pair: _Pair) -> str:
    return f"{pair.any.what}: nobody knows whether it is the same, for it was not digested"


def _ordered(pairs: Sequence[_Pair], one: Told, other: Told) -> tuple[Difference, ...]:
    """Number the differences so that what lies upstream comes first, and say what does."""
    above = [
        {
            index for index, up in enumerate(pairs)
            if _is_upstream(up, down, one, other) and not _is_upstream(down, up, one, other)
        }
        for down in pairs
    ]  # fmt: skip

    def place(index: int) -> tuple[object, ...]:
        found = pairs[index].any
        return len(above[index]), GROUPS.index(found.group), found.what, found.node

    order = sorted(range(len(pairs)), key=place)
    numbers = {index: number for number, index in enumerate(order, 1)}
    return tuple(
        _difference(
            pairs[index], number, [numbers[up] for up in above[index] if numbers[up] < number]
        )
        for index, number in numbers.items()
    )


def _difference(pair: _Pair, number: int, after: Sequence[int]) -> Difference:
    first, second = (one.shown if one else None for one in (pair.first, pair.second))
    if pair.first and pair.second and first == second:
        first, second = pair.first.compared, pair.second.compared
    found = pair.any
    return Difference(
        number, found.group, found.what, first, second, _change(pair), tuple(sorted(after))
    )


def _is_upstream(up: _Pair, down: _Pair, one: Told, other: Told) -> bool:
    """Say whether, in one of the runs, what differs in ``up`` lies upstream of ``down``."""
    sides = ((up.first, down.first, one), (up.second, down.second, other))
    return any(
        above is not None and below is not None and not above.ending and _feeds(above, below, told)
        for above, below, told in sides
    )


def _feeds(above: Facet, below: Facet, told: Told) -> bool:
    """Tell it by the walk; data that was taken as it came is upstream of its use as a split."""
    taken = (above.group, below.group) == ("data", "split") and above.node == below.node
    return taken or above.node in told.upstream(below.node)


def _change(pair: _Pair) -> str:
    if pair.first is None:
        return "added"
    if pair.second is None:
        return "removed"
    if pair.any.what.startswith("package "):
        older, newer = _version(pair.first.shown), _version(pair.second.shown)
        return "upgraded" if older < newer else "downgraded"
    return "changed"


def _version(text: str) -> list[tuple[int, int, str]]:
    """Read a version so that 3.10 is after 3.9, and a release after its candidates."""
    parts = text.replace("+", ".").replace("-", ".").split(".")
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts]
