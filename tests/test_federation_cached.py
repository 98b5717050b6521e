# SPDX-License-Identifier: Apache-2.0
"""Whole graphs are fetched once: the next time only what is new comes, and the rows are right."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from fuseki_started import Fuseki
from labs_dealt import embedded, graphs, holdings
from oxigraph_served import Served, served
from parts import require
from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from small_graph import BASE
from test_federation_oracle import (
    HARD,
    NAMES,
    answer_of_the_whole,
    asked,
    rows,
    rows_of_the_whole,
)
from told_runs import whole_tale

from dlprov_rdf.ask import questions
from dlprov_rdf.ask.answer import Answer
from dlprov_rdf.ask.federate import Federation
from dlprov_rdf.ask.federating import held
from dlprov_rdf.ask.federating.labs import Lab
from dlprov_rdf.ask.federating.strategies import WholeGraphs
from dlprov_rdf.errors import FaultyCacheLimit, NoLabAnswered, ServiceTooSlow
from dlprov_rdf.events.contents import content
from dlprov_rdf.graph import canonical, catalogue
from dlprov_rdf.graph.catalogue import Held
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.kb.labs import open_labs
from dlprov_rdf.settings import Settings, make
from dlprov_rdf.store import entries
from dlprov_rdf.store.base import Rows
from dlprov_rdf.store.kept import Graph, Kept
from dlprov_rdf.store.merged import MergedStore

require("rdflib")
require("oxigraph")

#: Some runs, the smaller ones first; beside the smallest of all, catalogues would be large.
RUNS = sorted((list(quads) for quads in graphs().values()), key=len)[6:12]

ALL = "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o"
#: What somebody else put beside the runs.
P = NamedNode("https://example.org/p")
STRANGE = Quad(P, P, Literal("as it was"), NamedNode("https://example.org/strange"))

UNITED = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Served, Served]]:
    """Two services that tests share."""
    with served() as one, served() as other:
        yield one, other


@pytest.fixture
def labs(running: tuple[Served, Served]) -> tuple[Served, Served]:
    """Two labs: runs 0 to 3 at one, 3 to 5 at the other, each with its catalogue."""
    hold(running[0], RUNS[:4], f"{BASE}a/")
    hold(running[1], RUNS[3:], f"{BASE}b/")
    return running


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache of a user of this test alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("DLPROV_CACHE_BYTES", raising=False)
    return tmp_path / "dlprov-rdf" / "graphs"


class Traffic:
    """What queries services were asked, and how much they answered."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self._answers: list[httpx.Response] = []
        send = httpx.Client.send

        def watched(client: httpx.Client, request: httpx.Request, **more: object) -> httpx.Response:
            answer = send(client, request, **more)  # type: ignore[arg-type]
            if request.method == "POST":
                self.asked.append(request.content.decode())
                self._answers.append(answer)
            return answer

        monkeypatch.setattr(httpx.Client, "send", watched)

    @property
    def bytes(self) -> int:
        """The bytes of the answers."""
        return sum(answer.num_bytes_downloaded for answer in self._answers)

    def of(self, graph: list[Quad]) -> list[str]:
        """Give the requests that name a graph."""
        return [words for words in self.asked if str(graph[0].graph_name) in words]


@pytest.fixture
def traffic(monkeypatch: pytest.MonkeyPatch) -> Traffic:
    """Watch what is asked."""
    return Traffic(monkeypatch)


def listed(runs: Iterable[list[Quad]], base: str, revision: int = 1) -> list[Quad]:
    """Give the catalogue of runs."""
    entries_ = {name_of(run): Held(canonical.digest(run), revision) for run in runs}
    return [*catalogue.catalogue_quads(Settings(base=base)), *catalogue.entry_quads(base, entries_)]


def name_of(run: list[Quad]) -> NamedNode:
    """Name the graph of a run."""
    name = run[0].graph_name
    assert isinstance(name, NamedNode)
    return name


def hold(service: Served, runs: Sequence[list[Quad]], base: str, *others: Quad) -> None:
    """Let a service hold runs, with their catalogue, and what is not in it."""
    service.load([*listed(runs, base), *(quad for run in runs for quad in run), *others])


def fetched(*services: Served) -> Answer:
    """Ask for everything, by ``--fetch``; it must be what the services hold."""
    with open_labs([service.address for service in services], fetch=True) as labs:
        answer = labs.sparql(ALL)
        united = labs.sparql(UNITED)
    together = MergedStore()
    for service in services:
        together.fill(service.quads())
    assert isinstance(answer, Answer)
    assert isinstance(united, Answer)
    assert list(answer.terms) == list(together.query(ALL))  # type: ignore[arg-type]
    assert list(united.terms) == list(together.query(UNITED))  # type: ignore[arg-type]
    return answer


def size(folder: Path) -> int:
    """Count the bytes of a file, or of all in a folder."""
    return entries.size(folder)


def said(answer: Answer) -> str:
    """Give what is said of the cache."""
    [words] = [note for note in answer.notes if note.startswith("whole graphs")]
    return words


def test_what_was_fetched_is_not_fetched_again(
    labs: tuple[Served, Served], traffic: Traffic
) -> None:
    """Only the catalogues come again; no request names a graph that they tell of."""
    first = fetched(*labs)
    moved, traffic.asked[:] = traffic.bytes, []
    second = fetched(*labs)

    assert said(first).startswith("whole graphs: 9 fetched")
    assert "0 from the cache (0.0 MB)" in said(first)
    assert said(second).startswith("whole graphs: 2 fetched")
    assert "7 from the cache" in said(second)
    assert not [words for run in RUNS for words in traffic.of(run)]
    assert traffic.bytes - moved < moved / 2


def test_what_is_taken_from_the_cache_was_not_asked_for(
    labs: tuple[Served, Served], folder: Path
) -> None:
    """And one file holds what two labs hold."""
    fetched(*labs)

    files = {path.read_bytes() for path in folder.glob("*.nq")}

    assert len(list(folder.glob("*.nq"))) == len(RUNS)
    assert files == {canonical.canonical(run) for run in RUNS}


def test_a_run_that_was_replaced_is_fetched_again_alone(
    labs: tuple[Served, Served], traffic: Traffic
) -> None:
    """The others stay; so does the old one, until there is no room."""
    fetched(*labs)
    changed = [*RUNS[1][1:], Quad(RUNS[1][0].subject, P, Literal("new"), name_of(RUNS[1]))]
    hold(labs[0], [RUNS[0], changed, *RUNS[2:4]], f"{BASE}a/")
    traffic.asked.clear()

    answer = fetched(*labs)

    assert said(answer).startswith("whole graphs: 3 fetched")
    assert traffic.of(changed)
    assert not [words for run in (RUNS[0], *RUNS[2:]) for words in traffic.of(run)]


def test_a_run_that_was_pruned_is_gone(labs: tuple[Served, Served]) -> None:
    """Though it is still in the cache, and comes from there when it is pushed again."""
    fetched(*labs)
    hold(labs[0], RUNS[:2], f"{BASE}a/")
    pruned = fetched(*labs)
    hold(labs[0], RUNS[:4], f"{BASE}a/")
    again = fetched(*labs)

    assert str(RUNS[2][0].graph_name) not in str(pruned.terms)
    assert said(again).startswith("whole graphs: 2 fetched")


def test_a_graph_that_no_catalogue_tells_of_is_asked_for_each_time(
    labs: tuple[Served, Served], traffic: Traffic
) -> None:
    """Nothing would say that it has changed."""
    hold(labs[0], RUNS[:4], f"{BASE}a/", STRANGE)
    fetched(*labs)
    other = Quad(STRANGE.subject, STRANGE.predicate, Literal("changed"), STRANGE.graph_name)
    hold(labs[0], RUNS[:4], f"{BASE}a/", other)
    traffic.asked.clear()

    answer = fetched(*labs)

    assert "changed" in str(answer.terms)
    assert traffic.of([STRANGE])


def test_without_a_catalogue_all_is_asked_for_each_time(
    running: tuple[Served, Served], folder: Path
) -> None:
    """And no graph is kept."""
    running[0].load([quad for run in RUNS[:2] for quad in run])

    answers = [fetched(running[0]) for _ in range(2)]

    assert [said(one).split("(")[0] for one in answers] == ["whole graphs: 2 fetched "] * 2
    assert not list(folder.glob("*.nq"))


def test_a_graph_that_was_changed_behind_the_catalogue_is_fetched(
    labs: tuple[Served, Served],
) -> None:
    """The lab counts its quads, and the catalogue's digest is not that of what came."""
    fetched(*labs)
    told = listed(RUNS[:4], f"{BASE}a/")
    less = [*RUNS[0][1:], *(quad for run in RUNS[1:4] for quad in run)]
    labs[0].load([*told, *less])

    assert said(fetched(*labs)).startswith("whole graphs: 3 fetched")
    assert said(fetched(*labs)).startswith("whole graphs: 3 fetched")


def test_a_catalogue_that_tells_anothers_digest_gets_nothing_by_it(
    running: tuple[Served, Served],
) -> None:
    """The digest is that of another graph, which is in the cache and has as many quads."""
    one = [Quad(P, P, Literal("one"), NamedNode(f"{BASE}run/one/graph"))]
    other = [Quad(P, P, Literal("other"), NamedNode(f"{BASE}run/other/graph"))]
    hold(running[0], [one], f"{BASE}a/")
    lie = {name_of(other): Held(canonical.digest(one), 1)}
    running[1].load([*other, *catalogue.entry_quads(f"{BASE}b/", lie)])

    fetched(running[0])

    assert "other" in str(fetched(*running).terms)
    assert "other" in str(fetched(*running).terms)


def test_two_catalogues_that_differ_are_believed_by_neither(
    running: tuple[Served, Served], traffic: Traffic
) -> None:
    """One of them is old, and which one is not known."""
    other = {name_of(RUNS[0]): Held(canonical.digest(RUNS[1]), 1)}
    hold(running[0], RUNS[:1], f"{BASE}a/", *catalogue.entry_quads(f"{BASE}b/", other))
    fetched(running[0])
    traffic.asked.clear()

    answer = fetched(running[0])

    assert said(answer).startswith("whole graphs: 3 fetched")


def test_a_push_while_it_is_asked_leaves_no_mixture(
    labs: tuple[Served, Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runs are replaced at once: not one as it was and the other as it is."""
    fetched(*labs)
    new = [
        [*run, Quad(run[0].subject, P, Literal("new"), name_of(run))] for run in (RUNS[0], RUNS[1])
    ]
    listing = held._listed
    asked = []

    def pushed(lab: Lab, seconds: float | None) -> object:
        found = listing(lab, seconds)
        if lab.name == labs[0].address and lab.name not in asked:
            hold(labs[0], [*new, *RUNS[2:4]], f"{BASE}a/")
        asked.append(lab.name)
        return found

    monkeypatch.setattr(held, "_listed", pushed)
    fetched(*labs)

    assert asked.count(labs[0].address) > 2


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


def test_many_quads_come_by_several_requests(
    labs: tuple[Served, Served], traffic: Traffic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that what they need here is bounded."""
    monkeypatch.setattr(held, "BATCH", 10)

    answer = fetched(*labs)

    assert said(answer).startswith("whole graphs: 9 fetched")
    assert all(traffic.of(run) for run in RUNS)


def test_what_came_before_a_lab_failed_does_not_come_again(
    labs: tuple[Served, Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a lab that is too large for the time there is gets there, question by question."""
    monkeypatch.setattr(held, "BATCH", 10)
    rows, asked = Lab.rows, []

    def slow(lab: Lab, sparql: str, seconds: float | None) -> Rows:
        asked.append(sparql)
        if len(asked) == 4:
            raise ServiceTooSlow(lab.name, 1.0, "its answer")
        return rows(lab, sparql, seconds)

    monkeypatch.setattr(Lab, "rows", slow)
    with open_labs([labs[0].address], fetch=True) as first, pytest.raises(NoLabAnswered):
        first.sparql(ALL)

    answer = fetched(labs[0])

    assert said(answer).startswith("whole graphs: 3 fetched")
    assert "2 from the cache" in said(answer)


def test_a_lab_that_is_down_is_left_out(labs: tuple[Served, Served]) -> None:
    """And the others' graphs are kept all the same."""
    with open_labs([labs[0].address, "http://127.0.0.1:9/none"], fetch=True) as asked:
        answer = asked.sparql(ALL)

    assert isinstance(answer, Answer)
    assert [name for name, _ in answer.missing] == ["http://127.0.0.1:9/none"]
    assert {str(row[0]) for row in answer.terms} == {str(q.graph_name) for q in labs[0].quads()}
    assert "4 from the cache" in said(fetched(labs[0]))


def test_a_lab_whose_list_has_no_end_is_left_out(
    labs: tuple[Served, Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that was cut would look like one of fewer graphs."""
    monkeypatch.setattr(held, "_LISTED", held._LISTED.replace("BIND (true AS ?end)", ""))

    with (
        open_labs([labs[0].address], fetch=True) as asked,
        pytest.raises(NoLabAnswered, match="its answer has no end"),
    ):
        asked.sparql(ALL)


def test_each_row_says_who_asserts_it(labs: tuple[Served, Served]) -> None:
    """Of graphs that were not asked for, too."""
    for _ in range(2):
        with open_labs([lab.address for lab in labs], fetch=True) as asked:
            answer = asked.sparql("SELECT ?run { ?run a dlprov:WorkflowRun }", who=True)

        assert isinstance(answer, Answer)
        for run, by, graph in answer.rows:
            held_by = [
                lab.address
                for lab in labs
                if f"{run}/graph" in {q.graph_name.value for q in lab.quads()}
            ]
            assert (by, graph) == ("; ".join(held_by), f"{run}/graph")


def test_a_user_without_a_home_is_answered(
    labs: tuple[Served, Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container, whose user is nobody."""
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)

    answer = fetched(*labs)

    assert [note for note in answer.notes if note.startswith("nothing is kept for the next time")]


def test_hard_queries_have_the_rows_of_one_store(folder: Path) -> None:
    """And some of the named questions, asked of the store on disk; some runs are at two labs."""
    dealt = range(len(graphs()))
    deal = tuple((number % 3, (number + 1) % 3)[: 1 + number % 2] for number in dealt)
    federation = Federation(embedded(holdings(deal)), strategy=WholeGraphs(), kept=Kept(folder))

    for what, query in HARD.items():
        assert rows(federation, query) == rows_of_the_whole(query), what
    for name in NAMES[::5]:
        assert asked(federation, questions.find(name)) == answer_of_the_whole(name), name

    assert len(list(folder.glob("*.store"))) == 1
    federation.close()


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


@pytest.mark.labs
@pytest.mark.require("fuseki")
def test_what_was_pushed_into_a_fuseki_is_fetched_once(
    fuseki: Fuseki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real push, of three runs; one is told more of, one is pruned, and the rest stays."""
    monkeypatch.setenv("THERE_PASSWORD", fuseki.password)
    kb = tmp_path / "kb"
    make(kb)
    with (kb / "kb.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'[endpoints.there]\naddress = "{fuseki.address}"\n'
            f'user = "{fuseki.user}"\npassword_env = "THERE_PASSWORD"\n'
        )
    turns = []
    for change in (
        lambda: [whole_tale(run).write(kb) for run in "abc"],
        lambda: None,
        lambda: whole_tale("b", epochs=5).write(kb),
        lambda: shutil.rmtree(kb / "logs" / "c"),
    ):
        change()
        opened = KnowledgeBase.open(kb)
        opened.push("there", prune=True)
        with open_labs([fuseki.address], fetch=True) as labs:
            answer = labs.sparql(ALL)
        assert isinstance(answer, Answer)
        with opened.store() as store:
            here = set(store.query(ALL))  # type: ignore[union-attr]
        told = {row for row in answer.terms if not str(row[0]).endswith("/catalogue>")}
        turns.append((said(answer).split(" (")[0], told == here))

    assert turns == [
        ("whole graphs: 4 fetched", True),
        ("whole graphs: 1 fetched", True),
        ("whole graphs: 2 fetched", True),
        ("whole graphs: 1 fetched", True),
    ]
