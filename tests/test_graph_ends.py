# SPDX-License-Identifier: Apache-2.0
"""What a graph says of how a run and its trainings ended, and of what was lost on the way."""

from __future__ import annotations

import pytest
from graph_runs import run
from graphs_asked import Graph, short, training
from pyoxigraph import Literal, NamedNode
from tapes import IRIS, START, Tape

from dlprov_rdf import events as e
from dlprov_rdf.graph import literals
from dlprov_rdf.graph import vocabulary as v


def test_a_run_found_dead_has_no_end_only_a_last_event() -> None:
    """Nobody saw it end, so nobody can say when."""
    graph = Graph(run("failures"))

    assert graph.one(IRIS.run, v.DLPROV_END_STATE) == "interrupted"
    assert graph.objects(IRIS.run, v.PROV_ENDED_AT_TIME) == []
    assert len(graph.objects(IRIS.run, v.DLPROV_LAST_EVENT_AT)) == 1


def test_a_runs_own_end_beats_found_dead() -> None:
    """What a process says of itself is better known than what another concluded."""
    graph = Graph(run("raised"))

    assert graph.one(IRIS.run, v.DLPROV_END_STATE) == "failed"
    assert graph.objects(IRIS.run, v.DLPROV_LAST_EVENT_AT) == []


def test_a_running_run_has_no_end_state() -> None:
    """That it runs is worked out when asked and never stored."""
    tape, name = training()
    tape.tell(e.EpochStarted, id=f"{name}/epoch/0", training=name, number=0)
    tape.tell(e.StepStarted, "step", type="acquire", name="load")

    graph = Graph(tape.events)

    assert graph.pairs(v.DLPROV_END_STATE) == set()
    assert graph.pairs(v.DLPROV_LAST_EVENT_AT) == set()


def test_a_training_cut_short_was_interrupted_at_its_own_last_event() -> None:
    """The run's other events say nothing of it."""
    tape, name = training()
    tape.epoch(name, 0, metrics={"loss": 1.0})
    last = tape.events[-1].at
    tape.tell(e.SeedSet, by="later", value=1)
    tape.tell(e.RunEnded, status="failed", exception="X")

    graph = Graph(tape.events)

    assert graph.one(IRIS.local(name), v.DLPROV_END_STATE) == "interrupted"
    assert graph.one(IRIS.local(name), v.DLPROV_LAST_EVENT_AT) == literals.moment(last).value
    assert graph.objects(IRIS.local(name), v.PROV_ENDED_AT_TIME) == []


def test_a_training_cut_short_says_which_epoch_it_had_reached() -> None:
    """Killed in its third epoch, which never ended."""
    tape, name = training()
    tape.epoch(name, 0)
    tape.epoch(name, 1)
    tape.tell(e.EpochStarted, id=f"{name}/epoch/2", training=name, number=2)
    tape.tell(e.RunEnded, status="interrupted", reason="sigterm")

    assert Graph(tape.events).one(IRIS.local(name), v.DLPROV_LAST_EPOCH) == "2"


def test_a_training_that_its_runs_signal_cut_off_says_so() -> None:
    """Of one that was found dead nobody knows the reason."""
    told, name = training()
    told.tell(e.RunEnded, status="interrupted", reason="sigterm")
    found, _ = training()
    found.tell(e.FoundDead, last_event_at=1)

    node = IRIS.local(name)
    assert Graph(told.events).objects(node, v.DLPROV_END_REASON) == ["sigterm"]
    assert Graph(found.events).objects(node, v.DLPROV_END_REASON) == []


def test_a_diverged_training_failed_and_keeps_its_values() -> None:
    """NaN and the infinities are values, and a failed training is provenance too."""
    graph = Graph(run("failures"))
    diverged = IRIS.local("training/2")

    assert graph.one(diverged, v.DLPROV_END_STATE) == "failed"
    assert graph.one(diverged, v.DLPROV_END_REASON) == "diverged"
    values = {short(q.object) for q in graph.quads if q.predicate == v.MLS_HAS_VALUE}
    assert {"NaN", "INF", "-INF"} <= values


def test_what_was_lost_is_said_and_breaks_nothing() -> None:
    """Every reference to what the log lost is named, and no relation leads there."""
    graph = Graph(run("losses"))

    lost = set(graph.objects(IRIS.run, v.DLPROV_DANGLING_REFERENCE))

    assert {"data/1001", "model/1002", "training/1007", "step/1000"} <= lost
    described = {short(quad.subject) for quad in graph.quads}
    assert not [one for one in lost if one in described]
    reached = {short(q.object) for q in graph.quads if isinstance(q.object, NamedNode)}
    assert not lost & reached


@pytest.mark.parametrize(
    ("said", "missing", "expected"), [(2, 0, 2), (0, 5, 5), (2, 5, 5), (5, 2, 5), (0, 0, None)]
)
def test_lost_events_are_counted_once(said: int, missing: int, expected: int | None) -> None:
    """By what the log says or by what its numbering lacks, whichever is more."""
    tape = Tape()
    tape.tell(e.RunStarted, name="run")
    if said:
        tape.tell(e.EventsLost, count=said, reason="disk full")
    last = e.SeedSet(seq=len(tape.events) + missing, at=START, by="x", value=1)

    graph = Graph([*tape.events, last])

    found = graph.objects(IRIS.run, v.DLPROV_LOST_EVENTS)
    assert found == ([] if expected is None else [str(expected)])


def test_a_metric_of_a_lost_epoch_is_the_trainings() -> None:
    """What was measured is kept, whoever measured it."""
    graph = Graph(run("losses"))

    (evaluation,) = graph.subjects(v.MLS_HAS_VALUE, Literal(0.4))

    assert graph.one(evaluation, v.PROV_WAS_GENERATED_BY).endswith("training/15")


def test_an_empty_log_still_has_a_graph_about_its_run() -> None:
    """Of a run whose log was torn at its first line nothing is known, and nothing is made up."""
    graph = Graph([])

    assert graph.one(IRIS.graph, v.FOAF_PRIMARY_TOPIC) == IRIS.run.value
    assert graph.objects(IRIS.run, v.RDFS_LABEL) == []
    assert graph.objects(IRIS.graph, v.PROV_WAS_ATTRIBUTED_TO) == []
