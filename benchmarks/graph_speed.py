# SPDX-License-Identifier: Apache-2.0
"""From a log to N-Quads: how fast beside a bare loop of such quads, and in how much memory.

The run is one training of many epochs with four measures each, every value an evaluation of
its own (``series_after`` is above their number). The bare loop knows the quads beforehand:
it names nodes and literals, makes as many quads of each kind of them, and writes them.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from measured import figure, keep, row
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from dlprov_rdf import events as e
from dlprov_rdf import log
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.graph.quads import run_quads

BASE = "https://w3id.org/dlprov-rdf/id/0194a000-0000-4000-8000-000000000000/"
RUN = "0194a000-0000-7000-8000-000000000001"
MOMENT = NamedNode("http://www.w3.org/2001/XMLSchema#dateTime")
SIZES = (10_000, 100_000, 1_000_000)
COMPARED = 100_000
ROUNDS = 7
PER_EPOCH = 54


def told(quads: int) -> Iterator[e.Event]:
    """Yield the events of a run whose graph has about so many quads."""
    second = 1_000_000_000
    training = "training/4"
    yield e.LogStarted(seq=0, at=0, run=RUN, format=e.FORMAT, software="dlprov-rdf 0.1.0")
    yield e.RunStarted(seq=1, at=1, name="speed", host="lab", series_after=10**9)
    yield e.DataSeen(seq=2, at=2, id="data/2", name="train", undigested="made up")
    yield e.DataSeen(seq=3, at=3, id="data/3", name="validation", undigested="made up")
    used = [e.Usage("data/2", "training"), e.Usage("data/3", "validation")]
    yield e.TrainingStarted(seq=4, at=4, id=training, name="cnn", used=used)
    seq = 5
    for number in range(quads // PER_EPOCH):
        fields = {"id": f"{training}/epoch/{number}", "training": training, "number": number}
        yield e.EpochStarted(seq=seq, at=seq * second, **fields)
        loss = 1 / (number + 1)
        metrics = {
            "accuracy": 1 - loss, "loss": loss, "val_accuracy": 1 - loss / 2, "val_loss": loss / 3,
        }  # fmt: skip
        yield e.EpochEnded(
            seq=seq + 1, at=seq * second + 5, metrics=metrics, learning_rate=0.001, seconds=0.31,
            **fields,
        )  # fmt: skip
        seq += 2
    yield e.TrainingEnded(seq=seq, at=seq * second, id=training, status="completed")
    yield e.RunEnded(seq=seq + 1, at=(seq + 1) * second, status="completed")


def write_log(folder: Path, quads: int) -> Path:
    """Write the log of such a run."""
    path = folder / f"{quads}.jsonl"
    with path.open("wb") as file:
        file.writelines(log.encode(event) + b"\n" for event in told(quads))
    return path


def ours(path: Path) -> Iterator[Quad]:
    """Read a log and make its graph."""
    return run_quads(lambda: log.read(path), Iris(BASE, RUN))


def bare(quads: int) -> Iterator[Quad]:
    """Make quads of the same kinds and lengths, and do nothing else."""
    graph = NamedNode(f"{BASE}run/{RUN}/graph")
    places = [NamedNode(f"https://w3id.org/dlprov-rdf/ontology#property{n}") for n in range(10)]
    things = [NamedNode(f"https://w3id.org/dlprov-rdf/id/measure/thing{n}") for n in range(10)]
    names = [(Literal(name), name) for name in ("accuracy", "loss", "val_accuracy", "val_loss")]
    for number in range(quads // PER_EPOCH):
        epoch = NamedNode(f"{BASE}run/{RUN}/training/4/epoch/{number}")
        model = NamedNode(f"{epoch.value}/model")
        yield Quad(epoch, places[0], Literal(number), graph)
        for place in places[1:3]:
            yield Quad(epoch, place, Literal("2026-01-01T10:00:00.5Z", datatype=MOMENT), graph)
        for place in places[3:5]:
            yield Quad(epoch, place, Literal(0.31), graph)
        yield Quad(model, places[5], Literal(f"cnn after epoch {number}"), graph)
        for thing in things[:8]:
            yield Quad(epoch, places[6], thing, graph)
        for reported, name in names:
            node = NamedNode(f"{epoch.value}/evaluation/{name}")
            value = 1 / (number + 1)
            yield Quad(node, places[7], Literal(f"{name} = {value:.6g}"), graph)
            yield Quad(node, places[8], Literal(value), graph)
            yield Quad(node, places[9], reported, graph)
            for place, thing in zip(places[:7], things, strict=False):
                yield Quad(node, place, thing, graph)


def rate(quads: Iterable[Quad]) -> float:
    """Serialise quads into nothing, and count how many a second."""
    count = 0

    def counted() -> Iterator[Quad]:
        nonlocal count
        for quad in quads:
            count += 1
            yield quad

    began = time.perf_counter()
    with Path(os.devnull).open("wb") as nothing:
        serialize(counted(), nothing, format=RdfFormat.N_QUADS)
    return count / (time.perf_counter() - began)


def speed(folder: Path) -> dict[str, object]:
    """Compare the two in alternation."""
    path = write_log(folder, COMPARED)
    mine, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(rate(bare(COMPARED)))
        mine.append(rate(ours(path)))
    return row("log → N-Quads", "run_quads", "a bare loop", mine, theirs, "quads/s")


def memory(folder: Path, quads: int) -> dict[str, object]:
    """Measure the peak memory of a process of its own."""
    path = write_log(folder, quads)
    done = subprocess.run(
        [sys.executable, __file__, str(path)], check=True, capture_output=True, text=True
    )
    what = f"peak memory at {quads:,} quads"
    return figure(what, "run_quads", float(done.stdout), "MB", "flat from 10 k to 1 M")


def peak() -> float:
    """Tell the peak memory of this process, without what its parent had (Linux)."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    if sys.argv[-1].endswith(".jsonl"):
        rate(ours(Path(sys.argv[-1])))
        print(peak())
    else:
        with tempfile.TemporaryDirectory() as temporary:
            place = Path(temporary)
            keep("graph", [speed(place), *(memory(place, size) for size in SIZES)])
