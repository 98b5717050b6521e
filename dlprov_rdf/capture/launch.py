# SPDX-License-Identifier: Apache-2.0
"""Runs a Python script as it is, watched, and waits for it.

The script has a Python of its own (``capture.startup`` says how the capture gets in): its
output, random numbers, signals and exit status are what they are without us.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from dlprov_rdf import events, log
from dlprov_rdf.capture.launched import HANDED, PYTHONPATH_BEFORE, Handed
from dlprov_rdf.capture.recorder import warn
from dlprov_rdf.events import LogStarted, RunEnded

_STARTUP = str(Path(__file__).with_name("startup"))

#: Signals that are meant for the script when they are sent to the one who waits for it.
_FORWARDED = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)

#: Bytes at a log's end in which a run that told its own end says so.
_TAIL = 65_536


class Watched(NamedTuple):
    """How a script ended: its exit status, or minus the signal that killed it; and its run."""

    status: int
    run_folder: Path | None


def launch(
    arguments: Sequence[str],
    *,
    kb: Path,
    name: str | None = None,
    study: str | None = None,
    module: str | None = None,
) -> Watched:
    """Run Python, watched, and wait for it.

    Args:
        arguments: What follows ``python``: a script or ``-m`` and a module, and their own.
        kb: The knowledge base's folder.
        name: What to call the run; else the script's name.
        study: The study it belongs to.
        module: The module's name, if it is one.
    """
    reading, telling = os.pipe()
    handed = Handed(kb=str(kb.absolute()), tell=telling, name=name, study=study, module=module)
    child = subprocess.Popen(  # noqa: S603 -- the user's own script
        [sys.executable, *arguments], env=_environment(handed), pass_fds=[telling]
    )
    os.close(telling)
    with _forwarding_signals(child):
        status = child.wait()
    folder = _told(reading)
    if folder is not None and status >= 0:
        _tell_end(folder, status)
    return Watched(status, folder)


def _environment(handed: Handed) -> dict[str, str]:
    environment = dict(os.environ)
    before = environment.get("PYTHONPATH")
    if before is not None:
        environment[PYTHONPATH_BEFORE] = before
    environment["PYTHONPATH"] = f"{_STARTUP}{os.pathsep}{before}" if before else _STARTUP
    environment[HANDED] = msgspec.json.encode(handed).decode()
    return environment


def _told(reading: int) -> Path | None:
    """Read which folder the run's log has, if it could be begun."""
    os.set_blocking(reading, False)
    try:
        told = os.read(reading, 65_536)
    except BlockingIOError:
        told = b""
    finally:
        os.close(reading)
    return Path(os.fsdecode(told)) if told else None


@contextlib.contextmanager
def _forwarding_signals(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Hand signals on, and outlive them until the script has ended as it wants."""

    def forward(number: int, _frame: object) -> None:
        if number != signal.SIGINT or not _terminal_tells_both():
            child.send_signal(number)

    wanted = [
        number
        for number in (*_FORWARDED, signal.SIGINT)
        if signal.getsignal(number) != signal.SIG_IGN
    ]
    before = {number: signal.signal(number, forward) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _terminal_tells_both() -> bool:
    """Tell whether Ctrl-C at the terminal reaches the script by itself."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


def _tell_end(folder: Path, status: int) -> None:
    """Write how the run ended, unless it said so itself; what killed it, it cannot say."""
    path = folder / log.FIRST
    try:
        if _told_its_end(path):
            return
        header = LogStarted(seq=0, at=time.time_ns(), run=folder.name, format=events.FORMAT)
        log.append(path, header, lambda seq: _end(seq, status))
    except OSError as fault:
        warn(f"{path}: the run's end could not be recorded ({fault}).")


def _told_its_end(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return b'"kind":"run_ended"' in file.read()


def _end(seq: int, status: int) -> RunEnded:
    at = time.time_ns()
    if status == 0:
        return RunEnded(seq=seq, at=at, status="completed")
    return RunEnded(seq=seq, at=at, status="failed", reason="exit_status", message=str(status))
