# SPDX-License-Identifier: Apache-2.0
"""What cannot be checked, or does not conform."""

from __future__ import annotations

from pathlib import Path

from dlprov_rdf.errors.root import DlprovError


class ValidationError(DlprovError):
    """Something cannot be validated, or was asked to conform and does not."""


class DoesNotConform(ValidationError):
    """A graph breaks rules, and the caller asked to hear of it as an error."""

    exit_status = 1

    def __init__(self, violations: tuple[str, ...]) -> None:
        super().__init__(violations)
        self.violations = violations

    def __str__(self) -> str:
        return f"{len(self.violations)} rule(s) broken: " + "; ".join(self.violations[:5])


class UnknownProfile(ValidationError):
    """No shapes ship under this name."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name, known)
        self.name, self.known = name, known

    def __str__(self) -> str:
        return f"unknown profile {self.name!r}. There are: {', '.join(self.known)}"


class FaultyDocument(ValidationError):
    """A file that was to be checked is no RDF that can be read."""

    def __init__(self, path: Path, reason: str, endings: str) -> None:
        super().__init__(path, reason, endings)
        self.path, self.reason, self.endings = path, reason, endings

    def __str__(self) -> str:
        return (
            f"{self.path}: {self.reason}. "
            f"Give a run, or a file without errors whose name ends in {self.endings}."
        )


class UnknownEngine(ValidationError):
    """No engine that checks shapes has this name."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name, known)
        self.name, self.known = name, known

    def __str__(self) -> str:
        return f"unknown engine {self.name!r}. There are: {', '.join(self.known)}"


class UnknownReasoner(ValidationError):
    """No reasoner has this name."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name, known)
        self.name, self.known = name, known

    def __str__(self) -> str:
        return f"unknown reasoner {self.name!r}. There are: {', '.join(self.known)}"


class FaultyShapes(ValidationError):
    """A shapes file cannot be used; it says where, as far as that is known."""

    def __init__(
        self, path: Path, reason: str, line: int | None = None, shape: str | None = None
    ) -> None:
        super().__init__(path, reason, line, shape)
        self.path, self.reason, self.line, self.shape = path, reason, line, shape

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line is not None else f"{self.path}"
        shape = f" (shape <{self.shape}>)" if self.shape is not None else ""
        return (
            f"{where}: these shapes cannot be used{shape}: {self.reason.rstrip('.')}. "
            "Mend the shapes file."
        )
