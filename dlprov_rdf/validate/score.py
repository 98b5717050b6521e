# SPDX-License-Identifier: Apache-2.0
"""How complete a graph is, and what to do next.

A profile's score is the share of its rules that are kept, of those that apply. What is most
valuable to mend comes first: by severity, then by the number of nodes that it mends; among
equals what more profiles ask for, then what a shapes file says first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from dlprov_rdf.validate.result import Result
from dlprov_rdf.validate.rules import Rule

#: The worst first.
SEVERITIES = ("violation", "warning", "info")


class Score(msgspec.Struct, frozen=True):
    """How many of the rules that apply are kept; of a profile, the smaller ones' among them.

    Attributes:
        profile: ``core``, ``reproducible``, ``fair``, or a user's own shapes file.
        kept: Rules that apply and that nothing breaks.
        applies: Rules for which the graph has a node that they are held against.
        violations: Rules broken that are a violation: without any, the graph conforms.
    """

    profile: str
    kept: int
    applies: int
    violations: int

    @property
    def share(self) -> float:
        """The score, from 0 to 1; 1 where no rule applies."""
        return self.kept / self.applies if self.applies else 1.0

    @property
    def percent(self) -> int:
        """The score in percent, rounded down, so that 100 means all."""
        return 100 * self.kept // self.applies if self.applies else 100


class Advice(msgspec.Struct, frozen=True):
    """One thing to do: the rule that is broken then no more, and the faults that it mends."""

    rule: Rule
    results: tuple[Result, ...]

    @property
    def nodes(self) -> tuple[Result, ...]:
        """One result for each node that breaks the rule."""
        return tuple({result.focus: result for result in self.results}.values())


def kept(rule: Rule, broken: AbstractSet[str]) -> bool:
    """Tell whether a rule that applies is kept."""
    return rule.iri not in broken


def scores(
    rules: Iterable[Rule], applying: AbstractSet[str], broken: AbstractSet[str]
) -> tuple[Score, ...]:
    """Score each profile, the smallest first, with what is in it from the smaller ones."""
    by_profile: dict[str, list[Rule]] = {}
    for rule in rules:
        by_profile.setdefault(rule.profile, []).append(rule)
    found: list[Score] = []
    within: list[Rule] = []
    for profile, own in by_profile.items():
        within = within + own if _ships(profile) else own
        there = [rule for rule in within if rule.iri in applying]
        wrong = [rule for rule in there if not kept(rule, broken)]
        violations = sum(rule.severity == "violation" for rule in wrong)
        found.append(Score(profile, len(there) - len(wrong), len(there), violations))
    return tuple(found)


def _ships(profile: str) -> bool:
    """Tell whether this is a profile of ours: a user's file keeps its ending in its name."""
    return "." not in profile


def advice(rules: Sequence[Rule], results: Iterable[Result]) -> tuple[Advice, ...]:
    """List what to do next, the most valuable first."""
    known = {rule.iri: rule for rule in rules}
    places = {iri: place for place, iri in enumerate(known)}
    faults: defaultdict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        # Of a shape without an IRI its message is all that tells it from others.
        faults[result.rule, "" if result.rule in known else result.message].append(result)
    found = [
        Advice(known.get(one[0].rule) or _nameless(one[0]), tuple(one)) for one in faults.values()
    ]
    return tuple(
        sorted(
            found,
            key=lambda one: (
                SEVERITIES.index(one.rule.severity),
                -len(one.nodes),
                places.get(one.rule.iri, len(places)),
                one.rule.name,
            ),
        )
    )


def _nameless(result: Result) -> Rule:
    return Rule(
        iri=result.rule, profile="", name=result.name, remedy=result.message,
        severity=result.severity,
    )  # fmt: skip
