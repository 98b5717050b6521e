# SPDX-License-Identifier: Apache-2.0
"""A run that breaks the rules is kept out of the store and told, and stops no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyoxigraph as ox
import pytest
from bases_built import Base, cut_off
from told_runs import Tale, whole_tale, write

from dlprov_rdf.events import DataSeen, RunEnded
from dlprov_rdf.graph.quads import run_quads
from dlprov_rdf.pipeline import building


@pytest.fixture
def kb(tmp_path: Path) -> Base:
    """An empty knowledge base."""
    return Base(tmp_path / "kb")


def test_a_run_that_breaks_rules_is_quarantined_and_told(kb: Base) -> None:
    """Out of the store, but not away: the graph is there, and what is wrong with it."""
    cut_off(kb, "bad")

    (built,) = kb.build()

    graph = list(ox.parse(path=kb.quarantine("bad") / "graph.trig"))
    report = (kb.quarantine("bad") / "report.ttl").read_text()
    assert built.quarantined
    assert any("start of the run" in words for words in built.broken)
    assert any("start of the run" in words or "quarantine" in words for words in kb.warnings)
    assert len(graph) == built.quads
    assert "RunStart" in report
    assert kb.stored() == []


def test_a_run_that_contradicts_itself_is_quarantined_and_told(
    kb: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each thing may look as it should: together they cannot have happened."""
    derived = ox.NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")

    def contradictory(*arguments: Any) -> Iterator[ox.Quad]:
        for quad in run_quads(*arguments):
            yield quad
            if quad.predicate == derived and isinstance(quad.object, ox.NamedNode):
                yield ox.Quad(quad.object, derived, quad.subject, quad.graph_name)

    tale = Tale("odd")
    tale.tell(DataSeen, id="data/2", name="raw", undigested="made up")
    tale.tell(
        DataSeen, id="data/3", name="cut", undigested="made up", derived_from=["data/2"]
    )  # fmt: skip
    tale.tell(RunEnded, status="completed")
    tale.write(kb.folder)
    monkeypatch.setattr(building, "run_quads", contradictory)

    (built,) = kb.build()

    report = (kb.quarantine("odd") / "report.ttl").read_text()
    (broken,) = built.broken
    assert built.quarantined
    assert "C42 derivation-generation-generation-ordering" in broken
    assert "'raw'" in broken
    assert any("C42" in words for words in kb.warnings)
    assert "prov-constraints/#derivation-generation-generation-ordering" in report
    assert kb.stored() == []


def test_a_warning_is_told_and_the_run_is_stored(kb: Base) -> None:
    """A run that failed should say why, and need not."""
    tale = Tale("a")
    tale.tell(RunEnded, status="failed")
    tale.write(kb.folder)

    kb.build()

    assert kb.runs_stored() == ["a"]
    assert any("why it ended" in words for words in kb.warnings)


def test_a_clock_that_was_set_back_keeps_no_run_out_of_the_store(kb: Base) -> None:
    """The log says what the clock said; that is told as a warning, and the run can be asked."""
    tale = whole_tale("skewed")
    end = msgspec.structs.replace(tale.told[-1], at=tale.told[1].at - 5_000_000_000)
    write(kb.folder, "skewed", [*tale.told[:-1], end])

    (built,) = kb.build()

    assert not built.quarantined
    assert kb.runs_stored() == ["skewed"]
    assert any("end before the start" in warning for warning in kb.warnings)


def test_a_bad_run_does_not_stop_the_others(kb: Base) -> None:
    """One breaks rules, one cannot be read at all."""
    cut_off(kb, "b")
    (kb.folder / "logs" / "c" / "events.jsonl").mkdir(parents=True)
    for run in ("a", "d"):
        whole_tale(run).write(kb.folder)

    kb.build()

    assert kb.runs_stored() == ["a", "d"]
    assert any("/logs/c" in words for words in kb.warnings)


def test_a_run_that_went_bad_leaves_the_store_and_comes_back_when_mended(kb: Base) -> None:
    """The store follows the log both ways."""
    whole_tale("a").write(kb.folder)
    kb.build()
    cut_off(kb, "a")
    kb.build()
    when_bad = kb.runs_stored()
    whole_tale("a").write(kb.folder)

    kb.build()

    assert when_bad == []
    assert kb.runs_stored() == ["a"]
    assert not kb.quarantine("a").exists()


@pytest.mark.parametrize("emptied", [b"", b"hello\n"])
def test_a_run_whose_log_tells_nothing_any_more_leaves_the_store(kb: Base, emptied: bytes) -> None:
    """As a rebuild would have it."""
    path = whole_tale("a").write(kb.folder) / "events.jsonl"
    kb.build()
    path.write_bytes(emptied)

    kb.build()

    assert kb.stored() == []


def test_faults_in_a_log_are_told_once_with_file_and_line(kb: Base) -> None:
    """What is good is used."""
    path = whole_tale("a").write(kb.folder) / "events.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:-1], b"hello\n", lines[-1], b'{"kind":"note","te']))

    (built,) = kb.build()

    tellings = [words.partition(str(path))[2] for words in kb.warnings]
    assert [words[:4] for words in tellings] == [f":{len(lines)}:", f":{len(lines) + 2}:"]
    assert built.status == "completed"
