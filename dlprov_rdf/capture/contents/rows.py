# SPDX-License-Identifier: Apache-2.0
"""Rows by their content: a digest for each, and which rows of other data are equal to it.

The digest of a row is that of the array ``a[i]`` (the SHA-256 of its canonical ``.npy``
octets), so element type and shape count, 0.0 and -0.0 differ and equal NaNs do not. Its
first 16 octets are kept: among a thousand million rows two different ones agree with a
chance below 1 in 10**20, and the file is half as long. The rows of a table whose columns
have several types, and single words, are digested cell by cell, with the columns' names.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Iterable
from typing import Any, NamedTuple

from dlprov_rdf.capture.contents import fingerprint
from dlprov_rdf.capture.contents.profile import Column, columns_of

#: Octets of a row's digest that are kept.
WIDTH = 16

#: Rows of one data occurrence that are digested at the most: about two seconds.
MOST_ROWS = 1_000_000

#: Rows of at most so many octets are often equal, as labels are: equal ones are digested once.
_NARROW = 16


class Rows(NamedTuple):
    """The digests of all rows of an array, one after the other; ``kind``: what a row is."""

    kind: tuple[str, tuple[int, ...]]
    digests: bytes

    @property
    def height(self) -> int:
        """Count the rows."""
        return len(self.digests) // WIDTH


class Matches(NamedTuple):
    """For each row the first row of other data with equal content (-1: none), and how many."""

    first: array[int]
    candidates: array[int]


def digested(value: object, budget: int) -> Rows | str | None:
    """Digest each row of an array.

    Args:
        value: Anything; a row of an array is ``a[i]``.
        budget: Bytes that may be looked at.

    Returns:
        The digests; in words why there are none; or None for a single value, which has no rows.
    """
    try:
        table = list(columns_of(value) or ()) if hasattr(value, "iloc") else []
        if len({one.dtype for one in table}) > 1 or any(one.dtype == "object" for one in table):
            return _of_table(table, budget)
        found = fingerprint.as_array(value)
        if found is None:
            return "it is not held in memory as an array"
        if not found.ndim:
            return None
        if found.dtype.hasobject and found.ndim > 1:
            return "rows of Python objects have no fixed octets"
        if found.nbytes > budget:
            return f"more than the digest budget of {budget} bytes"
        if len(found) > MOST_ROWS:
            return f"more than {MOST_ROWS} rows"
        if found.dtype.hasobject:
            cells = ([_octets(cell)] for cell in found)
            return Rows(("object", ()), _each_joined("object", cells))
        return _digested(found)
    except Exception as fault:  # noqa: BLE001 -- a foreign object may raise anything
        return fingerprint.reason(fault)


def _digested(found: Any) -> Rows:
    numpy = sys.modules["numpy"]
    little = found.dtype.newbyteorder("<")
    shape = found.shape[1:]
    head = hashlib.sha256(fingerprint.npy_header(little, shape))
    flat = numpy.ascontiguousarray(found).astype(little, copy=False)
    width = found.nbytes // len(found) if len(found) else 0
    kind = (little.str, shape) if little.names is None else (str(little.descr), shape)
    if not width:
        return Rows(kind, head.digest()[:WIDTH] * len(found))
    octets = flat.reshape(-1).view(numpy.uint8)
    if width > _NARROW:
        return Rows(kind, b"".join(_each(head, memoryview(octets), width)))
    # As text of one width, octet strings have an order; NUL at the end is no part of it.
    values, place = numpy.unique(octets.view(f"S{width}"), return_inverse=True)
    distinct = memoryview(values.view(numpy.uint8))
    table = numpy.frombuffer(b"".join(_each(head, distinct, width)), dtype=f"V{WIDTH}")
    return Rows(kind, table[place.reshape(-1)].tobytes())


def _of_table(table: list[Column], budget: int) -> Rows | str:
    """Digest the rows of a table with columns of several types; its index is no part of them."""
    numpy = sys.modules["numpy"]
    kind = str([(one.name, one.dtype) for one in table])
    count = len(table[0].values) if table else 0
    if sum(int(one.values.nbytes) for one in table) > budget:
        return f"more than the digest budget of {budget} bytes"
    if count > MOST_ROWS:
        return f"more than {MOST_ROWS} rows"
    parts: list[list[bytes]] = []
    for one in table:
        array = numpy.ascontiguousarray(one.values.to_numpy())
        if array.dtype.hasobject:
            parts.append([_octets(cell) for cell in array])
            continue
        octets = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        width = array.dtype.itemsize
        parts.append([octets[at : at + width] for at in range(0, len(octets), width)])
    return Rows((kind, ()), _each_joined(kind, zip(*parts, strict=True)))


def _each_joined(kind: str, rows: Iterable[Iterable[bytes]]) -> bytes:
    head = hashlib.sha256(kind.encode())
    digests = []
    for cells in rows:
        row = head.copy()
        row.update(b"".join(cells))
        digests.append(row.digest()[:WIDTH])
    return b"".join(digests)


def _octets(cell: object) -> bytes:
    """Write one cell so that no two different ones, nor two rows of them, read alike."""
    if cell is not None and not isinstance(cell, str | bool | int | float):
        raise TypeError(f"a cell holds a {type(cell).__name__}, which has no fixed octets")
    words = f"{type(cell).__name__}:{cell}".encode(errors="surrogatepass")
    return len(words).to_bytes(8, "little") + words


def _each(head: Any, octets: memoryview, width: int) -> list[bytes]:
    digests = []
    for at in range(0, len(octets), width):
        row = head.copy()
        row.update(octets[at : at + width])
        digests.append(row.digest()[:WIDTH])
    return digests


def matched(made: Rows, origin: Rows) -> Matches:
    """Find for each row of ``made`` the rows of ``origin`` that have the same content.

    Both must have rows of one kind. It takes a sort of ``origin`` and a search for each row.
    """
    numpy = sys.modules["numpy"]
    halves = [numpy.frombuffer(one.digests, dtype="<u8").reshape(-1, 2) for one in (made, origin)]
    first = numpy.full(made.height, -1, dtype="q")
    candidates = numpy.zeros(made.height, dtype="q")
    if origin.height:
        keys, known = _keys(*halves)
        values, firsts, counts = numpy.unique(known, return_index=True, return_counts=True)
        place = numpy.minimum(numpy.searchsorted(values, keys), len(values) - 1)
        equal = (halves[0] == halves[1][firsts[place]]).all(axis=1)
        first[equal] = firsts[place[equal]]
        candidates[equal] = counts[place[equal]]
    return Matches(array("q", first.tobytes()), array("q", candidates.tobytes()))


def _keys(made: Any, origin: Any) -> tuple[Any, Any]:
    """Give sortable keys of digests: half of each, which sorts fast, if that tells all apart."""
    numpy = sys.modules["numpy"]
    _, firsts, which = numpy.unique(origin[:, 0], return_index=True, return_inverse=True)
    if (origin[firsts[which.reshape(-1)]] == origin).all():
        return made[:, 0], origin[:, 0]
    whole = [numpy.ascontiguousarray(one).view(f"S{WIDTH}").reshape(-1) for one in (made, origin)]
    return whole[0], whole[1]
