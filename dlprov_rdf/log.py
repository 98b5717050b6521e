# SPDX-License-Identifier: Apache-2.0
"""The append-only event log: one line of JSON an event, one file a rank, one write a line.

A line is handed to the operating system before the call returns, so that ``kill -9`` loses
nothing that was recorded; there is no ``fsync``, which would make training wait for a disk.
The log is the truth: it is appended to and never rewritten.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, Union

import msgspec

from dlprov_rdf import events
from dlprov_rdf.errors import (
    EventLogError,
    ForeignLine,
    SequenceGap,
    TornRecord,
    UnknownEventKind,
    UnknownLogFormat,
)
from dlprov_rdf.events import Event, LogStarted

#: An event as JSON, without the end of its line.
encode = msgspec.json.Encoder().encode

_decode: Callable[[bytes], Event] = msgspec.json.Decoder(Union[tuple(events.KINDS.values())]).decode  # noqa: UP007 -- made of a tuple
_decode_any = msgspec.json.Decoder().decode

#: The log of rank 0.
FIRST = "events.jsonl"

#: The folder of what was learned of a run when it was over.
LATER = "later"

#: Octets at the end of a log among which its last record is looked for.
_TAIL = 1 << 20

#: What is done about a fault: raise it, or keep it and go on.
OnFault = Callable[[EventLogError], object]


class Record(NamedTuple):
    """An event and where it stands; ``raw`` is its line as it was read."""

    event: Event
    path: Path
    line: int
    raw: bytes


class Recovered(NamedTuple):
    """What a damaged log still tells, and every fault in it."""

    events: list[Event]
    faults: list[EventLogError]


def raise_fault(fault: EventLogError) -> NoReturn:
    """Stop at the first fault."""
    raise fault


def let_pass(_fault: EventLogError) -> None:
    """Let a fault pass: it is told where the log is read first, or does not matter here."""


def open_for_append(path: Path) -> int:
    """Open a log so that each write lands whole at its end, and no child inherits it."""
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)


def append(path: Path, header: LogStarted, event_of: Callable[[int], Event]) -> None:
    """Append one event to a log that is not being written by a run (``later/``).

    Args:
        path: Made with ``header`` as its first line where it is not there.
        header: What the file says of itself.
        event_of: Makes the event, given its sequence number.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    past = recover(path).events if path.exists() else []
    after = past[-1].seq + 1 if past else 0
    lines = [] if past else [header]
    handle = open_for_append(path)
    try:
        for event in [*lines, event_of(after or 1)]:
            os.write(handle, (b"\n" if _is_cut(path) else b"") + encode(event) + b"\n")
    finally:
        os.close(handle)


def _is_cut(path: Path) -> bool:
    """Tell whether a file ends within a line."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if size == 0:
            return False
        file.seek(size - 1)
        return file.read(1) != b"\n"


def next_number(path: Path) -> int | None:
    """Tell the sequence number that follows a log's last whole record; None if none is found."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            ends = file.read().splitlines(keepends=True)
    except OSError:
        return None
    for raw in reversed(ends):
        event = _event(path, 0, raw, let_pass) if raw.endswith(b"\n") else None
        if event is not None:
            return event.seq + 1
    return None


def files(run_folder: Path) -> list[str]:
    """Name a run's logs in its folder: of rank 0, of the others, and what was learned later.

    Every question looks at all runs' logs first, so a folder is listed once, and not searched.
    """
    names = _names(run_folder)
    ranks = {name for name in names if name.startswith("events.")} - {FIRST}
    later = _names(run_folder / LATER) if LATER in names else []
    every = [
        *([FIRST] if FIRST in names else []),
        *sorted(ranks, key=lambda name: (len(name), name)),
        *(f"{LATER}/{name}" for name in sorted(later)),
    ]
    return [name for name in every if name.endswith(".jsonl")]


def _names(folder: Path) -> list[str]:
    try:
        return [one.name for one in folder.iterdir()]
    except OSError:  # no folder, or none that may be read
        return []


def read(path: Path, on_fault: OnFault = raise_fault) -> Iterator[Event]:
    """Yield a log's events in their order.

    Raises:
        EventLogError: A torn, foreign or unknown line, or a gap, unless ``on_fault`` lets
            it pass; then what is good is used and the faulty line is left out.
    """
    return (record.event for record in records(path, on_fault))


def read_run(run_folder: Path, on_fault: OnFault = raise_fault) -> Iterator[Event]:
    """Yield the events of all of a run's files, each file's LogStarted first."""
    for name in files(run_folder):
        yield from read(run_folder / name, on_fault)


def recover(path: Path) -> Recovered:
    """Read what a damaged log still tells; nothing is invented, every fault is told."""
    faults: list[EventLogError] = []
    return Recovered(list(read(path, faults.append)), faults)


def records(path: Path, on_fault: OnFault = raise_fault) -> Iterator[Record]:
    """Yield a log's events with the lines they stand on."""
    expected = 0
    with path.open("rb") as file:
        for line, raw in enumerate(file, start=1):
            event = _event(path, line, raw, on_fault)
            if event is None:
                continue
            if isinstance(event, LogStarted) and event.format.split(".")[0] != "1":
                on_fault(UnknownLogFormat(path, line, event.format))
                return
            if event.seq > expected:
                on_fault(SequenceGap(path, line, event.seq - expected))
            expected = max(expected, event.seq + 1)
            yield Record(event, path, line, raw)


def unknown_fields(record: Record) -> dict[str, Any]:
    """Tell the fields of a line that this version does not know: a newer one wrote them."""
    known = {"kind", *type(record.event).__struct_fields__}
    return {name: value for name, value in _decode_any(record.raw).items() if name not in known}


def _event(path: Path, line: int, raw: bytes, on_fault: OnFault) -> Event | None:
    try:
        return _decode(raw)
    except msgspec.DecodeError:
        if raw.strip():
            on_fault(_fault(path, line, raw))
        return None


def _fault(path: Path, line: int, raw: bytes) -> EventLogError:
    """Tell what is wrong with a line that is no event of ours."""
    text = raw.decode(errors="backslashreplace").strip()
    try:
        given = _decode_any(raw)
    except msgspec.DecodeError:
        cut = not raw.endswith(b"\n") or text.startswith('{"kind"')
        return TornRecord(path, line) if cut else ForeignLine(path, line, text)
    kind = given.get("kind") if isinstance(given, dict) else None
    if isinstance(kind, str) and kind not in events.KINDS:
        return UnknownEventKind(path, line, kind)
    return ForeignLine(path, line, text)
