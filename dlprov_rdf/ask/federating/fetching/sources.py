# SPDX-License-Identifier: Apache-2.0
"""Which labs can tell something: one that has none of a relation or of a class is not asked.

With the first request that needs them each lab is asked, too, which of a query's relations and
classes it has, as a VoID description would tell if it were always true. That a lab has some is
kept from one question to the next: if it has none any more, it is asked for nothing. That it has
none holds for one question: what is pushed to it in between is found by the next.

Source:
    VoID, 4.5 Class-based and property-based partitions:
    https://www.w3.org/TR/void/#class-property-partitions
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from pyoxigraph import NamedNode

from dlprov_rdf.ask.federating.fetching.joins import Join
from dlprov_rdf.ask.federating.fetching.parts import Part, Place, Terms
from dlprov_rdf.ask.federating.fetching.ways import Found
from dlprov_rdf.ask.federating.reading.needs import Needs, Position, Term
from dlprov_rdf.graph import vocabulary as v

#: A relation or a class, by the column of an answer where it is.
Has: TypeAlias = tuple[str, NamedNode]

_Wanted: TypeAlias = Part | Join | Found

#: What a lab has if it has some of a relation, or of a class.
_SOME = {"p": "?s ?p ?o", "c": f"?s {v.RDF_TYPE} ?c"}


class Probe(NamedTuple):
    """Which of some relations and classes a lab has."""

    of: tuple[Has, ...]

    @property
    def places(self) -> tuple[tuple[Place, ...], ...]:
        """See ``Part.places``."""
        return (tuple(_SOME),)

    def words(self) -> str:
        """See ``Part.words``; only serialised terms enter."""
        tables = {name: " ".join(str(term) for kind, term in self.of if kind == name)
                  for name in _SOME}  # fmt: skip
        return " UNION ".join(
            f"{{ VALUES ?{name} {{ {terms} }} "
            f"FILTER(EXISTS {{ GRAPH ?g {{ {_SOME[name]} }} }} || EXISTS {{ {_SOME[name]} }}) }}"
            for name, terms in tables.items()
            if terms
        )

    def has(self, relation: object, one_class: object) -> Has:
        """Read a row.

        Raises:
            ValueError: It names nothing that was asked about.
        """
        name = "c" if relation is None else "p"
        term = one_class if relation is None else relation
        if not isinstance(term, NamedNode) or (name, term) not in self.of:
            raise ValueError(term)
        return name, term


class Sources:
    """What the labs were found to have, and to have none of."""

    def __init__(self, has: dict[str, set[Has]] | None = None) -> None:
        self._has: dict[str, set[Has]] = {} if has is None else has
        self._lacks: dict[str, set[Has]] = {}
        self._expected: dict[Has, None] = {}

    def afresh(self) -> Sources:
        """Give what is known for another question."""
        return Sources(self._has)

    def expect(self, needs: Needs) -> None:
        """Note of which relations and classes things will be asked."""
        for block in needs.blocks.values():
            for _, predicate, value in block.patterns:
                self._expected |= dict.fromkeys(_named(predicate, value))

    def asked(self, lab: str, wanted: Iterable[_Wanted]) -> tuple[_Wanted | Probe, ...]:
        """Give what a lab can tell of what is wanted, and ask it what it has.

        Args:
            lab: Its name.
            wanted: What is wanted of every lab.

        Returns:
            What to ask it for; nothing, if it has nothing of that.
        """
        has, lacks = self._has.setdefault(lab, set()), self._lacks.setdefault(lab, set())
        left = tuple(one for all_of in wanted if (one := _of(lacks, all_of)) is not None)
        unknown = tuple(one for one in self._expected if one not in has and one not in lacks)
        return (*left, Probe(unknown)) if unknown and left else left

    def told(self, lab: str, asked: Sequence[object], has: set[Has]) -> None:
        """Note what a lab has of what it was asked."""
        self._has[lab] |= has
        for one in asked:
            if isinstance(one, Probe):
                self._lacks[lab] |= {*one.of} - has


def _named(predicate: Position, value: Position) -> list[Has]:
    """Name the relation and the class of a pattern."""
    if not isinstance(predicate, NamedNode):
        return []
    if predicate == v.RDF_TYPE:
        return [("c", value)] if isinstance(value, NamedNode) else []
    return [("p", predicate)]


def _of(lacks: set[Has], wanted: _Wanted) -> _Wanted | None:
    """Give what a lab can tell of what is wanted."""
    if not lacks:
        return wanted
    if isinstance(wanted, Found):
        there = tuple(name for name in wanted.predicates if ("p", name) not in lacks)
        return wanted._replace(predicates=there) if there or not wanted.predicates else None
    if isinstance(wanted, Join):
        return wanted if all(_part(lacks, one) is not None for one in wanted.parts()) else None
    return _part(lacks, wanted)


def _part(lacks: set[Has], wanted: Part) -> Part | None:
    """Leave out of a part the relations, or the classes, of which a lab has none."""
    left = wanted._replace(predicate=_there(lacks, "p", wanted.predicate))
    if left.predicate == frozenset((v.RDF_TYPE,)):
        left = left._replace(object=_there(lacks, "c", left.object))
    return None if left.empty else left


def _there(lacks: set[Has], column: str, terms: Terms) -> Terms:
    return None if terms is None else frozenset(one for one in terms if not _in(lacks, column, one))


def _in(lacks: set[Has], column: str, term: Term) -> bool:
    return isinstance(term, NamedNode) and (column, term) in lacks
