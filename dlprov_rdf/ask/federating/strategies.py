# SPDX-License-Identifier: Apache-2.0
"""How the needs of a query are met: what every lab is asked for, round after round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from dlprov_rdf.ask.federating import needs as n
from dlprov_rdf.ask.federating.parts import EVERYTHING, Part

#: Gives the terms that a column has, once its block was fetched.
Columns: TypeAlias = Callable[[n.Column], frozenset[n.Term]]


@dataclass(frozen=True)
class Plan:
    """What each lab is asked for in one round.

    Attributes:
        parts: The parts of its quads.
        why: Why these are all quads, where they are.
    """

    parts: tuple[Part, ...]
    why: str = ""


class Strategy(Protocol):
    """A way to meet the needs of a query."""

    def rounds(self, needs: n.Needs, columns: Columns) -> Iterator[Plan]:
        """Yield plans; each is carried out before the next one is asked for."""
        ...


class WholeGraphs:
    """Fetches all there is."""

    def __init__(self, why: str) -> None:
        self.why = why

    def rounds(self, needs: n.Needs, columns: Columns) -> Iterator[Plan]:  # noqa: ARG002 -- protocol
        """See ``Strategy.rounds``."""
        yield Plan((EVERYTHING,), self.why)


class Patterns:
    """Fetches what matches each pattern of the query by itself, with what is known put in."""

    def rounds(self, needs: n.Needs, columns: Columns) -> Iterator[Plan]:
        """See ``Strategy.rounds``."""
        if needs.whole:
            yield from WholeGraphs("; ".join(needs.whole)).rounds(needs, columns)
            return
        parts = tuple(part for block in needs.blocks.values() for part in parts_of(block))
        if all(part.bounded for part in parts):
            yield Plan(parts)
        else:
            why = "a pattern of the query matches everything"
            yield from WholeGraphs(why).rounds(needs, columns)


def parts_of(block: n.Block) -> Iterator[Part]:
    """Give for each pattern of a block the quads that it can touch."""
    graph = n.terms(block.graph, block.where)
    for pattern in block.patterns:
        places = (n.terms(one, _bounds(block, one)) for one in pattern)
        yield Part(graph, *places)


def _bounds(block: n.Block, position: n.Position) -> tuple[n.Source, ...]:
    return block.bounds.get(position, ()) if isinstance(position, str) else ()
