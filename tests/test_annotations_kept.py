# SPDX-License-Identifier: Apache-2.0
"""What is said later is written whole or not at all, beside others who speak, and never lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from scans_captured import capture, values
from typed_commands import ROOT

from dlprov_rdf import log
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.pipeline import later


@pytest.fixture
def kb(tmp_path: Path) -> KnowledgeBase:
    """A knowledge base of one run, whose person is Ada."""
    capture(tmp_path / "kb")
    return KnowledgeBase.open(tmp_path / "kb")


def test_two_who_speak_at_once_lose_nothing(kb: KnowledgeBase) -> None:
    """Each writes a file of its own, and both have names of their own in the graph."""
    code = (
        "import sys\nfrom dlprov_rdf.kb import KnowledgeBase\n"
        "kb = KnowledgeBase.open(sys.argv[1])\n"
        "for number in range(10): kb.annotate('@latest', note=f'{sys.argv[2]}{number}', by='Ada')"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(kb.folder), letter],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for letter in "ab"
    ]
    assert [one.wait(timeout=300) for one in both] == [0, 0]

    assert values(kb, "dlprov:note") == sorted(f"{c}{n}" for c in "ab" for n in range(10))


def test_two_who_speak_in_one_nanosecond_have_names_of_their_own(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock may be coarse: who comes second takes the next time."""
    ticks = iter([7, 7, 7, 8])
    monkeypatch.setattr(later.time, "time_ns", lambda: next(ticks))

    first = kb.annotate("@latest", note="one", by="Ada")
    second = kb.annotate("@latest", note="two", by="Ada")

    assert first != second
    assert values(kb, "dlprov:note") == ["one", "two"]


def test_what_cannot_be_written_whole_is_not_written(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full: the user is told, and no half of it is read as a word."""
    write = os.write
    monkeypatch.setattr(later.os, "write", lambda handle, octets: write(handle, octets[:50]))

    with pytest.raises(OSError, match="only a part"):
        kb.annotate("@latest", note="one", by="Ada")

    assert list((kb.folder / "logs" / kb.runs()[0].id / "later").iterdir()) == []


def test_a_run_that_goes_on_can_be_spoken_of(tmp_path: Path) -> None:
    """Its log is written by another, who is not disturbed."""
    with start_run("on", kb=tmp_path / "kb", person="Ada") as run:
        kb = KnowledgeBase.open(tmp_path / "kb")
        kb.annotate("@latest", purpose="a trial", by="Ada")
        run.log_metric("loss", 1.0)
        assert kb.runs()[0].status == "running"
        assert values(kb, "dlprov:purpose") == ["a trial"]

    assert kb.runs()[0].status == "completed"
    assert values(kb, "dlprov:purpose") == ["a trial"]
    assert kb.runs()[0].lost == 0


def test_a_torn_word_is_told_and_the_others_are_kept(tmp_path: Path) -> None:
    """The disk was full, or the power went."""
    capture(tmp_path / "kb")
    told: list[str] = []
    kb = KnowledgeBase.open(tmp_path / "kb", told.append)
    kb.annotate("@latest", note=["kept", "torn"], by="Ada")
    (file,) = (kb.folder / "logs" / kb.runs()[0].id / "later").glob("*.jsonl")
    file.write_bytes(file.read_bytes()[:-20])

    assert values(kb, "dlprov:note") == ["kept"]
    assert any(file.name in words for words in told)


def test_a_rebuild_says_the_same(kb: KnowledgeBase) -> None:
    """The log is the truth, of what was said later too."""
    kb.annotate("@latest", note="one", licence="MIT", seed={"numpy": 42}, by="Ada")
    kb.annotate("@latest", licence="ISC", by="Ada")
    before = set(kb.graph("@latest"))

    kb.rebuild()

    assert set(kb.graph("@latest")) == before


def test_a_person_at_another_time_has_another_file(kb: KnowledgeBase) -> None:
    """Each act is a file that is read like any log."""
    kb.annotate("@latest", note="one", by="Ada")
    kb.annotate("@latest", note="two", by="Ada")

    folder = kb.folder / "logs" / kb.runs()[0].id
    files = [folder / name for name in log.files(folder)[1:]]
    assert len(files) == 2
    assert [[event.seq for event in log.read(file)] for file in files] == [[0, 1], [0, 1]]
