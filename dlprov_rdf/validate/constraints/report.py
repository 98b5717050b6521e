# SPDX-License-Identifier: Apache-2.0
"""What a check of PROV's constraints found, in words that a scientist reads.

That something is not valid is no exception; who wants one calls ``raise_for_violations``.
"""

from __future__ import annotations

import msgspec

from dlprov_rdf.errors import DoesNotConform
from dlprov_rdf.validate.constraints.book import NAMES, TEXT, WELL_FORMED
from dlprov_rdf.validate.report import Result


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """One constraint that some statements break together.

    Attributes:
        constraint: Its number in PROV-CONSTRAINTS; None where a statement is ill-formed by
            PROV-DM, which comes before all constraints.
        name: What PROV-CONSTRAINTS calls it.
        about: The identifiers of what is at fault, of a cycle in the cycle's order.
        message: What is wrong; of events that contradict each other, the whole chain.
        bundle: The bundle in which they stand; None in a document's own statements.
    """

    constraint: int | None
    name: str
    about: tuple[str, ...]
    message: str
    bundle: str | None = None

    def words(self) -> str:
        """Say it in one line, which begins with the constraint's number."""
        number = "DM" if self.constraint is None else f"C{self.constraint}"
        where = f" In bundle <{self.bundle}>:" if self.bundle else ""
        return f"{number} {self.name}:{where} {self.message}"


class Report(msgspec.Struct, frozen=True):
    """All that one check found, in a fixed order; it is plain data, as JSON wants it."""

    violations: tuple[Violation, ...] = ()

    @property
    def valid(self) -> bool:
        """Tell whether every constraint holds."""
        return not self.violations

    def words(self) -> str:
        """Say it in words: a line a violation, or that there is none."""
        if self.valid:
            return "It is valid: every constraint of PROV-CONSTRAINTS holds."
        return "\n".join(violation.words() for violation in self.violations)

    def results(self) -> tuple[Result, ...]:
        """Give the violations as results of a W3C validation report."""
        return tuple(
            Result(
                focus=violation.about[0] if violation.about else "_:unnamed",
                rule=f"{TEXT}#{violation.name}",
                name=violation.words().partition(":")[0],
                message=violation.message,
                severity="violation",
                component=f"{TEXT}#validation",
            )
            for violation in self.violations
        )

    def raise_for_violations(self) -> None:
        """Raise if it is not valid.

        Raises:
            DoesNotConform: With every violation in words.
        """
        if not self.valid:
            raise DoesNotConform(tuple(violation.words() for violation in self.violations))


def broken(number: int | None, about: tuple[str, ...], message: str) -> Violation:
    """Make a violation of a constraint, or of PROV-DM itself."""
    name = WELL_FORMED if number is None else NAMES[number]
    return Violation(constraint=number, name=name, about=about, message=message)
