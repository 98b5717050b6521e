# SPDX-License-Identifier: Apache-2.0
"""Kills real processes at random moments, many times, and looks for anything lost or broken.

What is counted: events whose call had returned and that are gone; runs that are not told as
interrupted; graphs that break a rule; stores that differ from what the logs say; graphs at a
Fuseki that are not what its catalogue says, or not what was pushed.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import build_speed
from fuseki_speed import free_port
from measured import figure, keep
from pyoxigraph import NamedNode

from dlprov_rdf import log, pipeline, settings
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.events import EpochEnded, Metric
from dlprov_rdf.graph import canonical, catalogue
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.pipeline.pushing import there
from dlprov_rdf.process import alive, process_of
from dlprov_rdf.store import fuseki
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.remote import Access, RemoteStore

TIMES = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 20

LOGGING = """
import sys
from dlprov_rdf.capture.start import start_run
run = start_run("logging", kb=sys.argv[1])
with run.training("loop") as training:
    for number in range(10**9):
        with training.epoch(number):
            training.log_metric("loss", 0.5, step=number)
        print(number, flush=True)
"""

TRAINING = """
import sys, keras, numpy as np
import dlprov_rdf as dlprov
run = dlprov.start_run("training", kb=sys.argv[1])
dlprov.autolog()
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
told = lambda epoch, logs: print(epoch - 1, flush=True)
watch = [keras.callbacks.LambdaCallback(on_epoch_begin=told)]
model.fit(np.zeros((64, 4)), np.zeros(64), epochs=10**6, verbose=0, callbacks=watch)
"""

BUILDING = """
import sys
from pathlib import Path
from dlprov_rdf import pipeline, settings
kb = Path(sys.argv[1])
print("begun", flush=True)
getattr(pipeline, sys.argv[2])(kb, settings.load(kb))
"""

PUSHING = """
import sys
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.pipeline.pushing import sending
kb = KnowledgeBase.open(sys.argv[1])
sending.ADDED = sending.REPLACED = int(sys.argv[3])
print("begun", flush=True)
kb.push(sys.argv[2])
print("done", flush=True)
"""

#: Runs that are pushed, of about 1,000 quads each.
PUSHED = 30


def killed(program: str, *arguments: str, after: float) -> list[str]:
    """Start a program, wait for its first word, kill it a while later; give its words."""
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        return [first.strip(), *process.stdout.read().split()]


def lost(kb: Path, words: list[str]) -> int:
    """Count the epochs that a killed process had told and that its log does not hold."""
    newest = max((kb / "logs").iterdir(), key=lambda folder: folder.name)
    events = log.recover(newest / "events.jsonl").events
    held = {event.number for event in events if isinstance(event, EpochEnded)}
    metrics = {event.step for event in events if isinstance(event, Metric)}
    return sum(int(word) >= 0 and int(word) not in held | metrics for word in words if word)


def capture(kb: Path, program: str, times: int) -> Counter[str]:
    """Kill a process that captures, again and again; then build what it left."""
    counts: Counter[str] = Counter()
    for _ in range(times):
        counts["lost"] += lost(kb, killed(program, str(kb), after=random.uniform(0.01, 0.6)))
    built = pipeline.build(kb, settings.load(kb))
    counts["broken"] = sum(one.quarantined for one in built)
    counts["not interrupted"] = sum(one.status != "interrupted" for one in built)
    return counts


def building(kb: Path, times: int) -> Counter[str]:
    """Kill builds and rebuilds; then compare the store with one made afresh."""
    counts: Counter[str] = Counter()
    for turn in range(times):
        with start_run(f"run {turn}", kb=kb) as run:
            run.log_metrics({f"m{number}": number for number in range(200)})
        how = random.choice(["build", "rebuild"])
        killed(BUILDING, str(kb), how, after=random.uniform(0.0, 0.4))
        pipeline.build(kb, settings.load(kb))
        before = stored(kb)
        pipeline.rebuild(kb, settings.load(kb))
        counts["differing stores"] += before != stored(kb)
    return counts


def stored(kb: Path) -> set[str]:
    """Give all quads of the newest snapshot."""
    with EmbeddedStore.reader(kb / "store") as store:
        return {str(quad) for graph in store.graphs() for quad in store.graph(graph)}


def pushing(folder: Path, times: int, *, service: bool) -> Counter[str]:
    """Kill pushes, or the Fuseki that is pushed to, and push again."""
    counts: Counter[str] = Counter()
    settings.make(folder)
    try:
        address = str(fuseki.up(folder, port=free_port(), heap=2**29).endpoint)
        for turn in range(times):
            come_further(folder, turn)
            kb = KnowledgeBase.open(folder)
            kb.build()
            with at_service(folder, address) as store:
                if turn % 2:
                    store.update("DROP ALL")
                done = cut_off(folder, address, service=service)
                print(f"turn {turn}: {'came to its end' if done else 'cut off'}", file=sys.stderr)
                counts["half graphs"] += halves(store, kb.settings.base)
                pushed = kb.push(address, verify=True)
                counts["graphs that differ after the next push"] += len(pushed.differing)
                counts["differing stores"] += at(store, kb.settings.base) != stored(folder)
    finally:
        fuseki.down(folder)
    return counts


def come_further(folder: Path, turn: int) -> None:
    """Write the logs of all runs; each third has come further than the turn before."""
    for number in range(PUSHED):
        build_speed.EPOCHS = 10 + (turn + number) // 3
        events = build_speed.run_events(f"{number:05}")
        place = folder / "logs" / f"{number:05}"
        place.mkdir(parents=True, exist_ok=True)
        lines = (log.encode(event) + b"\n" for event in events)
        (place / "events.jsonl").write_bytes(b"".join(lines))


def at_service(folder: Path, address: str) -> RemoteStore:
    """Open the data set of our Fuseki, to write."""
    access = fuseki.credentials(folder)
    assert access is not None
    return RemoteStore.at(address, access=Access(*access))


def cut_off(folder: Path, address: str, *, service: bool) -> bool:
    """Push, and kill the pusher or the service meanwhile; tell whether it was too late."""
    size = str(random.choice([2_000, 10_000, 500_000]))
    command = [sys.executable, "-c", PUSHING, str(folder), address, size]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.uniform(0.05, 2.0))
        if service:
            end(fuseki.status(folder, seconds=0.001).pid)
            fuseki.up(folder)
        else:
            process.send_signal(signal.SIGKILL)
        return "done" in process.stdout.read()


def end(pid: int | None) -> None:
    """Kill a process that we started, and wait until it is gone."""
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while alive(process_of(pid)):
        time.sleep(0.05)


def halves(store: RemoteStore, base: str) -> int:
    """Count the graphs that are not what the catalogue says, or of which it says nothing.

    What was sent before the pusher was killed may be done only now, between two of our
    readings: then they are made again.
    """
    while True:
        held = there.read(store, base, beside=False, again=False).held
        found = {*store.graphs()} - {catalogue.name(base)}
        differing = sum(
            canonical.digest(store.graph(graph)) != held[graph].digest
            for graph in found & held.keys()
        )
        if there.read(store, base, beside=False, again=False).held == held:
            return len(found ^ held.keys()) + differing


def at(store: RemoteStore, base: str) -> set[str]:
    """Give all quads of a service, but for the catalogue."""
    graphs: list[NamedNode] = [one for one in store.graphs() if one != catalogue.name(base)]
    return {str(quad) for graph in graphs for quad in store.graph(graph)}


def main() -> None:
    """Kill everything, and keep the counts."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no Fuseki is left
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, counts in (
            ("a loop that logs", capture(Path(folder) / "a", LOGGING, TIMES)),
            ("a Keras training", capture(Path(folder) / "b", TRAINING, max(2, TIMES // 4))),
            ("a build", building(Path(folder) / "c", TIMES)),
            ("a push", pushing(Path(folder) / "d", TIMES // 2, service=False)),
            ("Fuseki, while pushed to", pushing(Path(folder) / "e", TIMES // 2, service=True)),
        ):
            rows += [
                figure(f"{name}, killed: {what}", "dlprov-rdf", count, "", "0")
                for what, count in counts.items()
            ]
    keep("reliability", rows)
    if any(row["ours_value"] for row in rows):
        sys.exit("Something was lost or broken: see above.")


if __name__ == "__main__":
    main()
