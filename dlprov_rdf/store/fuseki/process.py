# SPDX-License-Identifier: Apache-2.0
"""The process that is a knowledge base's Fuseki: who it is, its start and its end.

``fuseki.json`` tells of the last one that was started. A pid alone is no identity, for it is
used again; with the time of its start it is, so no stranger is ever ended.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import msgspec

from dlprov_rdf.errors import FusekiElsewhere, FusekiStays
from dlprov_rdf.process import Process, alive, ended, lingers, process_of
from dlprov_rdf.store.fuseki.access import write_secret

_PAUSE = 0.05
#: Bytes of a log that is set aside when the next one begins.
_LONG = 16 * 2**20


class Started(msgspec.Struct, frozen=True):
    """A Fuseki that was started; ``process`` is None since it was ended."""

    process: Process | None
    host: str
    port: int
    dataset: str
    version: str

    @property
    def server(self) -> str:
        """Its address, without the data set."""
        host = self.host if self.host not in {"0.0.0.0", "::"} else "localhost"  # noqa: S104 -- compared
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def endpoint(self) -> str:
        """The address of its data set."""
        return f"{self.server}/{self.dataset}"


def last(home: Path) -> Started | None:
    """Read which Fuseki was started last; None where none was, or the file is not whole."""
    with suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode((home / "fuseki.json").read_bytes(), type=Started)
    return None


def running(home: Path, *, here: bool = False) -> Started | None:
    """Tell of the Fuseki that runs, if one does.

    Args:
        home: The knowledge base's folder ``fuseki``.
        here: Fail where that cannot be known from this machine.

    Raises:
        FusekiElsewhere: Another machine started it.
    """
    known = last(home)
    if known is None or known.process is None:
        return None
    lives = alive(known.process)
    if lives is None and here:
        raise FusekiElsewhere(home / "fuseki.json", known.process.host, known.process.pid)
    return known if lives else None


def record(home: Path, started: Started) -> None:
    """Write down who it is."""
    words = msgspec.json.format(msgspec.json.encode(started)).decode()
    write_secret(home / "fuseki.json", words + "\n")


def spawn(command: list[str], environment: dict[str, str], log: Path) -> Process:
    """Start a process that outlives this one, its words in a log."""
    if log.exists() and log.stat().st_size > _LONG:
        log.replace(log.with_name(f"{log.name}.1"))
    to_log = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    pid = os.posix_spawn(
        command[0],
        command,
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), to_log, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )
    return process_of(pid)


def end(process: Process, wait: float) -> None:
    """End a process and wait until it has; one that is over is no fault.

    Args:
        process: Which.
        wait: Seconds.

    Raises:
        FusekiStays: It lives on.
    """
    if alive(process):
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGTERM)
    settle(process, wait)


def settle(process: Process, wait: float) -> None:
    """Wait until a process that ends has let go of its port and its data.

    Its first thread is gone before the others: killed, it counts as dead and still has them.

    Raises:
        FusekiStays: It has not ended in time.
    """
    until = time.monotonic() + wait
    while alive(process) or lingers(process):
        if time.monotonic() > until:
            raise FusekiStays(process.pid, wait)
        time.sleep(_PAUSE)
    if ended(process):
        with suppress(ChildProcessError):  # it was started by a process that is not this one
            os.waitpid(process.pid, os.WNOHANG)
