# SPDX-License-Identifier: Apache-2.0
"""What a check found: in words for a person, and as a W3C validation report.

A graph conforms if it breaks no rule whose severity is sh:Violation; warnings are told. The
report graph has no blank nodes: a result's name is made of what it says, so that the same
faults give the same report. Its sh:conforms is stricter, as W3C's is: true where there is no
result at all.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec
import pyoxigraph as ox

from dlprov_rdf.errors import DoesNotConform
from dlprov_rdf.validate import junit
from dlprov_rdf.validate.result import Result, Term, term
from dlprov_rdf.validate.rules import SH, Rule, sh
from dlprov_rdf.validate.score import SEVERITIES, Advice, Score, advice, scores
from dlprov_rdf.validate.shapes import PROFILES

__all__ = ["SH", "Report", "Result", "Term", "conforming", "sh"]

_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SEVERITY = {"violation": "Violation", "warning": "Warning", "info": "Info"}


class Report(msgspec.Struct, frozen=True, dict=True):
    """All that one check found, in a fixed order; it is plain data, as JSON wants it.

    Attributes:
        conforms: Whether no rule is broken that is a violation.
        results: What was found.
        profile: Which rules were asked for.
        rules: Those rules, the smaller profiles' first.
        applying: The IRIs of those that the graph has a node to hold against.
    """

    conforms: bool
    results: tuple[Result, ...] = ()
    profile: str = "core"
    rules: tuple[Rule, ...] = ()
    applying: frozenset[str] = frozenset()

    @cached_property
    def violations(self) -> tuple[Result, ...]:
        """The results for which the graph does not conform."""
        return tuple(result for result in self.results if result.severity == "violation")

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """How many of the rules that apply are kept, by profile, the smallest first."""
        return scores(self.rules, self.applying, {result.rule for result in self.results})

    @cached_property
    def advice(self) -> tuple[Advice, ...]:
        """What to do next, the most valuable first: one for each rule that is broken."""
        return advice(self.rules, self.results)

    def within(self, profile: str) -> Report:
        """Give the part of this report that a smaller profile, and rules of one's own, ask for.

        Args:
            profile: ``core``, ``reproducible`` or ``fair``.
        """
        wider = PROFILES[PROFILES.index(profile) + 1 :]
        left_out = {rule.iri for rule in self.rules if rule.profile in wider}
        results = tuple(result for result in self.results if result.rule not in left_out)
        rules = tuple(rule for rule in self.rules if rule.iri not in left_out)
        return Report(conforming(results), results, profile, rules, self.applying - left_out)

    def reaches(self, severity: str) -> bool:
        """Tell whether anything was found that is as bad as this, or worse."""
        worst = SEVERITIES[: SEVERITIES.index(severity) + 1]
        return any(result.severity in worst for result in self.results)

    def words(self) -> str:
        """Say it in words: a line a result, or that there is none."""
        if not self.results:
            return "It conforms: no rule is broken."
        return "\n".join(result.words() for result in self.results)

    def raise_for_violations(self) -> None:
        """Raise if the graph does not conform.

        Raises:
            DoesNotConform: With every violation in words.
        """
        if not self.conforms:
            raise DoesNotConform(tuple(result.words() for result in self.violations))

    # ── forms for programs ──

    def as_graph(self) -> Iterator[ox.Triple]:
        """Yield the report as W3C SHACL has it.

        Source:
            SHACL, 3.6 Validation Report: https://www.w3.org/TR/shacl/#validation-report
        """
        names = [
            _name(result.focus, result.rule, result.component, result.value or "")
            for result in self.results
        ]
        report = _name(*(name.value for name in names))
        yield ox.Triple(report, _RDF_TYPE, sh("ValidationReport"))
        yield ox.Triple(report, sh("conforms"), ox.Literal(not self.results))
        for name, result in zip(names, self.results, strict=True):
            yield ox.Triple(report, sh("result"), name)
            yield from _result_triples(name, result)

    def turtle(self) -> str:
        """Write the report graph as Turtle."""
        prefixes = {"sh": SH}
        written = ox.serialize(self.as_graph(), format=ox.RdfFormat.TURTLE, prefixes=prefixes)
        return (written or b"").decode()

    def as_plain(self) -> dict[str, Any]:
        """Give the report as plain values; docs/completeness.md tells of each."""
        return {
            "conforms": self.conforms,
            "profile": self.profile,
            "scores": [_plain_score(score) for score in self.scores],
            "next": [_plain_advice(one) for one in self.advice],
            "results": msgspec.to_builtins(self.results),
        }

    def as_json(self) -> str:
        """Write the report as JSON, one object."""
        return json.dumps(self.as_plain(), ensure_ascii=False, indent=2)

    def as_case(self, checked: str) -> junit.Case:
        """Give the report as a part of a JUnit document.

        Args:
            checked: What was checked, in words.
        """
        return junit.Case(checked, self.rules, self.applying, self.advice)

    def as_junit(self, checked: str = "run", fail_on: str = "violation") -> str:
        """Write the report as JUnit XML: one test case a rule.

        Args:
            checked: What was checked, in words.
            fail_on: The mildest severity that fails a test.
        """
        return junit.document([self.as_case(checked)], fail_on)


def conforming(results: tuple[Result, ...]) -> bool:
    """Tell whether a graph with these results conforms."""
    return all(result.severity != "violation" for result in results)


def _result_triples(name: ox.NamedNode, result: Result) -> Iterator[ox.Triple]:
    yield ox.Triple(name, _RDF_TYPE, sh("ValidationResult"))
    yield ox.Triple(name, sh("focusNode"), _node(result.focus))
    yield ox.Triple(name, sh("sourceShape"), ox.NamedNode(result.rule))
    yield ox.Triple(name, sh("sourceConstraintComponent"), ox.NamedNode(result.component))
    yield ox.Triple(name, sh("resultSeverity"), sh(_SEVERITY[result.severity]))
    yield ox.Triple(name, sh("resultMessage"), ox.Literal(result.message))
    if result.path is not None:
        yield ox.Triple(name, sh("resultPath"), ox.NamedNode(result.path))
    if result.value is not None:
        yield ox.Triple(name, sh("value"), term(result.value))


def _plain_score(score: Score) -> dict[str, Any]:
    return {
        "profile": score.profile, "kept": score.kept, "applies": score.applies,
        "score": round(score.share, 4), "violations": score.violations,
    }  # fmt: skip


def _plain_advice(one: Advice) -> dict[str, Any]:
    return {
        "rule": one.rule.iri, "name": one.rule.name, "profile": one.rule.profile,
        "severity": one.rule.severity, "remedy": one.rule.remedy,
        "nodes": [result.focus for result in one.nodes],
    }  # fmt: skip


def _name(*facts: str) -> ox.NamedNode:
    return ox.NamedNode(uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(facts)).urn)


def _node(focus: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(focus[2:]) if focus.startswith("_:") else ox.NamedNode(focus)
