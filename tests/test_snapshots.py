# SPDX-License-Identifier: Apache-2.0
"""One writer, readers beside it: tried with real processes, and with kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from dlprov_rdf.errors import FaultyQuery, NothingBuilt, StoreBusy, StoreCorrupt, StoreUnwritable
from dlprov_rdf.store import layers
from dlprov_rdf.store.base import Rows
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.layers import Layers

GRAPH = NamedNode("https://lab.example/run/1/graph")
VERSION = NamedNode("https://lab.example/version")
EVERY = "SELECT DISTINCT ?v { ?s ?p ?v }"

#: Publishes version after version, each of 50 quads that all say the version.
WRITER = """
import sys
from pathlib import Path
from pyoxigraph import Literal, NamedNode, Quad
from dlprov_rdf.store.embedded import EmbeddedStore

graph = NamedNode("https://lab.example/run/1/graph")
version = NamedNode("https://lab.example/version")
store = EmbeddedStore.writer(Path(sys.argv[1]), wait=10)
for turn in range(int(sys.argv[2])):
    said = [Quad(NamedNode(f"x:{n}"), version, Literal(turn), graph) for n in range(50)]
    store.replace(graph, said)
    store.write_note(f'{{"turn": {turn}}}')
    store.publish()
    print(turn, flush=True)
print("done", flush=True)
if len(sys.argv) > 3:
    sys.stdin.read()
"""

#: Opens snapshot after snapshot, and says every version that it saw in each.
READER = """
import sys, time
from pathlib import Path
from dlprov_rdf.store.embedded import EmbeddedStore

until = time.monotonic() + float(sys.argv[2])
while time.monotonic() < until:
    with EmbeddedStore.reader(Path(sys.argv[1])) as store:
        rows = list(store.query("SELECT ?v (COUNT(*) AS ?n) { ?s ?p ?v } GROUP BY ?v"))
        print(*(f"{row[0].value}:{row[1].value}" for row in rows), flush=True)
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start Python programs, and end those that are left."""
    started: list[subprocess.Popen[str]] = []

    def start_one(program: str, *args: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", program, *map(str, args)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def quad(value: object) -> Quad:
    """Make a quad that says a value."""
    return Quad(NamedNode("x:0"), VERSION, Literal(value), GRAPH)


def published(folder: Path, value: object = "old") -> None:
    """Publish a store that says one value."""
    with EmbeddedStore.writer(folder) as store:
        store.replace(GRAPH, [quad(value)])
        store.write_note("{}")
        store.publish()


def values(store: EmbeddedStore) -> list[str]:
    """Read which values a store says."""
    rows = store.query(EVERY)
    assert isinstance(rows, Rows)
    return sorted(row[0].value for row in rows)  # type: ignore[union-attr]


def lines_of(process: subprocess.Popen[str]) -> list[str]:
    """Wait for a program, and read what it said."""
    out, fault = process.communicate(timeout=60)
    assert process.returncode == 0, fault
    return out.splitlines()


def test_readers_beside_a_writer_see_whole_versions_only(tmp_path: Path, start: Start) -> None:
    """Three processes read 1.5 s long while one publishes 60 versions."""
    published(tmp_path, -1)
    readers = [start(READER, tmp_path, 1.5) for _ in range(3)]
    writer = start(WRITER, tmp_path, 60)

    seen = [line for reader in readers for line in lines_of(reader)]
    lines_of(writer)

    assert len(set(seen)) > 3
    assert set(seen) <= {"-1:1", *(f"{turn}:50" for turn in range(60))}


def test_a_reader_keeps_its_view_while_newer_ones_are_published(tmp_path: Path) -> None:
    """A snapshot does not move under its reader."""
    published(tmp_path, "old")
    with EmbeddedStore.reader(tmp_path) as reader:
        for turn in range(5):
            published(tmp_path, f"new {turn}")

        assert values(reader) == ["old"]


def test_what_was_not_published_is_not_seen(tmp_path: Path) -> None:
    """Though it is in the store."""
    published(tmp_path, "old")
    with EmbeddedStore.writer(tmp_path) as writer, EmbeddedStore.reader(tmp_path) as reader:
        writer.replace(GRAPH, [quad("new")])

        assert values(reader) == ["old"]


def test_old_snapshots_go_when_nobody_reads_them(tmp_path: Path) -> None:
    """Those that are read stay, one newest beside them."""
    published(tmp_path, "old")
    with EmbeddedStore.reader(tmp_path):
        for turn in range(5):
            published(tmp_path, turn)
        beside_a_reader = len(list((tmp_path / "snapshots").iterdir()))

    published(tmp_path, "newest")

    assert beside_a_reader == 2
    assert len(list((tmp_path / "snapshots").iterdir())) == 1


def test_a_reader_cannot_change_anything(tmp_path: Path) -> None:
    """Neither by a query nor by a call."""
    published(tmp_path)
    with EmbeddedStore.reader(tmp_path) as reader:
        with pytest.raises(FaultyQuery):
            reader.query("DROP ALL")
        with pytest.raises(StoreUnwritable):
            reader.replace(GRAPH, [quad("new")])


@pytest.mark.parametrize("pointer", ["live", "current"])
@pytest.mark.parametrize("damage", [b"\xff", b"..", b"a\0b", b"../elsewhere", b""])
def test_a_pointer_that_is_damaged_leads_nowhere(
    tmp_path: Path, pointer: str, damage: bytes
) -> None:
    """Nor out of the folder; the next writer points anew."""
    folder = tmp_path / "store"
    (tmp_path / "elsewhere").mkdir()
    published(folder)
    (folder / pointer).write_bytes(damage)

    published(folder, "new")

    with EmbeddedStore.reader(folder) as store:
        assert values(store) == ["new"]
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_in_the_place_of_the_store_is_said(tmp_path: Path) -> None:
    """It holds nothing, and takes nothing."""
    folder = tmp_path / "store"
    folder.touch()

    with pytest.raises(NothingBuilt):
        EmbeddedStore.reader(folder)
    with pytest.raises(StoreUnwritable):
        EmbeddedStore.writer(folder)


def test_a_writer_that_cannot_begin_says_so_and_lets_go(tmp_path: Path) -> None:
    """Whoever asks then reads the newest snapshot."""
    published(tmp_path)
    (tmp_path / "live").unlink()
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "full").touch()

    for _ in range(2):
        with pytest.raises(StoreUnwritable):
            EmbeddedStore.writer(tmp_path)


def test_reading_before_anything_was_built_says_so(tmp_path: Path) -> None:
    """And what to type."""
    with pytest.raises(NothingBuilt):
        EmbeddedStore.reader(tmp_path / "store")


def test_a_reader_tells_how_old_its_snapshot_is(tmp_path: Path) -> None:
    """By when it was last known to be up to date."""
    published(tmp_path)
    an_hour_ago = time.time() - 3600
    os.utime(tmp_path / "current", (an_hour_ago, an_hour_ago))

    with EmbeddedStore.reader(tmp_path) as reader:
        assert reader.age == pytest.approx(3600, abs=60)


def test_a_snapshot_found_unchanged_is_young_again(tmp_path: Path) -> None:
    """Nothing new is news too."""
    published(tmp_path)
    os.utime(tmp_path / "current", (0, 0))

    with EmbeddedStore.writer(tmp_path) as writer:
        writer.publish_unchanged()

    with EmbeddedStore.reader(tmp_path) as reader:
        assert reader.age < 60


def test_what_a_killed_writer_did_not_publish_is_published_by_the_next(tmp_path: Path) -> None:
    """Though the next finds nothing new."""
    published(tmp_path, "old")
    with EmbeddedStore.writer(tmp_path) as killed:
        killed.replace(GRAPH, [quad("new")])
        killed.write_note('{"new": true}')

    with EmbeddedStore.writer(tmp_path) as writer:
        writer.publish_unchanged()

    with EmbeddedStore.reader(tmp_path) as reader:
        assert values(reader) == ["new"]


def test_a_second_writer_is_told_who_the_first_is(tmp_path: Path, start: Start) -> None:
    """By its pid."""
    first = start(WRITER, tmp_path, 1, "stay")
    assert first.stdout is not None
    while first.stdout.readline() != "done\n":
        pass

    with pytest.raises(StoreBusy) as caught:
        EmbeddedStore.writer(tmp_path)

    assert f"process {first.pid} " in str(caught.value)


def test_a_second_writer_may_wait(tmp_path: Path, start: Start) -> None:
    """It begins when the first is gone, however that went."""
    first = start(WRITER, tmp_path, 1, "stay")
    assert first.stdout is not None
    while first.stdout.readline() != "done\n":
        pass
    second = start(WRITER, tmp_path, 2)

    time.sleep(0.3)
    first.kill()

    assert lines_of(second) == ["0", "1", "done"]


@pytest.mark.parametrize("after", [0.02, 0.05, 0.1, 0.2])
def test_a_writer_killed_in_the_middle_leaves_a_whole_store(
    tmp_path: Path, start: Start, after: float
) -> None:
    """Readers see a whole version, and the next writer goes on without a rebuild."""
    published(tmp_path, -1)
    writer = start(WRITER, tmp_path, 10_000)
    assert writer.stdout is not None
    writer.stdout.readline()
    time.sleep(after)

    writer.send_signal(signal.SIGKILL)
    writer.wait()

    with EmbeddedStore.reader(tmp_path) as reader:
        assert len(values(reader)) == 1
    with EmbeddedStore.writer(tmp_path) as store:
        assert len({quad.object for quad in store.graph(GRAPH)}) == 1
        store.publish()
    assert len(list((tmp_path / "snapshots").iterdir())) == 1


def test_a_store_made_afresh_is_seen_only_when_published(tmp_path: Path) -> None:
    """Until then the old one stays, and then it goes."""
    published(tmp_path, "old")
    with EmbeddedStore.afresh(tmp_path) as store:
        store.replace(GRAPH, [quad("new")])
        with EmbeddedStore.reader(tmp_path) as reader:
            before = values(reader)
        store.publish()

    with EmbeddedStore.reader(tmp_path) as reader, EmbeddedStore.writer(tmp_path) as writer:
        assert (before, values(reader), values(writer)) == (["old"], ["new"], ["new"])
    assert len(list(tmp_path.glob("live-*"))) == 1


def test_a_store_made_afresh_and_given_up_leaves_the_old_one(tmp_path: Path) -> None:
    """For the next writer too."""
    published(tmp_path, "old")

    with EmbeddedStore.afresh(tmp_path) as store:
        store.replace(GRAPH, [quad("new")])

    with EmbeddedStore.writer(tmp_path) as writer:
        assert values(writer) == ["old"]


def test_a_note_goes_with_each_snapshot(tmp_path: Path) -> None:
    """So that a reader knows what it reads."""
    with EmbeddedStore.writer(tmp_path) as store:
        store.write_note('{"runs": 1}')
        store.publish()

    (snapshot,) = (tmp_path / "snapshots").iterdir()
    assert (snapshot / "built.json").read_text() == '{"runs": 1}'


@pytest.mark.parametrize(("way", "compacted"), [("load", 2), ("replace", 3)])
def test_a_store_of_which_much_is_new_is_compacted(
    way: str, compacted: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look-up goes through every layer of files that writing leaves.

    Four builds change 1,000 quads each, or, from the second on, replace them: 2,000.
    """
    compactions: list[int] = []
    settle = Layers.settle

    def watched(self: Layers, compact: Callable[[], object], count: Callable[[], int]) -> None:
        def compact_and_tell() -> None:
            compact()
            compactions.append(count())

        settle(self, compact_and_tell, count)

    def build_four_times(folder: Path) -> None:
        for turn in range(4):
            with EmbeddedStore.writer(folder) as store:
                said = [quad(f"{turn} {number}") for number in range(1000)]
                if way == "load":
                    store.load(said)
                else:
                    store.replace(GRAPH, said)
                store.write_note("{}")
                store.publish()

    monkeypatch.setattr(Layers, "settle", watched)
    build_four_times(tmp_path / "few")
    assert compactions == []
    monkeypatch.setattr(layers, "MUCH", 2000)
    build_four_times(tmp_path / "many")

    assert len(compactions) == compacted


def garbled(pattern: str) -> Callable[[Path], None]:
    """Damage files."""

    def garble(quads: Path) -> None:
        for path in quads.glob(pattern):
            path.write_bytes(b"garbage")

    return garble


def emptied(quads: Path) -> None:
    """Remove every file."""
    for path in quads.iterdir():
        path.unlink()


@pytest.mark.parametrize("damage", [garbled("MANIFEST*"), garbled("CURRENT"), emptied])
def test_a_damaged_store_is_said_to_be_damaged(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """To a reader and to a writer, and never silently made empty."""
    published(tmp_path)
    for quads in [*tmp_path.glob("live-*/quads"), *tmp_path.glob("snapshots/*/quads")]:
        damage(quads)

    with pytest.raises(StoreCorrupt):
        EmbeddedStore.reader(tmp_path)
    with EmbeddedStore.writer(tmp_path) as writer, pytest.raises(StoreCorrupt):
        writer.count()
