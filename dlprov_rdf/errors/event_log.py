# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with an event log."""

from __future__ import annotations

from pathlib import Path

from dlprov_rdf.errors.root import DlprovError


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
