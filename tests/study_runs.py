# SPDX-License-Identifier: Apache-2.0
"""Four runs of one study, small enough to work the answers out on paper.

1 monday     Ada: stops early, differs from her plan, is steered, its data are reduced
2 tuesday    Charles: the same hyperparameters and measure, as asked; a second training diverges
3 wednesday  Grace: chooses among the models of the two before and one of her own
4 thursday   Ada: goes on with fewer data in a second training; fails in a planned step; goes on
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from msgspec.structs import replace
from small_graph import BASE, text_of_four_runs
from small_graph import store_of as four_runs_of
from tapes import ADAM, FIT, SECOND, Tape, ni, quads_of

from dlprov_rdf import events as e
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.store.embedded import EmbeddedStore

RUNS = {day: f"0194a000-0000-7000-8000-00000000001{n}" for n, day in enumerate(
    ("monday", "tuesday", "wednesday", "thursday"), start=1
)}  # fmt: skip
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (f"{BASE}run/{run}" for run in RUNS.values())

LOSS = {"reported_as": "loss", "function": "keras.losses.MeanSquaredError", "direction": "lower"}
RATE = e.Setting(name="learning_rate", value=0.1, of=ADAM)
DAY = 86_400 * SECOND
ADA = e.Technique(name="Ada", type="person")


def _began(day: str, person: str, **more: object) -> Tape:
    tape = Tape(run=RUNS[day])
    tape.tell(e.RunStarted, name=day, study="digits", person=person, **more)
    return tape


def _epoch(tape: Tape, training: str, number: int, loss: float, seconds: float) -> None:
    name = {"id": f"{training}/epoch/{number}", "training": training, "number": number}
    tape.tell(e.EpochStarted, **name)
    tape.tell(e.EpochEnded, metrics={"loss": loss}, seconds=seconds, **name)


def _tuned(tape: Tape, training: str, epoch: int, old: float, new: float, **more: object) -> None:
    told = {"technique": e.Technique(name="Warmup", type="callback"), **more}
    tape.tell(
        e.Adapted, training=training, old=old, epoch=f"{training}/epoch/{epoch}",
        setting=e.Setting(name="learning_rate", value=new, of=ADAM), **told,
    )  # fmt: skip


def monday() -> list[e.Event]:
    """Planned 6 epochs of cnn and a report; stopped after 4, scaled without a plan."""
    tape = _began("monday", "Ada")
    tape.tell(
        e.PlanDeclared,
        steps=[
            e.PlannedStep(type="acquire", generated=["all"]),
            e.PlannedStep(
                type="train", name="cnn", after=[0], parameters={"epochs": 6, "learning_rate": 0.2}
            ),
            e.PlannedStep(name="report", after=[1]),
        ],
    )
    data = tape.tell(e.DataSeen, "data", name="all", rows=1000, digest=ni("all"))
    few = tape.tell(e.DataSeen, "data", name="few", rows=100, digest=ni("few"))
    architecture = tape.tell(e.ArchitectureSeen, "architecture", name="cnn")
    scale = tape.tell(e.StepStarted, "step", type="preprocess", name="scale", used=[e.Usage(data)])
    training = tape.tell(
        e.TrainingStarted, "training", name="cnn", used=[e.Usage(data, "training")],
        settings=[RATE], architecture=architecture,
    )  # fmt: skip
    tape.tell(e.StepEnded, id=scale)
    tape.tell(e.MeasureSeen, of=training, **LOSS)
    _epoch(tape, training, 0, 0.8, 4.0)
    tape.tell(e.EpochStarted, id=f"{training}/epoch/1", training=training, number=1)
    tape.tell(e.Metric, name="loss", value=99.0, of=f"{training}/epoch/1", batch=0)
    _tuned(tape, training, 1, 0.1, 0.05, technique=ADA, reason="plateau")
    tape.tell(e.Used, activity=training, entity=few, role="training")
    tape.tell(
        e.DataReduced, training=training, before=data, after=few, technique=ADA, reason="slow",
        epoch=f"{training}/epoch/1", made=False,
    )  # fmt: skip
    tape.tell(
        e.EpochEnded, id=f"{training}/epoch/1", training=training, number=1, seconds=5.0,
        metrics={"loss": 0.7}, learning_rate=0.1,
    )  # fmt: skip
    tape.tell(e.EpochStarted, id=f"{training}/epoch/2", training=training, number=2)
    _tuned(tape, training, 2, 0.05, 0.5)
    _tuned(tape, training, 2, 0.5, 0.02)
    tape.tell(
        e.EpochEnded, id=f"{training}/epoch/2", training=training, number=2, seconds=1.0,
        metrics={"loss": 0.6}, learning_rate=0.02,
    )  # fmt: skip
    _epoch(tape, training, 3, 0.5, 2.0)
    tape.tell(
        e.TrainingEnded, id=training, status="completed", reason="early_stopping", last_epoch=3
    )
    tape.tell(
        e.ModelSeen, "model", name="cnn", generated_by=training, architecture=architecture,
        digest=ni("monday"),
    )  # fmt: skip
    tape.tell(e.RunEnded, status="completed")
    return tape.events


def tuesday() -> list[e.Event]:
    """Nobody declared a plan: 2 epochs asked and done; 3 asked, and none ended."""
    tape = _began("tuesday", "Charles", orcid="0000-0001-5109-3700")
    for name, epochs in (("cnn", 2), ("wide", 3)):
        architecture = tape.tell(e.ArchitectureSeen, "architecture", name=name)
        training = tape.tell(
            e.TrainingStarted, "training", name=name, settings=[RATE], asked={"epochs": epochs},
            architecture=architecture,
        )  # fmt: skip
        tape.tell(e.MeasureSeen, of=training, **LOSS)
        if name == "wide":
            tape.tell(
                e.TrainingEnded, id=training, status="failed", exception="ValueError", message="x"
            )
            continue
        _epoch(tape, training, 0, 0.4, 1.0)
        _epoch(tape, training, 1, 0.3, 1.0)
        tape.tell(e.TrainingEnded, id=training, status="completed", last_epoch=1)
        tape.tell(
            e.ModelSeen, "model", name=name, generated_by=training, architecture=architecture,
            digest=ni("tuesday"),
        )  # fmt: skip
    tape.tell(e.RunEnded, status="failed", exception="ValueError", message="x")
    return tape.events


def wednesday() -> list[e.Event]:
    """The choice: tuesday's, among three that three people made."""
    tape = _began("wednesday", "Grace")
    data = tape.tell(e.DataSeen, "data", name="held out", rows=10, digest=ni("held out"))
    own = tape.tell(e.ModelSeen, "model", name="forest", undigested="a stream")
    step = tape.tell(e.StepStarted, "step", type="select", name="choose")
    first, second = (
        f"../{RUNS[day]}/{next(x.id for x in told() if type(x) is e.ModelSeen)}"
        for day, told in (("monday", monday), ("tuesday", tuesday))
    )
    tape.tell(
        e.Selected, step=step, chosen=second, candidates=[first, second, own], on=data,
        criterion="lowest loss", values={first: 0.5, second: 0.3},
        names={first: "cnn", second: "cnn"},
    )  # fmt: skip
    tape.tell(e.StepEnded, id=step)
    tape.tell(e.StepStarted, "step", type="deploy", name="serve", used=[e.Usage(second, "model")])
    tape.tell(e.RunEnded, status="completed")
    return tape.events


def thursday() -> list[e.Event]:
    """A second training continues the first with fewer data; the run is still going on."""
    tape = _began("thursday", "Ada")
    tape.tell(e.PlanDeclared, steps=[
        e.PlannedStep(type="train"), e.PlannedStep(type="train"),
        e.PlannedStep(type="evaluate", name="test"), e.PlannedStep(type="predict"),
    ])  # fmt: skip
    many = tape.tell(e.DataSeen, "data", name="many", rows=64, digest=ni("many"))
    first = tape.tell(
        e.TrainingStarted, "training", name="net", used=[e.Usage(many, "training")],
        settings=[RATE, e.Setting(name="epochs", value=5, of=FIT)],
    )  # fmt: skip
    _epoch(tape, first, 0, 0.9, 3.0)
    _epoch(tape, first, 1, 0.8, 5.0)
    tape.tell(e.TrainingEnded, id=first, status="completed", last_epoch=1)
    some = tape.tell(e.DataSeen, "data", name="some", rows=16, digest=ni("some"))
    second = tape.tell(
        e.TrainingStarted, "training", name="net", used=[e.Usage(some, "training")], resumes=first
    )
    code = e.Technique(name="fewer data given to fit", type="code")
    tape.tell(e.DataReduced, training=second, before=many, after=some, technique=code)
    _epoch(tape, second, 2, 0.7, 1.0)
    tape.tell(e.TrainingEnded, id=second, status="completed", last_epoch=2)
    test = tape.tell(e.StepStarted, "step", type="evaluate", name="test")
    tape.tell(e.StepEnded, id=test, status="failed", exception="OSError", message="no disk")
    return tape.events


STUDY: dict[str, Callable[[], list[e.Event]]] = {
    "monday": monday, "tuesday": tuesday, "wednesday": wednesday, "thursday": thursday,
}  # fmt: skip


def study(*, beside_the_four: bool = False) -> EmbeddedStore:
    """Load the four runs of the study, beside the four of ``data/questions.trig`` if wanted."""
    store = four_runs_of(text_of_four_runs() if beside_the_four else "")
    for days, (day, told) in enumerate(STUDY.items()):
        events = [replace(event, at=event.at + days * DAY) for event in told()]
        graphs = defaultdict(list)
        for quad in quads_of(events, Iris(BASE, RUNS[day])):
            graphs[quad.graph_name].append(quad)
        for name, quads in graphs.items():
            store.replace(name, quads)
    return store
