# SPDX-License-Identifier: Apache-2.0
"""Runs made up for the tests of the graph: small lists of events that tell of everything once."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, serialize

from dlprov_rdf import events as e
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.graph.quads import run_quads

BASE = "https://lab.example/"
RUN = "r1"
IRIS = Iris(BASE, RUN)

#: 2026-01-01T10:00:00Z
START = 1_767_261_600_000_000_000
SECOND = 1_000_000_000

FIT = "keras.Model.fit"
ADAM = "keras.optimizers.Adam"


class Tape:
    """Events in the order in which they are told, a second and a half apart."""

    def __init__(self, run: str = RUN, rank: str = "0", after: int = 0) -> None:
        self.events: list[e.Event] = []
        self._after = after
        self.tell(e.LogStarted, run=run, format=e.FORMAT, rank=rank, software="dlprov-rdf 0.1.0")

    def tell(self, kind: type[e.Event], noun: str | None = None, **fields: Any) -> str:
        """Tell one event; with a noun it mints a local id, and gives it."""
        seq = len(self.events) + self._after
        name = f"{noun}/{seq}" if noun else str(fields.get("id", ""))
        if noun:
            fields["id"] = name
        at = fields.pop("at", START + seq * 3 * SECOND // 2)
        self.events.append(kind(seq=seq, at=at, **fields))
        return name

    def epoch(self, training: str, number: int, **fields: Any) -> str:
        """Tell a whole epoch."""
        name = f"{training}/epoch/{number}"
        told = {"id": name, "training": training, "number": number}
        self.tell(e.EpochStarted, **told)
        self.tell(e.EpochEnded, seconds=0.5, **told, **fields)
        return name


def ni(words: str) -> str:
    """Name a content by the digest of some words."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(words.encode()).digest())
    return f"ni:///sha-256;{digest.decode().rstrip('=')}"


def quads_of(events: list[e.Event], iris: Iris = IRIS) -> list[Quad]:
    """Make the graph of a run."""
    return list(run_quads(lambda: events, iris))


def canonical(quads: list[Quad]) -> str:
    """Write a graph as canonical N-Quads (RDFC-1.0), sorted."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = serialize(dataset, format=RdfFormat.N_QUADS).decode().splitlines(keepends=True)
    return "".join(sorted(lines))


def digits() -> Iterator[e.Event]:
    """A whole workflow as Keras capture tells it: load, scale, split, train, test, select, save."""
    tape = Tape()
    tape.tell(
        e.RunStarted, name="digits", study="Handwriting, 2026", host="lab-1", pid=4711,
        command=["train.py", "--name", "a b"], login="ada", person="Ada Lovelace",
        orcid="0000-0002-1825-0097",
        script=e.Code(name="train.py", path="src/train.py", digest=ni("script")),
    )  # fmt: skip
    _surroundings(tape)
    train, validation, test = _prepared(tape)
    architecture = _architecture(tape)
    initial = tape.tell(
        e.ModelSeen, "model", name="cnn", architecture=architecture, parameters=2970,
        digest=ni("random weights"),
    )  # fmt: skip
    model = _trained(tape, architecture, initial, train, validation)
    _judged(tape, model, initial, validation, test)
    tape.tell(e.LeftOut, counts={"predict": 5, "metric:lr": 2})
    tape.tell(e.ResourcesUsed, wall=12.5, cpu=20.25, peak_memory=123_456_789)
    tape.tell(e.RunEnded, status="completed")
    yield from tape.events


def _surroundings(tape: Tape) -> None:
    tape.tell(
        e.EnvironmentSeen, python="3.11.7", platform="Linux", cpu="8086", cores=2, memory=2**33,
        packages={"keras": "3.15.1", "Dlprov_RDF": "0.1.0"}, variables={"PYTHONHASHSEED": "0"},
    )  # fmt: skip
    tape.tell(e.EnvironmentSeen, backend="tensorflow", devices=["GPU:0", "GPU:1"])
    tape.tell(
        e.CodeSeen, commit="0123456789abcdef", branch="main", remote="https://example.org/a.git",
        dirty=True, patch="patch.diff", patch_digest=ni("patch"), patch_redacted=True,
    )  # fmt: skip
    tape.tell(e.SeedSet, by="keras.utils.set_random_seed", value=42)
    tape.tell(e.PersonSeen, "person", name="Charles Babbage", role="reviewer")


def _prepared(tape: Tape) -> tuple[str, str, str]:
    load = tape.tell(e.StepStarted, "step", type="acquire", name="load")
    raw = tape.tell(
        e.DataSeen, "data", name="digits", generated_by=load, form="array",
        source="https://doi.org/10.24432/C50P49", shape=[1797, 8, 8], dtype="float64", rows=1797,
        bytes=920_064, digest=ni("digits"),
    )  # fmt: skip
    tape.tell(e.StepEnded, id=load)
    scale = tape.tell(
        e.StepStarted, "step", type="preprocess", name="scale", used=[e.Usage(raw)],
        parameters={"divisor": 16, "how": {"repr": "<object>", "type": "a.B", "cut": True}},
        code=e.Code(name="scale", path="src/train.py", line=12, digest=ni("script")),
    )  # fmt: skip
    scaled = tape.tell(
        e.DataSeen, "data", name="scaled", generated_by=scale, derived_from=[raw],
        undigested="too large",
    )  # fmt: skip
    tape.tell(e.StepEnded, id=scale)
    split = tape.tell(e.StepStarted, "step", type="split", name="split", used=[e.Usage(scaled)])
    made = {"generated_by": split, "derived_from": [scaled]}
    train = tape.tell(
        e.DataSeen, "data", name="train", digest=ni("train"), classes={"0": 99, "a/b": 1}, **made
    )
    validation = tape.tell(
        e.DataSeen, "data", name="validation", sample_digest=ni("some rows"), **made
    )
    test = tape.tell(e.DataSeen, "data", name="test", digest=ni("test"), **made)
    tape.tell(e.StepEnded, id=split)
    tape.tell(e.OverlapCounted, a=train, b=validation, rows=0)
    tape.tell(e.OverlapCounted, a=train, b=test, not_counted="above the digest budget")
    return train, validation, test


def _architecture(tape: Tape) -> str:
    def layer(path: str, kind: str, **more: Any) -> e.Layer:
        return e.Layer(path=path, type=f"keras.layers.{kind}", **more)

    name = tape.tell(e.ArchitectureSeen, "architecture", name="cnn", digest=ni("unbuilt"))
    layers = [
        layer("conv", "Conv2D", settings={"filters": 8, "kernel_size": {"json": "[3,3]"}}),
        layer("inner/drop", "Dropout", settings={"rate": 0.4}, parameters=0),
        layer(
            "out", "Dense", settings={"units": 10, "activation": "softmax"}, parameters=2890,
            input_shape=[None, 288], output_shape=[None, 10],
        ),
        layer("out#2", "Dense", shared_with="out", trainable=False),
    ]  # fmt: skip
    tape.tell(
        e.ArchitectureSeen, id=name, name="cnn", type="keras.Sequential", layers=layers,
        parameters=2970, trainable_parameters=2970, digest=ni("cnn"),
    )  # fmt: skip
    return name


def _trained(tape: Tape, architecture: str, initial: str, train: str, validation: str) -> str:
    plateau = e.Technique(
        name="ReduceLROnPlateau", type="callback", of="keras.callbacks.ReduceLROnPlateau",
        settings={"factor": 0.5, "patience": 1},
    )  # fmt: skip
    cosine = e.Technique(
        name="CosineDecay", type="schedule", of="keras.optimizers.schedules.CosineDecay"
    )
    training = tape.tell(
        e.TrainingStarted, "training", name="cnn", architecture=architecture,
        used=[
            e.Usage(train, "training"), e.Usage(validation, "validation"),
            e.Usage(initial, "model"),
        ],
        settings=[
            e.Setting(name="learning_rate", value=0.001, of=ADAM),
            e.Setting(name="clipnorm", value=None, of=ADAM),
            e.Setting(name="batch_size", value=32, of=FIT),
        ],
        asked={"epochs": 3}, techniques=[plateau, cosine], algorithm=ADAM,
        implementation="pkg:pypi/keras@3.15.1", task="classification",
        code=e.Code(name="main", path="src/train.py", line=30),
    )  # fmt: skip
    for role, prefix in (("training", ""), ("validation", "val_")):
        tape.tell(
            e.MeasureSeen, reported_as=f"{prefix}loss", of=training, role=role,
            function="keras.losses.SparseCategoricalCrossentropy",
            parameters={"from_logits": True}, direction="lower",
        )  # fmt: skip
        tape.tell(
            e.MeasureSeen, reported_as=f"{prefix}accuracy", of=training, role=role,
            function="keras.metrics.SparseCategoricalAccuracy",
        )  # fmt: skip

    def metrics(loss: float, accuracy: float) -> dict[str, float]:
        return {
            "loss": loss, "accuracy": accuracy, "val_loss": loss + 0.1, "val_accuracy": accuracy,
        }  # fmt: skip

    tape.epoch(training, 0, metrics=metrics(0.8, 0.7), learning_rate=0.001)
    whole = {"id": f"{training}/epoch/1", "training": training, "number": 1}
    tape.tell(e.EpochStarted, **whole)
    tape.tell(e.Metric, name="loss", value=0.45, of=whole["id"], batch=3)
    tape.tell(
        e.Adapted, training=training, epoch=whole["id"], technique=plateau, old=0.001,
        setting=e.Setting(name="learning_rate", value=0.0005, of=ADAM),
    )  # fmt: skip
    tape.tell(e.EpochEnded, metrics=metrics(0.4, 0.9), learning_rate=0.001, seconds=1.5, **whole)
    tape.epoch(training, 2, metrics=metrics(0.5, 0.9), learning_rate=0.0005)
    model = tape.tell(
        e.ModelSeen, "model", name="cnn", architecture=architecture, generated_by=training,
        derived_from=[initial, train], epoch=whole["id"], digest=ni("trained"), parameters=2970,
        version="1.0",
    )  # fmt: skip
    tape.tell(
        e.TrainingEnded, id=training, status="completed", reason="early_stopping", last_epoch=2,
        restored_epoch=1,
    )  # fmt: skip
    return model


def _judged(tape: Tape, model: str, initial: str, validation: str, test: str) -> None:
    evaluate = tape.tell(
        e.StepStarted, "step", type="evaluate", name="evaluate cnn",
        used=[e.Usage(model, "model"), e.Usage(test, "test")],
    )  # fmt: skip
    tape.tell(e.Metric, name="accuracy", value=0.95, of=evaluate, model=model, data=test)
    tape.tell(e.StepEnded, id=evaluate)
    select = tape.tell(
        e.StepStarted, "step", type="select", name="select",
        used=[e.Usage(initial, "candidate"), e.Usage(model, "candidate")],
    )  # fmt: skip
    tape.tell(
        e.Selected, step=select, chosen=model, candidates=[initial, model], on=validation,
        criterion="highest accuracy", values={initial: 0.1, model: 0.9},
    )  # fmt: skip
    tape.tell(e.StepEnded, id=select)
    deploy = tape.tell(
        e.StepStarted, "step", type="deploy", name="deploy", used=[e.Usage(model, "model")]
    )
    save = tape.tell(
        e.StepStarted, "step", type="save", name="save cnn", used=[e.Usage(model, "model")],
        within=deploy,
    )  # fmt: skip
    tape.tell(
        e.FileSeen, "file", path="out/cnn.keras", generated_by=save, of=model, format="keras",
        bytes=1000, digest=ni("file"),
    )  # fmt: skip
    tape.tell(e.StepEnded, id=save)
    tape.tell(e.StepEnded, id=deploy)


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


def failures() -> Iterator[e.Event]:
    """Trainings that diverged, raised and were cut off, in a run that was found dead later."""
    tape = Tape()
    tape.tell(e.RunStarted, name="unlucky")
    diverged = tape.tell(e.TrainingStarted, "training", name="wide")
    tape.epoch(diverged, 0, metrics={"loss": 50.0, "val_loss": "INF"})
    tape.epoch(diverged, 1, metrics={"loss": "NaN", "val_loss": "-INF"})
    tape.tell(e.TrainingEnded, id=diverged, status="failed", reason="diverged", last_epoch=1)
    raised = tape.tell(e.TrainingStarted, "training", name="deep", resumes=diverged)
    tape.tell(e.TrainingEnded, id=raised, status="failed", exception="ValueError", message="shapes")
    step = tape.tell(e.StepStarted, "step", type="clean up", name="clean up")
    cut = tape.tell(e.TrainingStarted, "training", name="slow", within=step)
    tape.epoch(cut, 0, metrics={"loss": 1.0})
    tape.tell(e.EpochStarted, id=f"{cut}/epoch/1", training=cut, number=1)
    last_at = tape.events[-1].at
    later = Tape(rank="later")
    later.tell(e.FoundDead, last_event_at=last_at)
    later.tell(e.NoteAdded, text="power cut", by="Ada")
    yield from tape.events
    yield from later.events


def raised() -> Iterator[e.Event]:
    """A run that ended itself by an exception, and was called dead by mistake."""
    tape = Tape()
    tape.tell(e.RunStarted, name="raised")
    tape.tell(e.StepStarted, "step", type="acquire", name="load")
    tape.tell(e.RunEnded, status="failed", exception="OSError", message="no disk", reason="disk")
    later = Tape(rank="later")
    later.tell(e.FoundDead, last_event_at=START)
    yield from tape.events
    yield from later.events


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


def losses() -> Iterator[e.Event]:
    """A damaged log: events that refer to lost ones, gaps, a second rank."""
    tape = Tape()
    tape.tell(e.RunStarted, name="damaged")
    tape.tell(e.EventsLost, count=2, reason="disk full")
    step = tape.tell(
        e.StepStarted, "step", type="evaluate", name="test", within="step/1000",
        used=[e.Usage("data/1001", "test"), e.Usage("model/1002", "model")],
    )  # fmt: skip
    tape.tell(e.Used, activity="step/1003", entity="data/1001")
    tape.tell(e.Metric, name="accuracy", value=0.5, of=step, model="model/1002", data="data/1001")
    tape.tell(e.Metric, name="accuracy", value=0.6, of="step/1004")
    tape.tell(
        e.DataSeen, "data", name="orphan", generated_by="step/1005", derived_from=["data/1006"],
        undigested="a generator",
    )  # fmt: skip
    lost = "training/1007"
    tape.epoch(lost, 4, metrics={"loss": 0.25})
    tape.tell(
        e.Adapted, training=lost, setting=e.Setting(name="lr", value=1), old=2,
        technique=e.Technique(name="x", type="code"),
    )  # fmt: skip
    tape.tell(e.ModelSeen, "model", name="m", generated_by=lost, epoch=f"{lost}/epoch/4")
    tape.tell(e.NoteAdded, text="?", about="data/1008")
    tape.tell(e.StepEnded, id="step/1009")
    tape.tell(e.TrainingEnded, id=lost, status="completed")
    training = tape.tell(e.TrainingStarted, "training", name="t", resumes="training/1010")
    number = {"id": f"{training}/epoch/0", "training": training, "number": 0}
    tape.tell(e.EpochEnded, metrics={"loss": 0.5}, **number)
    tape.tell(e.Metric, name="loss", value=0.4, of=f"{training}/epoch/9")
    other = Tape(rank="1", after=3)
    other.tell(e.SeedSet, by="random.seed", value={"repr": "b'x'", "type": "bytes"})
    yield from tape.events
    yield from other.events


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


RUNS: dict[str, Callable[[], Iterator[e.Event]]] = {
    "digits": digits,
    "judging": judging,
    "serving": serving,
    "failures": failures,
    "raised": raised,
    "by-hand": by_hand,
    "losses": losses,
    "series": series,
}


def run(name: str) -> list[e.Event]:
    """Give the events of one of these runs."""
    return list(RUNS[name]())
