# SPDX-License-Identifier: Apache-2.0
"""The one request that fetches all that a round asks a lab for, and what comes of it.

It asks for quads by rows, not for triples by CONSTRUCT: that keeps the graphs' names, by which
the same graph at two labs counts once and ``GRAPH ?g`` has its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeAlias

from pyoxigraph import BlankNode, NamedNode, Quad

from dlprov_rdf.ask.federating.fetching.joins import Join
from dlprov_rdf.ask.federating.fetching.parts import Part, Place
from dlprov_rdf.ask.federating.fetching.sources import Has, Probe
from dlprov_rdf.ask.federating.fetching.ways import Found, Walk
from dlprov_rdf.errors import ServiceFault
from dlprov_rdf.store.base import Rows, Term

#: What is wanted of every lab.
Wanted: TypeAlias = Part | Join | Walk

#: What one lab is asked for.
Asked: TypeAlias = Part | Join | Found | Probe

_TRIPLE = 3

#: A row of an answer.
Row: TypeAlias = tuple[Term | None, ...]


def request(wanted: Sequence[Asked]) -> str:
    """Word the query: each row has the number of what it is of, and that one's columns.

    Two rows more are its first and its last, in whatever order a service goes through a UNION,
    from the first or from the last: where one is missing, the answer was cut.
    """
    lean = (one.lean() if isinstance(one, Part | Join) else one for one in wanted)
    groups = [f"  {{ {one.words()} BIND({number} AS ?n) }}" for number, one in enumerate(lean)]
    first, last = (f"  {{ BIND({len(wanted) + more} AS ?n) }}" for more in (0, 1))
    groups = [first, *groups, last]
    names = sorted({name for one in wanted for name in _columns(one)})
    columns = " ".join(f"?{name}" for name in ("n", *names))
    body = "\n  UNION\n".join(groups)
    return f"SELECT {columns} WHERE {{\n{body}\n}}"


@dataclass
class Told:
    """What a lab told.

    Attributes:
        quads: In their graphs; one may be there several times.
        merged: The same triples in the default graph, where that is the union of all, and those
            whose graphs were not asked for.
        graphs: The graphs' names.
        blank: Whether there are blank nodes, which no other answer names alike.
        has: Which relations and classes there are, of those that were asked about.
    """

    quads: list[Quad] = field(default_factory=list)
    merged: list[Quad] = field(default_factory=list)
    graphs: set[NamedNode] = field(default_factory=set)
    blank: bool = False
    has: set[Has] = field(default_factory=set)

    def add_merged(self, subject: Any, predicate: Any, value: Any) -> None:
        """Add a triple whose graphs were not asked for."""
        self.merged.append(Quad(subject, predicate, value))
        if type(subject) is BlankNode or type(value) is BlankNode:
            self.blank = True

    def add(self, graph: Any, subject: Any, predicate: Any, value: Any) -> None:
        """Add a quad; what cannot stand in one is refused. Without a graph it would be another."""
        if graph is None:
            raise ValueError(graph)
        self.quads.append(Quad(subject, predicate, value, graph))
        self.graphs.add(graph)
        self.add_merged(subject, predicate, value)


def told(wanted: Sequence[Asked], rows: Rows, lab: str) -> Told:
    """Read what the rows tell that a request brought.

    Raises:
        ServiceFault: The rows are not what was asked for, or an end is missing.
    """
    found = Told()
    ends = {len(wanted), len(wanted) + 1}
    try:
        where = {name: place for place, name in enumerate(rows.variables)}
        number = where["n"]
        readers = [_reader(asked, where, found) for asked in wanted]
        for row in rows:
            index = int(str(getattr(row[number], "value", None)))
            if index < len(wanted):
                readers[index](row)
            else:
                ends.remove(index)
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise ServiceFault(lab, "its rows are not what was asked for") from error
    if ends:
        raise ServiceFault(lab, "its answer has no end")
    return found


def _reader(asked: Asked, where: dict[str, int], found: Told) -> Callable[[Row], None]:
    """Make what reads a row of one thing that was asked for; of a join each quad once."""
    if isinstance(asked, Join):
        before: set[tuple[Term | Place | None, ...]] = set()
        quads = [_picker(quad, where) for quad in asked.places]

        def read(row: Row) -> None:
            for pick in quads:
                quad = pick(row)
                if quad not in before:
                    before.add(quad)
                    found.add(*quad)

        return read
    if isinstance(asked, Probe):
        relation, one_class = (where[str(name)] for name in asked.places[0])
        return lambda row: found.has.add(asked.has(row[relation], row[one_class]))
    [quad] = asked.places
    pick = _picker(quad, where)
    if len(quad) == _TRIPLE:
        return lambda row: found.add_merged(*pick(row))
    return lambda row: found.add(*pick(row))


def _picker(
    quad: tuple[Place, ...], where: dict[str, int]
) -> Callable[[Row], tuple[Term | Place | None, ...]]:
    """Make what picks the four terms of a quad out of a row: those of its columns, and its own."""
    own = tuple(one for one in quad if not isinstance(one, str))
    width = len(where)
    places = [where[one] if isinstance(one, str) else width + own.index(one) for one in quad]
    pick = itemgetter(*places)
    return lambda row: pick((*row, *own))


def _columns(one: Asked) -> Iterator[str]:
    for quad in one.places:
        yield from (place for place in quad if isinstance(place, str))
