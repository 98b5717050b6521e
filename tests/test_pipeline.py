# SPDX-License-Identifier: Apache-2.0
"""From logs to a store that can be asked: all that is new, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pyoxigraph as ox
import pytest
from bases_built import Base, cut_off, runs_in
from told_runs import Tale, digest, whole_tale

from dlprov_rdf import pipeline, process
from dlprov_rdf.graph import vocabulary
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.pipeline import told
from dlprov_rdf.store.embedded import EmbeddedStore


@pytest.fixture
def kb(tmp_path: Path) -> Base:
    """An empty knowledge base."""
    return Base(tmp_path / "kb")


def test_a_run_is_in_the_store_when_it_was_built(kb: Base) -> None:
    """The first whole way from a log to an answer."""
    whole_tale("a").write(kb.folder)

    (built,) = kb.build()

    assert (built.run, built.name, built.status) == ("a", "run a", "completed")
    assert built.quads == built.added > 20
    assert kb.runs_stored() == ["a"]
    assert kb.warnings == []


def test_only_what_is_new_is_built(kb: Base) -> None:
    """What the inventory knows is not even read."""
    whole_tale("a").write(kb.folder)
    kb.build()
    whole_tale("b").write(kb.folder)

    built = [[one.run for one in kb.build()] for _ in range(2)]

    assert built == [["b"], []]
    assert kb.runs_stored() == ["a", "b"]


def test_a_growing_run_is_brought_up_to_date_by_the_difference(kb: Base) -> None:
    """A second epoch adds what it says, and takes away little of what was there."""
    tale = Tale("a")
    tale.train(20)
    tale.write(kb.folder)
    kb.build()
    tale.epoch(20)
    tale.write(kb.folder)

    (built,) = kb.build()

    assert 0 < built.added < built.quads / 5
    assert built.removed < 10


def test_building_bit_by_bit_gives_what_a_rebuild_gives(kb: Base) -> None:
    """Over eight builds of two logs that grow, by RDFC-1.0."""
    tales = [whole_tale("a", 4), whole_tale("b", 2)]
    for length in (2, 3, 6, 7, 9, 11, 13, 99):
        for tale in tales:
            tale.write(kb.folder, length)
        kb.build()
    bit_by_bit = digest(kb.stored())

    kb.rebuild()

    assert digest(kb.stored()) == bit_by_bit
    assert kb.warnings == []


def test_what_a_killed_bulk_load_left_is_put_right(kb: Base) -> None:
    """Half of a graph, out of an older reading of its log, that no inventory knows."""
    stale = Tale("b00")
    stale.train(1)
    stale.write(kb.folder)
    left = pipeline.quads_of(kb.folder, kb.settings, "b00")
    never = ox.Quad(left[0].subject, ox.NamedNode("x:p"), ox.Literal(""), left[0].graph_name)
    with EmbeddedStore.writer(kb.folder / "store") as store:
        store.load([*left[::2], never])
    for number in range(30):
        whole_tale(f"b{number:02}").write(kb.folder)

    kb.build()

    built = digest(kb.stored())
    kb.rebuild()
    assert built == digest(kb.stored())


def test_a_log_that_grows_while_it_is_read_stays_as_it_was_marked(kb: Base) -> None:
    """A graph takes several readings of a log, and all must see the same."""
    tale = Tale("a")
    folder = tale.write(kb.folder)
    files = told.with_lines(folder, told.marks(folder))
    before = list(told.events(folder, files, pytest.fail))
    tale.train(3)
    tale.write(kb.folder)

    after = list(told.events(folder, files, pytest.fail))

    assert after == before == tale.told[:2]


def test_what_is_stored_is_what_the_log_says(kb: Base) -> None:
    """Nothing is respelled on the way through the store."""
    whole_tale("a").write(kb.folder)
    kb.build()

    said = pipeline.quads_of(kb.folder, kb.settings, "a")

    assert digest(kb.stored()) == digest(said)


def test_a_killed_run_is_marked_interrupted_by_the_next_build(kb: Base) -> None:
    """At its last event, and without an end that nobody saw."""
    me = process.this_process()
    child = subprocess.Popen([sys.executable, "-c", ""])
    tale = Tale("a", process.Process(me.host, me.boot, child.pid, "1"))
    tale.train(1)
    tale.write(kb.folder)
    child.wait()

    (built,) = kb.build()

    predicates = {quad.predicate.value.rpartition("#")[2] for quad in kb.stored()
                  if quad.subject == Iris(kb.settings.base, "a").run}  # fmt: skip
    assert built.status == "interrupted"
    assert "lastEventAt" in predicates
    assert "endedAtTime" not in predicates
    assert kb.build() == []


def test_a_run_that_dies_between_two_builds_is_seen_to_be_dead(kb: Base) -> None:
    """Its log does not change by its death, and yet it is looked at again."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    me = process.this_process()
    began_in = process.Process(me.host, me.boot, child.pid, process._started(child.pid))
    Tale("a", began_in).write(kb.folder)
    before = kb.build()
    child.kill()
    child.communicate()

    after = kb.build()

    assert [one.status for one in (*before, *after)] == ["running", "interrupted"]


def test_a_run_whose_log_was_removed_leaves_the_store(kb: Base) -> None:
    """The log is the truth."""
    for run in ("a", "b"):
        whole_tale(run).write(kb.folder)
    kb.build()
    shutil.rmtree(kb.folder / "logs" / "a")

    kb.build()

    assert kb.runs_stored() == ["b"]


def test_an_empty_knowledge_base_can_be_asked(kb: Base) -> None:
    """It answers that there is nothing."""
    with pipeline.reading(kb.folder, kb.settings) as store:
        assert runs_in(store) == []


def test_another_base_gives_other_names(kb: Base) -> None:
    """BASE can change: the logs refer to nothing by it."""
    whole_tale("a").write(kb.folder)
    kb.build()
    moved = msgspec.structs.replace(kb.settings, base="https://new.example/kb/")

    pipeline.build(kb.folder, moved, kb.warnings.append)

    with EmbeddedStore.reader(kb.folder / "store") as store:
        assert [graph.value for graph in store.graphs()] == ["https://new.example/kb/run/a/graph"]


def test_another_ontology_makes_the_store_afresh(kb: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    """No store holds graphs of an ontology that is not this software's."""
    whole_tale("a").write(kb.folder)
    kb.build()
    later = ox.NamedNode("https://w3id.org/dlprov-rdf/ontology/99.0.0")

    monkeypatch.setattr(vocabulary, "ONTOLOGY", later)
    kb.build()

    with EmbeddedStore.reader(kb.folder / "store") as store:
        (graph,) = store.graphs()
        told = [
            q.object for q in store.graph(graph) if q.predicate == vocabulary.DCTERMS_CONFORMS_TO
        ]
    assert told == [later]


def test_progress_is_told_run_by_run(kb: Base) -> None:
    """For a bar on a terminal."""
    for run in "abc":
        whole_tale(run).write(kb.folder)
    heard: list[tuple[int, int]] = []

    pipeline.build(kb.folder, kb.settings, on_progress=lambda *done: heard.append(done))

    assert heard == [(1, 3), (2, 3), (3, 3)]


def test_runs_are_listed_newest_first_with_their_states(kb: Base) -> None:
    """Those that are not built yet and the quarantined ones too."""
    whole_tale("a").write(kb.folder)
    cut_off(kb, "b")
    kb.build()
    later = Tale("c")
    later.told[1] = msgspec.structs.replace(later.told[1], at=later.told[1].at + 10**12)
    later.write(kb.folder)

    listed = pipeline.runs(kb.folder, kb.settings)

    facts = {run.id: (run.status, run.quarantined) for run in listed}
    assert listed[0].id == "c"
    assert listed[0].started == "2026-01-01T10:16:41.000Z"
    assert facts == {
        "a": ("completed", False),
        "b": ("completed", True),
        "c": ("running", False),
    }
    assert {run.id: run.lost for run in listed} == {"a": 0, "b": 5, "c": 0}
