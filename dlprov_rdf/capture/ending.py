# SPDX-License-Identifier: Apache-2.0
"""How a run learns that its process ends: at exit, by an exception, by SIGTERM.

Nothing about the end changes: an exception is shown as it would be, SIGTERM still kills
the process by SIGTERM, and a handler of the user's own is left alone.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Protocol

from dlprov_rdf.capture.activity import end_of
from dlprov_rdf.capture.recorder import Recorder


class Ends(Protocol):
    """A run, as far as its end goes."""

    recorder: Recorder

    def end(
        self,
        status: str | None = "completed",
        *,
        exception: str | None = None,
        message: str | None = None,
        reason: str | None = None,
        write: Callable[..., None] | None = None,
    ) -> None:
        """End it."""


_open: list[Ends] = []
_left_by: dict[str, Any] = {}
_installed = False


def watch(run: Ends) -> None:
    """End this run when the process does, and say how."""
    _open.append(run)
    _install()


def forget(run: Ends) -> None:
    """The run has ended already."""
    if run in _open:
        _open.remove(run)


def _install() -> None:
    global _installed  # noqa: PLW0603 -- once a process
    if _installed:
        return
    _installed = True
    atexit.register(_at_exit)
    shown = sys.excepthook

    def note_and_show(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        _left_by.update(end_of(kind, error))
        shown(kind, error, trace)

    sys.excepthook = note_and_show
    in_main = threading.current_thread() is threading.main_thread()
    if in_main and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _terminated)


def _at_exit() -> None:
    for run in reversed(list(_open)):
        run.end(**(_left_by or {"status": "completed"}))


def _terminated(_number: int, _frame: FrameType | None) -> None:
    """Say that the runs were interrupted, then die as anyone would."""
    for run in reversed(list(_open)):
        run.end(
            "interrupted", reason="sigterm", message="terminated by SIGTERM",
            write=run.recorder.last_words,
        )  # fmt: skip
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTERM)
