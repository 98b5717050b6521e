# SPDX-License-Identifier: Apache-2.0
"""PROV-CONSTRAINTS, constraint by constraint: what keeps each is valid, what breaks it is told."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import Instance, Statement
from dlprov_rdf.validate.constraints import Report, check
from dlprov_rdf.validate.constraints.book import NAMES

PROV = "http://www.w3.org/ns/prov#"
EMPTY = ((PROV + "type", PROV + "EmptyCollection"),)
EARLY, LATE = "2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z"


@dataclass(frozen=True)
class Case:
    """A constraint, statements that keep it, and one that breaks it with them."""

    constraint: int
    valid: tuple[Statement, ...]
    broken_by: tuple[Statement, ...]


#: The constraints that a document can break.
CASES = (
    Case(22, (s.Activity("a", EARLY), s.Activity("a", None, LATE)), (s.Activity("a", LATE),)),
    Case(
        23,
        (s.Generation("e", "a", id="g"), s.Generation("e", None, EARLY, id="g")),
        (s.Generation("e", "b", id="g"),),
    ),
    Case(23, (s.Usage("a", "e", EARLY, id="u"),), (s.Usage("a", "e", LATE, id="u"),)),
    Case(23, (s.Communication("a", "b", id="c"),), (s.Communication("a", "c", id="c"),)),
    Case(23, (s.Start("a", "e", id="t"), s.Start("a", None, "b", id="t")), (s.Start("b", id="t"),)),
    Case(23, (s.End("a", "e", id="t"),), (s.End("a", "f", id="t"),)),
    Case(23, (s.Invalidation("e", "a", id="i"),), (s.Invalidation("f", "a", id="i"),)),
    Case(
        23, (s.Derivation("f", "e", "a", id="d"), s.Derivation("f", "e", "a", "g", id="d")),
        (s.Derivation("f", "e", id="d"),),
    ),
    Case(23, (s.Attribution("e", "p", id="x"),), (s.Attribution("e", "q", id="x"),)),
    Case(
        23, (s.Association("a", "p", "l", id="x"), s.Association("a", None, "l", id="x")),
        (s.Association("a", "p", id="x"),),
    ),
    Case(
        23, (s.Delegation("p", "q", "a", id="x"), s.Delegation("p", "q", id="x")),
        (s.Delegation("p", "q", "b", id="x"),),
    ),
    Case(23, (s.Influence("e", "f", id="x"),), (s.Influence("e", "h", id="x"),)),
    Case(23, (s.Derivation("f", "e", id="x"), s.Influence("f", "e", id="x")),
         (s.Influence("f", "h", id="x"),)),
    Case(23, (s.Usage("a", "e", id="u"), s.Influence("a", "e", id="u")),
         (s.Influence("a", "f", id="u"),)),
    Case(23, (s.Generation("f", "a", id="g"), s.Derivation("f", "e", "a", "g", "u", id="d")),
         (s.Usage("a", "h", id="u"),)),
    Case(24, (s.Generation("e", "a", id="g"), s.Generation("e", "b", id="h")),
         (s.Generation("e", "a", id="k"),)),
    Case(25, (s.Invalidation("e", "a", id="i"), s.Invalidation("e", "b", id="j")),
         (s.Invalidation("e", "a", id="k"),)),
    Case(26, (s.Start("a", "e", "b", id="i"), s.Start("a", "e", "c", id="j")),
         (s.Start("a", "e", "b", id="k"),)),
    Case(27, (s.End("a", "e", "b", id="i"), s.End("a", "e", "c", id="j")),
         (s.End("a", "e", "b", id="k"),)),
    Case(28, (s.Activity("a", EARLY), s.Start("a", time="2026-01-01T11:00:00+01:00")),
         (s.Start("a", "e", time=LATE),)),
    Case(28, (s.Activity("a"), s.Start("a", time=EARLY)), (s.Start("a", "e", time=LATE),)),
    Case(29, (s.Activity("a", None, LATE), s.End("a", time=LATE)), (s.End("a", time=EARLY),)),
    Case(42, (s.Entity("e"), s.Entity("f"), s.Derivation("f", "e")), (s.Derivation("e", "f"),)),
    Case(42, (s.Entity("e"),), (s.Derivation("e", "e"),)),
    Case(51, (s.Derivation("f", "e", "a", "g"),), (s.Derivation("f", "e", None, "g"),)),
    Case(51, (s.Derivation("f", "e", "a", None, "u"),), (s.Derivation("f", "e", None, None, "u"),)),
    Case(52, (s.Specialization("e", "f"), s.Specialization("f", "h")),
         (s.Specialization("h", "e"),)),
    Case(52, (), (s.Specialization("e", "e"),)),
    Case(53, (s.Usage("a", "e", id="x"), s.Influence("a", "e", id="x")),
         (s.Generation("f", "b", id="x"),)),
    Case(54, (s.Entity("x"), s.Agent("x")), (s.Usage("a", "e", id="x"),)),
    Case(54, (s.Agent("x"),), (s.Derivation("f", "e", id="x"),)),
    Case(54, (s.Activity("x"),), (s.Influence("f", "e", id="x"),)),
    Case(55, (s.Entity("e"), s.Activity("a"), s.Agent("e"), s.Agent("a")), (s.Activity("e"),)),
    Case(55, (s.Usage("a", "e"), s.Attribution("e", "a")), (s.Derivation("f", "a"),)),
    Case(56, (s.Entity("c", EMPTY),), (s.Membership("c", "e"),)),
    Case(56, (s.Entity("c", EMPTY), s.Specialization("d", "c")), (s.Membership("d", "e"),)),
)  # fmt: skip


def judged(*statements: Statement) -> Report:
    """The report on some statements of one document."""
    return check([Instance(None, statements)])


def numbers(report: Report) -> set[int | None]:
    """The constraints that are broken."""
    return {violation.constraint for violation in report.violations}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"C{case.constraint}")
def test_what_keeps_a_constraint_is_valid_and_what_breaks_it_is_told(case: Case) -> None:
    """Number, name, and what is at fault."""
    kept, broken = judged(*case.valid), judged(*case.valid, *case.broken_by)

    assert kept.valid, kept.words()
    assert case.constraint in numbers(broken), broken.words()
    (told, *_) = [one for one in broken.violations if one.constraint == case.constraint]
    assert told.name == NAMES[case.constraint]
    assert told.about
    assert told.words().startswith(f"C{case.constraint} {told.name}: ")
