# SPDX-License-Identifier: Apache-2.0
"""The plan of a workflow: declared or worked out, linked to what ran, and soundly P-Plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from graph_runs import RUNS, run
from pyoxigraph import Literal, NamedNode, Quad
from tapes import BASE, IRIS, Tape, quads_of

from dlprov_rdf import events as e
from dlprov_rdf import log
from dlprov_rdf.ask.answer import Answer
from dlprov_rdf.capture.run import Run
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.errors import WrongCall
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.kb import KnowledgeBase

R = f"{BASE}run/r1"


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator[Run]:
    """A run in a knowledge base of its own."""
    with start_run("by hand", kb=tmp_path / "kb") as begun:
        yield begun


def objects(quads: Iterable[Quad], subject: str, predicate: NamedNode) -> list[Any]:
    """Give what a graph says of one thing of the run, sorted."""
    node = NamedNode(f"{R}/{subject}")
    return sorted(
        q.object.value.removeprefix(f"{R}/")
        for q in quads if q.subject == node and q.predicate == predicate
    )  # fmt: skip


def pairs(quads: Iterable[Quad], predicate: NamedNode) -> dict[str, str]:
    """Give a relation that each thing of the run has once."""
    found = [(q.subject.value, q.object.value) for q in quads if q.predicate == predicate]
    assert len(dict(found)) == len(found)
    return {one.removeprefix(f"{R}/"): other.removeprefix(f"{R}/") for one, other in found}


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


def test_a_declared_plan_is_kept_as_it_was_though_not_all_of_it_ran() -> None:
    """What was not planned corresponds to nothing; what did not run is there all the same."""
    quads = quads_of(run("planned"))

    assert objects(quads, "plan", v.DLPROV_OBSERVED) == ["false"]
    assert objects(quads, "plan", v.RDFS_LABEL) == ["try a cnn"]
    assert objects(quads, "plan", v.PROV_WAS_ATTRIBUTED_TO) == [
        "https://orcid.org/0000-0002-1825-0097"
    ]
    carried_out = pairs(quads, v.PPLAN_CORRESPONDS_TO_STEP)
    assert carried_out == {
        "step/3": "plan/step/0", "training/8": "plan/step/1", "step/13": "plan/step/2",
    }  # fmt: skip
    steps = [q.subject for q in quads if q.object == v.PPLAN_STEP]
    assert len(steps) == 4


def test_only_what_the_plan_names_stands_for_its_variables() -> None:
    """The labels were not planned."""
    variables = pairs(quads_of(run("planned")), v.PPLAN_CORRESPONDS_TO_VARIABLE)

    assert variables == {"data/4": "plan/variable/0", "model/11": "plan/variable/1"}


def test_the_second_of_equal_steps_is_carried_out_by_the_second_that_runs() -> None:
    """And what runs more often than planned repeats the last."""
    tape = Tape()
    tape.tell(e.RunStarted, name="r")
    tape.tell(e.PlanDeclared, steps=[e.PlannedStep(type="train"), e.PlannedStep(type="train")])
    for name in "abc":
        tape.tell(e.TrainingStarted, "training", name=name)

    steps = pairs(quads_of(tape.events), v.PPLAN_CORRESPONDS_TO_STEP)

    assert list(steps.values()) == ["plan/step/0", "plan/step/1", "plan/step/1"]


def test_a_plan_is_declared_as_steps_are_called(recorded: Run) -> None:
    """Words for kinds and names, mappings for more; each after the one before it."""
    recorded.plan(
        [
            "acquire",
            {"kind": "train", "name": "cnn", "used": "digits", "parameters": {"epochs": 20}},
            {"name": "look", "after": ["acquire", 1]},
            {"kind": "predict", "after": []},
        ],
        name="a try", by="Ada",
    )  # fmt: skip

    (told,) = (one for one in log.read_run(recorded.recorder.folder) if type(one) is e.PlanDeclared)
    assert (told.name, told.by) == ("a try", "Ada")
    assert told.steps == [
        e.PlannedStep(type="acquire"),
        e.PlannedStep(
            type="train", name="cnn", used=["digits"], parameters={"epochs": 20}, after=[0]
        ),
        e.PlannedStep(name="look", after=[0, 1]),
        e.PlannedStep(type="predict"),
    ]


@pytest.mark.parametrize(
    ("plan", "what"),
    [
        ([], "no step"),
        ("acquire", "no list"),
        ([7], "7 is no step"),
        ([""], "empty word"),
        ([{"used": ["x"]}], "no kind and no name"),
        ([{"kind": "train", "epochs": 3}], "'epochs'"),
        ([{"kind": "train", "parameters": 3}], "no mapping"),
        (["acquire", {"name": "b", "after": "c"}], "no step before is 'c'"),
        ([{"name": "b", "after": "b"}], "no step before is 'b'"),
        ([{"name": "a", "generated": "x"}, {"name": "b", "generated": "x"}], "two steps make 'x'"),
    ],
)
def test_a_plan_that_makes_no_sense_is_an_error_at_the_call(
    tmp_path: Path, plan: Any, what: str
) -> None:
    """And no run is begun for it."""
    with pytest.raises(WrongCall, match=what):
        start_run("never", kb=tmp_path / "kb", plan=plan)

    assert not (tmp_path / "kb" / "logs").exists()


def test_a_run_has_one_plan(tmp_path: Path) -> None:
    with (
        start_run("r", kb=tmp_path / "kb", plan=["train"]) as begun,
        pytest.raises(WrongCall, match="a plan already"),
    ):
        begun.plan(["evaluate"])


def test_a_run_by_hand_carries_out_its_plan(tmp_path: Path) -> None:
    """From the call to the graph: a value is known again by the name that was planned."""
    plan = [
        {"kind": "acquire", "name": "load", "generated": "rows"},
        {"kind": "train", "name": "line", "used": "rows", "generated": "line"},
        "evaluate",
    ]
    with start_run("r", kb=tmp_path / "kb", plan=plan) as begun:
        with begun.step("load", kind="acquire") as load:
            rows = load.generated(np.arange(6.0), name="rows")
        with begun.training("line", used={"training": rows}) as training:
            training.log_model(weights=[np.zeros(2)])

    quads = quads_of(list(log.read_run(begun.recorder.folder)))
    variables = {
        q.object.value.removeprefix(f"{R}/"): q.subject.value.removeprefix(f"{R}/").split("/")[0]
        for q in quads if q.predicate == v.PPLAN_CORRESPONDS_TO_VARIABLE
    }  # fmt: skip
    done = {q.object.value for q in quads if q.predicate == v.PPLAN_CORRESPONDS_TO_STEP}
    assert variables == {"plan/variable/0": "data", "plan/variable/1": "model"}
    assert done == {f"{R}/plan/step/0", f"{R}/plan/step/1"}


@pytest.mark.require("keras")
def test_a_keras_training_that_stops_early_shows_where_it_left_its_plan(tmp_path: Path) -> None:
    """Of a real fit: what it was asked for, how patient it was, and the epoch it reached."""
    import keras
    from keras_watched import digits, network, watching

    x, y = digits()
    model = network(optimizer=keras.optimizers.SGD(0.0))
    stopping = keras.callbacks.EarlyStopping(monitor="loss", patience=2, min_delta=1.0)
    with watching(tmp_path, plan=["train", "evaluate"]) as planned:
        model.fit(x, y, epochs=9, batch_size=64, verbose=0, callbacks=[stopping])
    with watching(tmp_path):
        model.fit(x, y, epochs=9, batch_size=64, verbose=0, callbacks=[stopping])

    kb = KnowledgeBase.open(tmp_path / "kb")
    observed = kb.ask("plan-differences")
    declared = kb.ask("plan-differences", run=planned.run)
    asked = kb.sparql(
        "SELECT ?name ?value { ?step dlprov:asked ?a . ?a dlprov:parameterName ?name ; "
        'mls:hasValue ?value . FILTER(?name IN ("epochs", "batch_size", "EarlyStopping.patience")) '
        "} ORDER BY ?name"
    )
    assert [tuple(row[:8]) for row in observed.rows] == [
        ("fewer epochs", "mlp", "epochs", 9, 3, 2, "completed", "early_stopping")
    ]
    assert [tuple(row[:6]) for row in declared.rows] == [
        ("fewer epochs", "train", "epochs", 9, 3, 2),
        ("did not run", "evaluate", None, None, None, None),
    ]
    assert isinstance(asked, Answer)
    assert [tuple(row) for row in asked.rows] == [
        ("EarlyStopping.patience", 2), ("batch_size", 64), ("epochs", 9),
    ]  # fmt: skip
    assert all(report.conforms for _, report in kb.check_all())


def test_of_two_declarations_in_a_log_the_first_holds() -> None:
    """A second one could only be another rank's."""
    tape = Tape()
    tape.tell(e.RunStarted, name="r")
    tape.tell(e.PlanDeclared, steps=[e.PlannedStep(type="train")], name="first")
    tape.tell(e.PlanDeclared, steps=[e.PlannedStep(type="acquire")] * 3, name="second")

    quads = quads_of(tape.events)

    assert Literal("first") in {q.object for q in quads}
    assert IRIS.in_run("plan", "step", "1") not in {q.subject for q in quads}
