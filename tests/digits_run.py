# SPDX-License-Identifier: Apache-2.0
"""A whole workflow told once, as Keras capture tells it: from loading to saving."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tapes import ADAM, FIT, Tape, ni

from dlprov_rdf import events as e


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
