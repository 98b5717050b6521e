# SPDX-License-Identifier: Apache-2.0
"""How fast a graph is checked: ours beside pyshacl, by the same shapes and on the same triples.

A check is what ``dlprov check`` does with a run's quads: they are serialised, validated, and
made into a report with its scores. pyshacl is given its graph parsed, outside of the clock.
All three profiles are one check, for ``fair`` holds the other two. At 100 k triples pyshacl
takes minutes: it is measured once, and only where ``--whole`` asks for it; else at 10 k.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import rdflib
from graph_speed import ours, peak, write_log
from measured import figure, keep, row

from dlprov_rdf.validate import shapes
from dlprov_rdf.validate.shacl import check

WHOLE = "--whole" in sys.argv
ROUNDS = 15


def quads_of(size: int) -> list[ox.Quad]:
    """Make the graph of a run of about so many quads: many epochs with four measures each."""
    with tempfile.TemporaryDirectory() as folder:
        return list(ours(write_log(Path(folder), size)))


def seconds(work: Callable[[], object]) -> float:
    """Take the time of some work, in seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def reference(quads: list[ox.Quad], profile: str) -> Callable[[], object]:
    """Prepare pyshacl, its graphs parsed."""
    rdflib.NORMALIZE_LITERALS = False
    triples = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES)
    data = rdflib.Graph().parse(data=triples, format="nt")
    rules = rdflib.Graph().parse(data=shapes.load(profile).triples, format="nt")
    return lambda: pyshacl.validate(data, shacl_graph=rules, inference="none")


def compared(size: int, profile: str, rounds: int, peer_rounds: int) -> dict[str, object]:
    """Compare the two in alternation, as long as pyshacl's rounds last."""
    quads = quads_of(size)
    theirs = reference(quads, profile)
    check(quads[:100], profile)  # the shapes are read and prepared once a process
    mine, peer = [], []
    for number in range(rounds):
        mine.append(1000 * seconds(lambda: check(quads, profile)))
        if number < peer_rounds:
            peer.append(1000 * seconds(theirs))
    what = f"{profile} check of {len(quads):,} triples"
    return row(what, "check, pyshifty", "pyshacl", mine, peer, "ms")


def alone(size: int) -> list[dict[str, object]]:
    """Check all three profiles in a process of its own: the time, and its peak memory."""
    told = [
        subprocess.run(
            [sys.executable, __file__, "--alone", str(size)],
            check=True, capture_output=True, text=True,
        ).stdout.split()
        for _ in range(3)
    ]  # fmt: skip
    triples, clock, processor, memory = min(told, key=lambda one: float(one[1]))
    what = f"all three profiles on {int(triples):,} triples"
    return [
        figure(f"{what}: processor time", "check, pyshifty", float(processor), "s", "of that"),
        figure(what, "check, pyshifty, best of 3", float(clock), "s", "at most 3 s"),
        figure(f"{what}: peak memory", "check, pyshifty", float(memory), "MB", "at most 1 GB"),
    ]


if __name__ == "__main__":
    if "--alone" in sys.argv:
        given = quads_of(int(sys.argv[-1]))
        check(given[:100], "fair")
        before = time.process_time()
        clock = seconds(lambda: check(given, "fair"))
        print(len(given), clock, time.process_time() - before, peak())
    else:
        large = [compared(100_000, "fair", 1, 1)] if WHOLE else []
        keep(
            "shacl",
            [
                compared(1_000, "core", ROUNDS, ROUNDS),
                compared(1_000, "fair", ROUNDS, ROUNDS),
                compared(10_000, "fair", 3, 1),
                *large,
                *alone(100_000),
            ],
        )
