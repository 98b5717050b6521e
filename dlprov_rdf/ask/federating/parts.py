# SPDX-License-Identifier: Apache-2.0
"""Parts of the quads of a store, and the one request that fetches them.

A request asks for quads by rows, not for triples by CONSTRUCT: it keeps the graphs' names, by
which the same graph at two labs counts once and ``GRAPH ?g`` has its answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from pyoxigraph import BlankNode, NamedNode, Quad

from dlprov_rdf.ask.federating.needs import Term
from dlprov_rdf.store.base import Term as AnyTerm

#: The terms that a place of a quad can have; None: any.
Terms: TypeAlias = frozenset[Term] | None

_PLACES = ("g", "s", "p", "o")


class Part(NamedTuple):
    """The quads that have one of these terms in each place."""

    graph: Terms = None
    subject: Terms = None
    predicate: Terms = None
    object: Terms = None

    @property
    def empty(self) -> bool:
        """Whether no quad can be in it."""
        return any(terms is not None and not terms for terms in self)

    @property
    def bounded(self) -> bool:
        """Whether it is less than everything."""
        return any(terms is not None for terms in self)

    def covers(self, other: Part) -> bool:
        """Tell whether every quad of another part is in this one."""
        return all(
            mine is None or (theirs is not None and theirs <= mine)
            for mine, theirs in zip(self, other, strict=True)
        )


#: All quads.
EVERYTHING = Part()


def fewest(parts: Iterable[Part], known: Sequence[Part] = ()) -> tuple[Part, ...]:
    """Say the same by fewer parts, and leave out what is known already.

    Parts that differ in one place alone become one; what another part covers goes.
    """
    left = {part for part in parts if not part.empty}
    left = {part for part in left if not any(one.covers(part) for one in known)}
    left = {part for part in left if not any(one != part and one.covers(part) for one in left)}
    for place in (2, 3, 1):
        left = _merged(left, place)
    return tuple(sorted(left, key=_order))


def _merged(parts: set[Part], place: int) -> set[Part]:
    """Make one part of those that differ only in the terms of one place."""
    alike: dict[Part, list[Part]] = {}
    for part in parts:
        alike.setdefault(part._replace(**{Part._fields[place]: None}), []).append(part)
    merged = set()
    for rest, found in alike.items():
        sets = [part[place] for part in found]
        known = [terms for terms in sets if terms is not None]
        whole = frozenset[Term]().union(*known) if len(known) == len(sets) else None
        merged.add(rest._replace(**{Part._fields[place]: whole}))
    return merged


def _order(part: Part) -> list[list[str]]:
    return [sorted(map(str, terms or ())) for terms in part]


def request(parts: Sequence[Part]) -> str:
    """Word the query for some parts: rows of the part's number and its quads' open places."""
    branches = "\n  UNION\n".join(_branch(number, part) for number, part in enumerate(parts))
    return f"SELECT ?n ?g ?s ?p ?o WHERE {{\n{branches}\n}}"


def _branch(number: int, part: Part) -> str:
    """Word one part; only serialised terms enter."""
    tables = ""
    said = []
    for name, terms in zip(_PLACES, part, strict=True):
        if terms is not None and len(terms) == 1:
            said.append(str(next(iter(terms))))
            continue
        said.append(f"?{name}")
        if terms is not None:
            tables += f"VALUES ?{name} {{ {' '.join(sorted(map(str, terms)))} }} "
    graph, *triple = said
    return f"  {{ {tables}GRAPH {graph} {{ {' '.join(triple)} }} BIND({number} AS ?n) }}"


def quads(
    parts: Sequence[Part], variables: Sequence[str], rows: Iterable[tuple[AnyTerm | None, ...]]
) -> Iterator[Quad]:
    """Read the quads out of the rows that a request brought.

    Raises:
        ValueError: The rows are not what was asked for.
    """
    places = {name: place for place, name in enumerate(variables)}
    number, *where = (places[name] for name in ("n", *_PLACES))
    fixed = [[_constant(terms) for terms in part] for part in parts]
    for row in rows:
        given = fixed[int(str(getattr(row[number], "value", None)))]
        told = [
            constant if (term := row[place]) is None else term
            for constant, place in zip(given, where, strict=True)
        ]
        graph, subject, predicate, value = told
        if (
            value is None
            or not isinstance(graph, NamedNode | BlankNode)
            or not isinstance(predicate, NamedNode)
            or not isinstance(subject, NamedNode | BlankNode)
        ):
            raise ValueError(row)
        yield Quad(subject, predicate, value, graph)


def _constant(terms: Terms) -> Term | None:
    return next(iter(terms)) if terms is not None and len(terms) == 1 else None
