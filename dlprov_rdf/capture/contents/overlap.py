# SPDX-License-Identifier: Apache-2.0
"""How many rows two arrays share, by content: what leakage is counted by."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from dlprov_rdf.capture.contents import fingerprint

#: Kinds of numbers that a framework makes floats of: truth values, integers, floats.
_NUMBERS = "biuf"


def shared_rows(a: object, b: object, budget: int, fed_as: str | None = None) -> int | str:
    """Count the rows of ``b`` that occur in ``a``, by content.

    A row is ``a[i]``, all its octets: 0.0 and -0.0 differ, equal NaNs do not. A row that
    ``b`` holds twice counts twice; how often ``a`` holds it does not matter. Arrays of
    another element type, byte order or row shape are not compared, unless it is said as
    what numbers a model is fed with both. Exact, not hashed; 100,000 rows of 784 float32
    take about a second, and the rows of ``b`` once more memory.

    Args:
        a: An array, say the training data.
        b: Another, say the test data.
        budget: Bytes of both together that may be looked at.
        fed_as: The type of float, ``float32`` say, that numbers of unlike types (of the two,
            or of a table's columns) become before a model sees them.

    Returns:
        The exact count; or in words why it was not counted.
    """
    try:
        if _octets(a) + _octets(b) > budget:
            return _beyond(budget)
        first, second = _array(a, fed_as), _array(b, fed_as)
        if first is None or second is None:
            return "not counted: not held in memory as arrays"
        if first.ndim == 0 or second.ndim == 0:
            return "not counted: a single value has no rows"
        alike = first.dtype == second.dtype or (fed_as and _are_numbers(first, second))
        if not alike or first.shape[1:] != second.shape[1:]:
            return "not counted: the rows differ in type or shape"
        if first.dtype.hasobject:
            return "not counted: rows of Python objects have no fixed octets"
        if first.nbytes + second.nbytes > budget:
            return _beyond(budget)
        return _shared(*_of_one_type(first, second, fed_as))
    except Exception as fault:  # noqa: BLE001 -- a foreign object may raise anything
        return f"not counted: {fingerprint.reason(fault)}"


def _beyond(budget: int) -> str:
    return f"not counted: more than the digest budget of {budget} bytes"


def _octets(value: Any) -> int:
    """Tell how long a table's columns are; what an array is, its array tells."""
    if not hasattr(value, "columns") or not hasattr(value, "dtypes"):
        return 0
    return sum(int(one.itemsize) for one in value.dtypes) * len(value)


def _array(value: Any, fed_as: str | None) -> Any:
    """Give an array; of a table with columns of several types of numbers too, as it is fed."""
    types = set(value.dtypes) if hasattr(value, "columns") else set()
    if fed_as is None or len(types) < 2 or any(one.kind not in _NUMBERS for one in types):
        return fingerprint.as_array(value)
    return value.to_numpy(dtype=fed_as)


def _are_numbers(first: Any, second: Any) -> bool:
    return first.dtype.kind in _NUMBERS and second.dtype.kind in _NUMBERS


def _of_one_type(first: Any, second: Any, fed_as: str | None) -> tuple[Any, Any]:
    """Cast arrays of two types as they are fed; integers alone to the wider of the two."""
    if first.dtype == second.dtype:
        return first, second
    wider = sys.modules["numpy"].promote_types(first.dtype, second.dtype)
    one = wider if "f" not in first.dtype.kind + second.dtype.kind else fed_as
    return first.astype(one, copy=False), second.astype(one, copy=False)


def _shared(first: Any, second: Any) -> int:
    sought = Counter(_rows(second))
    return sum(sought.pop(row, 0) for row in _rows(first))


def _rows(array: Any) -> Iterator[bytes]:
    """Yield each row's octets."""
    numpy = sys.modules["numpy"]
    if not array.nbytes:
        return iter([b""] * len(array))
    octets = memoryview(numpy.ascontiguousarray(array).reshape(-1).view(numpy.uint8))
    width = len(octets) // len(array)
    return (bytes(octets[at : at + width]) for at in range(0, len(octets), width))
