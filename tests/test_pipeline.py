# SPDX-License-Identifier: Apache-2.0
"""From logs to a store that can be asked, whatever happens on the way."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyoxigraph as ox
import pytest
from told_runs import Tale, digest, whole_tale, write

from dlprov_rdf import log, pipeline, process, settings
from dlprov_rdf.errors import StoreBusy
from dlprov_rdf.events import DataSeen, RunEnded
from dlprov_rdf.graph import vocabulary
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.graph.quads import run_quads
from dlprov_rdf.pipeline import building, told
from dlprov_rdf.settings import Settings
from dlprov_rdf.store.base import Rows, Store
from dlprov_rdf.store.embedded import EmbeddedStore

RUNS = "SELECT DISTINCT ?r { ?r a <https://w3id.org/dlprov-rdf/ontology#WorkflowRun> } ORDER BY ?r"

#: Opens the knowledge base as a command would, and says how many runs it sees.
ASKER = """
import sys
from pathlib import Path
from dlprov_rdf import pipeline, settings

kb = Path(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with pipeline.reading(kb, settings.load(kb)) as store:
        print(len(list(store.graphs())), flush=True)
"""

BUILDER = """
import sys
from pathlib import Path
from dlprov_rdf import pipeline, settings

kb = Path(sys.argv[1])
print("begun", flush=True)
getattr(pipeline, sys.argv[2])(kb, settings.load(kb))
"""


class Base:
    """A knowledge base in a test, and every warning that was told of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings: Settings = settings.make(folder)
        self.warnings: list[str] = []

    def build(self) -> list[pipeline.Built]:
        """Bring the store up to date."""
        return pipeline.build(self.folder, self.settings, self.warnings.append)

    def rebuild(self) -> list[pipeline.Built]:
        """Make the store afresh."""
        return pipeline.rebuild(self.folder, self.settings, self.warnings.append)

    def stored(self) -> list[ox.Quad]:
        """Give all that the newest snapshot holds."""
        with EmbeddedStore.reader(self.folder / "store") as store:
            return [quad for graph in store.graphs() for quad in store.graph(graph)]

    def runs_stored(self) -> list[str]:
        """Tell which runs the newest snapshot holds, by the ends of their names."""
        with EmbeddedStore.reader(self.folder / "store") as store:
            return runs_in(store)

    def quarantine(self, run: str) -> Path:
        """Tell where a run's quarantine is."""
        return self.folder / "quarantine" / run


def runs_in(store: Store) -> list[str]:
    """Tell which runs a store holds, by the ends of their names."""
    rows = store.query(RUNS)
    assert isinstance(rows, Rows)
    return [str(row[0]).rstrip(">").rpartition("/")[2] for row in rows]


@pytest.fixture
def kb(tmp_path: Path) -> Base:
    """An empty knowledge base."""
    return Base(tmp_path / "kb")


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start Python programs, and end those that are left."""
    started: list[subprocess.Popen[str]] = []

    def start_one(program: str, *args: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", program, *map(str, args)]
        process_ = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        started.append(process_)
        return process_

    yield start_one
    for process_ in started:
        process_.kill()
        process_.communicate()


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


def cut_off(kb: Base, run: str) -> None:
    """Write a log whose first lines are lost: nobody knows what the run was or when it began."""
    write(kb.folder, run, whole_tale(run).told[5:])


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


def test_a_run_whose_log_was_removed_leaves_the_store(kb: Base) -> None:
    """The log is the truth."""
    for run in ("a", "b"):
        whole_tale(run).write(kb.folder)
    kb.build()
    shutil.rmtree(kb.folder / "logs" / "a")

    kb.build()

    assert kb.runs_stored() == ["b"]


def garbage(path: Path) -> None:
    """Damage a file."""
    path.write_bytes(b"garbage")


DAMAGES: dict[str, Callable[[Path], None]] = {
    "manifest": lambda store: [garbage(p) for p in store.glob("*/**/MANIFEST*")],  # type: ignore[dict-item, return-value]
    "tables": lambda store: [garbage(p) for p in store.glob("*/**/*.sst")],  # type: ignore[dict-item, return-value]
    "quads gone": lambda store: [shutil.rmtree(p) for p in store.glob("live-*/quads")],  # type: ignore[dict-item, return-value]
    "inventory": lambda store: [garbage(p) for p in store.glob("live-*/built.json")],  # type: ignore[dict-item, return-value]
    "pointer": lambda store: (store / "live").write_bytes(b""),  # type: ignore[dict-item, return-value]
    "all": shutil.rmtree,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_is_restored_from_the_logs(kb: Base, damage: str) -> None:
    """The next build that has anything to do makes it whole, and says so."""
    whole_tale("a").write(kb.folder)
    kb.build()
    DAMAGES[damage](kb.folder / "store")
    whole_tale("b").write(kb.folder)

    kb.build()

    assert kb.runs_stored() == ["a", "b"]
    if damage in {"manifest", "quads gone"}:
        assert any("afresh from the logs" in words for words in kb.warnings)


def test_a_damaged_snapshot_is_restored_when_it_is_read(kb: Base) -> None:
    """Though nothing is new."""
    whole_tale("a").write(kb.folder)
    kb.build()
    DAMAGES["manifest"](kb.folder / "store")

    with pipeline.reading(kb.folder, kb.settings, kb.warnings.append) as store:
        assert runs_in(store) == ["a"]

    assert any("afresh from the logs" in words for words in kb.warnings)


@pytest.mark.parametrize("how", ["build", "rebuild"])
@pytest.mark.parametrize("after", [0.05, 0.2, 0.5])
def test_a_killed_build_is_made_good_by_the_next(
    kb: Base, start: Start, how: str, after: float
) -> None:
    """Until then readers see what was published before, whole."""
    whole_tale("a").write(kb.folder)
    kb.build()
    for number in range(60):
        whole_tale(f"b{number:02}").write(kb.folder)
    building = start(BUILDER, kb.folder, how)
    assert building.stdout is not None
    building.stdout.readline()
    time.sleep(after)

    building.send_signal(signal.SIGKILL)
    building.wait()

    seen = len(kb.runs_stored())
    kb.build()
    bit_by_bit = digest(kb.stored())
    kb.rebuild()
    assert seen in {1, 61}
    assert digest(kb.stored()) == bit_by_bit
    assert len(list((kb.folder / "store").glob("live-*"))) == 1


def test_several_processes_may_ask_while_a_run_is_written(kb: Base, start: Start) -> None:
    """None fails, and none waits for the training, which waits for nobody."""
    tale = Tale("a")
    tale.train(1)
    path = tale.write(kb.folder) / "events.jsonl"
    askers = [start(ASKER, kb.folder, 4) for _ in range(3)]
    while any(asker.poll() is None for asker in askers):
        before = len(tale.told)
        tale.epoch(before)
        with path.open("ab") as file:  # appended to, as a log is
            file.writelines(log.encode(event) + b"\n" for event in tale.told[before:])
        time.sleep(0.02)

    answers = [asker.communicate() for asker in askers]

    assert [faults for _, faults in answers] == ["", "", ""]
    assert {answer for answer, _ in answers} == {"1\n" * 4}


def test_who_asks_while_another_builds_gets_the_newest_snapshot(kb: Base) -> None:
    """And is told how old it is, and who is building."""
    whole_tale("a").write(kb.folder)
    kb.build()
    whole_tale("b").write(kb.folder)

    with (
        EmbeddedStore.writer(kb.folder / "store"),
        pipeline.reading(kb.folder, kb.settings, kb.warnings.append) as store,
    ):
        seen = runs_in(store)

    assert seen == ["a"]
    assert any(
        "is bringing the store up to date" in words and "s ago" in words for words in kb.warnings
    )


def test_a_build_beside_another_says_who_that_is(kb: Base) -> None:
    """After it waited as long as it was told to."""
    with EmbeddedStore.writer(kb.folder / "store"), pytest.raises(StoreBusy, match="process"):
        pipeline.build(kb.folder, kb.settings, wait=0.1)


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
