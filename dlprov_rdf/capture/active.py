# SPDX-License-Identifier: Apache-2.0
"""Which run this process is in: the innermost that was begun and has not ended.

One for all threads, since a framework's data and callback threads work for the run that the
main thread began.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlprov_rdf.capture.run import Run

_runs: list[Run] = []


def current() -> Run | None:
    """Tell the run that is active, if any."""
    return _runs[-1] if _runs else None


def enter(run: Run) -> None:
    """Make a run the active one."""
    _runs.append(run)


def leave(run: Run) -> None:
    """Take a run away, wherever it stands."""
    if run in _runs:
        _runs.remove(run)
