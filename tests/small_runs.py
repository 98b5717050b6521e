# SPDX-License-Identifier: Apache-2.0
"""Small runs that each tell of one thing: an evaluation, a loaded model, notes, a long series."""

from __future__ import annotations

from collections.abc import Iterator

from tapes import Tape, ni

from dlprov_rdf import events as e


def judging() -> Iterator[e.Event]:
    """A model is measured on data to choose by, and on data that were told of while it ran."""
    tape = Tape()
    tape.tell(e.RunStarted, name="judging")
    validation = tape.tell(e.DataSeen, "data", name="validation", digest=ni("validation"))
    test = tape.tell(e.DataSeen, "data", name="test", digest=ni("test"))
    for role, data in (("val", validation), ("test", test)):
        step = tape.tell(e.StepStarted, "step", type="evaluate", name=f"look at {role}")
        tape.tell(e.Used, activity=step, entity=data, role=role)
        tape.tell(e.Metric, name="accuracy", value=0.75, of=step, data=data)
        tape.tell(e.StepEnded, id=step)
    tape.tell(e.RunEnded, status="completed")
    yield from tape.events


def serving() -> Iterator[e.Event]:
    """A second run, which loads the file of the first and predicts."""
    tape = Tape()
    tape.tell(e.RunStarted, name="serve", host="lab-2", pid=1)
    file = tape.tell(e.FileSeen, "file", path="cnn.keras", bytes=1000, digest=ni("file"))
    load = tape.tell(
        e.StepStarted, "step", type="load", name="load cnn.keras", used=[e.Usage(file)]
    )
    model = tape.tell(
        e.ModelSeen, "model", name="cnn", generated_by=load, derived_from=[file],
        digest=ni("trained"),
    )  # fmt: skip
    tape.tell(e.StepEnded, id=load)
    batch = tape.tell(e.DataSeen, "data", name="images", digest=ni("test"), shape=[None, 8, 8])
    predict = tape.tell(
        e.StepStarted, "step", type="predict", name="predict with cnn",
        used=[e.Usage(model, "model"), e.Usage(batch, "input")],
    )  # fmt: skip
    tape.tell(
        e.DataSeen, "data", name="predictions", type="prediction", generated_by=predict,
        derived_from=[model, batch], digest=ni("predictions"),
    )  # fmt: skip
    tape.tell(e.StepEnded, id=predict, calls=3)
    tape.tell(e.RunEnded, status="completed")
    yield from tape.events


def by_hand() -> Iterator[e.Event]:
    """A run by hand: names of any kind, changes by people and code, attributes, notes."""
    tape = Tape()
    tape.tell(e.RunStarted, name="", study="", orcid="0000-0002-1825-0097")
    tape.tell(e.CodeSeen, commit="fedcba98")
    tape.tell(e.ParametersSet, settings=[e.Setting(name="my <depth>\n%", value=3)])
    data = tape.tell(
        e.DataSeen, "data", name='"quoted"\n<b> % 🙂', source="a disk", digest="md5:abc"
    )
    step = tape.tell(
        e.StepStarted, "step", type="évaluer 🙂", name="look", used=[e.Usage(data, "evidence")],
        parameters={"": "", ".": True, "big": {"integer": str(2**70)}},
    )  # fmt: skip
    tape.tell(e.Used, activity=step, entity=data, role="input")
    tape.tell(e.Metric, name="beauty", value=7.0, of=step, step=2)
    tape.tell(e.StepEnded, id=step, status="failed", exception="KeyError", message="'x'")
    training = tape.tell(
        e.TrainingStarted, "training", name="net", settings=[e.Setting(name="lr", value=0.1)],
        algorithm="__main__.MySGD", implementation="my framework",
        used=[e.Usage(data, "train")],
    )  # fmt: skip
    tape.tell(e.MeasureSeen, reported_as="loss", function="__main__.my_loss")
    tape.tell(
        e.ParametersSet, of=training,
        settings=[e.Setting(name="lr", value=0.2), e.Setting(name="depth", value={"json": "[1]"})],
    )  # fmt: skip
    _changed(tape, training)
    tape.tell(e.TrainingEnded, id=training, status="interrupted", reason="sigterm")
    tape.tell(e.Metric, name="val_f1", value=0.5)
    mass = {"about": data, "name": "mass", "value": 1.5, "unit": "kg"}
    tape.tell(e.AttributeSet, term="https://example.org/mass", **mass)
    tape.tell(e.AttributeSet, term="http://www.w3.org/ns/prov#used", **mass)
    tape.tell(e.AttributeSet, about=None, name="ok", value=False)
    tape.tell(e.NoteAdded, text="two\nlines", about=training)
    tape.tell(e.RunEnded, status="interrupted", reason="sigint")
    yield from tape.events


def _changed(tape: Tape, training: str) -> None:
    person = e.Technique(name="Ada Lovelace", type="person")
    code = e.Technique(name="halved by hand", type="code")
    warmup = e.Technique(name="Warmup", type="schedule")
    unseen = e.Technique(name="MyCallback", type="callback", settings={"a": 1})
    for number, (technique, old, new) in enumerate(
        ((person, 0.2, 0.1), (code, 0.1, 0.05), (warmup, 0.04, 0.03), (unseen, None, 0.02))
    ):
        epoch = f"{training}/epoch/{number}"
        tape.tell(e.EpochStarted, id=epoch, training=training, number=number)
        tape.tell(
            e.Adapted, training=training, setting=e.Setting(name="lr", value=new), old=old,
            technique=technique, epoch=epoch, reason="it jumped", batch=number or None,
        )  # fmt: skip
        tape.tell(e.Metric, name="loss", value=1.0 / (number + 1), of=epoch)
        tape.tell(e.EpochEnded, id=epoch, training=training, number=number, seconds=0.25)
    tape.tell(
        e.Adapted, training=training, setting=e.Setting(name="momentum", value=0.9), old=None,
        technique=code,
    )  # fmt: skip


def series() -> Iterator[e.Event]:
    """More observations than are told one by one."""
    tape = Tape()
    tape.tell(e.RunStarted, name="long", series_after=3)
    training = tape.tell(e.TrainingStarted, "training", name="net")
    for number, loss in enumerate((0.5, 0.25, "NaN", 0.75, 1.0)):
        tape.epoch(training, number, metrics={"loss": loss})
    tape.tell(e.TrainingEnded, id=training, status="completed", last_epoch=4)
    for value in (1.0, "INF", 3.0, 2.0):
        tape.tell(e.Metric, name="temperature", value=value)
    tape.tell(e.RunEnded, status="completed")
    yield from tape.events
