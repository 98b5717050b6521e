# SPDX-License-Identifier: Apache-2.0
"""Event ordering, constraints 30 to 49: no event comes strictly before itself.

Each constraint says that one event comes before another; only 42 says strictly before: what
is derived is generated after that from which it is derived. Events contradict each other
where they form a cycle with a strict step in it. Most events lie on no such cycle:

* All generations of an entity come before each other (39), and all starts of an activity
  (31): each set is one moment, and one node here.
* An invalidation comes before invalidations only (40, 46), and no such step is strict; so no
  invalidation lies on a cycle with a strict step (36, 38, 43, 44, 47, 49 end there).
* An end comes before ends (32) and invalidations (44) only; so neither does an end (30, 33,
  34, 35, 44, 47, 49 end there).
* A usage comes before ends, invalidations, and the generation of what was derived by it (41).
  Before the usage come the activity's start (33) and the used entity's generation (37). By
  inference 11 the activity generated what was derived, so its start comes before that
  generation by 34; and the used entity's generation does by 42. So a way through a usage can
  go past it.

There remain generations and starts, with constraints 34, 42, 43, 45 and 48. An order holds
between events that there are: an entity has a generation if one is stated, if it is declared
(inference 7) or specializes one that is (21), if it starts or ends anything (9, 10), is
derived by a known activity (11) or attributed (13). A start that nothing but inference 8
tells of has no event before it, and starts nothing of interest. A specialization of a
specialization is one too (19), so 45 leads through an entity of whose generation nothing is
known; nothing else does. Starters generate what starts others by inference 9, enders by 10.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from dlprov_rdf.graph import statements as s
from dlprov_rdf.validate.constraints import cycles
from dlprov_rdf.validate.constraints.facts import Facts
from dlprov_rdf.validate.constraints.report import Violation, broken
from dlprov_rdf.validate.constraints.terms import Term
from dlprov_rdf.validate.constraints.words import Words, named

#: The generation of an entity, or the start of an activity.
Event: TypeAlias = tuple[str, Term]

_GENERATION, _START = "the generation of", "the start of"

#: Steps of a long chain that are worded, at its beginning and at its end.
_FIRST, _LAST = 8, 3


class Step(NamedTuple):
    """That one event comes before another, and why.

    ``because`` says the reason of the two things, which stand for {0} and {1} in it.
    """

    before: Event
    after: Event
    number: int
    because: str


class Ordering:
    """The order of the events of one instance, whose facts were merged."""

    def __init__(self, facts: Facts, words: Words, declared: set[Term]) -> None:
        self._facts, self._words = facts, words
        self._at, self._resolve = facts.terms.at, facts.terms.resolve
        self._started = self._starts()
        self._generated = declared | set(self._generations())

    def run(self) -> list[Violation]:
        """Give a violation for each knot of events that contradict each other."""
        after: dict[Event, list[Event]] = defaultdict(list)
        strict: set[tuple[Event, Event]] = set()
        for step in self._steps():
            after[step.before].append(step.after)
            if step.number == 42:
                strict.add((step.before, step.after))
        if not strict:
            return []
        found = []
        for component in cycles.components(after):
            within = set(component)
            firm = [pair for pair in strict if within.issuperset(pair)]
            if firm:
                found.append(self._contradiction(within, min(firm, key=self._pair_words)))
        return found

    def _starts(self) -> set[Term]:
        """Give the activities of which a start is stated."""
        made = {self._resolve(fact.terms[0]) for fact in self._facts.made[s.Start]}
        return made | {
            self._at(start.activity)
            for start in self._facts.loose[s.Start]
            if isinstance(start, s.Start) and start.activity
        }

    def _generations(self) -> Iterator[Term]:
        """Yield the entities that have a generation, but for the declared ones."""
        for fact in self._facts.made[s.Generation]:
            yield self._resolve(fact.terms[0])
        for loose in self._facts.loose[s.Generation]:
            if isinstance(loose, s.Generation) and loose.entity:
                yield self._at(loose.entity)
        for kind in (s.Start, s.End):
            for fact in self._facts.made[kind]:
                yield self._resolve(fact.terms[1])
            for event in self._facts.loose[kind]:
                if isinstance(event, s.Start | s.End) and event.trigger:
                    yield self._at(event.trigger)
        for attribution in self._facts.told[s.Attribution]:
            if isinstance(attribution, s.Attribution) and attribution.entity:
                yield self._at(attribution.entity)

    def _steps(self) -> Iterator[Step]:
        """Yield every step that can lie on a cycle."""
        yield from self._within_activities()
        yield from self._by_triggers()
        generated, at = self._generated, self._at
        for one in self._facts.told[s.Derivation]:
            assert isinstance(one, s.Derivation)
            assert one.used is not None
            assert one.generated is not None
            used, made = at(one.used), at(one.generated)
            if used in generated and made in generated:
                yield Step((_GENERATION, used), (_GENERATION, made), 42, "{1} was derived from {0}")
        for specific, general in specializations(self._facts):
            yield Step(
                (_GENERATION, general),
                (_GENERATION, specific),
                45,
                "{1} is a specialization of {0}",
            )
        for attribution in self._facts.told[s.Attribution]:
            assert isinstance(attribution, s.Attribution)
            assert attribution.agent is not None
            assert attribution.entity is not None
            agent, entity = at(attribution.agent), at(attribution.entity)
            for event, known in ((_GENERATION, generated), (_START, self._started)):
                if agent in known:
                    yield Step(
                        (event, agent), (_GENERATION, entity), 48, "{1} is attributed to {0}"
                    )

    def _within_activities(self) -> Iterator[Step]:
        """Yield that what an activity generated came after its start."""
        for fact in self._facts.made[s.Generation]:
            entity, activity = map(self._resolve, fact.terms)
            if activity in self._started:
                yield Step((_START, activity), (_GENERATION, entity), 34, "{0} generated {1}")
        for kind, other in ((s.Start, "started"), (s.End, "ended")):
            for fact in self._facts.made[kind]:
                activity, trigger, starter = map(self._resolve, fact.terms)
                if starter in self._started:
                    why = (
                        f"{{0}} generated {{1}}, by which it {other} {self._words.thing(activity)}"
                    )
                    yield Step((_START, starter), (_GENERATION, trigger), 34, why)

    def _by_triggers(self) -> Iterator[Step]:
        """Yield that what started an activity was there before its start."""
        pairs = [tuple(map(self._resolve, fact.terms[:2])) for fact in self._facts.made[s.Start]]
        pairs += [
            (self._at(start.activity), self._at(start.trigger))
            for start in self._facts.loose[s.Start]
            if isinstance(start, s.Start) and start.activity and start.trigger
        ]
        for activity, trigger in pairs:
            yield Step((_GENERATION, trigger), (_START, activity), 43, "{0} started {1}")

    def _contradiction(self, within: set[Event], firm: tuple[Event, Event]) -> Violation:
        """Word one cycle: the shortest that goes by a strict step."""
        steps = {
            (step.before, step.after): step
            for step in sorted(
                (step for step in self._steps() if within.issuperset(step[:2])),
                key=lambda step: (step.number == 42, step.number, step.because),
            )
        }
        after: dict[Event, list[Event]] = defaultdict(list)
        for before, then in steps:
            after[before].append(then)
        way = cycles.shortest(after, firm[1], firm[0], self._event)
        pairs = [firm, *pairwise(way)]
        told = [self._told(steps[pair]) for pair in pairs[:_FIRST] + pairs[_FIRST:][-_LAST:]]
        if (left_out := len(pairs) - len(told)) > 0:
            told.insert(_FIRST, f"{left_out:,} more steps")
        chain = "; ".join(told)
        about = named(*(before[1] for before, _ in pairs))
        return broken(
            42, about, f"{self._event(firm[0])} would come strictly before itself: {chain}."
        )

    def _told(self, step: Step) -> str:
        """Word one step of a chain."""
        things = (self._words.thing(step.before[1]), self._words.thing(step.after[1]))
        how = "strictly before" if step.number == 42 else "before"
        return (
            f"{self._event(step.before)} comes {how} {self._event(step.after)}, "
            f"for {step.because.format(*things)} (C{step.number})"
        )

    def _event(self, event: Event) -> str:
        return f"{event[0]} {self._words.thing(event[1])}"

    def _pair_words(self, pair: tuple[Event, Event]) -> tuple[str, str]:
        return self._event(pair[0]), self._event(pair[1])


def specializations(facts: Facts) -> Iterator[tuple[Term, Term]]:
    """Yield what is a specialization of what; a mention is one (PROV-LINKS)."""
    for one in (*facts.told[s.Specialization], *facts.told[s.Mention]):
        assert isinstance(one, s.Specialization | s.Mention)
        assert one.specific is not None
        assert one.general is not None
        yield facts.terms.at(one.specific), facts.terms.at(one.general)


def inherited(facts: Facts, general: set[Term]) -> set[Term]:
    """Give some entities with all that specialize them: what is said of these holds there."""
    below: dict[Term, list[Term]] = defaultdict(list)
    for specific, whole in specializations(facts):
        below[whole].append(specific)
    found, due = set(general), [thing for thing in general if thing in below]
    while due:
        for thing in below.get(due.pop(), ()):
            if thing not in found:
                found.add(thing)
                due.append(thing)
    return found
