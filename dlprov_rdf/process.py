# SPDX-License-Identifier: Apache-2.0
"""Who a process is, so that another can tell later whether it still lives.

A pid alone is no identity: it is used again. Host, boot and start time make it one. What
the system does not tell is None, and then nobody is declared dead by it.
"""

from __future__ import annotations

import getpass
import os
import platform
import sys
import time
from contextlib import suppress
from pathlib import Path

from msgspec import Struct


class Process(Struct, frozen=True):
    """One process of one host; ``started`` is in clock ticks since the boot, as text."""

    host: str
    boot: str | None
    pid: int
    started: str | None


class Resources(Struct, frozen=True):
    """What this process had used at a moment: seconds of both clocks."""

    wall: float
    cpu: float


def this_process() -> Process:
    """Tell who this process is."""
    return process_of(os.getpid())


def process_of(pid: int) -> Process:
    """Tell who a process of this host is."""
    return Process(platform.node(), _boot(), pid, _started(pid))


def alive(process: Process) -> bool | None:
    """Tell whether a process lives: None where that cannot be known from here.

    A process of another host is not ours to judge; one of an earlier boot of this host is
    dead; one whose pid was given to a younger process is dead; a zombie is dead.
    """
    if process.host != platform.node():
        return None
    if process.boot is not None and _boot() not in {None, process.boot}:
        return False
    fields = _stat(process.pid)
    if fields is None:
        return _answers(process.pid)
    return not _over(fields) and process.started in {None, fields[19].decode()}


def ended(process: Process) -> bool:
    """Tell whether a process has ended and is still listed: who began it may ask how it ended."""
    fields = _stat(process.pid)
    return fields is not None and _over(fields) and process.started in {None, fields[19].decode()}


def lingers(process: Process) -> bool:
    """Tell whether a process has ended and its last threads still hold its files and ports."""
    if not ended(process):
        return False
    threads = [_stat_of(path) for path in Path(f"/proc/{process.pid}/task").glob("*/stat")]
    return any(thread is not None and not _over(thread) for thread in threads)


def login() -> str | None:
    """Tell the name that the user logged in by."""
    with suppress(Exception):
        return getpass.getuser()
    return None


def resources() -> Resources:
    """Read both clocks, to be given to ``used_since`` later."""
    return Resources(time.monotonic(), time.process_time())


def used_since(before: Resources) -> dict[str, float | int | None]:
    """Tell what this process used: seconds since ``before``, and its peak memory in bytes."""
    now = resources()
    return {
        "wall": now.wall - before.wall,
        "cpu": now.cpu - before.cpu,
        "peak_memory": _peak_memory(),
    }


def _peak_memory() -> int | None:
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _boot() -> str | None:
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return None


def _stat(pid: int) -> list[bytes] | None:
    """Read what /proc says of a process, from its state on; None where it says nothing.

    It says nothing where there is no /proc, of a process that is gone, and, mounted with
    ``hidepid``, of other users' processes, which live.
    """
    return _stat_of(Path(f"/proc/{pid}/stat"))


def _stat_of(path: Path) -> list[bytes] | None:
    try:
        return path.read_bytes().rpartition(b")")[2].split()
    except OSError:
        return None


def _over(fields: list[bytes]) -> bool:
    """Tell whether a process that /proc still lists has ended."""
    return fields[0] in {b"Z", b"X"}


def _started(pid: int) -> str | None:
    """Read when a living process started; None for one that is gone, or where none can tell."""
    fields = _stat(pid)
    return None if fields is None or _over(fields) else fields[19].decode()


def _answers(pid: int) -> bool | None:
    """Ask the system for a process by its pid alone."""
    if pid <= 0:
        return None
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    except OSError:
        return None
    return True
