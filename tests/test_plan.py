# SPDX-License-Identifier: Apache-2.0
"""Every run has a plan, soundly P-Plan: worked out from what ran where nobody declared one."""

from __future__ import annotations

from collections import Counter
from graphlib import TopologicalSorter

import pytest
from graph_runs import RUNS, run
from plans_asked import R, objects, pairs
from tapes import Tape, quads_of

from dlprov_rdf import events as e
from dlprov_rdf.graph import vocabulary as v


@pytest.mark.parametrize("name", RUNS)
def test_what_is_functional_in_p_plan_has_one_value(name: str) -> None:
    """An activity carries out one step, an entity stands for one variable of one maker."""
    quads = quads_of(run(name))

    for functional in (
        v.PPLAN_CORRESPONDS_TO_STEP, v.PPLAN_CORRESPONDS_TO_VARIABLE, v.PPLAN_IS_OUTPUT_VAR_OF,
    ):  # fmt: skip
        told = Counter(q.subject for q in set(quads) if q.predicate == functional)
        assert set(told.values()) <= {1}


@pytest.mark.parametrize("name", RUNS)
def test_a_planned_step_is_no_activity_and_its_order_has_no_circle(name: str) -> None:
    """It is preceded by steps of its own plan, through however many."""
    quads = quads_of(run(name))
    before: dict[str, set[str]] = {}
    for quad in quads:
        if quad.predicate == v.PPLAN_IS_PRECEDED_BY:
            before.setdefault(quad.subject.value, set()).add(quad.object.value)
    steps = {q.subject for q in quads if q.object == v.PPLAN_STEP}
    activities = {q.subject for q in quads if q.object in {v.PROV_ACTIVITY, v.PPLAN_ACTIVITY}}

    assert not steps & activities
    assert list(TopologicalSorter(before).static_order()) is not None


@pytest.mark.parametrize("name", RUNS)
def test_an_association_has_one_plan(name: str) -> None:
    """PROV-CONSTRAINTS, key constraints: one association, one plan; the script has its own."""
    quads = set(quads_of(run(name)))

    plans = Counter(q.subject.value for q in quads if q.predicate == v.PROV_HAD_PLAN)

    assert set(plans.values()) <= {1}
    planned = any(q.object == v.DLPROV_WORKFLOW for q in quads)
    assert (f"{R}/association/plan" in plans) == planned


def test_a_plan_costs_the_same_however_long_the_training_is() -> None:
    """An epoch belongs to its training's step and has none of its own."""

    def of(epochs: int) -> int:
        tape = Tape()
        tape.tell(e.RunStarted, name="long")
        training = tape.tell(e.TrainingStarted, "training", name="net", asked={"epochs": epochs})
        for number in range(epochs):
            tape.epoch(training, number)
        return sum(
            "/plan" in f"{q.subject} {q.object}" or q.object == v.PPLAN_ACTIVITY
            for q in quads_of(tape.events)
        )

    assert of(3) == of(30) > 5


def test_a_plan_that_nobody_declared_says_so_and_has_the_order() -> None:
    """A step comes after the one that had ended when it first began."""
    quads = quads_of(run("digits"))

    assert objects(quads, "plan", v.DLPROV_OBSERVED) == ["true"]
    steps = pairs(quads, v.PPLAN_CORRESPONDS_TO_STEP)
    labels = {step: objects(quads, step, v.RDFS_LABEL)[0] for step in steps.values()}
    order = [labels[step] for step in steps.values()]
    assert order[:4] == ["load", "scale", "split", "cnn"]
    assert objects(quads, "plan/step/2", v.PPLAN_IS_PRECEDED_BY) == ["plan/step/1"]


def test_what_one_step_makes_is_what_the_next_takes() -> None:
    """The variables tie the steps together: split takes what scale made."""
    quads = quads_of(run("digits"))

    makers = pairs(quads, v.PPLAN_IS_OUTPUT_VAR_OF)
    taken = objects(quads, "plan/step/2", v.PPLAN_HAS_INPUT_VAR)
    assert [makers[variable] for variable in taken] == ["plan/step/1"]


def test_steps_that_are_repeated_are_one_step_of_the_plan() -> None:
    """And what they made stands for one variable."""
    quads = quads_of(run("steered"))

    steps = pairs(quads, v.PPLAN_CORRESPONDS_TO_STEP)
    variables = pairs(quads, v.PPLAN_CORRESPONDS_TO_VARIABLE)
    assert steps["step/22"] == steps["step/25"] != steps["step/14"]
    assert variables["data/23"] == variables["data/26"] != variables["data/15"]


def test_trainings_that_were_asked_for_something_else_are_two_steps() -> None:
    """Of one model: 2 epochs, then 5, then 5 again."""
    tape = Tape()
    tape.tell(e.RunStarted, name="thrice")
    for epochs in (2, 5, 5):
        training = tape.tell(e.TrainingStarted, "training", name="m", asked={"epochs": epochs})
        tape.tell(e.TrainingEnded, id=training, status="completed")

    steps = pairs(quads_of(tape.events), v.PPLAN_CORRESPONDS_TO_STEP)

    assert list(steps.values()) == ["plan/step/0", "plan/step/1", "plan/step/1"]


def test_what_runs_side_by_side_does_not_precede() -> None:
    """Nor does what another rank tells: files are read one after the other."""
    tape, other = Tape(), Tape(rank="1")
    tape.tell(e.RunStarted, name="two at once")
    first = tape.tell(e.StepStarted, "step", type="acquire", name="a")
    tape.tell(e.StepStarted, "step", type="acquire", name="b")
    tape.tell(e.StepEnded, id=first)
    other.tell(e.StepStarted, id="rank/1/step/1", type="acquire", name="c")

    quads = quads_of([*tape.events, *other.events])

    assert not [q for q in quads if q.predicate == v.PPLAN_IS_PRECEDED_BY]


def test_a_plan_tells_what_fit_was_asked_and_how_patient_its_callbacks_were() -> None:
    """A second callback of one name is told apart; what was not set is not told."""
    tape = Tape()
    tape.tell(e.RunStarted, name="asked")
    patient = [
        e.Technique(name="EarlyStopping", type="callback", settings={"patience": n, "mode": None})
        for n in (3, 7)
    ]
    tape.tell(
        e.TrainingStarted, "training", name="m", asked={"epochs": 20, "shuffle": False},
        techniques=patient,
    )  # fmt: skip

    asked = objects(quads_of(tape.events), "plan/step/0", v.DLPROV_ASKED)

    assert [one.removeprefix("plan/step/0/asked/") for one in asked] == [
        "EarlyStopping%202.patience", "EarlyStopping.patience", "epochs", "shuffle",
    ]  # fmt: skip
