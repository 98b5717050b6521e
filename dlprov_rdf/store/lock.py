# SPDX-License-Identifier: Apache-2.0
"""Locks between processes: one writer of a store, any number of readers of a snapshot.

They are the kernel's (``flock``), so a process that is killed lets go of its own.
"""

from __future__ import annotations

import fcntl
import os
import platform
import time
from pathlib import Path

from dlprov_rdf.errors import StoreBusy

_PAUSE = 0.02


class Lock:
    """A lock that is held until it is closed."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    def close(self) -> None:
        """Let go; doing it again is no fault."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def exclusive(path: Path, wait: float) -> Lock:
    """Become the only holder of a lock, and write into it who holds it.

    Args:
        path: The lock's file; made where it is not there, and never removed.
        wait: Seconds to wait for another holder.

    Raises:
        StoreBusy: Another process held it all that time.
        OSError: The file cannot be opened or locked here.
    """
    handle = _open(path)
    until = time.monotonic() + wait
    while not _locked(handle, fcntl.LOCK_EX):
        if time.monotonic() >= until:
            holder = os.pread(handle, 200, 0).decode(errors="replace") or "another process"
            os.close(handle)
            raise StoreBusy(path, holder)
        time.sleep(_PAUSE)
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"process {os.getpid()} on {platform.node()}".encode(), 0)
    return Lock(handle)


def shared(path: Path) -> Lock | None:
    """Hold a lock together with others; None where somebody holds it alone.

    Raises:
        FileNotFoundError: The file is not there.
    """
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    if _locked(handle, fcntl.LOCK_SH):
        return Lock(handle)
    os.close(handle)
    return None


def alone(path: Path) -> Lock | None:
    """Hold a lock alone, or None where anybody else holds it."""
    handle = _open(path)
    if _locked(handle, fcntl.LOCK_EX):
        return Lock(handle)
    os.close(handle)
    return None


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _locked(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
