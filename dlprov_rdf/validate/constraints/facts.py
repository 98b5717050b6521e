# SPDX-License-Identifier: Apache-2.0
"""Statements as the uniqueness constraints see them, with variables where they leave a place open.

A fact is made only of a statement that can be merged with another. One without identifier
merges by its event's key alone (constraints 24 to 27), so without an activity in that key it
stays loose: the variable in its place is its own, and equals no other.

Of the inferences, these make facts, for they alone can force two terms together:
11 (a derivation by a known activity has that usage and that generation), and 15 (every
relation is an influence by the same identifier) where an influence or a derivation shares
its identifier; else constraint 53 forbids the sharing anyway. The others (5 to 10, 13, 14)
make statements with fresh identifiers and fresh times: merged with any other statement of the
same key, they give way to it and change nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from operator import attrgetter

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import Statement
from dlprov_rdf.validate.constraints.terms import NOTHING, Term, Terms

#: The places of each relation that has an identifier, but for the identifier and the time.
PLACES: dict[type[Statement], tuple[str, ...]] = {
    s.Generation: ("entity", "activity"),
    s.Usage: ("activity", "entity"),
    s.Communication: ("informed", "informant"),
    s.Start: ("activity", "trigger", "starter"),
    s.End: ("activity", "trigger", "ender"),
    s.Invalidation: ("entity", "activity"),
    s.Derivation: ("generated", "used", "activity", "generation", "usage"),
    s.Attribution: ("entity", "agent"),
    s.Association: ("activity", "agent", "plan"),
    s.Delegation: ("delegate", "responsible", "activity"),
    s.Influence: ("influenced", "influencer"),
}

#: The place beside the first that makes up the key of an event.
KEY_PLACE: dict[type[Statement], int] = {
    s.Generation: 1, s.Invalidation: 1, s.Start: 2, s.End: 2,
}  # fmt: skip


class Fact:
    """One statement, or several that were found to be the same.

    Attributes:
        kind: Which relation.
        id: Its identifier.
        terms: What stands in the places of its relation, in their order.
        time: As it was written, or None.
        said: A statement that says it.
        shared: Whether its identifier stands elsewhere too.
        same: A fact that this one was merged with, or None.
    """

    __slots__ = ("id", "kind", "said", "same", "shared", "terms", "time")

    def __init__(
        self,
        kind: type[Statement],
        identifier: Term,
        terms: list[Term],
        said: Statement,
        *,
        time: str | None = None,
        shared: bool = True,
    ) -> None:
        self.kind, self.id, self.terms, self.said = kind, identifier, terms, said
        self.time, self.shared = time, shared
        self.same: Fact | None = None


class Facts:
    """An instance as the constraints see it.

    Attributes:
        told: The statements of each kind.
        made: The facts of each kind.
        loose: The statements of each kind of which no fact was made.
    """

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.terms: Terms[Fact] = Terms()
        self.told: dict[type[Statement], list[Statement]] = defaultdict(list)
        self.made: dict[type[Statement], list[Fact]] = defaultdict(list)
        self.loose: dict[type[Statement], list[Statement]] = defaultdict(list)
        for statement in statements:
            self.told[type(statement)].append(statement)
        for kind in PLACES:
            self._make(kind)
        self._by_derivation()
        self._by_influence()

    def _make(self, kind: type[Statement]) -> None:
        """Make facts of the statements of one kind, where they can be merged."""
        names_of = attrgetter(*PLACES[kind])
        key = KEY_PLACE.get(kind, 2 if kind is s.Derivation else None)
        of = self.terms.of
        made, loose = self.made[kind], self.loose[kind]
        for statement in self.told[kind]:
            identifier: str | None = statement.id  # type: ignore[union-attr]
            names = names_of(statement)
            if identifier is None and (key is None or names[key] is None):
                loose.append(statement)
                continue
            terms = [of(name) for name in names]
            if kind is s.Association and names[2] is None:
                terms[2] = NOTHING
            elif kind is s.Derivation and names[2] is None:
                terms[2:] = [NOTHING if name is None else of(name) for name in names[2:]]
            time = getattr(statement, "time", None)
            shared = identifier is not None
            made.append(Fact(kind, of(identifier), terms, statement, time=time, shared=shared))

    def _by_derivation(self) -> None:
        """Make what inference 11 makes: the usage and the generation of a derivation."""
        for fact in self.made[s.Derivation]:
            generated, used, activity, generation, usage = fact.terms
            if NOTHING in {activity, generation, usage}:
                continue
            self.made[s.Generation].append(
                Fact(s.Generation, generation, [generated, activity], fact.said)
            )
            self.made[s.Usage].append(Fact(s.Usage, usage, [activity, used], fact.said))

    def _by_influence(self) -> None:
        """Make what inference 15 makes, where it can be merged with anything."""
        wide = {fact.id for kind in (s.Derivation, s.Influence) for fact in self.made[kind]}
        if not wide:
            return
        influences = self.made[s.Influence]
        for kind in PLACES:
            if kind is s.Influence:
                continue
            for fact in self.made[kind]:
                if fact.shared and (fact.id in wide or isinstance(fact.id, int)):
                    influences.append(Fact(s.Influence, fact.id, fact.terms[:2], fact.said))
