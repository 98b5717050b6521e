# SPDX-License-Identifier: Apache-2.0
"""One writer, readers beside it: tried with real processes, and with kill -9."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from programs_started import Start, programs
from versions_published import GRAPH, published, quad, values

from dlprov_rdf.errors import StoreBusy
from dlprov_rdf.store.embedded import EmbeddedStore

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


@pytest.fixture
def start() -> Iterator[Start]:
    """Start Python programs, and end those that are left."""
    with programs() as begun:
        yield begun


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
