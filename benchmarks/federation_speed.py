# SPDX-License-Identifier: Apache-2.0
"""How long each question takes across three Fusekis, what travels for it, and what it needs.

The runs of a study are dealt to three labs by a hash of their names, every fourth to two. Each
question is asked with varied parameters, and its rows must be those of one store that holds
the study. Beside it stands one Fuseki that holds all of it, asked directly; the questions that
are of several labs are also asked by other strategies, with a lab down, and with one frozen.
Wall time is what a user waits; CPU time is that of the asking process. What was asked while the
machine did other work is asked again (``calm.py``). All are asked by one strategy before the next,
for a Fuseki compiles anew for another kind of work, and is slower meanwhile.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal

from dlprov_rdf.ask import questions
from dlprov_rdf.ask.federating.fetching.labs import Lab, limits
from dlprov_rdf.ask.federating.fetching.strategies import Patterns, Strategy, WholeGraphs
from dlprov_rdf.ask.header import Question
from dlprov_rdf.ask.sparql import PREFIXES
from dlprov_rdf.errors import DlprovError
from dlprov_rdf.kb.labs import Labs
from dlprov_rdf.store import fuseki
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.kept import Kept
from dlprov_rdf.store.merged import MergedStore
from dlprov_rdf.store.remote import RemoteStore

sys.path.insert(0, str(Path(__file__).parent))
import comunica
from calm import Calm
from labs_running import LABS, Service, Traffic, dealt, frozen, services, with_catalogue
from measured import figure, keep, p95, row
from questions_speed import given, the_study

QUADS = 35_000

#: The quads of one run of the study, about, with what goes to two labs.
RUN = 2_500 * 5 // 4

#: Those whose answer lies at several labs.
FEDERATED = ("N5", "N8", "P2", "P4", "D9")

TIMES = 20

#: Seconds for which the questions are asked of services that were just started, before they count.
WARMING = 60.0

#: Seconds after which a question is asked no more, if it was asked three times.
ENOUGH = 10.0

#: Seconds that a question may take while a lab is frozen.
PATIENCE = 3.0

#: What is counted, by ours and by Comunica: what two labs hold counts once.
COUNTED = {
    "runs": "?run a dlprov:WorkflowRun",
    "what is generated": "?thing prov:wasGeneratedBy ?activity",
    "what nobody used": "?thing prov:wasGeneratedBy ?activity "
    "FILTER NOT EXISTS { ?other prov:used ?thing }",
    "data by who used it": "?a prov:used ?data . ?b prov:used ?data . ?data a prov:Entity",
}

STRATEGIES: dict[str, Callable[[], Strategy] | None] = {
    "push-down": None, "patterns": Patterns, "whole graphs": WholeGraphs,
    "whole graphs, cached: cold": WholeGraphs, "whole graphs, cached: warm": WholeGraphs,
}  # fmt: skip


class Emptied(Kept):
    """The cache, emptied before each question."""

    def afresh(self, *, nothing: bool = False) -> Kept:
        """See ``Kept.afresh``."""
        shutil.rmtree(self.folder, ignore_errors=True)
        return super().afresh(nothing=nothing)


KEPT: dict[str, Callable[[], Kept]] = {
    "whole graphs, cached: cold": lambda: Emptied(Kept.of_user().folder),
    "whole graphs, cached: warm": Kept.of_user,
}


class Asked(NamedTuple):
    """One asking: milliseconds, what was sent and came, the rows, and who was left out."""

    wall: float
    cpu: float
    requests: int
    moved: int
    rows: object
    faults: dict[str, str]


@contextmanager
def labs(addresses: list[str], base: str, strategy: str, seconds: float) -> Iterator[Labs]:
    """Open services as labs."""
    make = STRATEGIES[strategy]
    with ExitStack() as stack:
        opened = [Lab(one, stack.enter_context(RemoteStore.at(one, limits=limits(seconds))))
                  for one in addresses]  # fmt: skip
        kept = KEPT[strategy]() if strategy in KEPT else None
        yield Labs(opened, base, seconds=seconds, strategy=make() if make else None, kept=kept)


def asked(labs: Labs, question: Question, wanted: dict[str, str]) -> Asked:
    """Ask labs once."""
    with Traffic() as traffic:
        begin, begin_cpu = time.perf_counter(), time.process_time()
        rows = told(lambda: labs.ask(question.name, **wanted).terms)
        wall, cpu = time.perf_counter() - begin, time.process_time() - begin_cpu
        return Asked(wall * 1000, cpu * 1000, traffic.requests, traffic.moved, rows, labs.faults)


def told(ask: Callable[[], object]) -> object:
    """Give the rows, or what is said where there are none."""
    try:
        return ask()
    except DlprovError as error:
        return str(error)


def alike(rows: object) -> object:
    """Round doubles to 12 digits: SPARQL does not say in which order an average is summed up."""
    if isinstance(rows, tuple):
        return tuple(map(alike, rows))
    if isinstance(rows, Literal) and rows.datatype.value.endswith("#double"):
        return f"{float(rows.value):.12g}"
    return rows


class Bench:
    """The study, and what is asked of it."""

    def __init__(
        self, base: str, runs: int, running: list[Service], times: int, by: list[str]
    ) -> None:
        self.base, self.runs, self.times, self.by = base, runs, times, by
        *self.labs, self.one = running
        self.rows: list[dict[str, object]] = []
        self.wrong: list[str] = []
        self.calm = Calm()

    def warm(self, chosen: list[Question], several: list[Question]) -> None:
        """Ask in turn, for a service that was just started is three times as slow."""
        for some, asking in ((self.labs, chosen), ([self.one], several)):
            with labs([one.address for one in some], self.base, "push-down", 120) as open_:
                begin, turn = time.monotonic(), 0
                while turn < 3 or time.monotonic() - begin < WARMING:
                    for question in asking:
                        asked(open_, question, given(question, self.base, turn, self.runs))
                    turn += 1

    def question(
        self, question: Question, right: EmbeddedStore, name: str, *, of_one: bool = False
    ) -> None:
        """Ask a question of the labs by a strategy, or of the one Fuseki that holds all."""
        some = [self.one] if of_one else self.labs
        with labs([one.address for one in some], self.base, name, 120) as open_:
            how = "one Fuseki that holds all" if of_one else name
            self._ask(question, f", {how}", right, open_)

    def without(self, question: Question, how: str, seconds: float) -> None:
        """Ask a question while the last lab does not answer; the others' rows are to come."""
        lost = self.labs[-1].address
        addresses = [one.address for one in self.labs]
        with EmbeddedStore.memory() as right:
            right.fill(quad for one in self.labs[:-1] for quad in one.quads)
            with labs(addresses, self.base, "push-down", seconds) as open_:
                self._ask(question, f", a lab {how}", right, open_, {lost})

    def _ask(
        self, question: Question, how: str, right: EmbeddedStore, open_: Labs,
        lost: set[str] = frozenset(),  # type: ignore[assignment]
    ) -> None:  # fmt: skip
        what = f"{question.id} {question.name}{how}"
        found: list[Asked] = []
        for turn in range(self.times):
            if turn >= 3 and sum(one.wall for one in found) > ENOUGH * 1000:
                break
            wanted = given(question, self.base, turn, self.runs)
            expected = told(
                lambda: questions.ask(right, self.base, question.name, **wanted).terms  # noqa: B023
            )
            one = self.calm.measured(lambda: asked(open_, question, wanted))  # noqa: B023
            if alike(one.rows) != alike(expected) or one.faults.keys() != lost:
                self.wrong.append(what)
                print(f"{what} {wanted}: {one.rows}, not {expected}", file=sys.stderr)
            found.append(one)
        self.rows += figures(what, found)


def figures(what: str, found: list[Asked]) -> list[dict[str, object]]:
    """Make the figures of one question asked in one way."""
    wall, cpu = [one.wall for one in found], [one.cpu for one in found]
    rows = [
        figure(f"{what}: p50, wall", "", statistics.median(wall), "ms", ""),
        figure(f"{what}: p95, wall", "", p95(wall), "ms", ""),
        figure(f"{what}: p50, CPU", "", statistics.median(cpu), "ms", ""),
        figure(f"{what}: p95, CPU", "", p95(cpu), "ms", ""),
        figure(f"{what}: requests", "", statistics.median(one.requests for one in found), "", ""),
        figure(f"{what}: came", "", statistics.median(one.moved for one in found) / 1000, "kB", ""),
    ]
    values = ", ".join(f"{row['ours_value']:.0f} {row['unit']}" for row in rows)
    print(f"{what}: {values}", file=sys.stderr, flush=True)
    return rows


def memory(bench: Bench, strategy: str, only: list[str]) -> list[dict[str, object]]:
    """Ask in a process of its own, and tell what memory it needed at most."""
    told_of = subprocess.run(
        [sys.executable, __file__, *(only or FEDERATED), "--memory", strategy,
         "--base", bench.base, "--runs", str(bench.runs),
         "--labs", *(one.address for one in bench.labs)],
        check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    needed: dict[str, float] = json.loads(told_of.stdout)
    return [
        figure(f"memory after {name}, {strategy}", "", mib, "MiB", "at most 500, push-down")
        for name, mib in needed.items()
    ]


def asker(options: argparse.Namespace) -> None:
    """Ask each question once, and print what memory was needed until then."""
    needed = {"nothing": _most()}
    with labs(options.labs, options.base, options.memory, 300) as open_:
        for question in questions.questions():
            if question.id in options.only:
                asked(open_, question, given(question, options.base, 0, options.runs))
                needed[question.id] = _most()
    print(json.dumps(needed))


def _most() -> float:
    """Read the most memory that this process had, in MiB; maxrss begins with its parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0]) / 1024


def measure(bench: Bench, together: EmbeddedStore, only: list[str]) -> None:
    """Ask every question; then those of several labs with one down, and with one frozen."""
    chosen = [one for one in questions.questions() if not only or one.id in only]
    of_several = [one for one in chosen if one.id in (only or FEDERATED)]
    bench.warm(chosen, of_several)
    for name in STRATEGIES:
        for question in chosen:
            if name in (bench.by if question in of_several else ("push-down",)):
                bench.question(question, together, name)
    for question in of_several:
        bench.question(question, together, "push-down", of_one=True)
    for strategy in bench.by:
        bench.rows += memory(bench, strategy, only)
    bench.rows += memory(bench, "push-down", [one.id for one in chosen])[-1:]
    pid = fuseki.status(bench.labs[-1].folder).pid
    assert pid is not None
    bench.times = min(bench.times, 5)
    with frozen(pid):
        for question in of_several:
            bench.without(question, f"frozen, limit {PATIENCE:g} s", PATIENCE)
    fuseki.down(bench.labs[-1].folder)
    for question in of_several:
        bench.without(question, "down", 120)


def beside_comunica(bench: Bench, folder: Path) -> list[dict[str, object]]:
    """Count by ours and by Comunica, and tell whose counts are wrong."""
    if reason := comunica.why_not():
        return [figure(f"Comunica was not asked: {reason}", "", 0, "", "")]
    addresses = [one.address for one in bench.labs]
    declared = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    queries = [f"{declared}SELECT (COUNT(*) AS ?count) {{ {words} }}" for words in COUNTED.values()]
    theirs = comunica.ask(folder, [f"{one}/sparql" for one in addresses], queries)
    found = []
    whole = MergedStore()  # where a triple that many graphs state is one
    whole.fill(bench.one.quads)
    for what, query, told_of in zip(COUNTED, queries, theirs, strict=True):
        [[right]] = [[term.value for term in row] for row in whole.query(query)]  # type: ignore[union-attr]
        with labs(addresses, bench.base, "push-down", 120) as open_:
            begin = time.perf_counter()
            rows = open_.sparql(query).rows  # type: ignore[union-attr]
            ours = (time.perf_counter() - begin) * 1000
        mine = str(rows[0][0])
        if mine != right:
            bench.wrong.append(f"count of {what}")
        said = told_of.rows[0][0] if told_of.rows else told_of.fault or "no row"
        verdict = "right" if said == right else f"WRONG: {said}, not {right}"
        own = "right" if mine == right else f"WRONG: {mine}, not {right}"
        label = f"count of {what}: ours {own}, Comunica {verdict}"
        found.append(row(label, "dlprov", "Comunica", [ours], [told_of.milliseconds], "ms"))
        print(label, file=sys.stderr, flush=True)
    return found


def main() -> None:
    """Make the study, deal it, ask."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no Fuseki is left
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kb", type=Path, default=Path(tempfile.gettempdir()) / "dlprov-labs")
    options.add_argument("--quads", type=int, default=QUADS, help="at each lab, about")
    options.add_argument("--comunica", type=Path, help="where it is, or is to be installed")
    options.add_argument("--times", type=int, default=TIMES)
    options.add_argument("--by", nargs="*", choices=list(STRATEGIES), default=list(STRATEGIES))
    options.add_argument("--json", action="store_true")
    for inner in ("--memory", "--base", "--runs"):
        options.add_argument(inner, help=argparse.SUPPRESS)
    options.add_argument("--labs", nargs="*", help=argparse.SUPPRESS)
    options.add_argument("only", nargs="*", help="ask these questions alone: N5 D9")
    chosen = options.parse_args()
    if chosen.memory:
        chosen.runs = int(chosen.runs)
        asker(chosen)
        return
    paths = {str(chosen.kb), str(chosen.comunica)}
    sys.argv = ["FOLDER" if one in paths else one for one in sys.argv]  # no path is kept
    runs = max(LABS, LABS * chosen.quads // RUN)
    kb = chosen.kb.with_name(f"{chosen.kb.name}-{runs}")
    base = the_study(kb, runs).base
    with tempfile.TemporaryDirectory() as made, EmbeddedStore.reader(kb / "store") as together:
        held = dealt(together)
        every = [quad for name in together.graphs() for quad in together.graph(name)]
        with services([*map(with_catalogue, held), every], Path(made)) as running:
            os.environ["XDG_CACHE_HOME"] = f"{made}/cache"  # also of the processes that ask
            gc.freeze()  # or the collector goes through all these quads while a question is asked
            bench = Bench(base, runs, running, chosen.times, chosen.by)
            load = f"load {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores"
            bench.rows += [
                figure(f"lab {number}, {load}", "", len(quads), "quads", "")
                for number, quads in enumerate(held)
            ]
            if chosen.comunica:
                bench.rows += beside_comunica(bench, chosen.comunica)
            measure(bench, together, chosen.only)
    bench.rows.append(bench.calm.figure())
    wrong = sorted({*bench.wrong})
    bench.rows.append(figure(f"other rows: {'; '.join(wrong)}", "", len(wrong), "", "0"))
    keep(f"federation_speed_{chosen.quads}", bench.rows)
    if wrong:
        sys.exit("Some rows are not those of one store: see above.")


if __name__ == "__main__":
    main()
