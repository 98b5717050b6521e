# SPDX-License-Identifier: Apache-2.0
"""Answers that code works out and a query file presents: differences, paths."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from dlprov_rdf.ask import compare, listing
from dlprov_rdf.ask.binding import Term, bind_table, blocks_of
from dlprov_rdf.ask.routes import Routes, Wish, find
from dlprov_rdf.ask.told import told

if TYPE_CHECKING:
    from dlprov_rdf.ask.header import Question
    from dlprov_rdf.ask.parameters import Resolved
    from dlprov_rdf.store.base import Store

#: The rows of a question's block, one term a column, and notes on them.
Prepared = tuple[list[tuple[Term | None, ...]], list[str]]


def query(store: Store, base: str, question: Question, resolved: Resolved) -> tuple[str, list[str]]:
    """Work out the rows of a question and put them into its query.

    Returns:
        The query to ask, and notes on the answer.
    """
    rows, notes = WALKS[str(question.walk)](store, base, resolved)
    [block] = {one.variables for one in blocks_of(question.sparql)}
    return bind_table(question.sparql, block, rows), notes


def _differences(store: Store, _: str, resolved: Resolved) -> Prepared:
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


def route(store: Store, base: str, resolved: Resolved) -> Routes:
    """Find the paths that a question asks for."""
    run = resolved.one("run")
    wish = Wish(
        sources=resolved.words("from"),
        targets=resolved.words("to"),
        through=resolved.words("through"),
        past=resolved.words("not_through"),
        shortest="shortest" in resolved.words("paths"),
        run=run.value if run else None,
    )
    return find(store, base, wish)


def _path(store: Store, base: str, resolved: Resolved) -> Prepared:
    return [listing.row(*one) for one in route(store, base, resolved).rows], []


def _text(value: str | None) -> Literal | None:
    return None if value is None else Literal(value)


#: What a question's header can say after ``walk:``, beside what leads along dependencies.
WALKS: dict[str, Callable[[Store, str, Resolved], Prepared]] = {
    "differences": _differences,
    "path": _path,
}
