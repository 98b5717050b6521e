# SPDX-License-Identifier: Apache-2.0
"""Fetches round by round: first what is told by name, then what hangs on what was found.

Patterns of one ``GRAPH`` block are joined at the labs, in the graphs where they lie whole. What
is in the union of graphs is asked for pattern by pattern, for its matches may have a triple of
each lab; what the patterns next to it were found to be is put in.

The order is for speed alone: whatever it is, each block is fetched as far as it can matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from pyoxigraph import NamedNode

from dlprov_rdf.ask.federating.fetching.joins import Join, join
from dlprov_rdf.ask.federating.fetching.parts import Part, part
from dlprov_rdf.ask.federating.fetching.requests import Wanted
from dlprov_rdf.ask.federating.fetching.strategies import Plan, Seen, whole
from dlprov_rdf.ask.federating.fetching.units import Gone, Unit, place_of, units
from dlprov_rdf.ask.federating.fetching.ways import Walk, Way
from dlprov_rdf.ask.federating.reading import needs as n
from dlprov_rdf.ask.sparql import PREFIXES
from dlprov_rdf.settings import SHARED

#: How the names begin that many things have in common: classes and roles, measures and settings.
_SHARED = (
    *PREFIXES.values(),
    *(f"{SHARED}{kind}/" for kind in ("algorithm", "hyperparameter", "implementation", "measure")),
)

#: The rank of what is asked for at once.
_AT_ONCE = 0

#: Graphs of which each is asked for by its name.
_MANY = 2

#: Things that say something of one, as a guess: epochs are part of a training, not the reverse.
_SAID_OF_ONE = 10

#: A walk that may meet so many things at its first step tells soon what others wait for.
_NEAR = 20

#: Terms that are put into a request at most: more of them cost more than they save.
_MOST = 2_000


class PushDown:
    """Asks first for what is told by name, and joins within graphs at the labs.

    Args:
        graphs: Whether to ask in which graph each triple is, where the query does not.
    """

    def __init__(self, *, graphs: bool = False) -> None:
        self.graphs = graphs

    def rounds(self, needs: n.Needs, seen: Seen) -> Iterator[Plan]:
        """See ``Strategy.rounds``."""
        if needs.whole:
            yield whole("; ".join(needs.whole))
            return
        yield from _Rounds(needs, seen, merged=not self.graphs).plans()


class _Rounds:
    """The rounds of one query: what was fetched, and what is still to be."""

    def __init__(self, needs: n.Needs, seen: Seen, *, merged: bool) -> None:
        self._merged = merged
        self._needs, self._seen = needs, cache(seen)  # once it is fetched, no more comes of it
        self._waiting = [
            unit for number, block in needs.blocks.items() for unit in units(number, block)
        ]
        self._barren: set[int] = set()
        self._done: dict[int, list[tuple[Unit, Part | Join]]] = {}
        self._gone: dict[n.Column, list[Gone]] = {}
        self._columns: dict[n.Column, frozenset[n.Term] | None] = {}

    def plans(self) -> Iterator[Plan]:
        """Yield the plan of each round."""
        while self._waiting:
            self._columns.clear()
            self._give_up()
            if not self._waiting:
                return
            made = {unit: self._wanted(unit) for unit in self._waiting}
            ranks = {unit: self._rank(unit, wanted) for unit, wanted in made.items()}
            now = [unit for unit in self._waiting if ranks[unit] == min(ranks.values())]
            wanted = tuple(one for unit in now for one in made[unit])
            if not all(one.bounded for one in wanted if isinstance(one, Part)):
                yield whole("a pattern of the query matches everything")
                return
            yield Plan(wanted)
            self._waiting = [unit for unit in self._waiting if unit not in now]
            for unit in now:
                if unit.trail is not None:
                    self._go(unit, unit.trail)
                elif not unit.loose:
                    [one] = made[unit]
                    assert not isinstance(one, Walk)
                    self._done.setdefault(unit.block, []).append((unit, one))

    def _go(self, unit: Unit, trail: n.Trail) -> None:
        """Note what a path tells of one end by the other, by what is known of that now."""
        within = self._needs.blocks[unit.block].graph is not None
        for end, other, path in (
            (trail.end, trail.start, trail.words),
            (trail.start, trail.end, f"^({trail.words})"),
        ):
            known = self._known(unit, other)
            if isinstance(end, str) and known is not None:
                gone = Gone(known, path, within, trail.may_be_empty)
                self._gone.setdefault(n.Column(unit.block, end), []).append(gone)

    def _give_up(self) -> None:
        """Wait no more for blocks that match nothing, nor for those that hang on them."""
        left = {unit.block for unit in self._waiting}
        while barren := {number for number in left if self._matches_nothing(number)}:
            self._barren |= barren
            self._columns.clear()
            left -= barren
        self._waiting = [unit for unit in self._waiting if unit.block in left]

    def _matches_nothing(self, number: int) -> bool:
        """Tell whether a variable of a block can be nothing at all, by what is known now."""
        block = self._needs.blocks[number]
        names = {one for pattern in block.joined for one in pattern if isinstance(one, str)}
        return any(
            n.terms(None, (*block.bounds.get(name, ()), n.Column(number, name)), self._column)
            == frozenset()
            for name in {*names, *block.bounds}
        )

    def _wanted(self, unit: Unit) -> tuple[Wanted, ...]:
        """Word what is to be fetched for a unit by what is known now."""
        if unit.trail is not None and unit.trail.steps:
            walk = self._walk(unit, unit.trail)
            if walk is not None:
                return (walk,)
        graph = self._graphs(unit)
        if len(unit.patterns) > 1 and not unit.loose:
            return (join(graph, unit.patterns, lambda name: self._known(unit, name)),)
        merged = self._merged and self._needs.blocks[unit.block].graph is None
        return tuple(
            part(graph, *(self._known(unit, one) for one in pattern), merged=merged)
            for pattern in unit.patterns
        )

    def _graphs(self, unit: Unit) -> frozenset[n.Term] | None:
        """Give the graphs in question; many of them are told better by what lies in them.

        For each table is multiplied with the others where it is joined.
        """
        block = self._needs.blocks[unit.block]
        if block.graph is None:
            return None
        found = self._terms(block.graph, (*block.where, n.Column(unit.block, n.GRAPH)))
        if found is None or len(found) < _MANY:
            return found
        told = any(self._known(unit, pattern.subject) is not None for pattern in unit.patterns)
        return None if told else found

    def _walk(self, unit: Unit, trail: n.Trail) -> Walk | None:
        """Give the walk from an end of a path that is known, the one that meets less."""
        within = self._needs.blocks[unit.block].graph is not None
        known = [
            Walk(frozenset(one for one in terms if isinstance(one, NamedNode)), way)
            for position, way in (
                (trail.start, Way(trail.steps, within=within)),
                (trail.end, Way(n.back(trail.steps), within=within)),
            )
            if (terms := self._known(unit, position)) is not None
            and all(isinstance(one, NamedNode) for one in terms)
        ]
        return min(known, key=_reach, default=None)

    def _known(self, unit: Unit, position: n.Position) -> frozenset[n.Term] | None:
        if not isinstance(position, str):
            return self._terms(position, ())
        outside = self._needs.blocks[unit.block].bounds.get(position, ())
        return self._terms(position, (*outside, n.Column(unit.block, position)))

    def _terms(
        self, position: n.Position, sources: tuple[n.Source, ...]
    ) -> frozenset[n.Term] | None:
        found = n.terms(position, sources, self._column)
        return None if found is not None and len(found) > _MOST else found

    def _column(self, column: n.Column) -> frozenset[n.Term] | None:
        """Give what a variable of a block can be, by what of the block was fetched."""
        if column.block in self._barren:
            return frozenset()
        if column not in self._columns:
            found = [
                self._seen(wanted, place)
                for unit, wanted in self._done.get(column.block, ())
                if (place := place_of(unit, wanted, column.variable)) is not None
            ]
            found += map(self._ended, self._gone.get(column, ()))
            sets = [terms for terms in found if terms is not None]
            self._columns[column] = frozenset.intersection(*sets) if sets else None
        return self._columns[column]

    def _ended(self, gone: Gone) -> frozenset[n.Term] | None:
        """Tell where a path can end."""
        found = self._seen(gone, "end")
        return found | gone.known if found is not None and gone.may_be_empty else found

    def _rank(self, unit: Unit, wanted: tuple[Wanted, ...]) -> int:
        """Tell how soon to ask for a unit: what is told, or of which no other unit tells, first."""
        if all(one.empty for one in wanted) or not self._pending(unit):
            return _AT_ONCE
        first = wanted[0]
        if unit.trail is not None and self._begins(unit, unit.trail):
            return _AT_ONCE
        if isinstance(first, Walk):
            return 1 if _reach(first) <= _NEAR else 2
        parts = [first] if isinstance(first, Part) else list(first.parts())
        if any(map(_told, parts)) and not unit.trail:
            return _AT_ONCE
        if len(parts) > 1:
            return 1
        if parts[0].object is not None or parts[0].graph is not None:
            return 2
        return 3 if parts[0].bounded else 4

    def _begins(self, unit: Unit, trail: n.Trail) -> bool:
        """Tell whether an end of a path is told by the query itself."""
        bounds = self._needs.blocks[unit.block].bounds
        ends = (trail.start, trail.end)
        return any(
            n.terms(end, bounds.get(end, ()) if isinstance(end, str) else ()) is not None
            for end in ends
        )

    def _pending(self, unit: Unit) -> bool:
        """Tell whether more will be known of a unit once others are fetched."""
        block = self._needs.blocks[unit.block]
        sources = [*block.where] if isinstance(block.graph, str) else []
        for told in block.bounds.values():
            sources += told
        own = (n.Column(unit.block, name) for name in unit.variables)
        columns = (*_columns_in(sources), *own)
        return any(
            place_of(other, None, column.variable) is not None
            or (other.trail is not None and self._leads(other, other.trail, column.variable))
            for column in columns
            for other in self._waiting
            if other.block == column.block and other is not unit
        )

    def _leads(self, unit: Unit, trail: n.Trail, variable: str) -> bool:
        """Tell whether a path will tell of a variable by its other end, which is told."""
        return variable in {trail.start, trail.end} and self._begins(unit, trail)


def _columns_in(sources: Iterable[n.Source]) -> Iterator[n.Column]:
    for source in sources:
        if isinstance(source, n.Column):
            yield source
        elif isinstance(source, n.Either):
            yield from _columns_in((*source.one, *source.other))


def _reach(walk: Walk) -> int:
    """Guess how many things a walk meets: a thing says little, and much is said of some."""
    return len(walk.starts) * (1 if walk.way.forward else _SAID_OF_ONE)


def _told(part: Part) -> bool:
    """Tell whether a part is of things that are named, not of all of a class or of a role."""
    if part.subject is not None:
        return True
    return part.object is not None and not any(
        isinstance(term, NamedNode) and term.value.startswith(_SHARED) for term in part.object
    )
