# SPDX-License-Identifier: Apache-2.0
"""Which rows of earlier data each row of new data was made from: known, or said not to be.

Three ways to know it, and no guess: a step's author says it (``rows=``, or ``rowwise=True``
for row i from row i), Keras does it in a known order, or the octets of the rows are equal.
Of several rows with equal octets none is chosen: the map counts them, and the digests name
them all.

What was found lies in columnar files in the run's folder; events tell of them.
"""

from __future__ import annotations

import operator
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from dlprov_rdf import columns
from dlprov_rdf.capture.contents import fingerprint
from dlprov_rdf.capture.contents.rows import WIDTH, Rows, digested, matched
from dlprov_rdf.capture.recorder import Recorder, warn
from dlprov_rdf.errors import WrongCall
from dlprov_rdf.events import RecordsMapped, RecordsNotMapped, RowsDigested

#: The folder in a run's folder.
FOLDER = "records"

_UNKNOWN = "it holds no row with the content of a row of {}. Say rows= or rowwise=True"


class Said(NamedTuple):
    """What the author of a step says of data.

    Attributes:
        rows: The row that each row is made from.
        rowwise: Row i is made from row i.
        features: What the columns are called.
    """

    rows: object = None
    rowwise: bool = False
    features: Sequence[str] | None = None

    @property
    def of_rows(self) -> bool:
        """Whether anything was said of the rows."""
        return self.rows is not None or self.rowwise


#: Nothing was said of the rows; their contents tell.
AS_IT_IS = Said()


class RecordBook:
    """The rows of all data occurrences of one run, as far as they are known."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._names: dict[str, str] = {}
        self._counts: dict[str, int | None] = {}
        self._rows: dict[str, Rows | str | None] = {}
        self._mapped: set[tuple[str, str]] = set()

    def seen(self, of: str, name: str, rows: int | None) -> None:
        """Remember how many rows an occurrence has."""
        self._names[of], self._counts[of] = name, rows

    def digest(self, of: str, value: object) -> None:
        """Digest the rows of an occurrence, once, within the budget, and keep them in a file."""
        if not of or of in self._rows:
            return
        if not self._recorder.choice.wants("records", self._names.get(of, "")):
            self._rows[of] = None
            return
        found = self._rows[of] = digested(value, self._recorder.settings.digest_budget)
        if isinstance(found, Rows):
            file = self._write(_plain(of), {"digest": columns.Octets(found.digests, WIDTH)})
            if file is not None:
                self._recorder.event(
                    RowsDigested, of=of, rows=found.height, width=WIDTH, **file
                )  # fmt: skip

    def placed(self, said: Said, origins: Sequence[str], rows: int | None) -> dict[str, Any]:
        """Read what the author of a step says of its rows.

        Args:
            said: What was said.
            origins: Local ids of what the new data were made from.
            rows: How many rows those have.

        Returns:
            For each origin that is meant the row of it for each row; a range for row i from i.

        Raises:
            WrongCall: It contradicts itself, or the data.
        """
        known = [one for one in origins if one in self._counts]
        if said.rowwise:
            if said.rows is not None:
                raise WrongCall("generated", "rows= and rowwise=True", "Give one of the two.")
            meant = [one for one in known if rows is not None and self._counts[one] == rows]
            if not meant:
                raise WrongCall(
                    "generated", f"rowwise=True, but nothing that it was made from has {rows} rows",
                    "Say derived_from= the data that it was made from row by row.",
                )  # fmt: skip
            return dict.fromkeys(meant, range(rows or 0))
        return {one: self._indices(said.rows, one, rows) for one in known}

    def _indices(self, given: Any, origin: str, rows: int | None) -> Sequence[int]:
        name, length = self._names[origin], self._counts[origin]
        try:
            found = _read(given, length)
        except (TypeError, ValueError, OverflowError):
            what = f"rows={str(given)[:60]!r} are no row numbers of {name!r}"
            raise WrongCall("generated", what, "Give integers, a mask, or a slice.") from None
        if rows is not None and len(found) != rows:
            what = f"{len(found)} row numbers for {rows} rows"
            raise WrongCall("generated", what, "Give one for each row.")
        if length is not None and found and not 0 <= min(found) <= max(found) < length:
            what = f"{name!r} has rows 0 to {length - 1}, and rows= says {max(found)}"
            raise WrongCall("generated", what, "Count its rows from 0.")
        return found

    def tell(self, of: str, placed: Mapping[str, Sequence[int]], by: str) -> None:
        """Record which rows an occurrence was made from, as is known from its order."""
        for origin, rows in placed.items():
            identity = rows == range(self._counts.get(origin) or 0)
            self._map(of, origin, len(rows), by, {} if identity else {"source": _column(rows)})

    def in_order(self, of: str, origins: Iterable[str]) -> None:
        """Record that row i was made from row i of each of these that has as many rows."""
        rows = self._counts.get(of)
        same = [one for one in origins if rows is not None and self._counts.get(one) == rows]
        self.tell(of, dict.fromkeys(same, range(rows or 0)), "position")

    def end_of(self, of: str, origin: str, *, last: bool) -> None:
        """Record that data are the first, or the last, rows of other data."""
        rows, all_rows = self._counts.get(of), self._counts.get(origin)
        if rows is not None and all_rows is not None:
            begin = all_rows - rows if last else 0
            self.tell(of, {origin: range(begin, begin + rows)}, "position")

    def match(self, of: str, origins: Iterable[str]) -> None:
        """Find by content which rows an occurrence was made from, or record that none is."""
        made = self._rows.get(of)
        among = [one for one in origins if one in self._counts]
        if not of or made is None or not among:
            return
        if isinstance(made, str):
            self._recorder.event(RecordsNotMapped, of=of, reason=made)
            return
        try:
            found = [one for one in among if self._matched(of, made, one)]
        except Exception as fault:  # noqa: BLE001 -- promise 2
            warn(f"rows could not be compared: {fingerprint.reason(fault)}")
            return
        if not found:
            names = ", ".join(repr(self._names[one]) for one in among)
            self._recorder.event(RecordsNotMapped, of=of, reason=_UNKNOWN.format(names))

    def _matched(self, of: str, made: Rows, origin: str) -> bool:
        other = self._rows.get(origin)
        if not isinstance(other, Rows) or other.kind != made.kind or not made.height:
            return False
        found = matched(made, other)
        unmatched = found.candidates.count(0)
        if unmatched == made.height:
            return False
        table: dict[str, columns.Column] = {"source": found.first, "candidates": found.candidates}
        ambiguous = made.height - unmatched - found.candidates.count(1)
        self._map(of, origin, made.height, "content", table, unmatched, ambiguous)
        return True

    def _map(
        self, of: str, origin: str, rows: int, by: str, table: dict[str, columns.Column],
        unmatched: int = 0, ambiguous: int = 0,
    ) -> None:  # fmt: skip
        if not of or (of, origin) in self._mapped:
            return
        self._mapped.add((of, origin))
        file = self._write(f"{_plain(of)}-from-{_plain(origin)}", table) if table else {}
        if file is None:
            self._recorder.event(RecordsNotMapped, of=of, reason="their file could not be written")
            return
        self._recorder.event(
            RecordsMapped, of=of, origin=origin, by=by, rows=rows, unmatched=unmatched,
            ambiguous=ambiguous, **file,
        )  # fmt: skip

    def _write(self, name: str, table: dict[str, columns.Column]) -> dict[str, str] | None:
        """Write a file below the run's folder; None, after a warning, where that cannot be."""
        try:
            folder = self._recorder.folder / FOLDER
            folder.mkdir(parents=True, exist_ok=True)
            digest = columns.write(folder / f"{name}.npz", table)
        except Exception as fault:  # noqa: BLE001 -- promise 2
            warn(f"rows could not be written ({fingerprint.reason(fault)})")
            return None
        return {"path": f"{FOLDER}/{name}.npz", "digest": digest}


def _read(given: Any, length: int | None) -> Sequence[int]:
    """Read row numbers: a slice, a mask of truth values, or integers, also from the end."""
    if isinstance(given, slice):
        if length is None:
            raise ValueError("a slice of unknown length")
        return range(length)[given]
    numbers = given.tolist() if callable(getattr(given, "tolist", None)) else list(given)
    if numbers and all(isinstance(one, bool) for one in numbers):
        if len(numbers) != length:
            raise ValueError("a mask of another length")
        return [place for place, kept in enumerate(numbers) if kept]
    whole = [operator.index(one) for one in numbers]
    return [one + length if one < 0 and length is not None else one for one in whole]


def _column(rows: Sequence[int]) -> array[int]:
    return array("q", rows)


def _plain(local: str) -> str:
    """Make a file's name of a local id, which holds slashes."""
    return local.replace("/", "-")
