# SPDX-License-Identifier: Apache-2.0
"""PROV-CONSTRAINTS, constraint by constraint: what keeps each is valid, what breaks it is told."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from dlprov_rdf.errors import DoesNotConform
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
    Case(42, (s.Derivation("f", "e", "a"),), (s.Derivation("e", "f", "b"),)),
    Case(42, (s.Derivation("f", "e"), s.Derivation("e", "f"), s.Generation("e")),
         (s.Generation("f"),)),
    Case(42, (s.Derivation("f", "e"), s.Derivation("e", "f"), s.End("a", "e")),
         (s.End("a", "f", "b"),)),
    Case(42, (s.Generation("e"), s.Generation("h"), s.Specialization("e", "f"),
              s.Specialization("f", "h")), (s.Derivation("h", "e"),)),
    Case(42, (s.End("c", "e", "a"), s.Start("a", "f")), (s.Derivation("f", "e"),)),
    Case(42, (s.Attribution("e", "a"), s.Start("a", "f")), (s.Derivation("f", "e"),)),
    Case(23, (s.Association("a", "p", "_:l", id="x"),), (s.Association("a", "p", id="x"),)),
    Case(24, (s.Generation("e", "_:a", id="g"), s.Generation("e", "a", id="h")),
         (s.Usage("_:a", "f", id="u"), s.Usage("a", "f", id="u"))),
    Case(28, (s.Start("a", time=EARLY), s.Start("a", "e", time=LATE)), (s.Activity("a"),)),
    Case(24, (s.Generation("f", "a", id="g"),), (s.Derivation("f", "e", "a", "h"),)),
    Case(55, (s.Derivation("f", "_:e", id="x"),), (s.Invalidation("_:e", None, id="x"),)),
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
    Case(53, (s.Usage("b", "h", id="x"),), (s.Derivation("f", "e", "a", "x"),)),
    Case(53, (s.Generation("h", "b", id="x"),), (s.Derivation("f", "e", "a", None, "x"),)),
    Case(54, (s.Agent("x"), s.Derivation("f", "e", "a")), (s.Derivation("f", "e", "a", "x"),)),
    Case(54, (s.Activity("x"),), (s.Derivation("f", "e", "a", None, "x"),)),
    Case(55, (s.Entity("e"), s.Activity("a"), s.Agent("e"), s.Agent("a")), (s.Activity("e"),)),
    Case(55, (s.Usage("a", "e"), s.Attribution("e", "a")), (s.Derivation("f", "a"),)),
    Case(56, (s.Entity("c", EMPTY),), (s.Membership("c", "e"),)),
    Case(56, (s.Entity("c", EMPTY), s.Specialization("d", "c")), (s.Membership("d", "e"),)),
)  # fmt: skip

#: Of the orderings, 42 alone is strict; these lead from one strict step to the next.
CHAINS = {
    31: (
        s.Start("a", "f", "b"), s.Start("a", "h", "c"), s.Generation("e", "a"),
        s.Derivation("f", "e"),
    ),
    34: (s.Generation("e", "a"), s.Start("a", "f"), s.Derivation("f", "e")),
    39: (
        s.Generation("e", "a"), s.Generation("e", "b"), s.Start("b", "f"),
        s.Start("a", "h"), s.Derivation("f", "e"),
    ),
    43: (
        s.Start("b", None, "a"), s.Generation("e", "b"), s.Start("a", "f"), s.Derivation("f", "e"),
    ),
    45: (s.Entity("f"), s.Specialization("e", "f"), s.Derivation("f", "e")),
    48: (s.Attribution("e", "p"), s.Entity("p"), s.Derivation("p", "e")),
}  # fmt: skip

#: What each of these orders comes before nothing that a strict step follows: with whatever
#: else is stated, a document that breaks one breaks another without it (by_the_book.py).
FOLLOWED_BY_NOTHING_STRICT = {30, 32, 33, 35, 36, 37, 38, 40, 41, 44, 46, 47, 49}

#: It gives types, which 55 and 56 judge.
GIVES_TYPES = {50}


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
    assert len(set(broken.violations)) == len(broken.violations)
    (told, *_) = [one for one in broken.violations if one.constraint == case.constraint]
    assert told.name == NAMES[case.constraint]
    assert told.about
    assert told.words().startswith(f"C{case.constraint} {told.name}: ")


@pytest.mark.parametrize("number", CHAINS)
def test_an_order_that_closes_a_cycle_is_told_in_its_chain(number: int) -> None:
    """Every step with its reason; two starts, or generations, are one moment."""
    (violation,) = judged(*CHAINS[number]).violations

    assert violation.constraint == 42
    assert "would come strictly before itself" in violation.message
    if number not in {31, 39}:
        assert f"(C{number})" in violation.message
    assert "something unnamed" not in violation.message or number == 43


@pytest.mark.parametrize("number", CHAINS)
def test_a_chain_that_does_not_close_is_valid(number: int) -> None:
    """Without its strict step, all happens at once."""
    weak = [one for one in CHAINS[number] if not isinstance(one, s.Derivation)]

    assert judged(*weak).valid


def test_every_constraint_is_tried() -> None:
    """From 22 to 56, or there is a reason why none can break it by itself."""
    tried = {case.constraint for case in CASES} | CHAINS.keys()

    assert tried | FOLLOWED_BY_NOTHING_STRICT | GIVES_TYPES == set(NAMES)
    assert not tried & FOLLOWED_BY_NOTHING_STRICT


def test_events_that_must_be_in_order_may_all_be_stated() -> None:
    """An entity's and an activity's whole life, with agents, in one valid document."""
    told = judged(
        s.Start("a", "e", "b", EARLY, "start"), s.End("a", "f", "b", LATE, "end"),
        s.Start("b", "x"), s.End("b", "y"), s.Communication("a", "b"),
        s.Generation("e", "b", EARLY), s.Usage("a", "e", EARLY), s.Invalidation("e", "a", LATE),
        s.Generation("f", "a"), s.Invalidation("f", "b"), s.Invalidation("f", "a"),
        s.Derivation("f", "e", "a"), s.Specialization("f", "g"), s.Invalidation("g"),
        s.Entity("p"), s.Agent("p"), s.Agent("q"), s.Association("a", "p"),
        s.Attribution("f", "p"), s.Delegation("p", "q", "a"), s.Invalidation("p"),
    )  # fmt: skip

    assert told.valid, told.words()


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        (s.Attribution("e", None), "agent"),
        (s.Communication(None, "a"), "informed"),
        (s.Delegation(None, "p"), "delegate"),
        (s.Influence("e", None), "influencer"),
        (s.Derivation("e", None), "used"),
        (s.Membership(None, "e"), "collection"),
    ],
)
def test_a_place_that_must_be_filled_is_asked_for(statement: Statement, place: str) -> None:
    """It is PROV-DM's, and has no number among the constraints."""
    (violation,) = judged(statement).violations

    assert violation.constraint is None
    assert violation.words().startswith("DM well-formed: ")
    assert repr(place) in violation.message


def test_a_report_can_be_raised() -> None:
    """As that of a check against shapes."""
    judged(s.Entity("e")).raise_for_violations()

    with pytest.raises(DoesNotConform, match="C55"):
        judged(s.Entity("e"), s.Activity("e")).raise_for_violations()


def test_times_are_compared_by_value() -> None:
    """However a moment is written; without a time zone it is another."""
    same_moment = s.Activity("a", "2026-01-01T12:30:00.50+02:30")

    assert judged(s.Activity("a", "2026-01-01T10:00:00.5Z"), same_moment).valid
    assert judged(
        s.Activity("a", "2026-01-01T24:00:00Z"), s.Activity("a", "2026-01-02T00:00:00Z")
    ).valid
    assert not judged(s.Activity("a", "2026-01-01T10:00:00.500000001Z"), same_moment).valid
    assert not judged(s.Activity("a", "2026-01-01T10:00:00.5"), same_moment).valid


def test_long_chains_are_no_trouble() -> None:
    """Neither for the stack, nor for the time, wherever the cycle closes."""
    chain = [s.Derivation(f"e{n + 1}", f"e{n}") for n in range(20_000)]
    made = [s.Entity(f"e{n}") for n in range(20_001)]
    specialized = [s.Specialization(f"e{n + 1}", f"e{n}") for n in range(20_000)]

    assert judged(*made, *chain, *specialized).valid
    (violation,) = judged(*made, *chain, s.Derivation("e0", "e20000")).violations
    assert len(violation.about) == 20_001
    assert "19,990 more steps" in violation.message
