# SPDX-License-Identifier: Apache-2.0
"""Uniqueness, constraints 22 to 29: what has the same key is the same, or it is a contradiction.

A fact is looked up by its identifier (23) and by its event's key (24 to 27). Where another
is found, the two are unified, which may find out variables; whatever has one of these in its
key is looked up again, until nothing is due. So each fact is looked up as often as a variable
in its keys is found out, and no more. After a contradiction the work goes on, so that all are
told; each is one, for it follows from what was stated.
"""

from __future__ import annotations

from collections import defaultdict

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import Statement
from dlprov_rdf.validate.constraints.facts import KEY_PLACE, PLACES, Fact, Facts
from dlprov_rdf.validate.constraints.moments import same
from dlprov_rdf.validate.constraints.report import Violation, broken
from dlprov_rdf.validate.constraints.terms import Term
from dlprov_rdf.validate.constraints.words import Words, named

#: By which constraint an event is unique, and what it is called.
_UNIQUE = {
    s.Generation: (24, "generated"),
    s.Invalidation: (25, "invalidated"),
    s.Start: (26, "started"),
    s.End: (27, "ended"),
}


class Merging:
    """The merging of the facts of one instance."""

    def __init__(self, facts: Facts, words: Words) -> None:
        self.violations: list[Violation] = []
        self._facts, self._terms, self._words = facts, facts.terms, words
        self._by_id: dict[type[Statement], dict[Term, Fact]] = defaultdict(dict)
        self._by_key: dict[type[Statement], dict[tuple[Term, Term], Fact]] = defaultdict(dict)

    def run(self) -> list[Violation]:
        """Merge until nothing is due; give the contradictions."""
        for made in self._facts.made.values():
            for fact in made:
                self._look_up(fact)
        due = self._terms.due
        while due:
            self._look_up(due.pop())
        self._activities()
        return self.violations

    def _look_up(self, fact: Fact) -> None:
        """Merge a fact with the one that has its identifier, and the one that has its key."""
        resolve = self._terms.resolve
        if fact.shared:
            identifier = resolve(fact.id)
            known = self._by_id[fact.kind].setdefault(identifier, fact)
            if known is not fact:
                self._merge(known, fact)
            elif isinstance(identifier, int):
                self._terms.wait(identifier, fact)
        place = KEY_PLACE.get(fact.kind)
        if place is None:
            return
        key = (resolve(fact.terms[0]), resolve(fact.terms[place]))
        known = self._by_key[fact.kind].setdefault(key, fact)
        if known is not fact:
            self._merge_events(known, fact)
        else:
            for term in key:
                if isinstance(term, int):
                    self._terms.wait(term, fact)

    def _merge_events(self, known: Fact, fact: Fact) -> None:
        """Merge two events of one thing and one activity (constraints 24 to 27)."""
        if _first(known) is _first(fact):
            return
        ids = tuple(map(self._terms.resolve, (known.id, fact.id)))
        if self._terms.unify(*ids):
            self._merge(known, fact)
            return
        number, done = _UNIQUE[fact.kind]
        thing = self._terms.resolve(fact.terms[0])
        activity = self._terms.resolve(fact.terms[KEY_PLACE[fact.kind]])
        say = self._words.thing
        self._tell(
            number,
            (*sorted(map(str, ids)), thing, activity),
            f"{say(thing)} was {done} by {say(activity)} twice, as {_and(say, ids)}.",
        )

    def _merge(self, known: Fact, fact: Fact) -> None:
        """Make two facts of one identifier the same (constraint 23)."""
        one, other = _first(known), _first(fact)
        if one is other:
            return
        other.same = one
        for place, here, there in zip(PLACES[fact.kind], known.terms, fact.terms, strict=True):
            if not self._terms.unify(here, there):
                both = (self._terms.resolve(here), self._terms.resolve(there))
                told = _and(lambda term: "none" if term == "-" else self._words.thing(term), both)
                self._twice(fact, place, told, both)
        if one.time is None:
            one.time = other.time
        elif other.time is not None and not same(one.time, other.time):
            self._twice(fact, "time", " and ".join(sorted((one.time, other.time))), ())

    def _twice(self, fact: Fact, place: str, told: str, both: tuple[Term, ...]) -> None:
        """Tell that one statement has two values in one place."""
        identifier = self._terms.resolve(fact.id)
        what = self._words.statement(fact.kind, identifier)
        if isinstance(identifier, int):
            first = (fact.terms[0], fact.terms[KEY_PLACE.get(fact.kind, 1)])
            things = [self._terms.resolve(term) for term in first]
            what += f" of {self._words.thing(things[0])} and {self._words.thing(things[1])}"
            both = (*things, *both)
        self._tell(
            23,
            (identifier, *sorted(both, key=str)),
            f"{what} is one statement, and has two values in the place of {place!r}: {told}.",
        )

    def _activities(self) -> None:
        """Compare the times of each activity with each other (22), its starts and ends (28, 29)."""
        for place, kind, number in (("start", s.Start, 28), ("end", s.End, 29)):
            times: dict[Term, str] = {}
            for activity in self._facts.told[s.Activity]:
                assert isinstance(activity, s.Activity)
                thing, time = self._at(activity.id), getattr(activity, place)
                if time is not None and not same(times.setdefault(thing, time), time):
                    self._two_times(22, thing, f"two {place} times", (times[thing], time))
            events = [
                (self._terms.resolve(fact.terms[0]), fact.time) for fact in self._facts.made[kind]
            ]
            events += [
                (self._at(event.activity), event.time)
                for event in self._facts.loose[kind]
                if isinstance(event, s.Start | s.End)
            ]
            declared = {self._at(one.id) for one in self._facts.told[s.Activity]}  # type: ignore[union-attr]
            for thing, time in events:
                if time is None or thing not in declared:
                    continue
                if not same(times.setdefault(thing, time), time):
                    what = f"one {place}, and {place}s at two times"
                    self._two_times(number, thing, what, (times[thing], time))

    def _at(self, name: str | None) -> Term:
        assert name is not None
        return self._terms.at(name)

    def _two_times(self, number: int, thing: Term, what: str, times: tuple[str, str]) -> None:
        told = " and ".join(sorted(times))
        self._tell(number, (thing,), f"{self._words.thing(thing)} has {what}: {told}.")

    def _tell(self, number: int, about: tuple[Term, ...], message: str) -> None:
        self.violations.append(broken(number, named(*about), message))


def _first(fact: Fact) -> Fact:
    """Give the fact that a fact was merged with in the end."""
    while fact.same is not None:
        if fact.same.same is not None:
            fact.same = fact.same.same  # shorten the way for the next who goes it
        fact = fact.same
    return fact


def _and(say: object, terms: tuple[Term, ...]) -> str:
    """Word some terms in a fixed order."""
    assert callable(say)
    return " and ".join(sorted(say(term) for term in terms))
