# SPDX-License-Identifier: Apache-2.0
"""Maps from rows to rows, read from the files that the graph tells of, and asked both ways.

A file is believed only if its octets have the digest that the graph names.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, cast

from dlprov_rdf import columns
from dlprov_rdf.columns import Octets
from dlprov_rdf.errors import FaultyColumns

#: The folder of a run's log, by the run's IRI; None where that run is not of this knowledge base.
FolderOf = Callable[[str], Path | None]


class Held(NamedTuple):
    """A file that the graph tells of: of which run, where in its folder, and its content."""

    run: str
    path: str
    digest: str


class Tables:
    """Reads each file once."""

    def __init__(self, folder_of: FolderOf) -> None:
        self._folder_of = folder_of
        self._read: dict[Held, dict[str, columns.Column] | None] = {}
        self._places: dict[Held, dict[bytes, list[int]]] = {}

    def rows_behind(self, held: Held, digests: Held | None, row: int) -> list[int] | None:
        """List the rows that a row was made from, or may have been.

        Returns:
            No row where none is behind it; several where nobody knows which of these it was;
            None where the files that would tell are not here.
        """
        table = self._table(held)
        if table is None:
            return None
        source = cast("list[int]", table["source"])
        if not 0 <= row < len(source) or source[row] < 0:
            return []
        candidates = cast("list[int] | None", table.get("candidates"))
        if candidates is None or candidates[row] == 1:
            return [source[row]]
        return self._equal(digests, source[row])

    def rows_made(self, held: Held, digests: Held | None, row: int) -> list[int] | None:
        """List the rows that were made from a row, or may have been; else as `rows_behind`."""
        table = self._table(held)
        if table is None:
            return None
        source = cast("list[int]", table["source"])
        sought = row
        if "candidates" in table:
            equal = self._equal(digests, row)
            if equal is None:
                return None
            sought = equal[0] if equal else row
        return [place for place, one in enumerate(source) if one == sought]

    def candidates(self, held: Held, made: int) -> int:
        """Count the rows that a row may have been made from."""
        counts = cast("list[int] | None", (self._table(held) or {}).get("candidates"))
        return counts[made] if counts is not None else 1

    def _equal(self, digests: Held | None, row: int) -> list[int] | None:
        """List the rows with the same digest as a row, itself among them."""
        table = self._table(digests) if digests is not None else None
        if digests is None or table is None:
            return None
        octets = cast("Octets", table["digest"])
        if digests not in self._places:
            places = self._places[digests] = {}
            for place in range(octets.rows):
                places.setdefault(octets.row(place), []).append(place)
        return self._places[digests].get(octets.row(row), [])

    def _table(self, held: Held) -> dict[str, columns.Column] | None:
        if held not in self._read:
            self._read[held] = self._fetch(held)
        return self._read[held]

    def _fetch(self, held: Held) -> dict[str, columns.Column] | None:
        folder = self._folder_of(held.run)
        if folder is None:
            return None
        path = folder / held.path
        if not path.resolve().is_relative_to(folder.resolve()):
            raise FaultyColumns(path, "it lies outside the folder of its run")
        try:
            digest = columns.digest(path)
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise FaultyColumns(path, fault.strerror or str(fault)) from fault
        if digest != held.digest:
            raise FaultyColumns(path, "it is not the file that the log tells of")
        return columns.read(path)
