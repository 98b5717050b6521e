# SPDX-License-Identifier: Apache-2.0
"""Runs made up for the tests of the graph: together they tell of everything once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from annotated_runs import attached, said_later
from digits_run import digits
from records_run import records
from small_runs import by_hand, judging, series, serving
from steered_runs import planned, steered
from unlucky_runs import failures, losses, raised

from dlprov_rdf import events as e

RUNS: dict[str, Callable[[], Iterator[e.Event]]] = {
    "digits": digits,
    "judging": judging,
    "serving": serving,
    "failures": failures,
    "raised": raised,
    "by-hand": by_hand,
    "losses": losses,
    "series": series,
    "said-later": said_later,
    "attached": attached,
    "records": records,
    "planned": planned,
    "steered": steered,
}


def run(name: str) -> list[e.Event]:
    """Give the events of one of these runs."""
    return list(RUNS[name]())
