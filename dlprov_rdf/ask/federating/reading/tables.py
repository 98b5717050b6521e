# SPDX-License-Identifier: Apache-2.0
"""Takes the rows of its ``VALUES`` blocks out of a query, so that what is left is soon read.

rdflib needs a fifth of a second for a table of a thousand terms, and what it reads of a query
is kept by its text. Oxigraph reads the tables, in no time, and gives terms as all else has them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, TypeAlias, cast

import pyoxigraph as ox

from dlprov_rdf.ask.binding import Block, blocks_of
from dlprov_rdf.ask.federating.reading.needs import Bounds, Listed, Source, Term, column
from dlprov_rdf.ask.federating.reading.parsed import Prefixes

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


#: Of a table's variables: the name, whether every row binds it, and whether the terms are known.
Shape: TypeAlias = tuple[tuple[str, bool, bool], ...]


class Table(NamedTuple):
    """What a table says of its variables.

    ``certain`` has those that every row binds; ``possible`` all, with their terms where bound.
    """

    certain: Bounds
    possible: Bounds

    @property
    def shape(self) -> Shape:
        """Tell all that the reading of a query depends on."""
        return tuple(
            (name, name in self.certain, bool(told)) for name, told in self.possible.items()
        )

    def terms(self, name: str) -> frozenset[Term]:
        """Give the terms of a variable, which are known."""
        [terms] = self.possible[name]
        assert isinstance(terms, frozenset)
        return terms


def of_shape(index: int, shape: Shape) -> Table:
    """Make what stands for the tables of a shape, whatever stands in them."""
    told: dict[str, tuple[Source, ...]] = {
        name: (Listed(index, name),) if known else () for name, _, known in shape
    }
    return Table({name: told[name] for name, certain, _ in shape if certain}, told)


class Rows(NamedTuple):
    """A table as it stands: its variables and its rows."""

    names: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


def rows(table: str, prefixes: Prefixes, base: str | None) -> Rows:
    """Read the rows of a table."""
    found = cast(
        "ox.QuerySolutions",
        ox.Store().query(f"SELECT * {{ {table} }}", prefixes=dict(prefixes), base_iri=base),
    )
    names = tuple(variable.value for variable in found.variables)
    return Rows(names, tuple(cast("tuple[Term | None, ...]", tuple(row)) for row in found))


@lru_cache(maxsize=64)
def read(table: str, prefixes: Prefixes, base: str | None) -> Table:
    """Read what a table says; many queries have the same one in several places."""
    names, lines = rows(table, prefixes, base)
    told = Table({}, {})
    for place, name in enumerate(names):
        given = [row[place] for row in lines]
        known = column(given)
        if known is not None:
            told.certain[name] = known
        told.possible[name] = column([term for term in given if term is not None]) or ()
    return told


def _row(sparql: str, block: Block, index: int) -> str:
    mark = f" <{_MARK}{index}> "
    in_brackets = "(" in sparql[block.start : block.rows_start]
    return f" ({mark * len(block.variables)}) " if in_brackets else mark
