# SPDX-License-Identifier: Apache-2.0
"""A table of numbers in a file: each column an array, all of one length.

The file is an uncompressed ``.npz`` (a zip archive of ``.npy`` arrays, version 1.0,
little-endian), which ``numpy.load`` reads. It holds no time of writing, so its octets, and
their digest, are a function of the columns and their order.

Source:
    The .npy format, version 1.0: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from array import array
from ast import literal_eval
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

from dlprov_rdf.errors import FaultyColumns
from dlprov_rdf.events.contents import content

_MAGIC = b"\x93NUMPY\x01\x00"
_ZIP_BEGINS = (1980, 1, 1, 0, 0, 0)
_TYPES = {"<i8": "q", "<f8": "d"}


class Octets(NamedTuple):
    """A column of octet strings of one width, digests say, one after the other."""

    data: bytes
    width: int

    def row(self, number: int) -> bytes:
        """Give one row's octets."""
        return self.data[number * self.width : (number + 1) * self.width]

    @property
    def rows(self) -> int:
        """Count the rows."""
        return len(self.data) // self.width


#: 64-bit integers (``array("q")``), doubles (``array("d")``), or octet strings of one width.
Column: TypeAlias = "array[int] | array[float] | Octets"


def write(path: Path, columns: Mapping[str, Column]) -> str:
    """Write a table, and give the ``ni:///sha-256;…`` (RFC 6920) of the file's octets.

    Args:
        path: Where; a file that is there is replaced once the new one is whole.
        columns: By name; all have one length.
    """
    partial = path.with_name(path.name + ".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
        _fill(archive, columns)
    named = digest(partial)
    partial.replace(path)
    return named


def octets(columns: Mapping[str, Column]) -> bytes:
    """Give what a table's file holds, without a file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        _fill(archive, columns)
    return made.getvalue()


def read(path: Path) -> dict[str, Column]:
    """Read a table.

    Raises:
        FaultyColumns: The file is not a table of ours, or is cut.
        OSError: It cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _columns(archive)
    except (zipfile.BadZipFile, ValueError, KeyError) as error:
        raise FaultyColumns(path, str(error)) from error


def digest(held: bytes | Path) -> str:
    """Give the ``ni:///sha-256;…`` (RFC 6920) of octets, or of a file's octets."""
    if isinstance(held, bytes):
        return content(hashlib.sha256(held).digest())
    with held.open("rb") as file:
        return content(hashlib.file_digest(file, "sha256").digest())


def table(held: bytes) -> dict[str, Column]:
    """Give the table whose file holds these octets, which ``octets`` made."""
    with zipfile.ZipFile(io.BytesIO(held)) as archive:
        return _columns(archive)


def _columns(archive: zipfile.ZipFile) -> dict[str, Column]:
    return {name.removesuffix(".npy"): _column(archive.read(name)) for name in archive.namelist()}


def _fill(archive: zipfile.ZipFile, columns: Mapping[str, Column]) -> None:
    for name, column in columns.items():
        archive.writestr(zipfile.ZipInfo(f"{name}.npy", _ZIP_BEGINS), _npy(column))


def _npy(column: Column) -> bytes:
    if isinstance(column, Octets):
        return _header(f"|S{column.width}", column.rows) + column.data
    kind = next(dtype for dtype, code in _TYPES.items() if code == column.typecode)
    if sys.byteorder == "big":
        column = column[:]
        column.byteswap()
    return _header(kind, len(column)) + column.tobytes()


def _header(dtype: str, rows: int) -> bytes:
    words = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': ({rows},), }}".encode()
    padded = words + b" " * (-(len(_MAGIC) + 2 + len(words) + 1) % 64) + b"\n"
    return _MAGIC + len(padded).to_bytes(2, "little") + padded


def _column(npy: bytes) -> Column:
    if not npy.startswith(_MAGIC):
        raise ValueError("a column is no .npy array of version 1.0")
    begin = len(_MAGIC) + 2
    end = begin + int.from_bytes(npy[begin - 2 : begin], "little")
    said = literal_eval(npy[begin:end].decode("ascii"))
    dtype, (rows,) = said["descr"], said["shape"]
    if dtype.startswith("|S"):
        column: Column = Octets(npy[end:], int(dtype[2:]))
    else:
        numbers = array(_TYPES[dtype])
        numbers.frombytes(npy[end:])
        if sys.byteorder == "big":
            numbers.byteswap()
        column = numbers
    found = column.rows if isinstance(column, Octets) else len(column)
    if found != rows:
        raise ValueError(f"a column of {rows} rows holds {found}")
    return column
