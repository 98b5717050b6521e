# SPDX-License-Identifier: Apache-2.0
"""PROV-CONSTRAINTS by the letter: every inference drawn, every pair compared, nothing spared.

It is as slow as it is plain, and says no more than valid or not: the measure for the engine.
A statement is a tuple: relation, identifier, places. A number is an existential variable, "-" a
placeholder that stays. Inferences add what is not there yet, until nothing is added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, count

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import Statement

Term = str | int
Row = tuple[Term, ...]

#: The relations with identifiers, and their places; the last is optional where it may stay open.
RELATIONS: dict[type[Statement], tuple[str, tuple[str, ...]]] = {
    s.Generation: ("gen", ("entity", "activity", "time")),
    s.Usage: ("use", ("activity", "entity", "time")),
    s.Communication: ("com", ("informed", "informant")),
    s.Start: ("start", ("activity", "trigger", "starter", "time")),
    s.End: ("end", ("activity", "trigger", "ender", "time")),
    s.Invalidation: ("inv", ("entity", "activity", "time")),
    s.Derivation: ("der", ("generated", "used", "activity", "generation", "usage")),
    s.Attribution: ("att", ("entity", "agent")),
    s.Association: ("ass", ("activity", "agent", "plan")),
    s.Delegation: ("del", ("delegate", "responsible", "activity")),
    s.Influence: ("infl", ("influenced", "influencer")),
}
UNNAMED: dict[type[Statement], tuple[str, tuple[str, ...]]] = {
    s.Entity: ("entity", ("id",)),
    s.Activity: ("activity", ("id", "start", "end")),
    s.Agent: ("agent", ("id",)),
    s.Specialization: ("spec", ("specific", "general")),
    s.Membership: ("member", ("collection", "entity")),
    s.Alternate: ("alt", ("first", "second")),
}
NAMED = {relation for relation, _ in RELATIONS.values()}
INFLUENCES = NAMED - {"infl"}
APART = NAMED - {"infl", "der"}

#: Entities and activities by place (constraint 50), counted from 0 after the relation.
ENTITIES = {
    "entity": (0,), "gen": (1,), "use": (2,), "start": (2,), "end": (2,), "inv": (1,),
    "der": (1, 2), "att": (1,), "ass": (3,), "spec": (0, 1), "member": (0, 1), "alt": (0, 1),
}  # fmt: skip
ACTIVITIES = {
    "activity": (0,), "gen": (2,), "use": (1,), "com": (1, 2), "start": (1, 3), "end": (1, 3),
    "inv": (2,), "der": (3,), "ass": (1,), "del": (3,),
}  # fmt: skip


class Contradiction(Exception):
    """Two things would have to be one and cannot."""


class Book:
    """One instance, and everything that follows from it."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._variables = count()
        self._blank: dict[str, int] = {}
        self.rows: set[Row] = set()
        for statement in statements:
            self._define(statement)

    def valid(self) -> bool:
        """Normalise to a fixed point, then look for cycles and impossibilities."""
        try:
            while self._unite() or self._infer():
                pass
        except Contradiction:
            return False
        return not (self._cycle() or self._impossible())

    def _term(self, name: str | None) -> Term:
        if name is None:
            return next(self._variables)
        if name.startswith("_:"):
            return self._blank.setdefault(name, next(self._variables))
        return name

    def _define(self, statement: Statement) -> None:
        """Definitions 1 to 4: identifiers, short forms, placeholders."""
        kind = type(statement)
        if kind in UNNAMED:
            relation, places = UNNAMED[kind]
            terms = [self._term(getattr(statement, place)) for place in places]
            self.rows.add((relation, *terms))
            if isinstance(statement, s.Entity):
                self.rows |= {("type", terms[0], value) for _, value in statement.attributes}
            return
        relation, places = RELATIONS[kind]
        values = [getattr(statement, place) for place in places]
        if kind is s.Association:
            values[2] = values[2] or "-"
        if kind is s.Derivation and values[2] is None:
            values[2:] = [value or "-" for value in values[2:]]
        identifier = self._term(statement.id)  # type: ignore[union-attr]
        self.rows.add((relation, identifier, *map(self._term, values)))

    def _all(self, relation: str) -> Iterator[Row]:
        return (row[1:] for row in list(self.rows) if row[0] == relation)

    # ── uniqueness, 22 to 29 ──

    def _unite(self) -> bool:
        """Make one thing one; True if that found anything out."""
        for relation in sorted(NAMED):
            self._keyed(relation, lambda row: row[:1], slice(1, None))
        self._keyed("activity", lambda row: row[:1], slice(1, None))
        for relation in ("gen", "inv"):
            self._keyed(relation, lambda row: row[1:3], slice(0, 1))
        for relation in ("start", "end"):
            self._keyed(relation, lambda row: (row[1], row[3]), slice(0, 1))
        for place, relation in ((1, "start"), (2, "end")):
            for activity in self._all("activity"):
                for event in self._all(relation):
                    if event[1] == activity[0] and event[4] != activity[place]:
                        self._same(event[4], activity[place])
                        return True
        return self._changed()

    def _keyed(self, relation: str, key: Callable[[Row], Row], rest: slice) -> None:
        for one, other in combinations(self._all(relation), 2):
            if key(one) == key(other):
                for here, there in zip(one[rest], other[rest], strict=True):
                    if here != there:
                        self._same(here, there)
                        return self._keyed(relation, key, rest)
        return None

    _touched = False

    def _changed(self) -> bool:
        changed, self._touched = self._touched, False
        return changed

    def _same(self, one: Term, other: Term) -> None:
        """Put one term in place of another everywhere."""
        if isinstance(one, str):
            one, other = other, one
        if isinstance(one, str) or other == "-":
            raise Contradiction
        self.rows = {tuple(other if term == one else term for term in row) for row in self.rows}
        self._touched = True

    # ── inferences, 5 to 21 ──

    def _infer(self) -> bool:
        """Add what follows and is not there; True if anything was added."""
        before = len(self.rows)
        for step in (self._of_activities, self._of_entities, self._of_agents, self._of_influence):
            step()
        return len(self.rows) > before

    def _add(self, *row: Term | None) -> None:
        self.rows.add(tuple(next(self._variables) if term is None else term for term in row))

    def _is(self, relation: str, *places: Term | None) -> bool:
        return any(
            all(wanted in {None, term} for wanted, term in zip(places, row, strict=True))
            for row in self._all(relation)
        )

    def _of_activities(self) -> None:
        for _, second, first in self._all("com"):  # 5
            between = {row[1] for row in self._all("gen") if row[2] == first}
            if not any(row[1] == second and row[2] in between for row in self._all("use")):
                entity = next(self._variables)
                self._add("gen", None, entity, first, None)
                self._add("use", None, second, entity, None)
        for _, entity, first, _ in self._all("gen"):  # 6
            for _, second, used, _ in self._all("use"):
                if used == entity and not self._is("com", None, second, first):
                    self._add("com", None, second, first)
        for activity, start, end in self._all("activity"):  # 8
            if not self._is("start", None, activity, None, None, None):
                self._add("start", None, activity, None, None, start)
            if not self._is("end", None, activity, None, None, None):
                self._add("end", None, activity, None, None, end)
        for relation in ("start", "end"):  # 9, 10
            for _, _, trigger, other, _ in self._all(relation):
                if not self._is("gen", None, trigger, other, None):
                    self._add("gen", None, trigger, other, None)

    def _of_entities(self) -> None:
        for (entity,) in self._all("entity"):  # 7
            for relation in ("gen", "inv"):
                if not self._is(relation, None, entity, None, None):
                    self._add(relation, None, entity, None, None)
        for _, made, used, activity, generation, usage in self._all("der"):  # 11
            if "-" in {activity, generation, usage}:
                continue
            if not self._is("use", usage, activity, used, None):
                self._add("use", usage, activity, used, None)
            if not self._is("gen", generation, made, activity, None):
                self._add("gen", generation, made, activity, None)
        for specific, general in self._all("spec"):  # 19, 21
            self.rows |= {
                ("spec", specific, top) for low, top in self._all("spec") if low == general
            }
            if ("entity", general) in self.rows:
                self._add("entity", specific)
            self.rows |= {
                ("type", specific, value) for thing, value in self._all("type") if thing == general
            }

    def _of_agents(self) -> None:
        for _, entity, agent in self._all("att"):  # 13
            by = {row[1] for row in self._all("ass") if row[2] == agent}
            if not any(row[1] == entity and row[2] in by for row in self._all("gen")):
                activity = next(self._variables)
                self._add("gen", None, entity, activity, None)
                self._add("ass", None, activity, agent, None)
        for _, delegate, responsible, activity in self._all("del"):  # 14
            for agent in (delegate, responsible):
                if not self._is("ass", None, activity, agent, None):
                    self._add("ass", None, activity, agent, None)

    def _of_influence(self) -> None:
        for relation in INFLUENCES:  # 15
            for row in self._all(relation):
                self.rows.add(("infl", *row[:3]))

    # ── ordering, 30 to 49 ──

    def _cycle(self) -> bool:
        """Whether an event comes strictly before itself."""
        weak, strict = set(self._weakly()), set(self._strictly())
        after: dict[Term, set[Term]] = {}
        for before, then in weak | strict:
            after.setdefault(before, set()).add(then)
        return any(before in self._reached(then, after) for before, then in strict)

    @staticmethod
    def _reached(start: Term, after: dict[Term, set[Term]]) -> set[Term]:
        found, due = {start}, [start]
        while due:
            new = after.get(due.pop(), set()) - found
            found |= new
            due += new
        return found

    def _of(self, relation: str, thing: Term, place: int = 1) -> list[Term]:
        return [row[0] for row in self._all(relation) if row[place] == thing]

    def _strictly(self) -> Iterator[tuple[Term, Term]]:
        for _, made, used, *_ in self._all("der"):  # 42
            yield from self._pairs(self._of("gen", used), self._of("gen", made))

    @staticmethod
    def _pairs(before: list[Term], after: list[Term]) -> Iterator[tuple[Term, Term]]:
        return ((one, other) for one in before for other in after)

    def _weakly(self) -> Iterator[tuple[Term, Term]]:
        of, pairs = self._of, self._pairs
        for activity in {row[1] for relation in ("start", "end") for row in self._all(relation)}:
            starts, ends = of("start", activity), of("end", activity)
            inside = [*of("use", activity), *of("gen", activity, 2)]
            for before, after in (
                (starts, ends), (starts, starts), (ends, ends), (starts, inside), (inside, ends),
            ):  # 30 to 34  # fmt: skip
                yield from pairs(before, after)
        for _, second, first in self._all("com"):  # 35
            yield from pairs(of("start", first), of("end", second))
        for entity in {row[1] for relation in ("gen", "inv") for row in self._all(relation)}:
            made, gone, used = of("gen", entity), of("inv", entity), of("use", entity, 2)
            for before, after in (
                (made, gone), (made, used), (used, gone), (made, made), (gone, gone),
            ):  # 36 to 40  # fmt: skip
                yield from pairs(before, after)
            for relation in ("start", "end"):  # 43, 44
                yield from pairs(made, of(relation, entity, 2))
                yield from pairs(of(relation, entity, 2), gone)
        for row in self._all("der"):  # 41
            if "-" not in row[3:]:
                yield row[5], row[4]
        for specific, general in self._all("spec"):  # 45, 46
            yield from pairs(of("gen", general), of("gen", specific))
            yield from pairs(of("inv", specific), of("inv", general))
        yield from self._by_agents()

    def _by_agents(self) -> Iterator[tuple[Term, Term]]:
        of, pairs = self._of, self._pairs
        for _, activity, agent, _ in self._all("ass"):  # 47
            yield from pairs(of("start", activity), of("inv", agent))
            yield from pairs(of("gen", agent), of("end", activity))
            yield from pairs(of("start", activity), of("end", agent))
            yield from pairs(of("start", agent), of("end", activity))
        for _, entity, agent in self._all("att"):  # 48
            yield from pairs(of("gen", agent), of("gen", entity))
            yield from pairs(of("start", agent), of("gen", entity))
        for _, delegate, responsible, _ in self._all("del"):  # 49
            yield from pairs(of("gen", responsible), of("inv", delegate))
            yield from pairs(of("start", responsible), of("end", delegate))

    # ── impossibility, 50 to 56 ──

    def _impossible(self) -> bool:
        derivations = list(self._all("der"))
        unspecified = any(row[3] == "-" and row[4:] != ("-", "-") for row in derivations)  # 51
        reflexive = any(specific == general for specific, general in self._all("spec"))  # 52
        ids = {relation: {row[0] for row in self._all(relation)} for relation in NAMED}
        overlap = any(ids[one] & ids[other] for one, other in combinations(sorted(APART), 2))  # 53
        things = {row[0] for what in ("entity", "activity", "agent") for row in self._all(what)}
        used_twice = any(things & ids[relation] for relation in NAMED)  # 54
        both = self._standing(ENTITIES) & self._standing(ACTIVITIES)  # 55
        empty = {thing for thing, value in self._all("type") if str(value).endswith("Collection")}
        filled = any(collection in empty for collection, _ in self._all("member"))  # 56
        return unspecified or reflexive or overlap or used_twice or bool(both) or filled

    def _standing(self, places: dict[str, tuple[int, ...]]) -> set[Term]:
        found = {row[place] for name in places for row in self._all(name) for place in places[name]}
        return found - {"-"}


def valid(statements: Iterable[Statement]) -> bool:
    """Whether some statements of one instance are valid, by the letter."""
    return Book(statements).valid()
