# SPDX-License-Identifier: Apache-2.0
"""Plain values as RDF literals, spelled as Oxigraph's store spells them.

A store that canonicalises literals then gives back exactly what it was given. Only five
datatypes are used: string, double, integer, boolean, and dateTime in UTC.

A text may hold any character but two kinds, which RDF cannot carry everywhere: a lone
surrogate and NUL are each replaced by U+FFFD, the replacement character.
"""

from __future__ import annotations

import json
import re
import time
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from dlprov_rdf.events import Number, Value

_XSD = "http://www.w3.org/2001/XMLSchema#"
BOOLEAN = NamedNode(_XSD + "boolean")
DATE_TIME = NamedNode(_XSD + "dateTime")
DOUBLE = NamedNode(_XSD + "double")
INTEGER = NamedNode(_XSD + "integer")

_UNCARRIABLE = re.compile("[\0\ud800-\udfff]")
_DIGITS = re.compile(r"[+-]?[0-9]{1,4000}")
_INTEGER = re.compile("[+-]?[0-9]+")
_DOUBLE = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_SPELLED = frozenset({BOOLEAN, DATE_TIME, DOUBLE, INTEGER})

#: Most integers of an answer, which are spelled as ours.
_COUNT = re.compile("0|[1-9][0-9]*")

_SPECIAL = {"NaN": "nan", "INF": "inf", "-INF": "-inf"}


def text(value: str) -> Literal:
    """Make a string; what RDF cannot carry becomes U+FFFD."""
    if _UNCARRIABLE.search(value):
        value = _UNCARRIABLE.sub("\ufffd", value)
    return Literal(value)


def number(value: Number) -> Literal:
    """Make an xsd:double of a number, NaN and the infinities included."""
    return Literal(value if type(value) is float else as_float(value))


def as_float(value: Number) -> float:
    """Read a number as the log has it: a float, or "NaN", "INF", "-INF"."""
    if isinstance(value, str):
        return float(_SPECIAL.get(value, value))
    return float(value)


def count(value: int) -> Literal:
    """Make an xsd:integer, of any size."""
    return Literal(str(int(value)), datatype=INTEGER)


def truth(value: bool) -> Literal:  # noqa: FBT001 -- the value itself
    """Make an xsd:boolean."""
    return Literal(value)


def moment(at: int) -> Literal:
    """Make an xsd:dateTime in Z of nanoseconds since 1970; no trailing zeros in the fraction."""
    seconds, nanoseconds = divmod(at, 1_000_000_000)
    minutes, seconds = divmod(seconds, 60)
    if not nanoseconds:
        return Literal(f"{_minute(minutes)}{seconds:02d}Z", datatype=DATE_TIME)
    fraction = f"{nanoseconds:09d}".rstrip("0")
    return Literal(f"{_minute(minutes)}{seconds:02d}.{fraction}Z", datatype=DATE_TIME)


@lru_cache(maxsize=64)
def _minute(minutes: int) -> str:
    """Spell a minute since 1970; most events of a run are in one of the last few."""
    day = time.gmtime(minutes * 60)
    return f"{day[0]:04d}-{day[1]:02d}-{day[2]:02d}T{day[3]:02d}:{day[4]:02d}:"


def value(given: Value) -> Literal:
    """Make the literal of a parameter's value, plain or marked (see `dlprov_rdf.values`)."""
    if isinstance(given, bool):
        return truth(given)
    if isinstance(given, int):
        return count(given)
    if isinstance(given, float):
        return number(given)
    if isinstance(given, dict):
        if given.get("double") in _SPECIAL:
            return number(given["double"])
        if _DIGITS.fullmatch(str(given.get("integer"))):
            return count(int(given["integer"]))
    return text(words(given))


def words(given: Value) -> str:
    """Spell a parameter's value for people: 0.001, True, relu, [3,3]."""
    if isinstance(given, str):
        return given
    if isinstance(given, dict):
        for mark in ("double", "integer", "json", "repr"):
            if mark in given:
                return str(given[mark])
    if isinstance(given, dict | list):
        return json.dumps(given, ensure_ascii=False)
    return str(given)


def shape(axes: list[int | None]) -> Literal:
    """Make the string of an array's shape, outermost axis first, null for one left open."""
    return Literal(json.dumps(axes))


def respelled(literal: Literal) -> Literal:
    """Spell a literal as Oxigraph does, where another store has spelled it otherwise.

    Fuseki gives ``0.1`` back as ``0.1e0``. A literal of another datatype, or an ill-formed
    one, is given back as it is.
    """
    datatype = literal.datatype
    if datatype not in _SPELLED or (datatype == INTEGER and _COUNT.fullmatch(literal.value)):
        return literal
    spelled = literal.value.strip(" \t\r\n")
    if datatype == DOUBLE:
        return number(float(spelled)) if _DOUBLE.fullmatch(spelled) else literal
    if datatype == INTEGER:
        return (
            Literal(_plain(spelled), datatype=INTEGER) if _INTEGER.fullmatch(spelled) else literal
        )
    if datatype == BOOLEAN and spelled in {"0", "1", "true", "false"}:
        return truth(spelled in {"1", "true"})
    if datatype == DATE_TIME:
        return Literal(_trimmed(spelled), datatype=DATE_TIME)
    return literal


def _plain(digits: str) -> str:
    """Write an integer without a plus and without zeros in front, of any length."""
    minus = digits.startswith("-")
    bare = digits.lstrip("+-").lstrip("0")
    return f"{'-' * minus}{bare}" if bare else "0"


def _trimmed(moment_spelled: str) -> str:
    """Write UTC as Z and a fraction without trailing zeros."""
    in_z = re.sub(r"[+-]00:00$", "Z", moment_spelled)
    return re.sub(r"\.([0-9]*?)0*(?=Z|[+-]|$)", lambda m: f".{m[1]}" if m[1] else "", in_z)
