# SPDX-License-Identifier: Apache-2.0
"""Knowledge bases for the tests of what comes after the log: runs written event by event."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from dlprov_rdf import events, log, process
from dlprov_rdf.events import (
    DataSeen,
    EpochEnded,
    EpochStarted,
    Event,
    LogStarted,
    ModelSeen,
    RunEnded,
    RunStarted,
    Setting,
    StepEnded,
    StepStarted,
    TrainingEnded,
    TrainingStarted,
    Usage,
)

SECOND = 1_000_000_000
BEGIN = 1_767_261_600 * SECOND  # 2026-01-01T10:00:00Z

#: A process that nobody here can see.
ELSEWHERE = process.Process("another-host", "another-boot", 4242, "1")


class Tale:
    """A run's events, in order, each a second after the one before."""

    def __init__(self, run: str, began_in: process.Process = ELSEWHERE) -> None:
        self.run = run
        self.told: list[Event] = []
        self.tell(LogStarted, run=run, format=events.FORMAT, software="dlprov-rdf 0.1.0")
        self.tell(
            RunStarted,
            name=f"run {run}",
            host=began_in.host,
            boot=began_in.boot,
            pid=began_in.pid,
            pid_started=began_in.started,
            command=["train.py"],
            person="Ada",
        )

    def tell(self, kind: type[Event], **fields: object) -> None:
        """Tell the next event."""
        seq = len(self.told)
        self.told.append(kind(seq=seq, at=BEGIN + seq * SECOND, **fields))  # type: ignore[arg-type]

    def train(self, epochs: int) -> None:
        """Tell of a step that made data, and of a training on it."""
        self.tell(StepStarted, id="step/2", type="acquire", name="load")
        self.tell(
            DataSeen,
            id="data/3",
            name="digits",
            generated_by="step/2",
            rows=1797,
            digest="ni:///sha-256;" + "d" * 43,
            classes={"0": 178, "1": 182},
        )
        self.tell(StepEnded, id="step/2")
        self.tell(
            TrainingStarted,
            id="training/5",
            name="cnn",
            used=[Usage("data/3", "training")],
            settings=[Setting(name="learning_rate", value=0.001, of="keras.optimizers.Adam")],
        )
        for number in range(epochs):
            self.epoch(number)

    def epoch(self, number: int) -> None:
        """Tell of an epoch."""
        epoch = f"training/5/epoch/{number}"
        self.tell(EpochStarted, id=epoch, training="training/5", number=number)
        self.tell(
            EpochEnded,
            id=epoch,
            training="training/5",
            number=number,
            metrics={"loss": 1 / (number + 1), "val_loss": 2 / (number + 1)},
            learning_rate=0.001,
            seconds=1.0,
        )

    def end(self, status: str = "completed") -> None:
        """Tell the end of the training and of the run."""
        if any(isinstance(event, TrainingStarted) for event in self.told):
            seq = len(self.told)
            self.tell(TrainingEnded, id="training/5", status=status, reason="asked", last_epoch=0)
            self.tell(
                ModelSeen,
                id=f"model/{seq}",
                name="cnn",
                generated_by="training/5",
                derived_from=["data/3"],
                digest="ni:///sha-256;" + "m" * 43,
            )
        self.tell(RunEnded, status=status, reason="asked")

    def write(self, kb: Path, first: int | None = None) -> Path:
        """Write the log's first events, or all, as they would lie there; give the run's folder."""
        return write(kb, self.run, self.told[:first])


def write(kb: Path, run: str, told: Sequence[Event]) -> Path:
    """Write events as a run's log."""
    folder = kb / "logs" / run
    folder.mkdir(parents=True, exist_ok=True)
    lines = b"".join(log.encode(event) + b"\n" for event in told)
    (folder / "events.jsonl").write_bytes(lines)
    return folder


def whole_tale(run: str, epochs: int = 3) -> Tale:
    """Tell of a run that trained and completed."""
    tale = Tale(run)
    tale.train(epochs)
    tale.end()
    return tale


def digest(quads: Sequence[ox.Quad]) -> str:
    """Canonicalise quads (RDFC-1.0), which no blank node makes a matter of labels."""
    canonical = ox.Dataset(quads)
    canonical.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(map(str, canonical)))
