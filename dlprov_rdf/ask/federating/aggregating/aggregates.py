# SPDX-License-Identifier: Apache-2.0
"""Lets the labs aggregate what lies within a graph, and puts their rows into the query.

They stand in the place of the group that is aggregated; all else is answered here. What is of
named things alone, within a greater query, is fetched with the first that is: that is little,
and to have it counted would cost a request. A graph
that two labs hold counts once. If they tell otherwise of it, they hold versions of it, and the
answer is over the quads of both: then its quads are fetched, as for any other query.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from dlprov_rdf.ask.federating.aggregating import graph_local, ranked, selects
from dlprov_rdf.ask.federating.aggregating.grouped import Grouped, Value, column
from dlprov_rdf.ask.federating.fetching.requests import Row
from dlprov_rdf.ask.federating.fetching.rows import Ask
from dlprov_rdf.store.base import Term

#: From where to where what stands in a query, and what is to stand there.
_Change: TypeAlias = tuple[int, int, str]


def put_in(sparql: str, prefixes: Mapping[str, str], ask: Ask) -> str:
    """Put what the labs work out into a query, in the place of the groups that it is of.

    Args:
        sparql: A query without an error.
        prefixes: Those that it may use without declaring them.
        ask: Asks the labs.

    Returns:
        A query with the same answer.
    """
    changes: list[_Change] = []
    for select in selects.selects(sparql):
        of = _aggregated if select.aggregates else _ranked
        if of is _ranked and not ranked.may_be(select):
            continue
        local = graph_local.read(sparql[select.start : select.end], select.prologue, prefixes)
        if local is not None and not (select.inner and local.named):
            changes += of(sparql, select, local, ask)
    return _changed(sparql, changes)


def _aggregated(
    sparql: str, select: selects.Select, local: graph_local.GraphLocal, ask: Ask
) -> Iterator[_Change]:
    """Give the changes of what aggregates; none, if it cannot be told that labs may do it."""
    grouped = _grouped(sparql, select, local)
    rows = None if grouped is None else _once(ask(grouped.request(), grouped.columns))
    if grouped is None or rows is None:
        return
    table = grouped.table([dict(zip(grouped.columns, row, strict=True)) for row in rows])
    if table is not None:
        yield select.start, select.end, table
        yield from ((one.start, one.end, grouped.instead(one)) for one in select.aggregates)


def _ranked(
    _: str, select: selects.Select, local: graph_local.GraphLocal, ask: Ask
) -> Iterator[_Change]:
    """Give the change of what is ranked and cut."""
    ranking = ranked.read(select, local)
    table = None if ranking is None else ranked.table(ranking, ask)
    if table is not None:
        yield select.start, select.end, table


def _grouped(sparql: str, select: selects.Select, local: graph_local.GraphLocal) -> Grouped | None:
    """Read what is aggregated; None: something of it is of another group."""
    uses: dict[str, set[str]] = {}
    for one in select.aggregates:
        which = column(one)
        if which is None:
            return None
        if one.of != "*":
            uses.setdefault(one.of, set()).update(which)
    if not {*uses, *select.keys} <= local.names.keys():
        return None
    values = (Value(local.names[name], "".join(sorted(how))) for name, how in uses.items() if how)
    fresh = "told"
    while fresh in sparql:
        fresh += "_"
    return Grouped(local, tuple(dict.fromkeys(select.keys)), tuple(values), fresh)


def _once(told: Iterable[Sequence[Row]]) -> list[Row] | None:
    """Take the rows of each graph once; None: two labs tell otherwise of one."""
    known: dict[Term | None, Counter[Row]] = {}
    for rows in told:
        graphs: dict[Term | None, Counter[Row]] = {}
        for row in rows:
            graphs.setdefault(row[0], Counter())[row] += 1
        if any(known.get(graph, found) != found for graph, found in graphs.items()):
            return None
        known |= graphs
    return [row for found in known.values() for row in found.elements()]


def _changed(sparql: str, changes: Iterable[_Change]) -> str:
    """Put words in the place of others."""
    pieces: list[str] = []
    done = 0
    for start, end, words in sorted(changes):
        pieces += [sparql[done:start], words]
        done = end
    return "".join([*pieces, sparql[done:]])
