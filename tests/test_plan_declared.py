# SPDX-License-Identifier: Apache-2.0
"""A plan that was declared is kept as it was, and linked to what of it ran."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from graph_runs import run
from plans_asked import R, objects, pairs
from pyoxigraph import Literal
from tapes import IRIS, Tape, quads_of

from dlprov_rdf import events as e
from dlprov_rdf import log
from dlprov_rdf.ask.answer import Answer
from dlprov_rdf.capture.run import Run
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.errors import WrongCall
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.kb import KnowledgeBase


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator[Run]:
    """A run in a knowledge base of its own."""
    with start_run("by hand", kb=tmp_path / "kb") as begun:
        yield begun


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
