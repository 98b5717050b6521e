# SPDX-License-Identifier: Apache-2.0
"""Answers that code works out and a query file presents: what differs between two runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from dlprov_rdf.ask import compare
from dlprov_rdf.ask.binding import Term, bind_table
from dlprov_rdf.ask.told import told

if TYPE_CHECKING:
    from dlprov_rdf.ask.header import Question
    from dlprov_rdf.ask.parameters import Resolved
    from dlprov_rdf.store.base import Store

#: The rows of a question's block, one term a column, and notes on them.
Prepared = tuple[list[tuple[Term | None, ...]], list[str]]


def query(store: Store, question: Question, resolved: Resolved) -> tuple[str, list[str]]:
    """Work out the rows of a question and put them into its query.

    Returns:
        The query to ask, and notes on the answer.
    """
    rows, notes = WALKS[str(question.walk)](store, resolved)
    columns = tuple(column.name for column in question.answers)
    return bind_table(question.sparql, columns, rows), notes


def _differences(store: Store, resolved: Resolved) -> Prepared:
    one, other = (told(store, resolved.iri(name).value) for name in ("run", "other"))
    found = compare.compare(one, other)
    rows: list[tuple[Term | None, ...]] = [
        (
            Literal(one.number), _text(one.group), _text(one.what), _text(one.first),
            _text(one.second), _text(one.change), _text(compare.ranges(one.after)),
        )
        for one in found.differences
    ]  # fmt: skip
    return rows, compare.words(found)


def _text(value: str | None) -> Literal | None:
    return None if value is None else Literal(value)


#: What a question's header can say after ``walk:``, beside what leads along dependencies.
WALKS: dict[str, Callable[[Store, Resolved], Prepared]] = {"differences": _differences}
