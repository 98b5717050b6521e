# SPDX-License-Identifier: Apache-2.0
"""The units of a query: what of a block is fetched together, and where its variables stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from dlprov_rdf.ask.federating.fetching.joins import Join
from dlprov_rdf.ask.federating.fetching.parts import Part, Place
from dlprov_rdf.ask.federating.reading import needs as n


@dataclass(frozen=True)
class Unit:
    """Patterns that are fetched together: a join of a block, or one pattern."""

    block: int
    patterns: tuple[n.Pattern, ...]
    loose: bool = False
    trail: n.Trail | None = None

    @property
    def variables(self) -> set[str]:
        """Its variables."""
        ends = (self.trail.start, self.trail.end) if self.trail else ()
        return {one for one in (*ends, *chain(*self.patterns)) if isinstance(one, str)}


class Gone(NamedTuple):
    """A path, gone from what is known of one end, once all that it can touch was fetched.

    Attributes:
        known: What is known of that end.
        path: The path in SPARQL, from there.
        within: Whether it stays in one graph.
        may_be_empty: Whether it may end where it begins, be that met elsewhere or not.
    """

    known: frozenset[n.Term]
    path: str
    within: bool
    may_be_empty: bool

    def words(self) -> str:
        """See ``Part.words``; the other end is ``end``."""
        block = f"?known {self.path} ?end"
        within = f"GRAPH ?g {{ {block} }}" if self.within else block
        return f"VALUES ?known {{ {' '.join(sorted(map(str, self.known)))} }} {within}"


def place_of(unit: Unit, wanted: Part | Join | None, variable: str) -> Place | None:
    """Find where a variable stands in what was fetched for a unit; its patterns must hold."""
    if unit.loose:
        return None
    if variable == n.GRAPH:
        return wanted.places[0][0] if wanted else "g"
    for pattern, quad in zip(
        unit.patterns, wanted.places if wanted else unit.patterns, strict=True
    ):
        if variable in pattern:
            return quad[pattern.index(variable) - 3]
    return None


def units(number: int, block: n.Block) -> Iterator[Unit]:
    """Divide a block into what is fetched together."""
    if block.graph is None:
        yield from (Unit(number, (pattern,)) for pattern in block.joined)
    else:
        yield from (Unit(number, tuple(group)) for group in _connected(block.joined))
    yield from (Unit(number, (pattern,), loose=True) for pattern in block.loose)
    yield from (Unit(number, one.patterns, loose=True, trail=one) for one in block.trails)


def _connected(patterns: Sequence[n.Pattern]) -> list[list[n.Pattern]]:
    """Put patterns together that share variables: others would be multiplied for nothing."""
    groups: list[list[n.Pattern]] = []
    for pattern in patterns:
        names = {one for one in pattern if isinstance(one, str)}
        near = [group for group in groups if any(names & set(other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(one for group in near for one in group), pattern])
    return groups
