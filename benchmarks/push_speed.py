# SPDX-License-Identifier: Apache-2.0
"""What a push costs beside one raw POST of the same quads, each into a fresh Fuseki.

The peer is one request that adds the N-Quads of all runs, made before the clock starts. Wall
time is what a user waits; the processor seconds of this process and of Fuseki stand beside it,
for they depend less on what else the machine is doing. Disk is what the data set's files
take. The study is kept for the next time; the push is made from a copy of it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
from pyoxigraph import RdfFormat, serialize

from dlprov_rdf import log, pipeline, settings
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.pipeline.pushing import sending
from dlprov_rdf.store import fuseki
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.remote import Access, RemoteStore

sys.path.insert(0, str(Path(__file__).parent))
import build_speed
from fuseki_speed import free_port, processor_seconds
from measured import figure, keep, p95, row

RUNS = 1000
ROUNDS = 3
CHANGED = 20


class Cost(NamedTuple):
    """What one piece of work took: seconds of wall clock, of our processor, of Fuseki's."""

    wall: float
    ours: float
    fuseki: float


class Loaded(NamedTuple):
    """What it took to bring all runs to a service, and what they take there, in bytes."""

    cost: Cost
    disk: int


def the_study(kb: Path, runs: int) -> settings.Settings:
    """Make the study, or take what is there, and build what is new or made otherwise now."""
    if (kb / "store").exists():
        chosen = settings.load(kb)
    else:
        chosen = settings.make(kb)
        for number in range(runs):
            build_speed.write_run(kb, f"{number:05}")
    pipeline.build(kb, chosen)
    return chosen


@contextmanager
def a_fuseki() -> Iterator[Path]:
    """Give the folder of a Fuseki that holds nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            fuseki.up(folder, port=free_port())
            yield folder
        finally:
            fuseki.down(folder)


def cost(folder: Path, work: Callable[[], object]) -> Cost:
    """Measure a piece of work."""
    pid = fuseki.status(folder).pid
    assert pid is not None
    begun = time.perf_counter(), time.process_time(), processor_seconds(pid)
    work()
    ended = time.perf_counter(), time.process_time(), processor_seconds(pid)
    return Cost(*(after - before for after, before in zip(ended, begun, strict=True)))


def disk(folder: Path) -> int:
    """Count the bytes that the data set's files take on the disk."""
    files = (one.stat() for one in (folder / "fuseki").rglob("*") if "log" not in one.suffix)
    return sum(one.st_blocks * 512 for one in files)


def service(folder: Path) -> RemoteStore:
    """Open the data set of a Fuseki, to write."""
    status, access = fuseki.status(folder), fuseki.credentials(folder)
    assert status.endpoint is not None
    assert access is not None
    return RemoteStore.at(status.endpoint, access=Access(*access))


def posted(quads: bytes) -> Loaded:
    """Bring all quads to a fresh Fuseki by one request."""
    with a_fuseki() as folder:
        status, access = fuseki.status(folder), fuseki.credentials(folder)
        kind = {"content-type": "application/n-quads"}

        def post() -> None:
            answer = httpx.post(
                f"{status.endpoint}/data", content=quads, headers=kind, auth=access,
                timeout=1800, trust_env=False,
            )  # fmt: skip
            answer.raise_for_status()

        return Loaded(cost(folder, post), disk(folder))


def pushed(kb: Path, chosen: settings.Settings) -> tuple[Loaded, Loaded]:
    """Push all runs to a fresh Fuseki; tell of it, and of the compaction after it."""
    with a_fuseki() as folder, service(folder) as to:
        loaded = Loaded(cost(folder, lambda: pipeline.push(kb, chosen, to)), disk(folder))
        compacted = cost(folder, lambda: fuseki.compact(folder))
        return loaded, Loaded(compacted, disk(folder))


def change(kb: Path, chosen: settings.Settings, number: int, epochs: int) -> None:
    """Let a run have come further, and build it."""
    build_speed.EPOCHS = epochs
    events = build_speed.run_events(f"{number:05}")
    lines = b"".join(log.encode(event) + b"\n" for event in events)
    (kb / "logs" / f"{number:05}" / "events.jsonl").write_bytes(lines)
    pipeline.build(kb, chosen)


def small(folder: Path, chosen: settings.Settings, runs: int) -> list[dict[str, object]]:
    """Time the pushes after the first, as a user does them: of one run, of nothing, read back."""
    changed: list[Cost] = []
    address = str(fuseki.up(folder, port=free_port()).endpoint)
    try:
        KnowledgeBase.open(folder).push(address)
        for turn in range(min(CHANGED, runs)):
            change(folder, chosen, turn * 37 % runs, build_speed.EPOCHS + 1)
            changed.append(cost(folder, lambda: _again(folder, address, 1)))
        taken = disk(folder) / 2**20
        none = [cost(folder, lambda: _again(folder, address, 0)) for _ in range(5)]
        verified = cost(folder, lambda: _again(folder, address, 0, verify=True))
    finally:
        fuseki.down(folder)
    what = f"one changed run of {runs:,}, {len(changed)} times"
    walls, ours = [one.wall for one in changed], [one.ours for one in changed]
    return [
        figure(f"{what}, p50", "push", statistics.median(walls), "s", "at most 0.5"),
        figure(f"{what}, p95", "push", p95(walls), "s", "at most 0.5"),
        figure(f"{what}, p50, our processor", "push", statistics.median(ours), "s", ""),
        figure(f"{what}, disk after them", "push", taken, "MiB", ""),
        *_costs("nothing new", "push", _medians(none), ""),
        *_costs(f"all {runs:,} runs read back", "push --verify", verified, ""),
    ]


def _again(folder: Path, address: str, runs: int, *, verify: bool = False) -> None:
    """Push once more; so many runs are to be replaced."""
    done = KnowledgeBase.open(folder).push(address, verify=verify)
    if len(done.replaced) != runs or done.added or done.differing:
        raise SystemExit(f"not what was to be pushed: {done}")


def _medians(costs: list[Cost]) -> Cost:
    return Cost(*map(statistics.median, zip(*costs, strict=True)))


def _costs(what: str, ours: str, told: Cost, limit: str) -> list[dict[str, object]]:
    return [
        figure(f"{what}: {ours}, wall", "dlprov", told.wall, "s", limit),
        figure(f"{what}: {ours}, our processor", "dlprov", told.ours, "s", ""),
        figure(f"{what}: {ours}, Fuseki's processor", "dlprov", told.fuseki, "s", ""),
    ]


def beside(
    what: str, raw: list[Loaded], first: list[Loaded], after: list[Loaded]
) -> list[dict[str, object]]:
    """Set the pushes beside the POSTs."""
    walls = [one.cost.wall for one in raw]
    with_it = [a.cost.wall + b.cost.wall for a, b in zip(first, after, strict=True)]
    disks = [one.disk / 2**20 for one in raw]
    found = [
        row(f"{what}: push", "push", "one POST, at most 1.2",
            [one.cost.wall for one in first], walls, "s"),
        row(f"{what}: push, and a compaction, which it does not need", "push and compaction",
            "one POST", with_it, walls, "s"),
        row(f"{what}: disk", "after a push", "after one POST, at most 1.2",
            [one.disk / 2**20 for one in first], disks, "MiB"),
        row(f"{what}: disk, compacted", "after the compaction", "after one POST",
            [one.disk / 2**20 for one in after], disks, "MiB"),
    ]  # fmt: skip
    for name, loaded in (("one POST", raw), ("push", first), ("compaction", after)):
        found += _costs(what, name, _medians([one.cost for one in loaded]), "")
    return found


def measure(kb: Path, options: argparse.Namespace) -> list[dict[str, object]]:
    """Push and post in turns, for each size of a request."""
    chosen = settings.load(kb)
    with EmbeddedStore.reader(kb / "store") as store:
        quads = [quad for name in store.graphs() for quad in store.graph(name)]
    data = serialize(quads, format=RdfFormat.N_QUADS) or b""
    load = f"load {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores"
    found = [figure(f"{options.runs:,} runs, {load}", "quads", len(quads), "quads", "")]
    del quads
    for added in options.added:
        sending.ADDED = added
        raw, first, after = [], [], []
        for _ in range(options.rounds):
            raw.append(posted(data))
            loaded, compacted = pushed(kb, chosen)
            first.append(loaded)
            after.append(compacted)
        found += beside(f"{options.runs:,} runs, {added:,} quads a request", raw, first, after)
    return found if options.no_small else found + small(kb, chosen, options.runs)


def main() -> None:
    """Make the study or take it, measure, and keep."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no Fuseki is left
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--kb", type=Path, default=Path(tempfile.gettempdir()) / "dlprov-pushed")
    given.add_argument("--runs", type=int, default=RUNS)
    given.add_argument("--rounds", type=int, default=ROUNDS)
    given.add_argument("--added", type=int, nargs="*", default=[sending.ADDED],
                       help="quads a request that adds")  # fmt: skip
    given.add_argument("--no-small", action="store_true", help="no push after the first")
    given.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = given.parse_args()
    kept = options.kb.with_name(f"{options.kb.name}-{options.runs}")
    sys.argv = ["KB" if one == str(options.kb) else one for one in sys.argv]  # no path is kept
    the_study(kept, options.runs)
    with tempfile.TemporaryDirectory() as name:
        kb = Path(name) / "kb"
        shutil.copytree(kept, kb)
        keep("push_speed", measure(kb, options))


if __name__ == "__main__":
    main()
