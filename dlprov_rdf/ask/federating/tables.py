# SPDX-License-Identifier: Apache-2.0
"""Takes the rows of its ``VALUES`` blocks out of a query, so that what is left is soon read.

rdflib needs a fifth of a second for a table of a thousand terms, and what it reads of a query
is kept by its text. Oxigraph reads the tables, in no time, and gives terms as all else has them.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import pyoxigraph as ox

from dlprov_rdf.ask.binding import Block, blocks_of
from dlprov_rdf.ask.federating.needs import Bounds, Term, column

#: What stands for the rows of a table.
_MARK = "urn:dlprov-rdf:rows-of-table:"


class Bare(NamedTuple):
    """A query with one mark for the rows of each table, and the tables as they stood."""

    sparql: str
    tables: tuple[str, ...]


def bare(sparql: str) -> Bare:
    """Put marks in the places of the rows."""
    pieces: list[str] = []
    tables: list[str] = []
    end = 0
    for block in blocks_of(sparql):
        if not block.variables:
            continue
        pieces += [sparql[end : block.rows_start], _row(sparql, block, len(tables))]
        tables.append(sparql[block.start : block.end])
        end = block.rows_end
    return Bare("".join([*pieces, sparql[end:]]), tuple(tables))


def number(mark: str) -> int | None:
    """Tell which table a mark stands for, if it is one."""
    return int(mark.removeprefix(_MARK)) if mark.startswith(_MARK) else None


class Table(NamedTuple):
    """What a table says of its variables.

    ``certain`` has those that every row binds; ``possible`` all, with their terms where bound.
    """

    certain: Bounds
    possible: Bounds


def read(table: str, prefixes: dict[str, str], base: str | None) -> Table:
    """Read a table."""
    found = cast(
        "ox.QuerySolutions",
        ox.Store().query(f"SELECT * {{ {table} }}", prefixes=prefixes, base_iri=base),
    )
    names = [variable.value for variable in found.variables]
    rows = [tuple(cast("tuple[Term | None, ...]", tuple(row))) for row in found]
    told = Table({}, {})
    for place, name in enumerate(names):
        given = [row[place] for row in rows]
        known = column(given)
        if known is not None:
            told.certain[name] = known
        told.possible[name] = column([term for term in given if term is not None]) or ()
    return told


def _row(sparql: str, block: Block, index: int) -> str:
    mark = f" <{_MARK}{index}> "
    in_brackets = "(" in sparql[block.start : block.rows_start]
    return f" ({mark * len(block.variables)}) " if in_brackets else mark
