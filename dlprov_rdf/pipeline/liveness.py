# SPDX-License-Identifier: Apache-2.0
"""Whether a run still goes on: by its own word, else by whether its process lives.

A run's own end beats anything found out later, and a run of another host is never declared
dead: nobody here can see its process.
"""

from __future__ import annotations

import time
from pathlib import Path

from dlprov_rdf import events, log
from dlprov_rdf.events import FoundDead, LogStarted
from dlprov_rdf.pipeline import told as told_
from dlprov_rdf.pipeline.told import Told
from dlprov_rdf.process import alive
from dlprov_rdf.version import __version__

_LATER = f"{log.LATER}/found-dead.jsonl"


def status_of(run_folder: Path) -> str:
    """Tell how a run ended, or that it is running, as of now; nothing is written.

    Returns:
        ``completed``, ``failed``, ``interrupted`` or ``running``. A run that told no end
        and whose process is gone is ``interrupted``; one of another host is ``running``.
    """
    return status(read_again(run_folder))


def status(told: Told) -> str:
    """Tell how a run that was read before ended, or that it is running.

    A log that tells nothing at all, for it is empty or cannot be read, is that of a run that
    was cut off as it began: a run that goes on has told of its beginning.
    """
    if told.end_state is not None:
        return told.end_state
    return "interrupted" if is_dead(told) or not told.events else "running"


def is_dead(told: Told) -> bool:
    """Tell whether a run told no end and its process is known to be gone."""
    return told.end_state is None and told.began_in is not None and alive(told.began_in) is False


def declare_dead(run_folder: Path) -> bool:
    """Append to a run's logs that it was found dead, if it is.

    A process may tell its end and be gone between a reading of its log and a look at it. So
    the log is read again after the process was seen to be gone.

    Returns:
        Whether it was declared dead.
    """
    if not is_dead(read_again(run_folder)):
        return False
    again = read_again(run_folder)
    if not is_dead(again):
        return False
    at = time.time_ns()
    log.append(
        run_folder / _LATER,
        LogStarted(
            seq=0, at=at, run=run_folder.name, format=events.FORMAT, rank="later",
            software=f"dlprov-rdf {__version__}",
        ),
        lambda seq: FoundDead(seq=seq, at=at, last_event_at=again.last_event),
    )  # fmt: skip
    return True


def read_again(run_folder: Path) -> Told:
    """Read what a run's logs tell now; faults in them are told when it is built."""
    files = told_.with_lines(run_folder, told_.marks(run_folder))
    return told_.told(run_folder, files, log.let_pass)
