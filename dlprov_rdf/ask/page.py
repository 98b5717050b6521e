# SPDX-License-Identifier: Apache-2.0
"""What one run did, on a page: facts of it, its activities in order, trainings, series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from pyoxigraph import NamedNode

from dlprov_rdf import assets
from dlprov_rdf.ask.answer import Answer, make
from dlprov_rdf.ask.binding import bind
from dlprov_rdf.ask.sparql import select

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store


class RunPage(Struct, frozen=True):
    """Four tables about a run."""

    facts: Answer
    activities: Answer
    trainings: Answer
    series: Answer
    said_later: Answer


def page(store: Store, run: str) -> RunPage:
    """Make the page of a run, given its IRI."""
    return RunPage(
        _table(store, "facts", run),
        _table(store, "activities", run),
        _table(store, "trainings", run),
        series(store, run),
        _table(store, "said-later", run),
    )


def series(store: Store, run: str) -> Answer:
    """List the long series of a run, given its IRI: what each says, and where its file lies."""
    return _table(store, "series", run)


def _table(store: Store, name: str, run: str) -> Answer:
    query = bind(assets.text(f"queries/show/{name}.rq"), {"run": (NamedNode(run),)})
    columns, rows = select(store, query)
    return make(name, columns, rows)
