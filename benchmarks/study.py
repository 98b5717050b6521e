# SPDX-License-Identifier: Apache-2.0
"""A study of many runs, made up event by event: what a lab has after some months of work.

Each run loads the digits, scales and splits them, trains two networks of one architecture
with an adaptation, tests them, chooses one, saves it and predicts with it. Six architectures,
five people and four machines take turns; data of equal content recur in every run.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from dlprov_rdf import events as e
from dlprov_rdf import log

MODELS = ("cnn", "wide cnn", "deep cnn", "mlp", "resnet", "vit")
PEOPLE = ("Ada", "Grace", "Katherine", "Alan", "Edsger")
ADAM = "keras.optimizers.Adam"
EPOCHS = 15
_DAY = 86_400 * 10**9
_BEGIN = 1_767_261_600 * 10**9
_PACKAGES = {f"package-{number}": "1.0" for number in range(30)}


class _Run:
    """One run's events."""

    def __init__(self, number: int) -> None:
        self.number, self.told = number, []  # type: ignore[var-annotated]
        self.name = f"{number:08d}-0000-7000-8000-000000000000"
        self.tell(e.LogStarted, run=self.name, format=e.FORMAT, software="dlprov-rdf 0.1.0")
        self.tell(
            e.RunStarted, name=f"run {number}", host=f"lab-{number % 4}", pid=4711,
            command=["train.py"], study="a study", script=e.Code(name="train.py", path="train.py"),
        )  # fmt: skip
        self.tell(e.PersonSeen, "person", name=PEOPLE[number % 5])

    def tell(self, kind: type[e.Event], noun: str | None = None, **fields: Any) -> str:
        """Tell one event; with a noun it mints a local id, and gives it."""
        seq = len(self.told)
        if noun:
            fields["id"] = f"{noun}/{seq}"
        at = _BEGIN + self.number * _DAY + seq * 10**9
        self.told.append(kind(seq=seq, at=at, **fields))
        return str(fields.get("id", ""))


def events(number: int) -> list[e.Event]:
    """Make the events of one run."""
    run = _Run(number)
    run.tell(
        e.EnvironmentSeen, python="3.11.7", platform="Linux", cpu="8086", cores=2, memory=2**33,
        backend="tensorflow", packages={**_PACKAGES, "keras": "3.15.1"},
    )  # fmt: skip
    run.tell(e.CodeSeen, commit=_digest(f"commit {number // 10}")[-20:-2], branch="main")
    run.tell(e.SeedSet, by="keras.utils.set_random_seed", value=number)
    parts = _prepared(run)
    architecture = _architecture(run)
    models = [_trained(run, architecture, parts, turn) for turn in range(2)]
    for model in models:
        _tested(run, model, parts["test"])
    _used(run, models, parts)
    run.tell(e.ResourcesUsed, wall=60.0, cpu=100.0, peak_memory=10**9)
    run.tell(e.RunEnded, status="completed")
    return run.told


def write(kb: Path, runs: int) -> None:
    """Write the logs of a study into a knowledge base."""
    for number in range(runs):
        told = events(number)
        folder = kb / "logs" / f"{number:08d}-0000-7000-8000-000000000000"
        folder.mkdir(parents=True)
        lines = (log.encode(event) + b"\n" for event in told)
        (folder / "events.jsonl").write_bytes(b"".join(lines))


def _prepared(run: _Run) -> dict[str, str]:
    load = run.tell(e.StepStarted, "step", type="acquire", name="load")
    raw = run.tell(
        e.DataSeen, "data", name="digits", generated_by=load, rows=1797, digest=_digest("digits"),
        source="https://doi.org/10.24432/C50P49",
    )  # fmt: skip
    run.tell(e.StepEnded, id=load)
    divisor = 16 - run.number % 2
    scale = run.tell(
        e.StepStarted, "step", type="preprocess", name="scale", used=[e.Usage(raw)],
        parameters={"divisor": divisor},
    )  # fmt: skip
    scaled = run.tell(
        e.DataSeen, "data", name="scaled", generated_by=scale, derived_from=[raw], rows=1797,
        digest=_digest(f"scaled {divisor}"),
    )  # fmt: skip
    run.tell(e.StepEnded, id=scale)
    split = run.tell(e.StepStarted, "step", type="split", name="split", used=[e.Usage(scaled)])
    parts = {
        name: run.tell(
            e.DataSeen, "data", name=name, generated_by=split, derived_from=[scaled], rows=599,
            digest=_digest(f"{name} {divisor} {run.number % 5}"),
            classes={str(digit): 59 for digit in range(10)},
        )
        for name in ("training", "validation", "test")
    }  # fmt: skip
    run.tell(e.StepEnded, id=split)
    run.tell(e.OverlapCounted, a=parts["training"], b=parts["test"], rows=0)
    return parts


def _architecture(run: _Run) -> str:
    name = MODELS[run.number % len(MODELS)]
    layers = [
        e.Layer(path=f"dense_{number}", type="keras.layers.Dense", settings={"units": 32})
        for number in range(4)
    ]
    rate = 0.4 if run.number % 3 else 0.2
    layers.append(e.Layer(path="drop", type="keras.layers.Dropout", settings={"rate": rate}))
    return run.tell(
        e.ArchitectureSeen, "architecture", name=name, type="keras.Sequential", layers=layers,
        parameters=2970, digest=_digest(f"{name} {rate}"),
    )  # fmt: skip


def _trained(run: _Run, architecture: str, parts: dict[str, str], turn: int) -> str:
    name = MODELS[run.number % len(MODELS)]
    plateau = e.Technique(name="ReduceLROnPlateau", type="callback",
                          of="keras.callbacks.ReduceLROnPlateau")  # fmt: skip
    rate = 0.001 * (1 + (run.number * 7 + turn) % 9)
    training = run.tell(
        e.TrainingStarted, "training", name=f"{name} {turn}", architecture=architecture,
        used=[e.Usage(parts["training"], "training"), e.Usage(parts["validation"], "validation")],
        settings=[
            e.Setting(name="learning_rate", value=rate, of=ADAM),
            e.Setting(name="batch_size", value=32, of="keras.Model.fit"),
        ],
        asked={"epochs": EPOCHS}, techniques=[plateau], algorithm=ADAM,
        implementation="pkg:pypi/keras@3.15.1",
    )  # fmt: skip
    for prefix in ("", "val_"):
        run.tell(e.MeasureSeen, reported_as=f"{prefix}loss", of=training, direction="lower",
                 function="keras.losses.SparseCategoricalCrossentropy")  # fmt: skip
        run.tell(e.MeasureSeen, reported_as=f"{prefix}accuracy", of=training,
                 function="keras.metrics.SparseCategoricalAccuracy")  # fmt: skip
    for number in range(EPOCHS):
        _epoch(run, training, number, rate, plateau)
    model = run.tell(
        e.ModelSeen, "model", name=name, architecture=architecture, generated_by=training,
        derived_from=[parts["training"]], digest=_digest(f"weights {run.number} {turn}"),
    )  # fmt: skip
    run.tell(e.TrainingEnded, id=training, status="completed", last_epoch=EPOCHS - 1)
    return model


def _epoch(run: _Run, training: str, number: int, rate: float, technique: e.Technique) -> None:
    told = {"id": f"{training}/epoch/{number}", "training": training, "number": number}
    run.tell(e.EpochStarted, **told)
    if number == EPOCHS // 2:
        run.tell(
            e.Adapted, training=training, epoch=told["id"], technique=technique, old=rate,
            setting=e.Setting(name="learning_rate", value=rate / 2, of=ADAM),
        )  # fmt: skip
    score = 1 - 1 / (number + 2 + (run.number * 13 % 17) / 10)
    metrics = {
        "loss": 1 - score, "accuracy": score, "val_loss": 1.1 - score, "val_accuracy": score - 0.01,
    }  # fmt: skip
    run.tell(e.EpochEnded, metrics=metrics, learning_rate=rate, seconds=1.0, **told)


def _tested(run: _Run, model: str, test: str) -> None:
    step = run.tell(
        e.StepStarted, "step", type="evaluate", name="evaluate",
        used=[e.Usage(model, "model"), e.Usage(test, "test")],
    )  # fmt: skip
    score = 0.9 + (run.number * 11 % 97) / 1000
    run.tell(e.Metric, name="accuracy", value=score, of=step, model=model, data=test)
    run.tell(e.StepEnded, id=step)


def _used(run: _Run, models: list[str], parts: dict[str, str]) -> None:
    select = run.tell(e.StepStarted, "step", type="select", name="select",
                      used=[e.Usage(model, "candidate") for model in models])  # fmt: skip
    run.tell(e.Selected, step=select, chosen=models[0], candidates=models, criterion="accuracy",
             on=parts["validation"])  # fmt: skip
    run.tell(e.StepEnded, id=select)
    save = run.tell(e.StepStarted, "step", type="save", name="save", used=[e.Usage(models[0])])
    run.tell(e.FileSeen, "file", path="model.keras", generated_by=save, of=models[0], bytes=10**5,
             digest=_digest(f"file {run.number}"))  # fmt: skip
    run.tell(e.StepEnded, id=save)
    predict = run.tell(
        e.StepStarted, "step", type="predict", name="predict",
        used=[e.Usage(models[0], "model"), e.Usage(parts["test"])],
    )  # fmt: skip
    run.tell(
        e.DataSeen, "data", name="predictions", type="prediction", generated_by=predict,
        derived_from=[parts["test"]], rows=599, digest=_digest(f"predictions {run.number}"),
    )  # fmt: skip
    run.tell(e.StepEnded, id=predict)


def _digest(words: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(words.encode()).digest())
    return f"ni:///sha-256;{digest.decode().rstrip('=')}"
