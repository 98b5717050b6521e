# SPDX-License-Identifier: Apache-2.0
"""Rows that labs work out, and how it is told that an answer is whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from dlprov_rdf.ask.federating.fetching.requests import Row
from dlprov_rdf.errors import ServiceFault
from dlprov_rdf.store.base import Rows

#: Asks every lab; gives the rows of each, with these columns, of which the first is the graph.
Ask: TypeAlias = Callable[[str, Sequence[str]], Sequence[Sequence[Row]]]


def to_the_end(select: str, columns: Sequence[str]) -> str:
    """Word a query so that its answer has a last row, without which it was cut.

    It is ordered last, for Oxigraph gives the last branch of a UNION first.
    """
    names = " ".join(f"?{name}" for name in columns)
    body = f"{{ {select} }} UNION {{ BIND(1 AS ?end) }}"
    return f"SELECT {names} ?end WHERE {{ {body} }} ORDER BY ?end"


def read(rows: Rows, columns: Sequence[str], lab: str) -> list[Row]:
    """Read rows with these columns, up to the last.

    Raises:
        ServiceFault: The rows are not what was asked for, or the last is missing.
    """
    if rows.variables != [*columns, "end"]:
        raise ServiceFault(lab, "its rows are not what was asked for")
    found = [(*row,) for row in rows]
    told = [row[:-1] for row in found if row[-1] is None]
    if len(told) == len(found):
        raise ServiceFault(lab, "its answer has no end")
    return told
