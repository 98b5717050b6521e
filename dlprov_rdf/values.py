# SPDX-License-Identifier: Apache-2.0
"""Values of any library as the plain values that an event can hold, and nothing invented.

JSON has no NaN, no infinity, and no integer beyond 64 bits that every reader keeps, so
these are marked forms: ``{"double": "NaN"}``, ``{"integer": "…"}``. A list or mapping is
``{"json": "…"}``; what is no plain value at all is its ``repr``, cut and marked so.
"""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any, cast

from dlprov_rdf.events import Number, Value

#: Characters of a ``repr`` that are kept.
REPR_LENGTH = 500

_INT64 = 2**63


def number(value: object) -> Number:
    """Read a metric's value as a number.

    Args:
        value: An int, a float, or anything with one element that says ``item()`` or
            ``numpy()``: a numpy scalar, a 0-d array, a tensor of any framework.

    Returns:
        A finite float, or "NaN", "INF", "-INF". A float32 (or smaller) is its shortest
        decimal that reads back the same, so that 0.1 in a log is 0.1.

    Raises:
        TypeError: The value is not one number.
    """
    if type(value) is float:
        return value if math.isfinite(value) else _special(value)
    if isinstance(value, bool | int | float | Decimal):
        return number(_float(value))
    return number(_scalar(value))


def _float(value: float | Decimal) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _special(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "INF" if value > 0 else "-INF"


def _scalar(value: object) -> float:
    """Take the one element out of a scalar of a numeric library."""
    if isinstance(value, str | bytes) or value is None:
        raise TypeError(value)
    for name in ("detach", "cpu", "numpy"):
        convert = getattr(value, name, None)
        value = convert() if callable(convert) else value
    if getattr(value, "size", 1) != 1 or not hasattr(value, "item"):
        raise TypeError(value)
    item = cast("Any", value).item()
    if not isinstance(item, bool | int | float):
        raise TypeError(value)
    kind = str(getattr(value, "dtype", ""))
    if isinstance(item, float) and kind in {"float32", "float16"} and math.isfinite(item):
        return float(str(cast("Any", value).reshape(())[()]))
    return float(item)


def plain(value: object) -> Value:
    """Make a parameter's value plain.

    Args:
        value: Anything.

    Returns:
        None, a bool, a str, an int of 64 bits or a finite float as it is; else one of the
        marked forms of this module's first lines. Never raises.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if type(value) is int:
        return value if -_INT64 <= value < _INT64 else {"integer": str(value)}
    if isinstance(value, int | float):
        return _plain_number(value)
    if isinstance(value, list | tuple | dict):
        return _structure(value)
    try:
        return _numeric_scalar(value)
    except Exception:  # noqa: BLE001 -- a foreign object may raise anything
        return _represented(value)


def _text(value: str) -> str:
    """Give the string without lone surrogates, which UTF-8 cannot carry."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode(errors="backslashreplace").decode()
    return str(value)


def _plain_number(value: float) -> Value:
    if isinstance(value, int):
        return plain(int(value))
    given = number(float(value))
    return given if isinstance(given, float) else {"double": given}


def _numeric_scalar(value: object) -> Value:
    kind = str(getattr(value, "dtype", ""))
    if kind.startswith(("int", "uint", "bool")):
        return plain(cast("Any", value).item())
    return _plain_number(_as_float(value))


def _as_float(value: object) -> float:
    given = number(value)
    return given if isinstance(given, float) else float(given.replace("INF", "inf"))


def _structure(value: object) -> Value:
    try:
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=True)
        text.encode()
    except (TypeError, ValueError, RecursionError):
        return _represented(value)
    return {"json": text}


def _represented(value: object) -> Value:
    kind = type(value)
    try:
        text = _text(repr(value))
    except Exception as fault:  # noqa: BLE001 -- a foreign __repr__ may raise anything
        text = f"<{kind.__qualname__} whose repr raised {type(fault).__name__}>"
    shown: dict[str, Value] = {
        "repr": text[:REPR_LENGTH],
        "type": f"{kind.__module__}.{kind.__qualname__}",
    }
    if len(text) > REPR_LENGTH:
        shown["cut"] = True
    return shown
