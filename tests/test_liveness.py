# SPDX-License-Identifier: Apache-2.0
"""Honest ends: a run's own word, else what is known of its process, never a guess."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from told_runs import BEGIN, SECOND, Tale

from dlprov_rdf import log, process
from dlprov_rdf.events import FoundDead
from dlprov_rdf.pipeline.liveness import declare_dead, status_of


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """Start a process that lives until it is killed."""
    started = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield started
    started.kill()
    started.communicate()


def identity(child: subprocess.Popen[bytes]) -> process.Process:
    """Tell who a child is, as it would tell in its log."""
    me = process.this_process()
    return process.Process(me.host, me.boot, child.pid, process._started(child.pid))


def kill(child: subprocess.Popen[bytes]) -> None:
    """Kill a process, and see it gone."""
    child.send_signal(signal.SIGKILL)
    child.wait()


@pytest.mark.parametrize("end", ["completed", "failed", "interrupted"])
def test_a_run_that_told_its_end_has_that_end(tmp_path: Path, end: str) -> None:
    """Whatever became of its process."""
    tale = Tale("r")
    tale.end(end)

    assert status_of(tale.write(tmp_path)) == end


def test_a_run_is_running_while_its_process_lives(
    tmp_path: Path, child: subprocess.Popen[bytes]
) -> None:
    """It told no end, and is there to tell it."""
    folder = Tale("r", identity(child)).write(tmp_path)

    assert status_of(folder) == "running"
    assert not declare_dead(folder)


def test_a_run_whose_process_was_killed_is_interrupted(
    tmp_path: Path, child: subprocess.Popen[bytes]
) -> None:
    """To ask writes nothing."""
    folder = Tale("r", identity(child)).write(tmp_path)

    kill(child)

    assert status_of(folder) == "interrupted"
    assert log.files(folder) == ["events.jsonl"]


def test_a_dead_run_is_declared_dead_at_its_last_event(
    tmp_path: Path, child: subprocess.Popen[bytes]
) -> None:
    """Once: the second time it is known."""
    folder = Tale("r", identity(child)).write(tmp_path)
    kill(child)

    declared = [declare_dead(folder), declare_dead(folder)]

    (found,) = [event for event in log.read_run(folder) if isinstance(event, FoundDead)]
    assert declared == [True, False]
    assert found.last_event_at == BEGIN + SECOND


def test_the_runs_own_end_beats_its_being_found_dead(
    tmp_path: Path, child: subprocess.Popen[bytes]
) -> None:
    """The command that waited for the script may tell its end a moment after it is gone."""
    tale = Tale("r", identity(child))
    folder = tale.write(tmp_path)
    kill(child)
    declare_dead(folder)

    tale.end("failed")
    tale.write(tmp_path)

    assert status_of(folder) == "failed"


def test_a_run_that_told_its_end_is_never_declared_dead(
    tmp_path: Path, child: subprocess.Popen[bytes]
) -> None:
    """Its process is gone because it ended."""
    tale = Tale("r", identity(child))
    tale.end()
    folder = tale.write(tmp_path)
    kill(child)

    assert not declare_dead(folder)


def test_a_run_of_another_host_is_never_declared_dead(tmp_path: Path) -> None:
    """Its pid says nothing here, and its log may lie on a shared disk."""
    folder = Tale("r").write(tmp_path)

    assert status_of(folder) == "running"
    assert not declare_dead(folder)


def test_a_pid_that_was_given_to_another_process_is_no_life(
    tmp_path: Path, child: subprocess.Popen[bytes]
) -> None:
    """The child lives, but started at another time than the process that wrote the log."""
    me = identity(child)
    folder = Tale("r", process.Process(me.host, me.boot, me.pid, "1")).write(tmp_path)

    assert status_of(folder) == "interrupted"


@pytest.mark.parametrize(
    "octets", [b"", b"no event\n", b'{"kind":"log","seq":0,"at":1,"run":"r"}\n']
)
def test_a_log_that_tells_nothing_is_of_a_run_that_was_cut_off(
    tmp_path: Path, octets: bytes
) -> None:
    """One that goes on has told of its beginning."""
    folder = tmp_path / "logs" / "r"
    folder.mkdir(parents=True)
    (folder / "events.jsonl").write_bytes(octets)

    assert status_of(folder) == "interrupted"
