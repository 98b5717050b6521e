# SPDX-License-Identifier: Apache-2.0
"""The recorder: every event whose call returned is there, and no fault reaches the caller."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlprov_rdf import log, settings
from dlprov_rdf.capture.recorder import CaptureWarning, Recorder
from dlprov_rdf.events import EventsLost, LogStarted, Metric, NoteAdded, PersonSeen, RunStarted


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    """A recorder in a knowledge base of its own, with a run begun."""
    chosen = settings.make(tmp_path / "kb")
    made = Recorder(tmp_path / "kb" / "logs" / "run-1", chosen)
    made.event(RunStarted, name="a run")
    yield made
    made.close()


def note(recorder: Recorder, text: str) -> None:
    """Record a few words."""
    recorder.event(NoteAdded, text=text)


def notes(recorder: Recorder) -> list[str]:
    """Read the words that the log holds."""
    events = log.recover(recorder.path).events
    return [event.text for event in events if isinstance(event, NoteAdded)]


def test_an_event_is_in_the_file_when_its_call_returns(recorder: Recorder) -> None:
    """Nothing stays in a buffer that dies with the process."""
    note(recorder, "here")

    assert recorder.path.read_bytes().endswith(b'"text":"here","seq":2,"at":%d}\n' % _at(recorder))


def _at(recorder: Recorder) -> int:
    return log.recover(recorder.path).events[-1].at


def test_what_was_recorded_survives_a_kill(tmp_path: Path) -> None:
    """After kill -9 in a tight loop every event whose call had returned is readable."""
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from dlprov_rdf import settings\nfrom dlprov_rdf.capture.recorder import Recorder\n"
        "from dlprov_rdf.events import Metric\n"
        "kb = Path(sys.argv[1])\n"
        "recorder = Recorder(kb / 'logs' / 'run-1', settings.make(kb))\n"
        "for i in range(10**9):\n"
        "    recorder.event(Metric, name='loss', value=0.5, step=i)\n"
        "    if i % 500 == 0: print(i, flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        returned = [int(process.stdout.readline()) for _ in range(20)][-1]
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()
    returned = int(rest[-1]) if rest else returned

    recovered = log.recover(tmp_path / "logs" / "run-1" / "events.jsonl")

    steps = [event.step for event in recovered.events if isinstance(event, Metric)]
    assert steps == list(range(len(steps)))
    assert steps[-1] >= returned
    assert len(recovered.faults) <= 1


def test_a_full_disk_costs_events_and_never_the_training(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One warning, a count, and what comes after is recorded again."""
    write = os.write

    def full(handle: int, octets: bytes) -> int:
        write(handle, octets[:7])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, pytest.warns(CaptureWarning, match="No space") as told:
        patched.setattr("dlprov_rdf.capture.recorder._write", full)
        for _ in range(3):
            note(recorder, "lost")
    note(recorder, "kept")

    lost = [event for event in log.recover(recorder.path).events if isinstance(event, EventsLost)]
    assert len(told) == 1
    assert notes(recorder) == ["kept"]
    assert [event.count for event in lost] == [3]
    assert "No space left" in lost[0].reason


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_device_that_is_really_full_is_met(recorder: Recorder) -> None:
    """The system's own refusal is met as the imitated one is."""
    recorder.close()
    recorder.path.unlink()
    recorder.path.symlink_to("/dev/full")

    with pytest.warns(CaptureWarning, match="No space left"):
        note(recorder, "lost")

    assert recorder.lost >= 1


def test_half_a_line_never_joins_the_next(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that took only a part is a torn line, and the next begins a line of its own."""
    write = os.write

    with monkeypatch.context() as patched, pytest.warns(CaptureWarning):
        patched.setattr("dlprov_rdf.capture.recorder._write", lambda h, o: write(h, o[:9]))
        note(recorder, "torn")
    note(recorder, "whole")

    assert notes(recorder) == ["whole"]


def test_a_folder_deleted_while_training_is_noticed(recorder: Recorder) -> None:
    """The run goes on in a new file that says how much was lost."""
    note(recorder, "gone")
    shutil.rmtree(recorder.folder)
    recorder._look_at = 0

    with pytest.warns(CaptureWarning, match="deleted"):
        note(recorder, "after")

    events = log.recover(recorder.path).events
    assert [type(event) for event in events] == [LogStarted, RunStarted, NoteAdded, EventsLost]
    assert notes(recorder) == ["after"]
    assert events[-1].count == 1


def test_a_knowledge_base_deleted_while_training_stays_deleted(recorder: Recorder) -> None:
    """What a user threw away is not made again behind their back."""
    shutil.rmtree(recorder.folder.parent.parent)
    recorder._look_at = 0

    with pytest.warns(CaptureWarning, match="deleted"):
        note(recorder, "after")

    assert not recorder.folder.exists()


def test_a_folder_that_cannot_be_made_warns_once(tmp_path: Path) -> None:
    """Where nothing can be written at all, the training goes on."""
    (tmp_path / "logs").write_text("a file where a folder should be")
    recorder = Recorder(tmp_path / "logs" / "run-1", settings.Settings(base="urn:x:"))

    with pytest.warns(CaptureWarning) as told:
        for _ in range(5):
            note(recorder, "lost")

    assert len(told) == 1
    assert recorder.lost == 5


def test_a_value_that_cannot_be_written_is_lost_alone(recorder: Recorder) -> None:
    """An object that is no plain value costs its own event only."""
    with pytest.warns(CaptureWarning):
        recorder.event(NoteAdded, text=object())
    note(recorder, "kept")

    assert notes(recorder) == ["kept"]


def test_a_warning_made_an_error_does_not_stop_the_training(tmp_path: Path) -> None:
    """``-W error`` is the user's choice for their code, not a way for us to hurt it."""
    (tmp_path / "logs").write_text("")
    recorder = Recorder(tmp_path / "logs" / "run-1", settings.Settings(base="urn:x:"))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        note(recorder, "lost")

    assert recorder.lost == 1


def test_threads_write_whole_lines_in_one_sequence(recorder: Recorder) -> None:
    """Eight threads at once leave no torn line, no gap and no number twice."""

    def work() -> None:
        for index in range(250):
            note(recorder, f"{threading.get_ident()} {index}")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    recovered = log.recover(recorder.path)
    assert recovered.faults == []
    assert [event.seq for event in recovered.events] == list(range(2 + 8 * 250))


def test_a_forked_child_writes_a_file_of_its_own(recorder: Recorder) -> None:
    """The parent's sequence stays whole, and the child's names differ from the parent's."""
    note(recorder, "parent before")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # pytest's own threads
        child = os.fork()
    if child == 0:
        note(recorder, "child")
        os._exit(0)
    os.waitpid(child, 0)
    note(recorder, "parent after")

    theirs = recorder.folder / f"events.0-{child}.jsonl"
    assert notes(recorder) == ["parent before", "parent after"]
    assert [event.seq for event in log.recover(theirs).events] == [0, 1]
    assert log.recover(recorder.path).faults == []


def test_a_child_names_things_apart_from_its_parent(recorder: Recorder) -> None:
    """Two processes of one run never give one name to two things."""
    recorder._become_child()

    name = recorder.open("person", PersonSeen, name="Ada")

    assert name == f"rank/0-{os.getpid()}/person/1"


def test_a_reader_of_an_unfinished_log_sees_all_so_far(recorder: Recorder) -> None:
    """A log may be read while it is written."""
    for index in range(100):
        note(recorder, str(index))
        assert len(notes(recorder)) == index + 1
