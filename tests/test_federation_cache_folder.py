# SPDX-License-Identifier: Apache-2.0
"""What is kept of labs' graphs stays small and whole, whatever happens to its folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
from labs_kept import (
    ALL,
    RUNS,
    P,
    fetched,
    folder,
    hold,
    labs,
    running,
    said,
    size,
)
from oxigraph_served import Served
from parts import require
from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from small_graph import BASE

from dlprov_rdf.ask.answer import Answer
from dlprov_rdf.errors import FaultyCacheLimit
from dlprov_rdf.events.contents import content
from dlprov_rdf.graph import canonical
from dlprov_rdf.kb.labs import open_labs
from dlprov_rdf.store import entries
from dlprov_rdf.store.kept import Graph, Kept

require("rdflib")
require("oxigraph")


__all__ = ["folder", "labs", "running"]  # fixtures


@pytest.mark.parametrize("torn", [b"", b"torn"])
def test_a_damaged_file_is_fetched_again(
    labs: tuple[Served, Served], folder: Path, torn: bytes
) -> None:
    """Cut off, or altered; the rest is taken as it is."""
    fetched(*labs)
    for store in folder.glob("*.store"):
        shutil.rmtree(store)
    damaged = next(folder.glob("*.nq"))
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2] + torn)

    answer = fetched(*labs)

    assert damaged.read_bytes() == whole
    assert "from the cache" in said(answer)


def test_a_damaged_store_is_made_anew(labs: tuple[Served, Served], folder: Path) -> None:
    """Out of the graphs' files, which are not fetched again; so is one that lacks a part."""
    fetched(*labs)
    [store] = folder.glob("*.store")
    for damage in (
        lambda: max(store.glob("quads/*.sst"), key=size).write_bytes(b"torn"),
        (store / "sums").unlink,
        (store / "lock").unlink,
        lambda: shutil.rmtree(store / "quads"),
    ):
        damage()

        answer = fetched(*labs)

        assert said(answer).startswith("whole graphs: 2 fetched")
        assert (store / "quads" / "CURRENT").exists()


def test_no_more_is_kept_than_may_be(
    labs: tuple[Served, Served], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever does not fit is fetched each time, and the rows are the same."""
    needed = sum(len(canonical.canonical(run)) for run in RUNS)
    for limit in (0, 100, needed // 2, needed + 1):
        monkeypatch.setenv("DLPROV_CACHE_BYTES", str(limit))

        for _ in range(2):
            fetched(*labs)

            assert size(folder) <= limit


def test_what_was_not_used_for_the_longest_time_goes_first(folder: Path) -> None:
    """But nothing that the question needs, though it is the oldest."""
    told = [
        b"".join(b"<s> <p> <%d> <g> .\n" % (one * 100 + i) for i in range(9)) for one in range(4)
    ]
    graphs_ = [Graph("g", content(sha256(one).digest()), 9) for one in told]
    limit = sum(len(one) for one in told[:3])
    for age, (graph, one) in enumerate(zip(graphs_[:3], told, strict=False)):
        before = Kept(folder, limit)
        assert before.keep(graph, one)
        os.utime(before._path(graph), (age, age))

    kept = Kept(folder, limit)
    assert kept.size(graphs_[0]) == len(told[0])
    os.utime(kept._path(graphs_[0]), (0, 0))
    assert kept.keep(graphs_[3], told[3])

    assert [Kept(folder, limit).read(one) for one in graphs_] == [told[0], None, *told[2:]]
    assert not kept.keep(Graph("g", "large", 1), b"x" * limit)
    assert kept.read(graphs_[0]) == told[0]


def test_a_store_that_somebody_reads_does_not_go(labs: tuple[Served, Served], folder: Path) -> None:
    """It would be gone below their questions."""
    fetched(*labs)
    [store] = folder.glob("*.store")
    reader = entries.hold(store)
    assert reader is not None

    refused = entries.remove(store)
    reader.close()

    assert not refused
    assert entries.remove(store)
    assert not store.exists()


def test_what_a_killed_process_has_left_goes(folder: Path) -> None:
    """After a while, for it may be another's that is at it."""
    folder.mkdir(parents=True)
    for name in ("old", "new"):
        (folder / f".draft-{name}").write_bytes(b"half")
    os.utime(folder / ".draft-old", (1, 1))

    entries.entries(folder)

    assert [path.name for path in folder.iterdir()] == [".draft-new"]


def test_where_nothing_can_be_kept_it_is_said_and_answered(
    labs: tuple[Served, Served], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home that is read only is no fault."""
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    answer = fetched(*labs)

    assert [note for note in answer.notes if note.startswith("nothing is kept for the next time")]
    assert len(answer.notes) == 2


def test_graphs_with_blank_nodes_are_not_kept(labs: tuple[Served, Served], folder: Path) -> None:
    """Two graphs share one, which they would not if each came by itself."""
    blank, names = BlankNode(), [NamedNode(f"{BASE}run/{one}/graph") for one in "xy"]
    shared = [[Quad(blank, P, Literal(name.value), name)] for name in names]
    hold(labs[0], shared, f"{BASE}a/")
    hold(labs[1], RUNS[:1], f"{BASE}b/")
    both = "SELECT ?x { GRAPH <%s> { ?x ?p ?a } GRAPH <%s> { ?x ?p ?b } }"

    for _ in range(2):
        with open_labs([lab.address for lab in labs], fetch=True) as asked:
            answer = asked.sparql(both % tuple(name.value for name in names))

        assert isinstance(answer, Answer)
        assert len(answer.terms) == 1
        assert [note for note in answer.notes if "blank nodes" in note]
    assert len(list(folder.glob("*.nq"))) == 1


def test_a_user_without_a_home_is_answered(
    labs: tuple[Served, Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container, whose user is nobody."""
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)

    answer = fetched(*labs)

    assert [note for note in answer.notes if note.startswith("nothing is kept for the next time")]


def test_a_limit_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is asked."""
    monkeypatch.setenv("DLPROV_CACHE_BYTES", "2 GB")

    with pytest.raises(FaultyCacheLimit, match="'2 GB'"), open_labs([], fetch=True):
        pass


def test_processes_at_once_and_killed_ones_do_no_harm(
    labs: tuple[Served, Served], tmp_path: Path
) -> None:
    """Two at once, then one that is killed on the way: the rows are right each time."""
    where = [part for lab in labs for part in ("--endpoint", lab.address)]
    command = [sys.executable, "-m", "dlprov_rdf", "sparql", ALL, *where, "--fetch"]
    command += ["--format", "csv"]

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
        )

    both = [start() for _ in range(2)]
    told = [one.communicate() for one in both]
    shutil.rmtree(tmp_path / "dlprov-rdf")
    killed = start()
    until = time.monotonic() + 20
    while not list((tmp_path / "dlprov-rdf").glob("graphs/*.nq")) and time.monotonic() < until:
        time.sleep(0.001)
    killed.kill()
    killed.communicate()

    assert [one.returncode for one in both] == [0, 0]
    assert told[0][0] == told[1][0] == fetched(*labs).to_csv().replace("\r\n", "\n")
    assert "whole graphs: " in told[0][1]
