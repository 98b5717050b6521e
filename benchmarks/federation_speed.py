# SPDX-License-Identifier: Apache-2.0
"""How long each question takes across three services, and what travels for it.

The runs of a study are dealt to three services of this machine, every fourth of them to two.
Each question is asked with varied parameters, by each strategy, and its rows must be those of
one store that holds the study. Wall time is what a user waits; the CPU time is that of the
asking process. Beside them stand the requests to each service and the quads that came.

The services are ``oxigraph serve``, or Fuseki with --fuseki.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, serialize

from dlprov_rdf.ask import questions
from dlprov_rdf.ask.federate import Federation
from dlprov_rdf.ask.federating.labs import Lab
from dlprov_rdf.ask.federating.pushing import PushDown
from dlprov_rdf.ask.federating.strategies import Patterns, Strategy, WholeGraphs
from dlprov_rdf.errors import DlprovError
from dlprov_rdf.store.base import Store
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.remote import RemoteStore

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from measured import figure, keep
from questions_speed import given, the_study

LABS = 3

#: 14 runs of the study are 35,000 quads.
RUNS = 3 * 14
TIMES = 5


STRATEGIES: dict[str, Callable[[], Strategy]] = {
    "push-down": PushDown, "patterns": Patterns, "whole graphs": WholeGraphs,
}  # fmt: skip


class Counting(Federation):
    """A federation that counts its requests to each lab and the quads that came."""

    requests = quads = 0

    def _take(self, lab: str, quads: list[Quad]) -> None:
        super()._take(lab, quads)
        self.quads += len(quads)
        self.requests += 1


def dealt(store: EmbeddedStore) -> list[list[Quad]]:
    """Deal the runs, every fourth to a second lab."""
    held: list[list[Quad]] = [[] for _ in range(LABS)]
    names = sorted(store.graphs(), key=lambda name: name.value)
    for number, name in enumerate(names):
        quads = list(store.graph(name))
        held[number % LABS] += quads
        if number % 4 == 0:
            held[(number + 1) % LABS] += quads
    return held


@contextmanager
def services(held: list[list[Quad]], folder: Path, *, fuseki: bool) -> Iterator[list[Lab]]:
    """Start a service for each lab and load it."""
    from fuseki_started import started
    from oxigraph_served import served

    with ExitStack() as stack:
        labs = []
        for number, quads in enumerate(held):
            if fuseki:
                running = stack.enter_context(started(folder / f"lab {number}"))
                running.load(serialize(quads, format=RdfFormat.N_QUADS) or b"")
            else:
                running = stack.enter_context(served())
                running.load(quads)
            store = stack.enter_context(RemoteStore.at(running.address))
            labs.append(Lab(running.address, store))
        yield labs


def measure(
    labs: list[Lab], base: str, together: EmbeddedStore, runs: int, only: list[str]
) -> list[dict[str, object]]:
    """Ask every question by every strategy."""
    rows: list[dict[str, object]] = []
    for question in questions.questions():
        if only and question.id not in only:
            continue
        turns = [given(question, base, turn, runs) for turn in range(TIMES)]
        expected = [told(together, base, question.name, wanted) for wanted in turns]
        for name, strategy in STRATEGIES.items():
            told_of: list[tuple[float, ...]] = []
            for wanted, right in zip(turns, expected, strict=True):
                asked = Counting(labs, seconds=120, strategy=strategy())
                begin, begin_cpu = time.perf_counter(), time.process_time()
                found = told(asked, base, question.name, wanted)
                spent = (time.perf_counter() - begin, time.process_time() - begin_cpu)
                told_of.append((*spent, asked.requests / LABS, asked.quads))
                if found != right or asked.faults:
                    raise SystemExit(f"{question.id} by {name}: other rows, {asked.faults}")
                asked.close()
            rows += figures(f"{question.id} {question.name}, {name}", told_of)
    return rows


def figures(what: str, told_of: list[tuple[float, ...]]) -> list[dict[str, object]]:
    """Make the figures of one question by one strategy."""
    wall, cpu, requests, quads = zip(*told_of, strict=True)
    rows = [
        figure(what, "p50, wall", statistics.median(wall) * 1000, "ms", ""),
        figure(what, "p95, wall", max(wall) * 1000, "ms", "p95 at most 250"),
        figure(what, "p50, CPU", statistics.median(cpu) * 1000, "ms", ""),
        figure(what, "requests to each lab", statistics.median(requests), "", ""),
        figure(what, "quads that came", statistics.median(quads), "quads", ""),
    ]
    words = ", ".join(f"{row['ours']} {row['ours_value']:.0f}" for row in rows)
    print(f"{what}: {words}", file=sys.stderr, flush=True)
    return rows


def told(store: Store, base: str, question: str, wanted: dict[str, str]) -> object:
    """Give the rows, or what is said where there are none."""
    try:
        return questions.ask(store, base, question, **wanted).terms
    except DlprovError as error:
        return str(error)


def main() -> None:
    """Make the study, deal it, ask."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=RUNS)
    options.add_argument("--folder", type=Path, default=None)
    options.add_argument("--fuseki", action="store_true")
    options.add_argument("--json", action="store_true")
    options.add_argument("only", nargs="*")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = chosen.folder or Path(made)
        kb = folder / f"kb of {chosen.runs} runs"
        base = the_study(kb, chosen.runs).base
        with EmbeddedStore.reader(kb / "store") as together:
            held = dealt(together)
            with services(held, Path(made), fuseki=chosen.fuseki) as labs:
                rows = [figure("each lab", "quads", len(held[0]), "quads", "")]
                rows += measure(labs, base, together, chosen.runs, chosen.only)
    keep(f"federation_speed{'_fuseki' if chosen.fuseki else ''}", rows)


if __name__ == "__main__":
    main()
