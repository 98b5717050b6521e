# SPDX-License-Identifier: Apache-2.0
"""Kills real processes at random moments, many times, and looks for anything lost or broken.

What is counted: events whose call had returned and that are gone; runs that are not told as
interrupted; graphs that break a rule; stores that differ from what the logs say.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from measured import figure, keep

from dlprov_rdf import log, pipeline, settings
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.events import EpochEnded, Metric
from dlprov_rdf.store.embedded import EmbeddedStore

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


def main() -> None:
    """Kill everything, and keep the counts."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, counts in (
            ("a loop that logs", capture(Path(folder) / "a", LOGGING, TIMES)),
            ("a Keras training", capture(Path(folder) / "b", TRAINING, max(2, TIMES // 4))),
            ("a build", building(Path(folder) / "c", TIMES)),
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
