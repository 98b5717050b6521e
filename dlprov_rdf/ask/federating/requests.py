# SPDX-License-Identifier: Apache-2.0
"""The one request that fetches all that a round asks a lab for, and what comes of it.

It asks for quads by rows, not for triples by CONSTRUCT: that keeps the graphs' names, by which
the same graph at two labs counts once and ``GRAPH ?g`` has its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any, TypeAlias

from pyoxigraph import Quad

from dlprov_rdf.ask.federating.joins import Join
from dlprov_rdf.ask.federating.parts import Part, Place
from dlprov_rdf.errors import ServiceFault
from dlprov_rdf.store.base import Rows, Term

#: What a lab can be asked for.
Wanted: TypeAlias = Part | Join

#: A row of an answer.
Row: TypeAlias = tuple[Term | None, ...]


def request(wanted: Sequence[Wanted]) -> str:
    """Word the query: each row has the number of what it is of, and that one's columns.

    The last row has the number after the last: without it the answer was cut.
    """
    groups = [f"  {{ {one.words()} BIND({number} AS ?n) }}" for number, one in enumerate(wanted)]
    groups.append(f"  {{ BIND({len(wanted)} AS ?n) }}")
    names = sorted({name for one in wanted for name in _columns(one)})
    columns = " ".join(f"?{name}" for name in ("n", *names))
    body = "\n  UNION\n".join(groups)
    return f"SELECT {columns} WHERE {{\n{body}\n}}"


def quads(wanted: Sequence[Wanted], rows: Rows, lab: str) -> list[Quad]:
    """Read the quads out of the rows that a request brought; one may come several times.

    Raises:
        ServiceFault: The rows are not what was asked for, or the last is missing.
    """
    found: list[Quad] = []
    ended = False
    try:
        where = {name: place for place, name in enumerate(rows.variables)}
        number = where["n"]
        readers = [_reader(asked, where, found) for asked in wanted]
        readers.append(lambda _: None)
        for row in rows:
            index = int(str(getattr(row[number], "value", None)))
            readers[index](row)
            ended = ended or index == len(wanted)
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise ServiceFault(lab, "its rows are not what was asked for") from error
    if not ended:
        raise ServiceFault(lab, "its answer has no end")
    return found


def _reader(asked: Wanted, where: dict[str, int], found: list[Quad]) -> Callable[[Row], None]:
    """Make what reads a row of one thing that was asked for; of a join each quad once."""
    if isinstance(asked, Join):
        before: set[tuple[Term | Place | None, ...]] = set()
        quads = [_picker(quad, where) for quad in asked.places]

        def read(row: Row) -> None:
            for pick in quads:
                told = pick(row)
                if told not in before:
                    before.add(told)
                    found.append(_quad(*told))

        return read
    [quad] = asked.places
    pick = _picker(quad, where)
    return lambda row: found.append(_quad(*pick(row)))


def _picker(
    quad: tuple[Place, ...], where: dict[str, int]
) -> Callable[[Row], tuple[Term | Place | None, ...]]:
    """Make what picks the four terms of a quad out of a row: those of its columns, and its own."""
    own = tuple(one for one in quad if not isinstance(one, str))
    width = len(where)
    places = [where[one] if isinstance(one, str) else width + own.index(one) for one in quad]
    pick = itemgetter(*places)
    return lambda row: pick((*row, *own))


def _columns(one: Wanted) -> Iterator[str]:
    for quad in one.places:
        yield from (place for place in quad if isinstance(place, str))


def _quad(graph: Any, subject: Any, predicate: Any, value: Any) -> Quad:
    """Make a quad, which refuses what cannot stand in it; without a graph it would be another."""
    if graph is None:
        raise ValueError(graph)
    return Quad(subject, predicate, value, graph)
