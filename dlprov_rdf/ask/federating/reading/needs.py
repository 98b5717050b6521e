# SPDX-License-Identifier: Apache-2.0
"""What a query needs of a store's quads: its blocks of patterns, and what restricts them.

Let U be the quads of all labs and F those that were fetched, a part of U. Each block of a
query matches in F what it matches in U, as far as that can matter for the answer; then every
operator above the blocks has the same input, and the answer over F is the answer over U.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeAlias

from pyoxigraph import Literal, NamedNode

Term: TypeAlias = NamedNode | Literal

#: A place in a pattern: a term, or a variable by its name; one with ``~`` is not the query's.
Position: TypeAlias = str | NamedNode | Literal


class Pattern(NamedTuple):
    """A triple that is looked for."""

    subject: Position
    predicate: Position
    object: Position


class Step(NamedTuple):
    """A relation of a path, gone forward or back."""

    predicate: NamedNode
    forward: bool


def back(steps: frozenset[Step]) -> frozenset[Step]:
    """Give the steps of a path that is gone from its end."""
    return frozenset(Step(one.predicate, not one.forward) for one in steps)


class Trail(NamedTuple):
    """A path that is more than predicates in a row.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        words: The path in SPARQL.
        may_be_empty: Whether it leads from a thing to itself, too.
        patterns: All that it can touch, where it is known of neither end what it can be.
        steps: The relations that it can take, where it leads over something between its ends.
    """

    start: Position
    end: Position
    words: str
    may_be_empty: bool
    patterns: tuple[Pattern, ...]
    steps: frozenset[Step] = frozenset()


class Column(NamedTuple):
    """What a variable can be by the matches of another block of the query."""

    block: int
    variable: str


class Listed(NamedTuple):
    """What a variable can be by a table of the query, whatever stands in it this time."""

    table: int
    variable: str


class Either(NamedTuple):
    """What a variable can be by one of two sides of which it is not known which."""

    one: tuple[Source, ...]
    other: tuple[Source, ...]


#: What a variable can be, where anything else does not matter.
Source: TypeAlias = "frozenset[Term] | Column | Listed | Either"

#: What stands for the active graph among the variables of a block.
GRAPH = "~graph"

#: Variables that are certainly bound, each with all that is known of what it can be.
Bounds: TypeAlias = dict[str, tuple[Source, ...]]


@dataclass(frozen=True)
class Block:
    """Patterns that are matched together, in one graph or in the union of all.

    Attributes:
        graph: The named graph, or the variable that stands for it; None: the union of all.
        joined: Patterns that every match matches, all of them.
        loose: Patterns of what a match can touch beside them.
        trails: Paths that every match goes.
        bounds: What restricts the variables of the block from outside it.
        where: What restricts the graph.
    """

    graph: str | NamedNode | None
    joined: tuple[Pattern, ...]
    loose: tuple[Pattern, ...]
    bounds: Bounds
    where: tuple[Source, ...]
    trails: tuple[Trail, ...] = ()

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """All that a match can touch."""
        return (*self.joined, *self.loose, *(one for way in self.trails for one in way.patterns))


@dataclass
class Needs:
    """The blocks of a query; or why all graphs are needed, which makes them needless."""

    blocks: dict[int, Block] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)


def filled(needs: Needs, listed: Callable[[Listed], frozenset[Term]]) -> Needs:
    """Put what stands in the tables of a query into what it needs."""

    def put(source: Source) -> Source:
        if isinstance(source, Listed):
            return listed(source)
        if isinstance(source, Either):
            return Either(tuple(map(put, source.one)), tuple(map(put, source.other)))
        return source

    blocks = {
        number: replace(
            block,
            bounds={name: tuple(map(put, told)) for name, told in block.bounds.items()},
            where=tuple(map(put, block.where)),
        )
        for number, block in needs.blocks.items()
    }
    return Needs(blocks, needs.whole)


def both(one: Bounds, other: Bounds) -> Bounds:
    """Take together what is known of variables from two sides that are joined."""
    return {name: one.get(name, ()) + other.get(name, ()) for name in {**one, **other}}


def either(one: Bounds, other: Bounds) -> Bounds:
    """Take what is known of variables whichever of two sides they come from."""
    shared = one.keys() & other.keys()
    return {name: (Either(one[name], other[name]),) for name in shared}


def only(bounds: Bounds, names: object) -> Bounds:
    """Keep what is known of these variables."""
    return {name: told for name, told in bounds.items() if name in names}  # type: ignore[operator]


def terms(
    position: Position | None,
    sources: tuple[Source, ...],
    columns: Callable[[Column], frozenset[Term] | None] = lambda _: None,
) -> frozenset[Term] | None:
    """Give the terms that a position can be, as far as they are known; None: any.

    Args:
        position: A term or a variable.
        sources: What is known of the variable.
        columns: Gives what is known by the matches of blocks.
    """
    if isinstance(position, NamedNode | Literal):
        return frozenset((position,)) if safe(position) else None
    known = [_terms(source, columns) for source in sources]
    sets = [found for found in known if found is not None]
    return frozenset.intersection(*sets) if sets else None


def _terms(
    source: Source, columns: Callable[[Column], frozenset[Term] | None]
) -> frozenset[Term] | None:
    if isinstance(source, Column):
        return columns(source)
    if isinstance(source, Listed):
        return frozenset()  # something, while the query is read: which is put in afterwards
    if isinstance(source, Either):
        one, other = terms(None, source.one, columns), terms(None, source.other, columns)
        return None if one is None or other is None else one | other
    return source


def names(found: frozenset[Term] | None) -> frozenset[Term] | None:
    """Keep what can be a graph, a subject or a predicate: no literal can."""
    if found is None:
        return None
    return frozenset(term for term in found if isinstance(term, NamedNode))


def column(given: list[Term | None]) -> tuple[Source, ...] | None:
    """Give what a column of a table restricts a variable to; None: nothing binds it for certain."""
    if any(term is None for term in given):
        return None
    known = [term for term in given if term is not None]
    return (frozenset(known),) if all(map(safe, known)) else ()


def safe(term: Term) -> bool:
    """Tell whether every store spells a term alike; numbers and times are respelled by some."""
    if not isinstance(term, Literal):
        return isinstance(term, NamedNode)
    return not term.language and term.datatype.value.endswith("XMLSchema#string")
