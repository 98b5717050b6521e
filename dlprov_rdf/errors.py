# SPDX-License-Identifier: Apache-2.0
"""Every way dlprov-rdf can fail, as one tree.

A call site gives facts and the class words them, so a message stands once, an error
pickles across processes, and a test asserts facts. A message reads: where, what with
the value in quotes, what to do.

``exit_status`` is what the command line returns: 2 for what was asked or given wrongly,
3 for a store or service that could not be reached or that refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class DlprovError(Exception):
    """The root: catch this to catch everything that this software raises on purpose."""

    exit_status: ClassVar[int] = 2


# ── the knowledge base's folder and settings ──


class SettingsError(DlprovError):
    """The folder or kb.toml of a knowledge base cannot be used."""


class NoKnowledgeBase(SettingsError):
    """A folder holds no knowledge base."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return (
            f"{self.folder}: no knowledge base here. "
            "Name one with --kb DIR or $DLPROV_KB, or capture a run first: dlprov run train.py"
        )


class FaultySettings(SettingsError):
    """A key of kb.toml has a value that it cannot have."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(path, what)
        self.path, self.what = path, what

    def __str__(self) -> str:
        return f"{self.path}: {self.what}. Mend the file; docs/settings.md lists every key."


class MissingExtra(DlprovError):
    """A part that is not installed was asked for."""

    def __init__(self, part: str, extra: str) -> None:
        super().__init__(part, extra)
        self.part, self.extra = part, extra

    def __str__(self) -> str:
        return f'{self.part} is not installed. Type: pip install "dlprov-rdf[{self.extra}]"'


class AssetMissing(DlprovError):
    """A file that ships with the software is not where it should be."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"{self.name!r} does not ship with this installation. Install dlprov-rdf again."


class DemoFailed(DlprovError):
    """A process of the demonstration failed."""

    exit_status = 1

    def __init__(self, step: str, last_words: str) -> None:
        super().__init__(step, last_words)
        self.step, self.last_words = step, last_words

    def __str__(self) -> str:
        return f"demo {self.step}: the process failed: {self.last_words}. Mend that, and try again."


# ── the event log ──


class EventLogError(DlprovError):
    """A log cannot be read as it stands."""

    def __init__(self, path: Path, line: int, *facts: object) -> None:
        super().__init__(path, line, *facts)
        self.path, self.line = path, line


class TornRecord(EventLogError):
    """A line of the event log was cut while it was written."""

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line}: torn record, cut while it was written. "
            "The records around it are good and are used."
        )


class ForeignLine(EventLogError):
    """A line of the event log is no event."""

    def __init__(self, path: Path, line: int, text: str) -> None:
        super().__init__(path, line, text)
        self.text = text

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: not an event: {self.text[:60]!r}. Drop the line."


class UnknownEventKind(EventLogError):
    """A line of the event log names a kind that this version does not know."""

    def __init__(self, path: Path, line: int, kind: str) -> None:
        super().__init__(path, line, kind)
        self.kind = kind

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line}: unknown event kind {self.kind!r}. "
            "A newer dlprov-rdf may have written this log: upgrade, or drop the line."
        )


class UnknownLogFormat(EventLogError):
    """A log says a format version that this software does not read."""

    def __init__(self, path: Path, line: int, version: str) -> None:
        super().__init__(path, line, version)
        self.version = version

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line}: log format {self.version!r} is not known. "
            "Upgrade dlprov-rdf to read this run."
        )


class SequenceGap(EventLogError):
    """Sequence numbers are missing between two lines: events were lost."""

    def __init__(self, path: Path, line: int, missing: int) -> None:
        super().__init__(path, line, missing)
        self.missing = missing

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line}: {self.missing} event(s) missing before this line. "
            "What is here is used, and the run says what it lost."
        )


# ── capture: wrong calls by hand ──


class CaptureError(DlprovError):
    """A call to the recorder is wrong; nothing was recorded by it."""


class NotANumber(CaptureError):
    """A metric's value is no number."""

    def __init__(self, key: str, value: object) -> None:
        super().__init__(key, repr(value)[:80])
        self.key, self.value = key, repr(value)[:80]

    def __str__(self) -> str:
        return (
            f"metric {self.key!r}: {self.value} is not a number. "
            "Give an int, a float, or a scalar array."
        )


class WrongCall(CaptureError):
    """A call to the recorder contradicts itself or what was recorded before."""

    def __init__(self, call: str, what: str, remedy: str) -> None:
        super().__init__(call, what, remedy)
        self.call, self.what, self.remedy = call, what, remedy

    def __str__(self) -> str:
        return f"{self.call}: {self.what}. {self.remedy}"


# ── validation ──


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


class FaultyShapes(ValidationError):
    """A shapes file cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: these shapes cannot be used: {self.reason}. Mend the shapes file."


# ── stores ──


class StoreError(DlprovError):
    """A store could not do what was asked."""

    exit_status = 3


class StoreBusy(StoreError):
    """Another process is the store's writer."""

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(path, holder)
        self.path, self.holder = path, holder

    def __str__(self) -> str:
        return f"{self.path}: {self.holder} is writing to this store. Wait for it, or end it."


class StoreUnwritable(StoreError):
    """The store's folder does not take what is to be written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return (
            f"{self.path}: cannot write the store: {self.reason}. "
            "Make room or allow it, then type: dlprov build"
        )


class NothingBuilt(StoreError):
    """There is no snapshot of the store to read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: nothing has been built here yet. Type: dlprov build"


class StoreCorrupt(StoreError):
    """The embedded store cannot be opened or read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: the store is damaged ({self.reason}). Type: dlprov rebuild"


# ── questions ──


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
