# SPDX-License-Identifier: Apache-2.0
"""How long ``dlprov fuseki up`` takes until the data set answers, and what else a user waits for.

Wall time is what the figure is of; the processor seconds that Fuseki used until then stand
beside it, for they do not depend on what else the machine is doing. The jar is in the cache.
"""

from __future__ import annotations

import os
import signal
import socket
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from measured import figure, keep

from dlprov_rdf.process import alive, process_of
from dlprov_rdf.store import fuseki
from dlprov_rdf.store.fuseki.jar import jar

ROUNDS = int(os.environ.get("DLPROV_BENCH_ROUNDS", "5"))
QUADS = 100_000
LIMIT = "at most 6 s"


def main() -> None:
    """Measure, print, and keep."""
    jar()
    told: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            for what, seconds in one(Path(name)).items():
                told.setdefault(what, []).append(seconds)
    load = f"load {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores"
    rows = [
        figure(f"{what}, median of {ROUNDS}, {load}", "dlprov", statistics.median(seconds), "s",
               LIMIT if "up" in what.split() else "no limit")
        for what, seconds in told.items()
    ]  # fmt: skip
    keep("fuseki_speed", rows)


def one(kb: Path) -> dict[str, float]:
    """Start, find, load, kill, recover and end one."""
    port = free_port()
    first = timed(lambda: fuseki.up(kb, port=port))
    pid = fuseki.status(kb).pid
    assert pid is not None
    told = {
        "first up to answering": first,
        "processor seconds of Fuseki until then": processor_seconds(pid),
        "second up, which finds the first": timed(lambda: fuseki.up(kb)),
    }
    fill(kb)
    told[f"status with {QUADS} quads"] = timed(lambda: fuseki.status(kb))
    os.kill(pid, signal.SIGKILL)
    while alive(process_of(pid)):
        time.sleep(0.05)
    told[f"up after kill -9 with {QUADS} quads"] = timed(lambda: fuseki.up(kb))
    assert fuseki.status(kb).triples == QUADS
    told["down"] = timed(lambda: fuseki.down(kb))
    return told


def timed(work: Callable[[], object]) -> float:
    """Give the seconds of wall clock that a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def processor_seconds(pid: int) -> float:
    """Read what a process has used of the processors."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fill(kb: Path) -> None:
    """Load quads of ten graphs."""
    status, access = fuseki.status(kb), fuseki.credentials(kb)
    lines = (f"<u:s{n}> <u:p{n % 7}> <u:o{n}> <u:g{n % 10}> .\n" for n in range(QUADS))
    kind = {"content-type": "application/n-quads"}
    answer = httpx.post(
        f"{status.endpoint}/data", content="".join(lines).encode(), headers=kind, auth=access,
        timeout=300, trust_env=False,
    )  # fmt: skip
    answer.raise_for_status()


def free_port() -> int:
    """Find a port that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    main()
