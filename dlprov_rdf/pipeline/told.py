# SPDX-License-Identifier: Apache-2.0
"""What a run's logs tell of the run as a whole, up to a mark, so that a growing log stays put.

A run that still goes on writes while it is read, and its graph takes several readings: each
stops at the line where the log ended when it was marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from dlprov_rdf import log
from dlprov_rdf.events import (
    Annotated,
    Event,
    EventsLost,
    FoundDead,
    LogStarted,
    RunEnded,
    RunStarted,
)
from dlprov_rdf.graph.standing import words
from dlprov_rdf.log import OnFault
from dlprov_rdf.process import Process

_CHUNK = 1 << 20


class FileMark(Struct, frozen=True):
    """Where a log file ended when it was marked; ``modified`` is in nanoseconds."""

    name: str
    size: int
    modified: int
    lines: int = 0


class Told(Struct, frozen=True, kw_only=True):
    """A run as its logs tell it; times are nanoseconds since 1970, None where not told.

    Attributes:
        name: What the user calls it.
        study: The study it belongs to: as was said last of it later, else by its own word.
        began_in: The process that began it, where the log says enough to know it again.
        started: When.
        ended: When it ended, by its own word.
        end_state: How, by its own word or for being found dead.
        last_event: When anything was last told of it.
        last_record: The sequence number of the last good record of each file.
        events: How many are told.
        lost: How many are known to be lost.
    """

    name: str | None = None
    study: str | None = None
    began_in: Process | None = None
    started: int | None = None
    ended: int | None = None
    end_state: str | None = None
    last_event: int = 0
    last_record: dict[str, int] = {}
    events: int = 0
    lost: int = 0


class _Sum:
    """What was told so far; the first process that began the run and its first end count."""

    def __init__(self) -> None:
        self._begun: RunStarted | None = None
        self._end: RunEnded | None = None
        self._dead = False
        self._events = self._lost = self._last_event = 0
        self._said: list[tuple[str, Annotated]] = []
        self._rank, self._itself = "0", (None, "")

    def begin_file(self, *, counts: bool) -> None:
        """Go on with another file; what was said of the run later is no event of its own."""
        self._counts = counts
        self._said_lost = self._missing = self._expected = 0

    def add(self, event: Event) -> None:
        """Take in one event."""
        self._events += not isinstance(event, LogStarted)
        self._missing += max(0, event.seq - self._expected)
        self._expected = max(self._expected, event.seq + 1)
        if self._counts:
            self._last_event = max(self._last_event, event.at)
        match event:
            case LogStarted():
                self._rank, self._itself = event.rank, (None, f"/run/{event.run}")
            case RunStarted():
                self._begun = self._begun or event
            case RunEnded():
                self._end = self._end or event
            case FoundDead():
                self._dead = True
            case EventsLost():
                self._said_lost += event.count
            case Annotated(what="retraction") | Annotated(what="attribute", name="study"):
                self._said.append((self._rank, event))

    def end_file(self) -> int:
        """Give the file's last sequence number, -1 where it tells nothing."""
        self._lost += max(self._said_lost, self._missing)
        return self._expected - 1

    def told(self, last_record: dict[str, int]) -> Told:
        """Give the sum."""
        begun, end = self._begun, self._end
        return Told(
            name=begun.name if begun else None,
            study=self._study() or (begun.study if begun else None),
            began_in=_process(begun) if begun else None,
            started=begun.at if begun else None,
            ended=end.at if end else None,
            end_state=end.status if end else "interrupted" if self._dead else None,
            last_event=self._last_event,
            last_record=last_record,
            events=self._events,
            lost=self._lost,
        )

    def _study(self) -> str | None:
        """Give the study that was said last of the run and still stands."""
        standing = (
            str(one.event.value)
            for one in reversed(words(self._said))
            if one.event.name and one.event.about in self._itself and one.until is None
        )
        return next(standing, None)


def marks(run_folder: Path) -> tuple[FileMark, ...]:
    """Mark where each of a run's logs ends now, without reading them."""
    return tuple(_mark(run_folder, name) for name in log.files(run_folder))


def same(before: Iterable[FileMark], now: Iterable[FileMark]) -> bool:
    """Tell whether logs are what they were when they were marked before."""
    return [_face(mark) for mark in before] == [_face(mark) for mark in now]


def with_lines(run_folder: Path, files: Iterable[FileMark]) -> tuple[FileMark, ...]:
    """Count the lines up to each mark."""
    return tuple(
        FileMark(mark.name, mark.size, mark.modified, _lines(run_folder / mark.name, mark.size))
        for mark in files
    )


def events(run_folder: Path, files: Iterable[FileMark], on_fault: OnFault) -> Iterator[Event]:
    """Yield a run's events up to the marks, each file's LogStarted first."""
    for mark in files:
        for record in log.records(run_folder / mark.name, on_fault):
            if record.line > mark.lines:
                break
            yield record.event


def told(run_folder: Path, files: Iterable[FileMark], on_fault: OnFault) -> Told:
    """Go through a run's logs once, and sum up what they tell."""
    whole = _Sum()
    last_record: dict[str, int] = {}
    for mark in files:
        whole.begin_file(counts=not mark.name.startswith(f"{log.LATER}/"))
        for event in events(run_folder, [mark], on_fault):
            whole.add(event)
        last_record[mark.name] = whole.end_file()
    return whole.told(last_record)


def moment(nanoseconds: int | None) -> str | None:
    """Spell a time for people and for JSON, in UTC."""
    if nanoseconds is None:
        return None
    text = datetime.fromtimestamp(nanoseconds / 1e9, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _process(begun: RunStarted) -> Process | None:
    if begun.host is None or begun.pid is None:
        return None
    return Process(begun.host, begun.boot, begun.pid, begun.pid_started)


def _mark(run_folder: Path, name: str) -> FileMark:
    found = (run_folder / name).stat()
    return FileMark(name, found.st_size, found.st_mtime_ns)


def _face(mark: FileMark) -> tuple[str, int, int]:
    return mark.name, mark.size, mark.modified


def _lines(path: Path, size: int) -> int:
    """Count the lines in a file's first octets; a last one that is cut counts too."""
    count = 0
    last = b"\n"
    with path.open("rb") as file:
        while size > 0 and (chunk := file.read(min(size, _CHUNK))):
            count += chunk.count(b"\n")
            size -= len(chunk)
            last = chunk[-1:]
    return count + (last != b"\n")
