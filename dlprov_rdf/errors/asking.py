# SPDX-License-Identifier: Apache-2.0
"""What a question can get wrong."""

from __future__ import annotations

from dlprov_rdf.errors.root import DlprovError


class QuestionError(DlprovError):
    """A question cannot be asked as it was put."""


class FaultyQuery(QuestionError):
    """A SPARQL query has an error."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where, self.reason = where, reason

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}. Mend the query."


class UnknownQuestion(QuestionError):
    """No question has this name or identifier."""

    def __init__(self, name: str, near: tuple[str, ...]) -> None:
        super().__init__(name, near)
        self.name, self.near = name, near

    def __str__(self) -> str:
        hint = f"Did you mean {', '.join(self.near)}?" if self.near else "See: dlprov questions"
        return f"unknown question {self.name!r}. {hint}"


class WrongParameter(QuestionError):
    """A parameter of a question is missing, unknown, or has a value it cannot have."""

    def __init__(self, question: str, parameter: str, what: str, remedy: str) -> None:
        super().__init__(question, parameter, what, remedy)
        self.question, self.parameter, self.what, self.remedy = question, parameter, what, remedy

    def __str__(self) -> str:
        return f"{self.question}: parameter {self.parameter!r}: {self.what}. {self.remedy}"


class Ambiguous(QuestionError):
    """A name means several things."""

    def __init__(self, what: str, name: str, candidates: tuple[str, ...]) -> None:
        super().__init__(what, name, candidates)
        self.what, self.name, self.candidates = what, name, candidates

    def __str__(self) -> str:
        shown = ", ".join(self.candidates[:8])
        return f"{self.what} {self.name!r} is ambiguous. Which one: {shown}?"


class NotFound(QuestionError):
    """Nothing has this name."""

    def __init__(self, what: str, name: str, remedy: str) -> None:
        super().__init__(what, name, remedy)
        self.what, self.name, self.remedy = what, name, remedy

    def __str__(self) -> str:
        return f"no {self.what} {self.name!r}. {self.remedy}"


class TooMany(QuestionError):
    """A question would be about more things than it can be asked about at once."""

    def __init__(self, what: str, count: int, limit: int, remedy: str) -> None:
        super().__init__(what, count, limit, remedy)
        self.what, self.count, self.limit, self.remedy = what, count, limit, remedy

    def __str__(self) -> str:
        return f"{self.count} {self.what}, more than {self.limit}: {self.remedy}."


class NoSuchRow(QuestionError):
    """Something has no row of this number, or no rows at all."""

    def __init__(self, name: str, row: int, rows: int | None) -> None:
        super().__init__(name, row, rows)
        self.name, self.row, self.rows = name, row, rows

    def __str__(self) -> str:
        if self.rows is None:
            return f"{self.name!r} has no rows that are known. Name data: the rows of an array."
        return f"{self.name!r} has no row {self.row}. Its rows are 0 to {self.rows - 1}."
