# SPDX-License-Identifier: Apache-2.0
"""Whether a process lives is known or not known, and never guessed from a pid alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from dlprov_rdf import process

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc here")


def test_this_process_lives() -> None:
    """It is known by host, boot, pid and start."""
    assert process.alive(process.this_process()) is True


def test_an_ended_process_is_dead() -> None:
    """A child that was waited for is gone."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()

    gone = msgspec.structs.replace(process.this_process(), pid=child.pid, started="1")

    assert process.alive(gone) is False


@needs_proc
def test_a_zombie_is_dead() -> None:
    """A child that ended and was not waited for does nothing more."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = process._started(child.pid)
    assert child.stdin is not None
    child.stdin.write(b"\n")
    child.stdin.close()
    while process._started(child.pid) is not None:
        pass

    zombie = msgspec.structs.replace(process.this_process(), pid=child.pid, started=started)

    assert process.alive(zombie) is False
    child.wait()


@needs_proc
def test_a_pid_that_was_used_again_is_another_process() -> None:
    """The start time tells them apart."""
    me = process.this_process()

    assert process.alive(msgspec.structs.replace(me, started="1")) is False


def test_a_process_of_another_host_is_not_judged() -> None:
    """Its pid means nothing here."""
    me = process.this_process()

    assert process.alive(msgspec.structs.replace(me, host="elsewhere")) is None


@needs_proc
def test_a_process_of_an_earlier_boot_is_dead() -> None:
    """A restart ends everything."""
    me = process.this_process()

    assert process.alive(msgspec.structs.replace(me, boot="another")) is False


def test_used_resources_grow() -> None:
    """Seconds and octets, never less than nothing."""
    told = process.used_since(process.resources())

    assert told["wall"] >= 0
    assert told["cpu"] >= 0
    assert told["peak_memory"] > 1_000_000


@needs_proc
def test_a_process_that_proc_hides_is_not_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mounted with hidepid, /proc does not show what other users run; the pid still answers."""
    me = process.this_process()
    monkeypatch.setattr(process, "_stat", lambda _: None)

    assert process.alive(me) is True


def test_without_proc_the_pid_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ended is dead there too."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    monkeypatch.setattr(process, "_stat", lambda _: None)

    gone = msgspec.structs.replace(process.this_process(), pid=child.pid, started=None)

    assert process.alive(gone) is False
    assert process.this_process().started is None


@pytest.mark.parametrize(("pid", "lives"), [(2**70, False), (0, None), (-1, None)])
def test_a_pid_that_none_can_have_harms_nobody(pid: int, lives: bool | None) -> None:  # noqa: FBT001
    """A log may hold any number; 0 and -1 mean many processes to the system."""
    odd = msgspec.structs.replace(process.this_process(), pid=pid)

    assert process.alive(odd) is lives
