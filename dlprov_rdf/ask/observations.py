# SPDX-License-Identifier: Apache-2.0
"""The observations of long series as rows, read from their tables of numbers."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from pyoxigraph import Literal, NamedNode

from dlprov_rdf.ask.answer import Answer, AnyTerm, make
from dlprov_rdf.columns import Column
from dlprov_rdf.graph import literals
from dlprov_rdf.graph.series import UNSAID

_COLUMNS = ("seq", "at", "step", "batch", "epoch", "value", "series")


def observations(name: str, tables: Iterable[tuple[NamedNode, Mapping[str, Column]]]) -> Answer:
    """List what series hold, one row an observation, in the order of the log.

    Args:
        name: What to call the answer.
        tables: Each series, and its table.
    """
    rows = (row for series, table in tables for row in _rows(series, table))
    return make(name, _COLUMNS, rows)


def _rows(series: NamedNode, table: Mapping[str, Column]) -> Iterator[tuple[AnyTerm | None, ...]]:
    whole = [cast("array[int]", table[name]) for name in _COLUMNS[:5]]
    for seq, at, step, batch, epoch, value in zip(
        *whole, cast("array[float]", table["value"]), strict=True
    ):
        yield (
            literals.count(seq), literals.moment(at), _count(step), _count(batch), _count(epoch),
            literals.number(value), series,
        )  # fmt: skip


def _count(number: int) -> Literal | None:
    return None if number == UNSAID else literals.count(number)
