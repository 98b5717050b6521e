# SPDX-License-Identifier: Apache-2.0
"""Typing and impossibility, constraints 50 to 56: what no thing can be, and no statement say.

Constraint 50 gives each thing its types by the places in which it stands; that a type rules
another out, 55 says, and of collections 56. Only what is stated is looked at: what inferences
add stands in places of the same types. But for one: the generation and the usage that a
derivation names, of which inference 11 makes relations with these identifiers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from operator import attrgetter

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import KEYWORDS, Statement
from dlprov_rdf.graph.statements.prov_o import PROV, TYPE
from dlprov_rdf.validate.constraints import cycles
from dlprov_rdf.validate.constraints.facts import PLACES, Facts
from dlprov_rdf.validate.constraints.ordering import inherited, specializations
from dlprov_rdf.validate.constraints.report import Violation, broken
from dlprov_rdf.validate.constraints.terms import Term
from dlprov_rdf.validate.constraints.words import Words, named

#: In which places of which statements an entity stands (constraint 50).
_ENTITY_PLACES: dict[type[Statement], tuple[str, ...]] = {
    s.Entity: ("id",),
    s.Generation: ("entity",),
    s.Usage: ("entity",),
    s.Start: ("trigger",),
    s.End: ("trigger",),
    s.Invalidation: ("entity",),
    s.Derivation: ("generated", "used"),
    s.Attribution: ("entity",),
    s.Association: ("plan",),
    s.Alternate: ("first", "second"),
    s.Specialization: ("specific", "general"),
    s.Mention: ("specific", "general", "bundle"),
    s.Membership: ("collection", "entity"),
}

#: In which places an activity stands.
_ACTIVITY_PLACES: dict[type[Statement], tuple[str, ...]] = {
    s.Activity: ("id",),
    s.Generation: ("activity",),
    s.Usage: ("activity",),
    s.Communication: ("informed", "informant"),
    s.Start: ("activity", "starter"),
    s.End: ("activity", "ender"),
    s.Invalidation: ("activity",),
    s.Derivation: ("activity",),
    s.Association: ("activity",),
    s.Delegation: ("activity",),
}

#: The relations of which no two share an identifier: all but those that can be another as well.
_APART = tuple(kind for kind in PLACES if kind not in {s.Derivation, s.Influence})

_EMPTY = {(TYPE, PROV + "EmptyCollection"), (TYPE, PROV + "EmptyDictionary")}


class Impossible:
    """What is impossible in one instance, whose facts were merged."""

    def __init__(self, facts: Facts, words: Words, declared: set[Term]) -> None:
        self._facts, self._words, self._declared = facts, words, declared
        self._at = facts.terms.at

    def run(self) -> list[Violation]:
        """Give what is impossible."""
        return [
            *self._unspecified_derivations(),
            *self._own_specializations(),
            *self._shared_identifiers(),
            *self._both_entity_and_activity(),
            *self._members_of_nothing(),
        ]

    def _unspecified_derivations(self) -> Iterator[Violation]:
        """Find derivations with a generation or a usage, and no activity (51)."""
        for one in self._facts.told[s.Derivation]:
            assert isinstance(one, s.Derivation)
            if one.activity is None and (one.generation or one.usage):
                ways = {"generation": one.generation, "usage": one.usage}
                told = " and ".join(
                    f"{way} {self._words.thing(name)}" for way, name in ways.items() if name
                )
                yield broken(
                    51,
                    named(one.id, one.generated, one.used, one.generation, one.usage),
                    f"{self._words.statement(s.Derivation, one.id)} of "
                    f"{self._words.thing(one.generated)} from {self._words.thing(one.used)} names "
                    f"its {told}, and no activity, which these belong to.",
                )

    def _own_specializations(self) -> Iterator[Violation]:
        """Find what would be a specialization of itself (52), by whatever way."""
        after: dict[Term, list[Term]] = defaultdict(list)
        for specific, general in specializations(self._facts):
            after[specific].append(general)
        say = self._words.thing
        for component in cycles.components(after):
            first = min(component, key=say)
            within = {node: [n for n in after[node] if n in component] for node in component}
            start = min(within[first], key=say)
            way = [first, *cycles.shortest(within, start, first, say)]
            chain = ", which is one of ".join(map(say, way[1:]))
            message = f"{say(first)} would be a specialization of itself: it is one of {chain}."
            yield broken(52, named(*way), message)

    def _shared_identifiers(self) -> Iterator[Violation]:
        """Find identifiers of two relations (53), or of a relation and a thing (54)."""
        users = self._relations()
        for identifier, kinds in sorted(users.items(), key=lambda item: str(item[0])):
            apart = sorted(KEYWORDS[kind] for kind in kinds if kind in _APART)
            if len(apart) > 1:
                told = f"identifies different relations, {_list(apart)}: one only."
                message = f"{self._words.thing(identifier)} {told}"
                yield broken(53, named(identifier), message)
        things: dict[Term, list[str]] = defaultdict(list)
        for what, names in (
            ("entity", self._declared),
            ("activity", self._ids(s.Activity)),
            ("agent", self._ids(s.Agent)),
        ):
            for name in names & users.keys():
                things[name].append(what)
        for identifier, whats in sorted(things.items(), key=lambda item: str(item[0])):
            relations = sorted(KEYWORDS[kind] for kind in users[identifier])
            message = (
                f"{self._words.thing(identifier)} is declared as {_list(whats)}, "
                f"and identifies a relation, {_list(relations)}: one only."
            )
            yield broken(54, named(identifier), message)

    def _relations(self) -> dict[Term, set[type[Statement]]]:
        """Give the kinds of relations that each identifier identifies."""
        users: dict[Term, set[type[Statement]]] = defaultdict(set)
        for kind in PLACES:
            for one in self._facts.told[kind]:
                if (name := one.id) is not None:  # type: ignore[union-attr]
                    users[self._at(name)].add(kind)
        for one in self._facts.told[s.Derivation]:
            assert isinstance(one, s.Derivation)
            if one.activity is not None:  # inference 11
                named_by = ((s.Generation, one.generation), (s.Usage, one.usage))
                for kind, name in named_by:
                    if name is not None:
                        users[self._at(name)].add(kind)
        return users

    def _both_entity_and_activity(self) -> Iterator[Violation]:
        """Find what would be an entity and an activity (55, by the types of 50)."""
        both = self._standing(_ENTITY_PLACES) & self._standing(_ACTIVITY_PLACES)
        for thing in sorted(both, key=str):
            reasons = " and ".join(
                f"{what}, because {self._place(thing, places)}"
                for what, places in (
                    ("an entity", _ENTITY_PLACES),
                    ("an activity", _ACTIVITY_PLACES),
                )
            )
            yield broken(55, named(thing), f"{self._words.thing(thing)} is told to be {reasons}.")

    def _members_of_nothing(self) -> Iterator[Violation]:
        """Find members of what is an empty collection, or specializes one (56)."""
        empty = {
            self._at(one.id)
            for one in self._facts.told[s.Entity]
            if isinstance(one, s.Entity) and one.id and not _EMPTY.isdisjoint(one.attributes)
        }
        if not empty:
            return
        empty = inherited(self._facts, empty)
        members: dict[Term, list[str]] = defaultdict(list)
        for one in self._facts.told[s.Membership]:
            assert isinstance(one, s.Membership)
            assert one.collection is not None
            if self._at(one.collection) in empty:
                members[self._at(one.collection)].append(self._words.thing(one.entity))
        for collection, names in sorted(members.items(), key=lambda item: str(item[0])):
            message = f"{self._words.thing(collection)} is an empty collection, and has a member: "
            yield broken(56, named(collection), f"{message}{min(names)}.")

    def _ids(self, kind: type[Statement]) -> set[Term]:
        return {self._at(one.id) for one in self._facts.told[kind] if one.id}  # type: ignore[union-attr]

    def _standing(self, places: dict[type[Statement], tuple[str, ...]]) -> set[Term]:
        """Give all that stands in some places of some statements."""
        found: set[str | None] = set()
        for kind, names in places.items():
            for name in names:
                found.update(map(attrgetter(name), self._facts.told[kind]))
        found.discard(None)
        return {self._at(name) for name in found if name is not None} | self._found_out(places)

    def _found_out(self, places: dict[type[Statement], tuple[str, ...]]) -> set[Term]:
        """Give what turned out to stand in places that were left open."""
        if not self._facts.terms.any_found:
            return set()
        return {
            self._facts.terms.resolve(term)
            for kind, names in places.items()
            if kind in PLACES
            for fact in self._facts.made[kind]
            for name, term in zip(PLACES[kind], fact.terms, strict=True)
            if name in names and isinstance(term, int)
        }

    def _place(self, thing: Term, places: dict[type[Statement], tuple[str, ...]]) -> str:
        """Say where a thing stands: the first place of a kind that holds it."""
        for kind, names in places.items():
            for name in names:
                for one in self._facts.told[kind]:
                    if (found := getattr(one, name)) is not None and self._at(found) == thing:
                        keyword = KEYWORDS[kind]
                        return f"{keyword} declares it" if name == "id" else _as(name, keyword)
        return "of what follows from others"


def _as(place: str, keyword: str) -> str:
    return f"{keyword} has it as {place!r}"


def _list(words: list[str]) -> str:
    return " and ".join(words)
