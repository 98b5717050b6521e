# SPDX-License-Identifier: Apache-2.0
"""Writes what is said of a run later: a file of its own for each act, never the run's own.

The file is called after its time, and is made by who is first to take that name: so two who
speak at once lose nothing, and each event's time and number name it in its run.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from dlprov_rdf import events, log
from dlprov_rdf.events import Event, LogStarted
from dlprov_rdf.version import __version__


def write(run_folder: Path, said: Sequence[Event]) -> list[str]:
    """Append events to a run, in a file of their own.

    Args:
        run_folder: ``logs/RUN``.
        said: The events; their numbers and times are given here.

    Returns:
        For each the serial that names it in its run: ``later.AT.SEQ``.

    Raises:
        OSError: It could not be written; then nothing of it is there.
    """
    folder = run_folder / log.LATER
    folder.mkdir(parents=True, exist_ok=True)
    at, path, handle = _take(folder)
    try:
        header = LogStarted(
            seq=0, at=at, run=run_folder.name, format=events.FORMAT, rank="later",
            software=f"dlprov-rdf {__version__}",
        )  # fmt: skip
        numbered = [
            msgspec.structs.replace(event, seq=seq, at=at) for seq, event in enumerate(said, 1)
        ]
        octets = b"".join(log.encode(event) + b"\n" for event in [header, *numbered])
        _put(handle, octets)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
    return [f"later.{at}.{event.seq}" for event in numbered]


def _put(handle: int, octets: bytes) -> None:
    """Hand a file's whole content to the operating system at once."""
    if os.write(handle, octets) != len(octets):
        raise OSError(errno.ENOSPC, "only a part of what was said could be written")


def _take(folder: Path) -> tuple[int, Path, int]:
    """Make a file that nobody else has made, called after the time."""
    while True:
        at = time.time_ns()
        path = folder / f"said-{at}.jsonl"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        except FileExistsError:
            continue
        return at, path, handle
