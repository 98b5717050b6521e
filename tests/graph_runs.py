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
    tape.tell(
        e.QuantityUsed, quantity="energy", value=120.5, unit="J", by="RAPL", device="package-0"
    )
    why = {"nvml": "no device"}
    tape.tell(e.ResourcesUsed, wall=12.5, cpu=20.25, peak_memory=123_456_789, unmeasured=why)
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


def said_later() -> Iterator[e.Event]:
    """What people said of a run after it: twice, against each other, and taken back."""
    tape = Tape()
    tape.tell(e.RunStarted, name="said", person="Ada")
    data = tape.tell(e.DataSeen, "data", name="scans", undigested="too large")
    training = tape.tell(e.TrainingStarted, "training", name="net", used=[e.Usage(data)])
    tape.epoch(training, 0, metrics={"roughness": 0.25})
    tape.epoch(training, 1, metrics={"roughness": 0.5})
    tape.tell(e.TrainingEnded, id=training, status="completed", last_epoch=1)
    tape.tell(e.RunEnded, status="completed")
    yield from tape.events
    later = Tape(rank="later")
    said = {"by": "Ada", "at": START + 10**12}
    ada = "0000-0002-1825-0097"
    later.tell(e.Annotated, what="licence", value="https://spdx.org/licenses/MIT", **said)
    later.tell(e.Annotated, what="orcid", value=ada, about="/person/Ada", **said)
    later.tell(e.Annotated, what="creator", value="Ada", term=ada, about=data, **said)
    later.tell(e.Annotated, what="creator", value="Grace", about=data, **said)
    later.tell(e.Annotated, what="seed", value=42, name="numpy", **said)
    later.tell(e.Annotated, what="seed", value={"repr": "<s>", "type": "a.S"}, **said)
    later.tell(e.Annotated, what="direction", value="higher", about="/measure/roughness", **said)
    later.tell(e.Annotated, what="access-url", value="https://a.example/d", about=data, **said)
    later.tell(e.Annotated, what="access-rights", value="ask us", about=data, **said)
    later.tell(e.Annotated, what="note", value="rows 3-9 are wrong", about=data, **said)
    later.tell(
        e.Annotated, what="attribute", name="mass", value=1.5, unit="kg", about=data,
        term="https://example.org/mass", **said,
    )  # fmt: skip
    for what in ("purpose", "description", "title", "source"):
        later.tell(e.Annotated, what=what, value=f"a {what}", about=data, **said)
    later.tell(e.Annotated, what="note", value="lost", about="data/999", **said)
    yield from later.events
    again = Tape(rank="later")
    more = {"what": "licence", "at": START + 2 * 10**12}
    again.tell(e.Annotated, value="words of a licence", by="Ada", **more)
    again.tell(e.Annotated, value="https://spdx.org/licenses/0BSD", by="Bob", by_orcid=ada, **more)
    at = START + 3 * 10**12
    about = f"annotation/later.{START + 10**12}.10"
    again.tell(e.Annotated, what="retraction", about=about, by="Bob", at=at)
    yield from again.events


_SITE = """
@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix sosa: <http://www.w3.org/ns/sosa/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
<> geo:lat "052.50"^^<http://www.w3.org/2001/XMLSchema#decimal> ; sosa:madeBySensor <#camera> ;
   sosa:hasResult [ sosa:hasSimpleResult 1.0e0, "NUL \\u0000", "Bild"@de ] ;
   prov:wasDerivedFrom <http://example.org/x>, <http://example.org/y> ;
   a <http://www.w3.org/ns/mls#Model> ; <http://www.w3.org/2000/01/rdf-schema#label> "mine" .
<#camera> a sosa:Sensor ; <http://www.w3.org/2000/01/rdf-schema#label> "camera 7" .
"""


def attached() -> Iterator[e.Event]:
    """RDF of the user's own: what may be said, what is refused, and what cannot be read."""
    tape = Tape()
    tape.tell(e.RunStarted, name="attached")
    data = tape.tell(e.DataSeen, "data", name="scans", undigested="too large")
    tape.tell(e.Attached, about=data, name="site.ttl", text=_SITE)
    tape.tell(e.Attached, about=data, name="torn.ttl", text="<> <http://example.org/p> ")
    tape.tell(e.Attached, about=data, name="big.ttl", fault="it is too large")
    json_ld = '{"@context": {"@vocab": "http://example.org/"}, "@id": "", "site": [{"lat": 1}]}'
    tape.tell(e.Attached, name="run.jsonld", form="jsonld", text=json_ld)
    tape.tell(e.Attached, about="data/999", name="lost.ttl", text="")
    tape.tell(e.RunEnded, status="completed")
    yield from tape.events
    later = Tape(rank="later")
    graph = "<x:s> <x:p> 1 . <x:g> { <x:s> <x:q> 2 }"
    later.tell(e.Attached, about=data, name="x", form="trig", text=graph, by="Ada")
    yield from later.events


def records() -> Iterator[e.Event]:
    """Rows of a table that came from a folder of files, split, and a prediction of one."""
    tape = Tape()
    tape.tell(e.RunStarted, name="records")
    load = tape.tell(e.StepStarted, "step", type="acquire", name="load")
    files = [
        tape.tell(e.FileSeen, "file", path=f"raw/{name}", digest=ni(name), bytes=9)
        for name in ("a.csv", "b/c d.csv")
    ]
    folder = tape.tell(e.DataSeen, "data", name="raw", form="folder", digest=ni("raw"))
    members = [
        e.Member(key=key, file=file)
        for key, file in zip(("a.csv", "b/c d.csv"), files, strict=True)
    ]
    tape.tell(
        e.MembersSeen, of=folder, members=[*members, e.Member(key="x", file="file/9")], count=7
    )
    tape.tell(e.Used, activity=load, entity=folder)
    table = tape.tell(
        e.DataSeen, "data", name="table", generated_by=load, derived_from=[folder, *files], rows=3,
        digest=ni("table"), source="https://example.org/survey", sources=["a letter", "urn:x:y"],
    )  # fmt: skip
    tape.tell(
        e.DataProfiled, of=table, counts={"missing": 1}, values={"mean": 0.5, "maximum": "NaN"},
        features=[
            e.Feature(name="depth (m)", dtype="<f8", counts={"missing": 1}, values={"std": 0.5}),
            e.Feature(name="depth (m)"),
        ],
        left_out=4,
    )  # fmt: skip
    tape.tell(e.RowsDigested, of=table, rows=3, width=16, path="records/a.npz", digest=ni("rows"))
    split = tape.tell(e.StepStarted, "step", type="split", name="split", used=[e.Usage(table)])
    made = {"generated_by": split, "derived_from": [table]}
    train = tape.tell(e.DataSeen, "data", name="train", rows=2, digest=ni("train"), **made)
    tape.tell(
        e.RecordsMapped, of=train, origin=table, by="content", rows=2, ambiguous=1, unmatched=1,
        path="records/b.npz", digest=ni("map"),
    )  # fmt: skip
    scaled = tape.tell(e.DataSeen, "data", name="scaled", rows=2, digest=ni("scaled"), **made)
    tape.tell(e.RecordsMapped, of=scaled, origin=train, by="position", rows=2)
    noise = tape.tell(e.DataSeen, "data", name="noise", undigested="a generator", **made)
    tape.tell(e.RecordsNotMapped, of=noise, reason="it holds no row of 'table'")
    tape.tell(e.DataProfiled, of=noise, not_measured="it is not held in memory as an array")
    for lost in (
        e.RecordsMapped,
        e.RecordsNotMapped,
        e.RowsDigested,
        e.DataProfiled,
        e.MembersSeen,
    ):
        fields = {
            "origin": table,
            "by": "hand",
            "rows": 1,
            "reason": "",
            "width": 16,
            "path": "p",
            "digest": ni(""),
        }
        tape.tell(
            lost, of="data/1000", **{k: x for k, x in fields.items() if k in lost.__struct_fields__}
        )
    yield from tape.events


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


RUNS: dict[str, Callable[[], Iterator[e.Event]]] = {
    "digits": digits,
    "judging": judging,
    "serving": serving,
    "failures": failures,
    "raised": raised,
    "by-hand": by_hand,
    "losses": losses,
    "series": series,
    "said-later": said_later,
    "attached": attached,
    "records": records,
    "planned": planned,
    "steered": steered,
}


def run(name: str) -> list[e.Event]:
    """Give the events of one of these runs."""
    return list(RUNS[name]())
