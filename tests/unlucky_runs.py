# SPDX-License-Identifier: Apache-2.0
"""Runs that went wrong: diverged, raised, cut off, found dead, and a log that was damaged."""

from __future__ import annotations

from collections.abc import Iterator

from tapes import START, Tape

from dlprov_rdf import events as e


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
