# SPDX-License-Identifier: Apache-2.0
"""What data are like: their features, and the numbers that characterise them.

Features are the columns of a table or of a structured array, or what a user names. Numbers
are taken of what is there: a missing value (NaN, None) is counted and left out, an infinity
is a value. Only data of steps are measured, never those that a training waits for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from dlprov_rdf import values
from dlprov_rdf.capture.contents import fingerprint
from dlprov_rdf.events import Feature

#: Bytes of data that are measured at the most.
MOST_BYTES = 64 * 2**20

#: Features that are named at the most, and so many of which each is measured too.
MOST_FEATURES, MOST_MEASURED = 256, 64


class Column(NamedTuple):
    """One column: its name, the name of its type, and its values."""

    name: str
    dtype: str
    values: Any


def profile(value: object, names: Sequence[str] | None = None) -> dict[str, Any]:
    """Say what data are like.

    Args:
        value: An array or a table.
        names: What the places of an array's last axis are called.

    Returns:
        Fields of ``DataProfiled``; none where there is nothing to say.
    """
    try:
        return _profile(value, names)
    except Exception as fault:  # noqa: BLE001 -- a foreign object may raise anything
        return {"not_measured": fingerprint.reason(fault)}


def columns_of(table: Any) -> Iterator[Column] | None:
    """Take a table or a structured array apart; None for anything else."""
    if hasattr(table, "columns") and hasattr(table, "iloc"):
        return _of_frame(table)
    names = getattr(getattr(table, "dtype", None), "names", None)
    if names is not None:
        return (Column(name, str(table.dtype[name]), table[name]) for name in names)
    return None


def _of_frame(table: Any) -> Iterator[Column]:
    for place, name in enumerate(list(table.columns)):
        column = table.iloc[:, place]
        yield Column(str(name), str(column.dtype), column)


def _profile(value: object, names: Sequence[str] | None) -> dict[str, Any]:
    found = columns_of(value)
    if found is not None:
        return _told(list(found))
    array = fingerprint.as_array(value)
    if array is None or not array.ndim:
        return {}
    if names is not None:
        wide = array if array.ndim > 1 else array[:, None]
        told = ((name, wide[..., place]) for place, name in enumerate(names))
        return _told([Column(str(name), str(array.dtype), part) for name, part in told])
    if array.dtype.kind != "f" and (array.dtype.kind not in "iu" or array.ndim == 1):
        return {}
    if array.nbytes > MOST_BYTES:
        return {"not_measured": f"more than {MOST_BYTES} bytes"}
    return _measured(array)


def _told(columns: list[Column]) -> dict[str, Any]:
    """Tell of columns, and measure each if that is little work."""
    told: dict[str, Any] = {"left_out": max(0, len(columns) - MOST_FEATURES)}
    size = sum(int(getattr(one.values, "nbytes", 0)) for one in columns)
    if size > MOST_BYTES:
        told["not_measured"] = f"more than {MOST_BYTES} bytes"
    elif len(columns) > MOST_MEASURED:
        told["not_measured"] = f"more than {MOST_MEASURED} features"
    told["features"] = [
        Feature(
            name=one.name, dtype=one.dtype,
            **({} if "not_measured" in told else _measured(one.values)),
        )
        for one in columns[:MOST_FEATURES]
    ]  # fmt: skip
    return told


def _measured(column: Any) -> dict[str, Any]:
    """Count what is missing, and measure what is there."""
    numpy = sys.modules["numpy"]
    kind = column.dtype.kind
    if hasattr(column, "isna"):
        missing = int(column.isna().sum())
        there = column.dropna().to_numpy(dtype="float64") if kind in "iuf" else None
    elif kind == "f":
        absent = numpy.isnan(column)
        missing = int(absent.sum())
        there = column[~absent] if missing else column
    else:
        missing, there = 0, column if kind in "iu" else None
    if there is None or not there.size:
        return {"counts": {"missing": missing}}
    with numpy.errstate(all="ignore"):
        numbers = {
            "mean": there.mean(dtype="float64"), "std": there.std(dtype="float64"),
            "minimum": there.min(), "maximum": there.max(),
        }  # fmt: skip
    return {
        "counts": {"missing": missing},
        "values": {name: values.number(float(number)) for name, number in numbers.items()},
    }
