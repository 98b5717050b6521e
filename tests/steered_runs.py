# SPDX-License-Identifier: Apache-2.0
"""Runs with a plan that was not kept, and with changes that a person made."""

from __future__ import annotations

from collections.abc import Iterator

from tapes import FIT, Tape, ni

from dlprov_rdf import events as e


def planned() -> Iterator[e.Event]:
    """A run with a plan: it stops early, leaves a step out, and does one that nobody planned."""
    tape = Tape()
    tape.tell(e.RunStarted, name="planned", person="Ada Lovelace", orcid="0000-0002-1825-0097")
    steps = [
        e.PlannedStep(type="acquire", generated=["digits"]),
        e.PlannedStep(
            type="train", name="cnn", used=["digits"], generated=["cnn"], after=[0],
            parameters={"epochs": 5, "patience": 1},
        ),
        e.PlannedStep(name="look at the errors", used=["cnn", "digits"], after=[1]),
        e.PlannedStep(type="predict", used=["cnn"], after=[1]),
    ]  # fmt: skip
    tape.tell(e.PlanDeclared, steps=steps, name="try a cnn", by="Ada Lovelace")
    load = tape.tell(e.StepStarted, "step", type="acquire", name="load the digits")
    data = tape.tell(e.DataSeen, "data", name="digits", generated_by=load, digest=ni("digits"))
    rest = tape.tell(e.DataSeen, "data", name="labels", generated_by=load, digest=ni("labels"))
    tape.tell(e.StepEnded, id=load)
    tape.tell(e.StepStarted, "step", type="preprocess", name="scale", used=[e.Usage(data)])
    training = tape.tell(
        e.TrainingStarted, "training", name="cnn", asked={"epochs": 3},
        used=[e.Usage(data, "training"), e.Usage(rest, "training")],
    )  # fmt: skip
    tape.epoch(training, 0, metrics={"loss": 0.5})
    model = tape.tell(e.ModelSeen, "model", name="cnn", generated_by=training, digest=ni("trained"))
    tape.tell(e.TrainingEnded, id=training, status="completed", reason="stopped", last_epoch=0)
    look = tape.tell(e.StepStarted, "step", type="own", name="look at the errors")
    tape.tell(e.Used, activity=look, entity=model)
    tape.tell(e.StepEnded, id=look)
    tape.tell(e.RunEnded, status="completed")
    yield from tape.events


def steered() -> Iterator[e.Event]:
    """A training whose rate and whose data a person changed; then steps that are repeated."""
    tape = Tape()
    tape.tell(e.RunStarted, name="steered", person="Ada Lovelace", orcid="0000-0002-1825-0097")
    data = tape.tell(e.DataSeen, "data", name="all", rows=1000, digest=ni("all"))
    epochs = e.Setting(name="epochs", value=9, of=FIT)
    stopping = e.Technique(name="EarlyStopping", type="callback", settings={"patience": 2})
    training = tape.tell(
        e.TrainingStarted, "training", name="net", used=[e.Usage(data, "training")],
        settings=[e.Setting(name="learning_rate", value=0.1), epochs],
        techniques=[stopping, e.Technique(name="EarlyStopping", type="callback",
                                          of="mine.EarlyStopping", settings={"patience": None})],
    )  # fmt: skip
    tape.epoch(training, 0, metrics={"loss": 0.5})
    tape.tell(e.EpochStarted, id=f"{training}/epoch/1", training=training, number=1)
    ada = e.Technique(name="Ada Lovelace", type="person")
    tape.tell(
        e.Adapted, training=training, setting=e.Setting(name="learning_rate", value=0.05), old=0.1,
        technique=ada, epoch=f"{training}/epoch/1", reason="plateau",
    )  # fmt: skip
    half = tape.tell(e.DataSeen, "data", name="half", rows=500, digest=ni("half"))
    charles = e.Technique(name="Charles", type="person", orcid="0000-0001-5109-3700")
    tape.tell(e.Used, activity=training, entity=half, role="training")
    tape.tell(
        e.DataReduced, training=training, before=data, after=half, technique=charles,
        epoch=f"{training}/epoch/1", reason="too slow",
    )  # fmt: skip
    tape.tell(
        e.EpochEnded, id=f"{training}/epoch/1", training=training, number=1, seconds=0.4,
        metrics={"loss": 0.4},
    )  # fmt: skip
    tape.epoch(training, 2, metrics={"loss": 0.3})
    cut = tape.tell(e.StepStarted, "step", type="preprocess", name="cut", within=training)
    less = tape.tell(
        e.DataSeen, "data", name="less", rows=50, digest=ni("less"), generated_by=cut,
        derived_from=[half],
    )  # fmt: skip
    tape.tell(e.StepEnded, id=cut)
    tape.tell(e.Used, activity=training, entity=less, role="training")
    code = e.Technique(name="cut", type="code")
    tape.tell(e.DataReduced, training=training, before=half, after=less, technique=code)
    tape.epoch(training, 3, metrics={"loss": 0.2})
    tape.tell(e.TrainingEnded, id=training, status="completed", last_epoch=3)
    for _ in range(2):
        look = tape.tell(e.StepStarted, "step", type="predict", name="look", used=[e.Usage(less)])
        tape.tell(e.DataSeen, "data", name="seen", generated_by=look, undigested="a stream")
        tape.tell(e.StepEnded, id=look)
    tape.tell(e.DataReduced, training=training, before="data/999", after=less, technique=code)
    tape.tell(e.RunEnded, status="completed")
    yield from tape.events
