# SPDX-License-Identifier: Apache-2.0
"""Patterns that are joined within each graph, at the labs: a run's graph lies whole at a lab.

Only the quads of whole matches travel. Where a graph is at two labs, each gives the same
matches, and the quads count once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from dlprov_rdf.ask.federating.fetching.parts import (
    Part,
    Place,
    Terms,
    affordable,
    only_one,
    table,
    word,
)
from dlprov_rdf.ask.federating.reading.needs import Pattern, Term, safe
from dlprov_rdf.ask.federating.reading.needs import names as nodes

#: What stands for the graph among the names of variables.
_GRAPH = "g"


class Join(NamedTuple):
    """The quads of the matches of some patterns within one graph.

    Attributes:
        graph: The graphs that it can be.
        patterns: Their variables are called ``v0``, ``v1`` … in the order of their coming.
        bounds: What variables can be, by their names, in order.
    """

    graph: Terms
    patterns: tuple[Pattern, ...]
    bounds: tuple[tuple[str, frozenset[Term]], ...]

    @property
    def empty(self) -> bool:
        """Whether nothing can match."""
        return any(not terms for terms in (self.graph or {True}, *dict(self.bounds).values()))

    @property
    def places(self) -> tuple[tuple[Place, ...], ...]:
        """Say for each place of its quads the term, or the column of the answer."""
        known = {name: only_one(terms) for name, terms in self.bounds}
        graph: Place = only_one(self.graph) or "g"
        return tuple(
            (graph, *((known.get(one) or one) if isinstance(one, str) else one for one in pattern))
            for pattern in self.patterns
        )

    def lean(self) -> Join:
        """Give the join, or one with more matches, without tables that would be multiplied."""
        told = {name: len(terms) for name, terms in sorted(self.bounds, key=_many)}
        kept = affordable(told | ({_GRAPH: len(self.graph)} if self.graph else {}))
        bounds = tuple((name, terms) for name, terms in self.bounds if name in kept)
        return self._replace(bounds=bounds, graph=self.graph if _GRAPH in kept else None)

    def words(self) -> str:
        """Word the join as a group of SPARQL; only serialised terms enter."""
        tables = "".join(table(name, terms) for name, terms in (*self.bounds, ("g", self.graph)))
        (graph, *_), *_ = self.places
        triples = " . ".join(" ".join(map(word, triple)) for _, *triple in self.places)
        return f"{tables}GRAPH {word(graph)} {{ {triples} }}"

    def covers(self, other: Join) -> bool:
        """Tell whether every match of another join is one of this."""
        theirs = dict(other.bounds)
        return (
            self.patterns == other.patterns
            and (self.graph is None or (other.graph is not None and other.graph <= self.graph))
            and all(name in theirs and theirs[name] <= terms for name, terms in self.bounds)
        )

    def parts(self) -> Iterator[Part]:
        """Give for each pattern the quads that it can touch by itself."""
        bounds = dict(self.bounds)
        for pattern in self.patterns:
            subject, predicate, value = (
                bounds.get(one) if isinstance(one, str) else frozenset((one,)) for one in pattern
            )
            yield Part(self.graph, subject, predicate, value)


def _many(bound: tuple[str, frozenset[Term]]) -> int:
    return len(bound[1])


def join(
    graph: Terms,
    patterns: Iterable[Pattern],
    bounds: Callable[[str], frozenset[Term] | None],
) -> Join:
    """Make a join of patterns.

    Args:
        graph: The graphs that it can be.
        patterns: Those of a query, with its variables.
        bounds: Gives what a variable can be.
    """
    names: dict[str, str] = {}
    told: dict[str, frozenset[Term]] = {}

    def named(one: Place) -> Place:
        if not isinstance(one, str) and safe(one):
            return one
        name = names.setdefault(str(one), f"v{len(names)}")
        known = bounds(one) if isinstance(one, str) else None
        if known is not None:
            told[name] = known
        return name

    made = [Pattern(*map(named, pattern)) for pattern in patterns]
    no_objects = {one for subject, predicate, _ in made for one in (subject, predicate)}
    bounds_told = (
        (name, (nodes(terms) or frozenset()) if name in no_objects else terms)
        for name, terms in sorted(told.items())
    )
    return Join(nodes(graph), tuple(made), tuple(bounds_told))
