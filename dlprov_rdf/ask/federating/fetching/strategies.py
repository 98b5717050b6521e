# SPDX-License-Identifier: Apache-2.0
"""How the needs of a query are met: what every lab is asked for, round after round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from dlprov_rdf.ask.federating.fetching.parts import EVERYTHING, Part, Place, part
from dlprov_rdf.ask.federating.fetching.requests import Wanted
from dlprov_rdf.ask.federating.reading import needs as n


class Worded(Protocol):
    """What can be looked for in what was fetched."""

    def words(self) -> str:
        """Word it as a group of SPARQL."""
        ...


#: Gives the terms that stand in a place of what was fetched; None: too many kinds to name them.
Seen: TypeAlias = Callable[[Worded, Place], frozenset[n.Term] | None]


@dataclass(frozen=True)
class Plan:
    """What each lab is asked for in one round, and why it is everything, where it is."""

    wanted: tuple[Wanted, ...]
    why: str = ""


class Strategy(Protocol):
    """A way to meet the needs of a query."""

    def rounds(self, needs: n.Needs, seen: Seen) -> Iterator[Plan]:
        """Yield plans; each is carried out before the next one is asked for."""
        ...


def whole(why: str) -> Plan:
    """Ask for everything."""
    return Plan((EVERYTHING,), why)


class WholeGraphs:
    """Fetches everything, once for all that is asked."""

    def rounds(self, needs: n.Needs, seen: Seen) -> Iterator[Plan]:  # noqa: ARG002 -- protocol
        """See ``Strategy.rounds``."""
        yield Plan((EVERYTHING,))


class Patterns:
    """Fetches what matches each pattern of the query by itself, with what is known put in."""

    def rounds(self, needs: n.Needs, seen: Seen) -> Iterator[Plan]:  # noqa: ARG002 -- protocol
        """See ``Strategy.rounds``."""
        if needs.whole:
            yield whole("; ".join(needs.whole))
            return
        parts = tuple(part for block in needs.blocks.values() for part in _parts(block))
        if all(part.bounded for part in parts):
            yield Plan(parts)
        else:
            yield whole("a pattern of the query matches everything")


def _parts(block: n.Block) -> Iterator[Part]:
    """Give for each pattern of a block the quads that it can touch."""
    graph = n.terms(block.graph, block.where)
    for pattern in block.patterns:
        bounds = (block.bounds.get(one, ()) if isinstance(one, str) else () for one in pattern)
        yield part(graph, *map(n.terms, pattern, bounds))
