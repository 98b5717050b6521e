# SPDX-License-Identifier: Apache-2.0
"""However a process ends, its run says how, and the process ends as it would have."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from dlprov_rdf import log
from dlprov_rdf.events import Event, Metric, ResourcesUsed, RunEnded


def program(tmp_path: Path, text: str) -> subprocess.Popen[str]:
    """Start a program of a few lines that records into ``tmp_path``."""
    head = f"from dlprov_rdf.capture.start import start_run\nKB = {str(tmp_path)!r}\n"
    code = head + textwrap.dedent(text)
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def the_log(tmp_path: Path) -> list[Event]:
    """Read the one run of a knowledge base."""
    (folder,) = (tmp_path / "logs").iterdir()
    return list(log.read_run(folder))


def test_an_uncaught_exception_ends_the_run_as_failed(tmp_path: Path) -> None:
    """A script that never closes its run is still told honestly, and its traceback is shown."""
    process = program(tmp_path, "run = start_run('r', kb=KB)\nraise OSError('disk on fire')\n")
    _, shown = process.communicate()

    ended = the_log(tmp_path)[-1]
    assert process.returncode == 1
    assert "OSError: disk on fire" in shown
    assert isinstance(ended, RunEnded)
    assert (ended.status, ended.exception) == ("failed", "OSError")


def test_sigterm_interrupts_the_run_and_kills_as_ever(tmp_path: Path) -> None:
    """The run says why it ended, and the process dies by the signal that was sent."""
    process = program(
        tmp_path,
        """
        import time
        run = start_run('r', kb=KB)
        training = run.training('cnn').__enter__()
        training.epoch(3).__enter__()
        print('ready', flush=True)
        while True: run.log_metric('loss', 0.5)
        """,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    process.communicate()

    ended = the_log(tmp_path)[-1]
    assert process.returncode == -signal.SIGTERM
    assert isinstance(ended, RunEnded)
    assert (ended.status, ended.reason) == ("interrupted", "sigterm")


@pytest.mark.parametrize("when", ["before", "after"])
def test_sigterm_within_a_write_leaves_no_gap(tmp_path: Path, when: str) -> None:
    """The record that the signal stopped was written or was not: no number is used up by it."""
    process = program(
        tmp_path,
        f"""
        import os, signal
        from dlprov_rdf.capture import recorder
        run = start_run('r', kb=KB)
        write = recorder._write
        def cut(handle, line):
            recorder._write = write
            if '{when}' == 'before': os.kill(os.getpid(), signal.SIGTERM)
            written = write(handle, line)
            os.kill(os.getpid(), signal.SIGTERM)
            return written
        recorder._write = cut
        run.log_metric('loss', 0.5)
        """,
    )
    process.communicate()

    told = the_log(tmp_path)
    assert [event.seq for event in told] == list(range(len(told)))
    assert isinstance(told[-1], RunEnded)
    assert sum(isinstance(event, Metric) for event in told) == (when == "after")


def test_a_handler_of_the_users_own_is_left_alone(tmp_path: Path) -> None:
    """Whoever handles SIGTERM goes on handling it."""
    process = program(
        tmp_path,
        """
        import os, signal
        signal.signal(signal.SIGTERM, lambda *_: print('mine', flush=True))
        with start_run('r', kb=KB):
            os.kill(os.getpid(), signal.SIGTERM)
        """,
    )
    out, _ = process.communicate()

    assert (process.returncode, out) == (0, "mine\n")


def test_a_forked_child_does_not_end_its_parents_run(tmp_path: Path) -> None:
    """A child that exits says nothing about the run it was born in."""
    process = program(
        tmp_path,
        """
        import os, sys
        run = start_run('r', kb=KB)
        if os.fork() == 0:
            run.log_metric('child', 1.0)
            sys.exit(5)
        os.wait()
        run.log_metric('parent', 2.0)
        run.end()
        """,
    )
    process.communicate()

    events = the_log(tmp_path)
    assert [event.status for event in events if isinstance(event, RunEnded)] == ["completed"]
    assert sum(isinstance(event, ResourcesUsed) for event in events) == 1
    assert sorted(e.name for e in events if isinstance(e, Metric)) == ["child", "parent"]
