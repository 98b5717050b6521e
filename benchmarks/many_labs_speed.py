# SPDX-License-Identifier: Apache-2.0
"""What a question costs who asks many labs, each a service of its own, with the same runs in all.

One study of 1 M quads is dealt to 3, 10, 30, 100 labs: small services (``oxigraph serve``), for a
hundred Fusekis need more memory than a machine has. They share its cores, so the processor time
of the process that asks tells more than the wall time, and so do requests and bytes. The rows
must be those of one store that holds the study.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
from pyoxigraph import Quad

from dlprov_rdf.ask import questions
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.remote import RemoteStore

sys.path.insert(0, str(Path(__file__).parent))
from federation_speed import FEDERATED, Asked, alike, asked, labs, told
from fuseki_speed import free_port
from labs_running import dealt
from measured import figure, keep
from questions_speed import given, the_study

RUNS = 336
LABS = (3, 10, 30, 100)
TIMES = 5

#: Askings that do not count: queries are read, connections are made.
FIRST = 2


@contextmanager
def serving(held: list[list[Quad]]) -> Iterator[list[str]]:
    """Start a service for each, and load it; give their addresses."""
    program = Path(sys.executable).with_name("oxigraph")
    with ExitStack() as stack:
        addresses = []
        for quads in held:
            port = free_port()
            process = subprocess.Popen(
                [program, "serve", "--bind", f"127.0.0.1:{port}", "--union-default-graph"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            stack.callback(process.wait)
            stack.callback(process.terminate)
            address = f"http://127.0.0.1:{port}"
            _wait(address)
            with RemoteStore.at(address) as store:
                store.load(quads)
            addresses.append(address)
        yield addresses


def _wait(address: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            httpx.get(address, trust_env=False)
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def measure(number: int, together: EmbeddedStore, base: str) -> list[dict[str, object]]:
    """Ask each question of so many labs."""
    rows = []
    chosen = [one for one in questions.questions() if one.id in FEDERATED]
    with serving(dealt(together, number)) as addresses, \
            labs(addresses, base, "push-down", 120) as open_:  # fmt: skip
        for question in chosen:
            found = []
            for turn in range(FIRST + TIMES):
                wanted = given(question, base, turn, RUNS)
                one = asked(open_, question, wanted)
                right = told(lambda: questions.ask(together, base, question.name, **wanted).terms)  # noqa: B023
                if alike(one.rows) != alike(right):
                    sys.exit(f"{question.id} at {number} labs {wanted}: {one.rows}, not {right}")
                found.append(one)
            what = f"{question.id} {question.name}, {number} labs"
            rows += figures(what, number, found[FIRST:])
    return rows


def figures(what: str, number: int, found: list[Asked]) -> list[dict[str, object]]:
    """Make the figures of one question."""
    series = {
        "wall": ([one.wall for one in found], "ms"),
        "CPU of who asks": ([one.cpu for one in found], "ms"),
        "requests a lab": ([one.requests / number for one in found], ""),
        "came": ([one.moved / 1000 for one in found], "kB"),
    }
    print(what, *(f"{statistics.median(values):.1f} {unit}" for values, unit in series.values()),
          file=sys.stderr, flush=True)  # fmt: skip
    return [figure(f"{what}: {name}", "", statistics.median(values), unit, "")
            for name, (values, unit) in series.items()]  # fmt: skip


def main() -> None:
    """Make the study, deal it, ask."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--labs", nargs="*", type=int, default=LABS)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    kb = Path(tempfile.gettempdir()) / f"dlprov-labs-{RUNS}"
    base = the_study(kb, RUNS).base
    with EmbeddedStore.reader(kb / "store") as together:
        load = os.getloadavg()[0]
        rows = [figure(f"{RUNS} runs, load {load:.1f}", "", together.count(), "quads", "")]
        for number in chosen.labs:
            rows += measure(number, together, base)
    keep("many_labs_speed", rows)


if __name__ == "__main__":
    main()
