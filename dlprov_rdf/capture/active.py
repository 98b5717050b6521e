# SPDX-License-Identifier: Apache-2.0
"""Which run this process is in: the innermost that was begun and has not ended.

One for all threads, since a framework's data and callback threads work for the run that the
main thread began.
"""

from __future__ import annotations

from dlprov_rdf.capture.journal import Journal

_runs: list[Journal] = []


def current() -> Journal | None:
    """Tell the run that is active, if any."""
    return _runs[-1] if _runs else None


def enter(run: Journal) -> None:
    """Make a run the active one."""
    _runs.append(run)


def leave(run: Journal) -> None:
    """Take a run away, wherever it stands."""
    if run in _runs:
        _runs.remove(run)
