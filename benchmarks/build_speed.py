# SPDX-License-Identifier: Apache-2.0
"""What a build costs: one run into a store of a thousand, and a thousand runs from their logs.

Beside the whole stand its parts: graph, check and store of one run, and the union's size.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from measured import figure, keep

from dlprov_rdf import events, log, pipeline, settings
from dlprov_rdf.events import (
    DataSeen,
    EpochEnded,
    EpochStarted,
    Event,
    LogStarted,
    MeasureSeen,
    RunEnded,
    RunStarted,
    Setting,
    TrainingEnded,
    TrainingStarted,
    Usage,
)
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.validate.shacl import check

RUNS = int(os.environ.get("DLPROV_BENCH_RUNS", "1000"))
EPOCHS = 14
ROUNDS = 20
METRICS = ("loss", "accuracy", "val_loss", "val_accuracy")


def run_events(run: str) -> list[Event]:
    """Make the events of a training of 14 epochs with four metrics: about 1,000 quads."""
    told: list[Event] = []

    def tell(kind: type[Event], **fields: object) -> None:
        at = 1_767_261_600_000_000_000 + len(told) * 1_000_000_000
        told.append(kind(seq=len(told), at=at, **fields))  # type: ignore[arg-type]

    tell(LogStarted, run=run, format=events.FORMAT, software="dlprov-rdf 0.1.0")
    tell(RunStarted, name=f"run {run}", host="elsewhere", pid=1, person="Ada", command=["a.py"])
    for number, role in enumerate(("training", "validation")):
        digest = f"ni:///sha-256;{number}{'d' * 42}"
        tell(DataSeen, id=f"data/{number}", name=role, rows=1000, digest=digest)
    for metric in METRICS:
        tell(MeasureSeen, reported_as=metric, function=f"keras.metrics.{metric}")
    used = [Usage("data/0", "training"), Usage("data/1", "validation")]
    adam = "keras.optimizers.Adam"
    rates = [Setting(name=name, value=0.1, of=adam) for name in ("learning_rate", "beta_1")]
    tell(TrainingStarted, id="training/9", name="cnn", used=used, settings=rates)
    for number in range(EPOCHS):
        epoch = f"training/9/epoch/{number}"
        scores = dict.fromkeys(METRICS, 1 / (number + 2))
        tell(EpochStarted, id=epoch, training="training/9", number=number)
        tell(EpochEnded, id=epoch, training="training/9", number=number, metrics=scores)
    tell(TrainingEnded, id="training/9", status="completed")
    tell(RunEnded, status="completed")
    return told


def write_run(kb: Path, run: str) -> None:
    """Write a run's log."""
    folder = kb / "logs" / run
    folder.mkdir(parents=True)
    lines = b"".join(log.encode(event) + b"\n" for event in run_events(run))
    (folder / "events.jsonl").write_bytes(lines)


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median(work: Callable[[], object]) -> float:
    """Time some calls, and give the median in milliseconds."""
    return statistics.median(seconds(work) for _ in range(ROUNDS)) * 1000


def parts(kb: Path, chosen: settings.Settings) -> list[dict[str, object]]:
    """Time what a build of one run is made of, in the full store."""
    quads = pipeline.quads_of(kb, chosen, "00000")
    triples = f"{len(quads)} quads"
    graph = Iris(chosen.base, "00000").graph
    rows = [
        figure("graph", triples, median(partial(pipeline.quads_of, kb, chosen, "00000")), "ms", ""),
        figure("check", triples, median(partial(check, quads)), "ms", "at most 15"),
    ]
    with EmbeddedStore.writer(kb / "store") as store:
        again = median(partial(store.replace, graph, quads))

        def anew() -> float:
            store.drop(graph)
            return seconds(partial(store.replace, graph, quads))

        fresh = statistics.median(anew() for _ in range(ROUNDS)) * 1000
        whole = sum(float(str(each["ours_value"])) for each in rows) + fresh
        rows += [
            figure("store a new graph", triples, fresh, "ms", ""),
            figure(
                f"graph + check + store, among {RUNS:,} runs", triples, whole, "ms", "at most 100"
            ),
            figure("store it again", triples, again, "ms", ""),
            figure("publish", "a snapshot", median(store.publish), "ms", ""),
        ]
    return rows


def one_more(kb: Path, chosen: settings.Settings) -> dict[str, object]:
    """Time what a user waits for: a new run in the logs, until it can be asked."""
    times = []
    for number in range(ROUNDS):
        write_run(kb, f"more{number}")
        times.append(seconds(partial(pipeline.build, kb, chosen)) * 1000)
    what = f"one more run into {RUNS:,}, whole build"
    return figure(what, "open, build, publish, close", statistics.median(times), "ms", "")


def measure(kb: Path) -> list[dict[str, object]]:
    """Build many runs, then look at one."""
    chosen = settings.make(kb)
    for number in range(RUNS):
        write_run(kb, f"{number:05}")
    many = seconds(partial(pipeline.build, kb, chosen))
    again = seconds(partial(pipeline.rebuild, kb, chosen))
    return [
        figure(f"{RUNS:,} runs from logs, all checks", "build", many, "s", "at most 45"),
        figure(f"{RUNS:,} runs from logs, all checks", "rebuild", again, "s", "at most 45"),
        figure("nothing new", "build", median(partial(pipeline.build, kb, chosen)), "ms", ""),
        one_more(kb, chosen),
        *parts(kb, chosen),
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        keep("build", measure(Path(folder) / "kb"))
    sys.exit(0)
