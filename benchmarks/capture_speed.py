# SPDX-License-Identifier: Apache-2.0
"""What capture costs: the import, one ``log_metric``, and a kill in the middle of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measured import figure, keep, row

from dlprov_rdf import log
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.events import Metric

CALLS = 20_000
ROUNDS = 15


def per_call(calls: int, work: object) -> float:
    """Time one call of a loop, in microseconds."""
    began = time.perf_counter()
    for _ in range(calls):
        work()  # type: ignore[operator]
    return (time.perf_counter() - began) / calls * 1e6


def log_metric(kb: Path) -> dict[str, object]:
    """Compare ``log_metric`` with a bare ``os.write`` of the same line, in alternation."""
    with start_run("speed", kb=kb) as run:
        run.log_metric("loss", 0.31, step=0)
        line = log.encode(log.recover(run.recorder.path).events[-1]) + b"\n"
        bare = os.open(kb / "bare", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        ours, peer = [], []
        for _ in range(ROUNDS):
            peer.append(per_call(CALLS, lambda: os.write(bare, line)))
            ours.append(per_call(CALLS, lambda: run.log_metric("loss", 0.31, step=0)))
        os.close(bare)
    return row("one metric", "log_metric", "os.write of the same line", ours, peer, "µs")


def lost_on_kill(kb: Path) -> dict[str, object]:
    """Kill a process in its loop, ten times; count events whose call returned and are gone."""
    program = (
        "import sys\nfrom dlprov_rdf.capture.start import start_run\n"
        "run = start_run('k', kb=sys.argv[1])\n"
        "for i in range(10**9):\n"
        "    run.log_metric('loss', 0.5, step=i)\n"
        "    if i % 100 == 0: print(i, flush=True)\n"
    )
    lost = 0
    for _ in range(10):
        with subprocess.Popen(
            [sys.executable, "-c", program, str(kb)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for _ in range(50):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
            told = [int(line) for line in process.stdout.read().split()]
        newest = max((kb / "logs").iterdir(), key=lambda folder: folder.name)
        steps = {
            event.step
            for event in log.recover(newest / "events.jsonl").events
            if isinstance(event, Metric)
        }
        lost += sum(step not in steps for step in range(max(told, default=0) + 1))
    return figure("lost on kill -9, ten times", "log_metric", lost, "events", "0")


def imports() -> dict[str, object]:
    """Time ``import dlprov_rdf`` beside a bare interpreter."""
    ours, peer = [], []
    for _ in range(ROUNDS):
        for program, into in (("import dlprov_rdf", ours), ("pass", peer)):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], check=True)
            into.append(time.perf_counter() - began)
    seconds = sorted(a - b for a, b in zip(ours, peer, strict=True))[ROUNDS // 2]
    return figure("import dlprov_rdf, above a bare start", "import", seconds, "s", "at most 0.1")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        keep("capture", [imports(), log_metric(Path(folder)), lost_on_kill(Path(folder))])
