# SPDX-License-Identifier: Apache-2.0
"""Whole graphs are fetched once: the next time only what is new comes, and the rows are right."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from fuseki_started import Fuseki
from labs_dealt import embedded, graphs, holdings
from labs_kept import (
    ALL,
    RUNS,
    STRANGE,
    P,
    Traffic,
    fetched,
    folder,
    hold,
    labs,
    listed,
    name_of,
    running,
    said,
)
from oxigraph_served import Served
from parts import require
from pyoxigraph import Literal, NamedNode, Quad
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
from dlprov_rdf.ask.federating.fetching import held
from dlprov_rdf.ask.federating.fetching.labs import Lab
from dlprov_rdf.ask.federating.fetching.strategies import WholeGraphs
from dlprov_rdf.errors import NoLabAnswered, ServiceTooSlow
from dlprov_rdf.graph import canonical, catalogue
from dlprov_rdf.graph.catalogue import Held
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.kb.labs import open_labs
from dlprov_rdf.settings import make
from dlprov_rdf.store.base import Rows
from dlprov_rdf.store.kept import Kept

require("rdflib")
require("oxigraph")


__all__ = ["folder", "labs", "running"]  # fixtures


@pytest.fixture
def traffic(monkeypatch: pytest.MonkeyPatch) -> Traffic:
    """Watch what is asked."""
    return Traffic(monkeypatch)


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


def without_the_end(select: str, columns: Sequence[str]) -> str:
    """Word a query whose answer has all its rows but the last."""
    return f"SELECT {' '.join(f'?{name}' for name in columns)} ?end WHERE {{ {{ {select} }} }}"


def test_a_lab_whose_list_has_no_end_is_left_out(
    labs: tuple[Served, Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that was cut would look like one of fewer graphs."""
    monkeypatch.setattr(held.rows, "to_the_end", without_the_end)

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
