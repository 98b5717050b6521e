# SPDX-License-Identifier: Apache-2.0
"""Parts of the quads of a store: what is asked of a lab, put as simply as can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias, TypeVar

from dlprov_rdf.ask.federating.reading.needs import Term, names

#: The terms that a place of a quad can have; None: any.
Terms: TypeAlias = frozenset[Term] | None

#: How many combinations of the terms of several places are told to a lab: Fuseki makes them all.
_COMBINED = 5_000

#: A place of a quad: a term, or the column of an answer where it is.
Place: TypeAlias = str | Term


_Key = TypeVar("_Key")


class Part(NamedTuple):
    """The quads that have one of these terms in each place.

    Attributes:
        merged: Whether the triples alone are meant, each once, whatever graphs state it.
    """

    graph: Terms = None
    subject: Terms = None
    predicate: Terms = None
    object: Terms = None
    merged: bool = False

    @property
    def terms(self) -> tuple[Terms, Terms, Terms, Terms]:
        """The terms of each place."""
        return self[:4]

    @property
    def empty(self) -> bool:
        """Whether no quad can be in it."""
        return any(terms is not None and not terms for terms in self.terms)

    @property
    def bounded(self) -> bool:
        """Whether it is less than everything."""
        return any(terms is not None for terms in self.terms)

    @property
    def places(self) -> tuple[tuple[Place, ...], ...]:
        """Say for each place of its one quad the term, or the column of the answer.

        Of a triple without its graph there are three.
        """
        quad = tuple(
            name if (one := only_one(terms)) is None else one
            for name, terms in zip("gspo", self.terms, strict=True)
        )
        return (quad[1:] if self.merged else quad,)

    def lean(self) -> Part:
        """Give the part, or a greater one, without tables that would be multiplied.

        A thing says little of each relation, so that what it says it of is left out first.
        """
        told = {place: len(terms) for place in (2, 1, 3, 0) if (terms := self.terms[place])}
        kept = affordable(told)
        graph, subject, predicate, value = (
            one if place in kept else None for place, one in enumerate(self.terms)
        )
        return Part(graph, subject, predicate, value, self.merged)

    def words(self) -> str:
        """Word the part as a group of SPARQL; only serialised terms enter."""
        [(*graph, subject, predicate, value)] = self.places
        tables = (table(name, terms) for name, terms in zip("gspo", self.terms, strict=True))
        triple = " ".join(map(word, (subject, predicate, value)))
        within = f"GRAPH {word(graph[0])} {{ {triple} }}" if graph else triple
        return f"{''.join(tables)}{within}"

    def covers(self, other: Part) -> bool:
        """Tell whether every quad of another part is in this one."""
        return self.merged <= other.merged and all(
            mine is None or (theirs is not None and theirs <= mine)
            for mine, theirs in zip(self.terms, other.terms, strict=True)
        )


def affordable(told: Mapping[_Key, int]) -> set[_Key]:
    """Choose the tables that a request has: the first, and others while it stays small.

    Args:
        told: How many terms each has, in the order of their use.
    """
    kept: set[_Key] = set()
    combined = 1
    for key, many in told.items():
        if not kept or combined * many <= max(_COMBINED, combined):
            kept.add(key)
            combined *= many
    return kept


def part(
    graph: Terms, subject: Terms, predicate: Terms, value: Terms, *, merged: bool = False
) -> Part:
    """Make a part; a literal can be an object alone."""
    return Part(names(graph), names(subject), names(predicate), value, merged)


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
        alike.setdefault(_with(part, place, None), []).append(part)
    merged = set()
    for rest, found in alike.items():
        sets = [part.terms[place] for part in found]
        known = [terms for terms in sets if terms is not None]
        whole = frozenset[Term]().union(*known) if len(known) == len(sets) else None
        merged.add(_with(rest, place, whole))
    return merged


def _with(part: Part, place: int, terms: Terms) -> Part:
    changed = [*part.terms]
    changed[place] = terms
    graph, subject, predicate, value = changed
    return Part(graph, subject, predicate, value, part.merged)


def _order(part: Part) -> tuple[bool, list[list[str]]]:
    return part.merged, [sorted(map(str, terms or ())) for terms in part.terms]


def only_one(terms: Terms) -> Term | None:
    """Give the only term that there can be."""
    return next(iter(terms)) if terms is not None and len(terms) == 1 else None


def table(name: str, terms: Terms) -> str:
    """Word what a variable can be; one term stands in the variable's place instead."""
    if terms is None or len(terms) == 1:
        return ""
    return f"VALUES ?{name} {{ {' '.join(sorted(map(str, terms)))} }} "


def word(place: Place) -> str:
    """Word a place of a pattern."""
    return f"?{place}" if isinstance(place, str) else str(place)
