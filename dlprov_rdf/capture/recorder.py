# SPDX-License-Identifier: Apache-2.0
"""Writes one run's events: each call is one line in the log, and no fault reaches the caller.

Promise: a full disk, a folder taken away or a value that cannot be written costs events,
never a training. The first fault warns, every one is counted, and the log says the count as
soon as it can be written again.

Any thread may call. After a ``fork`` the child writes a file of its own, as a rank of its
own, and never ends the parent's run.
"""

from __future__ import annotations

import errno
import os
import threading
import time
import warnings
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from dlprov_rdf import events, log
from dlprov_rdf.capture.choice import Choice
from dlprov_rdf.events import Event, EventsLost, LogStarted, Metric, Number
from dlprov_rdf.version import __version__

if TYPE_CHECKING:
    from dlprov_rdf.settings import Settings

#: Nanoseconds between two looks at whether the log is still where it was.
_LOOK_EVERY = 500_000_000

#: Lines that a log needs at its head to be one: what it is, and what began the run.
_FIRST = 2

_encode, _write, _time_ns = log.encode, os.write, time.time_ns

_recorders: weakref.WeakSet[Recorder] = weakref.WeakSet()


class CaptureWarning(UserWarning):
    """Something could not be captured; the training goes on unharmed."""


class Recorder:
    """The one who writes a run's log.

    Attributes:
        run: The run's id.
        folder: ``logs/RUN``, where everything that belongs to the run lies.
        settings: Those of the knowledge base.
        rank: "0", or which other process of the same run this is.
        lost: Events that could not be written so far.
    """

    def __init__(self, folder: Path, settings: Settings, *, rank: str = "0") -> None:
        self.run, self.folder, self.settings, self.rank = folder.name, folder, settings, rank
        self.choice = Choice(settings.capture.include, settings.capture.exclude)
        self.owner = os.getpid()
        self.lost = 0
        self._told = 0
        self._reason = ""
        self._first: list[bytes] = []
        self._lock = threading.Lock()
        self._handle = -1
        self._torn = False
        self._seq = 0
        self._look_at = 0
        _recorders.add(self)

    @property
    def path(self) -> Path:
        """The log file that this process writes."""
        name = log.FIRST if self.rank == "0" else f"events.{self.rank}.jsonl"
        return self.folder / name

    @property
    def owned(self) -> bool:
        """Whether this process began the run, so that it may also end it."""
        return os.getpid() == self.owner

    def event(self, kind: type[Event], /, **fields: object) -> None:
        """Write one event. Never raises; what cannot be written is counted as lost."""
        self._write(kind, None, fields)

    def open(self, noun: str, kind: type[Event], /, **fields: object) -> str:
        """Write the event that first tells of something, and give it its local name.

        Returns:
            ``noun/SEQ``, below ``rank/RANK/`` in another process than the first.
        """
        return self._write(kind, noun, fields)

    def metric(
        self, name: str, value: Number, of: str | None, step: int | None, batch: int | None = None
    ) -> None:
        """Write one metric: what ``event`` does, at little more than the price of the write."""
        with self._lock:
            at = _time_ns()
            if at < self._look_at:
                seq = self._seq
                self._seq = seq + 1
                try:
                    self._put(
                        _encode(
                            Metric(
                                seq=seq, at=at, name=name, value=value, of=of, step=step,
                                batch=batch,
                            )
                        )
                        + b"\n"
                    )  # fmt: skip
                except Exception as fault:  # noqa: BLE001 -- promise 2
                    self._lose(fault)
                return
        self.event(Metric, name=name, value=value, of=of, step=step, batch=batch)

    def _write(self, kind: type[Event], noun: str | None, fields: dict[str, object]) -> str:
        name = ""
        with self._lock:
            at = time.time_ns()
            try:
                if at >= self._look_at:
                    self._look(at)
                seq = self._seq
                self._seq = seq + 1
                if noun is not None:
                    name = f"{noun}/{seq}" if self.rank == "0" else f"rank/{self.rank}/{noun}/{seq}"
                    fields["id"] = name
                line = log.encode(kind(seq=seq, at=at, **fields)) + b"\n"
                self._put(line)
                if len(self._first) < _FIRST:
                    self._first.append(line)
                if self.lost > self._told:
                    self._tell_losses()
            except Exception as fault:  # noqa: BLE001 -- promise 2: no fault reaches the training
                self._lose(fault)
        return name

    def _put(self, line: bytes) -> None:
        """Hand one line to the operating system, whole or said to be torn."""
        if self._torn:
            line = b"\n" + line
        self._torn = True
        if _write(self._handle, line) != len(line):
            raise OSError(errno.ENOSPC, "only a part of the record could be written")
        self._torn = False

    def _look(self, at: int) -> None:
        """See that the log is there, and begin it where it is not, every half second."""
        self._look_at = at + _LOOK_EVERY
        if self._handle < 0:
            self._begin(at)
        elif os.fstat(self._handle).st_nlink == 0:
            self._begin_again()

    def _begin(self, at: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._handle = log.open_for_append(self.path)
        self._torn = False
        self._seq = max(self._seq, 1)
        if os.fstat(self._handle).st_size:
            return
        header = LogStarted(
            seq=0, at=at, run=self.run, format=events.FORMAT, rank=self.rank,
            software=f"dlprov-rdf {__version__}",
        )  # fmt: skip
        self._first = [log.encode(header) + b"\n"]
        self._put(self._first[0])

    def _begin_again(self) -> None:
        """Go on in a new file where the old one was deleted, if its knowledge base is there."""
        self.lost += self._seq - len(self._first)
        self._blame("the log was deleted while the run was going on")
        if not (self.folder.parent.parent / "kb.toml").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        os.close(self._handle)
        self._handle = log.open_for_append(self.path)
        for line in list(self._first):
            os.write(self._handle, line)

    def _tell_losses(self) -> None:
        lost, seq = self.lost, self._seq
        self._seq = seq + 1
        told = EventsLost(
            seq=seq, at=time.time_ns(), count=lost - self._told, reason=self._reason[:300]
        )
        self._put(log.encode(told) + b"\n")
        self._told = lost

    def _lose(self, fault: Exception) -> None:
        self.lost += 1
        self._look_at = 0
        self._blame(f"{type(fault).__name__}: {fault}")

    def _blame(self, reason: str) -> None:
        if self._reason:
            return
        self._reason = reason
        warn(
            f"{self.path}: an event could not be recorded ({reason}). "
            "The training goes on; the run will say how many were lost."
        )

    def last_words(self, kind: type[Event], /, **fields: object) -> None:
        """Write from a signal handler, which may have stopped the holder of the lock.

        The record that it stopped may be written or not, and never will be: what the log
        holds says how to go on.
        """
        if self._lock.acquire(timeout=0.2):
            self._lock.release()
        else:
            self._lock = threading.Lock()
            self._seq = log.next_number(self.path) or self._seq
        self.event(kind, **fields)

    def close(self) -> None:
        """Close the file; a later event would open it again."""
        with self._lock:
            self._look_at = 0
            if self._handle >= 0:
                os.close(self._handle)
            self._handle = -1

    def _become_child(self) -> None:
        """Begin a file of this process's own, after a fork."""
        self._lock = threading.Lock()
        if self._handle >= 0:
            os.close(self._handle)
        self._handle = -1
        self.rank = f"{self.rank}-{os.getpid()}"
        self._seq = self._look_at = self.lost = self._told = 0
        self._first = []


class Silent:
    """Stands in for a recorder where the user chose not to capture something."""

    choice = Choice()

    def event(self, _kind: type[Event], /, **_fields: object) -> None:
        """Write nothing."""

    def open(self, _noun: str, _kind: type[Event], /, **_fields: object) -> str:
        """Write nothing, and name nothing."""
        return ""


SILENT = Silent()


def warn(message: str) -> None:
    """Warn of what could not be captured; never raises, even where warnings are errors."""
    try:
        warnings.warn(message, CaptureWarning, stacklevel=3)
    except CaptureWarning:
        os.write(2, f"dlprov-rdf: {message}\n".encode(errors="replace"))


def _after_fork() -> None:
    for recorder in list(_recorders):
        recorder._become_child()  # noqa: SLF001 -- the same room


os.register_at_fork(after_in_child=_after_fork)
