# SPDX-License-Identifier: Apache-2.0
"""How long each question takes, embedded, over a study of about a million quads.

Each question is asked on one open reader with varied parameters: another run each time, and
the models, trainings, things and metrics of that run. A parameter without a default that the
question can do without is left out, but for the run. Wall time is what a user waits; CPU time
is beside it. What was asked while the machine did other work is asked again (``calm.py``). A
question that is slow is asked less often, and its figure says how often. The study is kept for
the next time.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dlprov_rdf import events, pipeline, settings
from dlprov_rdf.ask import questions
from dlprov_rdf.errors import DlprovError
from dlprov_rdf.store.embedded import EmbeddedStore

sys.path.insert(0, str(Path(__file__).parent))
import study
from calm import Calm
from measured import figure, keep, p95

if TYPE_CHECKING:
    from dlprov_rdf.ask.header import Question

#: 400 runs of the study are a million quads.
RUNS = 400
TIMES = 20

#: Seconds after which a slow question is asked no more, if it was asked three times.
ENOUGH = 4.0
LIMIT = "p95 at most 100"


def the_study(kb: Path, runs: int) -> settings.Settings:
    """Make the study, or take what is there, and build what is new or made otherwise now."""
    if (kb / "store").exists():
        chosen = settings.load(kb)
    else:
        chosen = settings.make(kb)
        study.write(kb, runs)
    pipeline.build(kb, chosen)
    return chosen


def given(question: Question, base: str, turn: int, runs: int) -> dict[str, str]:
    """Choose the parameters of one asking: a run far from the last one, and what is its own."""
    number = turn * 37 % runs
    run = f"{base}run/{number:08d}-0000-7000-8000-000000000000"
    model = study.MODELS[number % len(study.MODELS)]
    named = names(number)
    things = (named["digits"], named["training"], named["fit"], f"{named['fit']}/epoch/3")
    known = {
        "run": run,
        "other": f"{base}run/{(number + 1) % runs:08d}-0000-7000-8000-000000000000",
        "model": model,
        "training": f"{model} {turn % 2}",
        "thing": f"{run}/{things[turn % len(things)]}",
        "data": f"{run}/{named['training']}",
        "metric": f"{run}/{named['tested']}",
        "prediction": f"{run}/{named['predictions']}",
        "hyperparameter": "learning_rate",
        "from": f"{run}/{named['fit']}",
        "to": f"{run}/{named['digits']}",
    }
    return {
        one.name: known[one.name]
        for one in question.given
        if one.name in known and not (one.optional and one.name not in {"run", "model", "training"})
    }


def names(number: int) -> dict[str, str]:
    """Tell the local ids of a run's data by name, of its first training, and of a test value."""
    told = study.events(number)
    found = {one.name: one.id for one in told if isinstance(one, events.DataSeen)}
    found["fit"] = next(one.id for one in told if isinstance(one, events.TrainingStarted))
    metric = next(one for one in told if isinstance(one, events.Metric))
    found["tested"] = f"{metric.of}/evaluation/{metric.name}/{metric.seq}"
    return found


def times(
    store: EmbeddedStore, base: str, question: Question, runs: int, calm: Calm
) -> tuple[list[float], list[float], list[str]]:
    """Ask one question often: the milliseconds of wall and of CPU time, and what was refused."""
    wall, cpu, refused = [], [], []
    for turn in range(TIMES):
        if turn >= 3 and sum(wall) > ENOUGH * 1000:
            break
        wanted = given(question, base, turn, runs)

        def once(wanted: dict[str, str] = wanted) -> tuple[float, float]:
            begin, begin_cpu = time.perf_counter(), time.process_time()
            questions.ask(store, base, question.name, **wanted)
            return time.perf_counter() - begin, time.process_time() - begin_cpu

        try:
            took, worked = calm.measured(once)
        except DlprovError as error:
            refused.append(str(error))
            continue
        wall.append(took * 1000)
        cpu.append(worked * 1000)
    return wall, cpu, refused


def rows(question: Question, wall: list[float], cpu: list[float]) -> list[dict[str, object]]:
    """Make the figures of one question."""
    what = f"{question.id} {question.name}, asked {len(wall)} times"
    return [
        figure(what, "p50, wall", statistics.median(wall), "ms", ""),
        figure(what, "p95, wall", p95(wall), "ms", LIMIT),
        figure(what, "p50, CPU", statistics.median(cpu), "ms", ""),
        figure(what, "p95, CPU", p95(cpu), "ms", ""),
    ]


def measure(kb: Path, runs: int, only: list[str]) -> list[dict[str, object]]:
    """Ask every question; one that the study holds no answer to is told, and has no figure."""
    chosen = the_study(kb, runs)
    found: list[dict[str, object]] = []
    late: list[str] = []
    unasked: list[str] = []
    calm = Calm()
    with EmbeddedStore.reader(kb / "store") as store:
        found.append(figure("the study", "quads", store.count(), "quads", "about 1,000,000"))
        for question in questions.questions():
            if only and question.id not in only:
                unasked.append(f"{question.id} (not asked this time)")
                continue
            print(question.id, file=sys.stderr, flush=True)
            wall, cpu, refused = times(store, chosen.base, question, runs, calm)
            if len(wall) < min(3, TIMES):
                unasked.append(f"{question.id} ({refused[0]})")
                continue
            found += rows(question, wall, cpu)
            if p95(wall) > 100:
                late.append(question.id)
    found.append(
        figure(f"above 100 ms: {', '.join(late)}", "questions", len(late), "questions", "")
    )
    found.append(calm.figure())
    what = f"without a figure: {'; '.join(unasked)}"
    found.append(figure(what, "questions", len(unasked), "questions", ""))
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kb", type=Path, default=Path(tempfile.gettempdir()) / "dlprov-study")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--only", nargs="*", default=[], help="ask these questions alone: K4 D9")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    sys.argv = ["KB" if one == str(options.kb) else one for one in sys.argv]  # no path is kept
    keep("questions", measure(options.kb, options.runs, options.only))
    sys.exit(0)
