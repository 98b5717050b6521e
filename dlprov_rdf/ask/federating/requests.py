# SPDX-License-Identifier: Apache-2.0
"""The one request that fetches all that a round asks a lab for, and what comes of it.

It asks for quads by rows, not for triples by CONSTRUCT: that keeps the graphs' names, by which
the same graph at two labs counts once and ``GRAPH ?g`` has its answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from pyoxigraph import BlankNode, NamedNode, Quad

from dlprov_rdf.ask.federating.joins import Join
from dlprov_rdf.ask.federating.parts import Part, Place
from dlprov_rdf.errors import ServiceFault
from dlprov_rdf.store.base import Rows, Term

#: What a lab can be asked for.
Wanted: TypeAlias = Part | Join


def request(wanted: Sequence[Wanted]) -> str:
    """Word the query: each row has the number of what it is of, and that one's columns."""
    groups = (f"  {{ {one.words()} BIND({number} AS ?n) }}" for number, one in enumerate(wanted))
    names = sorted({name for one in wanted for name in _columns(one)})
    columns = " ".join(f"?{name}" for name in ("n", *names))
    body = "\n  UNION\n".join(groups)
    return f"SELECT {columns} WHERE {{\n{body}\n}}"


def quads(wanted: Sequence[Wanted], rows: Rows, lab: str) -> Iterator[Quad]:
    """Read the quads out of the rows that a request brought; one may come several times.

    Raises:
        ServiceFault: The rows are not what was asked for.
    """
    try:
        where = {name: place for place, name in enumerate(rows.variables)}
        number = where["n"]
        every = [
            [[where[place] if isinstance(place, str) else place for place in quad] for quad in one]
            for one in (asked.places for asked in wanted)
        ]
        before: list[set[tuple[Term | None, ...]]] = [set() for _ in wanted]
        for row in rows:
            index = int(str(getattr(row[number], "value", None)))
            for quad in every[index]:
                told = tuple(row[one] if isinstance(one, int) else one for one in quad)
                if told not in before[index]:
                    before[index].add(told)
                    yield _quad(told)
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise ServiceFault(lab, "its rows are not what was asked for") from error


def _columns(one: Wanted) -> Iterator[str]:
    for quad in one.places:
        yield from (place for place in quad if isinstance(place, str))


def _quad(told: tuple[Term | Place | None, ...]) -> Quad:
    graph, subject, predicate, value = told
    if (
        value is None
        or isinstance(value, str)
        or not isinstance(graph, NamedNode | BlankNode)
        or not isinstance(predicate, NamedNode)
        or not isinstance(subject, NamedNode | BlankNode)
    ):
        raise ValueError(told)
    return Quad(subject, predicate, value, graph)
