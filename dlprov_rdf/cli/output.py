# SPDX-License-Identifier: Apache-2.0
"""How answers look: a table for people, plain on a pipe; JSON, CSV or TSV for programs."""

from __future__ import annotations

import csv
import json
import math
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


class Format(StrEnum):
    """What ``--format`` can be."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"


Row = Sequence[object]

#: The IRI of a run or a thing of its: the last 8 letters of the run's id, and what follows.
_OF_RUN = re.compile(r"https?://[^\s]*/run/[0-9a-f-]{28}([0-9a-f]{8})(/[^\s]*|)")


def rows(columns: Sequence[str], given: Iterable[Row], form: Format, title: str = "") -> None:
    """Write rows to standard output, in any format but JSON, which each command words itself.

    Args:
        columns: Their names.
        given: As many values a row.
        form: One of table, csv, tsv.
        title: Stands above a table.
    """
    if form is Format.CSV:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([columns, *(map(cell, row) for row in given)])
    elif form is Format.TSV:
        for row in (columns, *given):
            sys.stdout.write("\t".join(map(_tabbed, row)) + "\n")
    else:
        table(columns, list(given), title)


def table(columns: Sequence[str], given: Sequence[Row], title: str = "") -> None:
    """Write a table: drawn on a terminal, columns of plain text on a pipe."""
    if title:
        heading(title)
    if to_terminal():
        drawn = Table(*columns, box=None, header_style="bold", pad_edge=False)
        for row in given:
            drawn.add_row(*(Text(shown(value), overflow="fold") for value in row))
        Console().print(drawn)
        return
    lines = [list(columns), *([shown(value) for value in row] for row in given)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        sys.stdout.write("  ".join(padded).rstrip() + "\n")


def heading(text: str) -> None:
    """Write a line above what belongs to it."""
    if to_terminal():
        Console().print(Text(text, style="bold"))
    else:
        sys.stdout.write(f"{text}\n")


def text(words: str) -> None:
    """Write words as they are."""
    sys.stdout.write(words if words.endswith("\n") else f"{words}\n")


def as_json(value: Any) -> None:
    """Write one object or one list."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def cell(value: object) -> str:
    """Word one value: nothing for None, a number as short as it reads back the same."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        return ", ".join(f"{name} = {cell(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(cell, value))
    return str(value)


def shown(value: object) -> str:
    """Word one value for a person: numbers to six digits, times to the second, on one line.

    Whoever needs each digit asks for another format.
    """
    if isinstance(value, float) and math.isfinite(value):
        short = f"{value:.6g}"
        return short if len(short) < len(repr(value)) else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%SZ")
    return _in_run(_flat(cell(value)))


def _in_run(words: str) -> str:
    """Name what belongs to a run as every command takes it: the run's ending, and the rest."""
    found = _OF_RUN.fullmatch(words)
    return f"{found[1]}{found[2]}" if found else words


def _number(value: float) -> str:
    """Spell the values that are no finite number as xsd:double does."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    return repr(value)


def _tabbed(value: object) -> str:
    return cell(value).replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n")


def _flat(words: str) -> str:
    """Keep a row on its line, and a terminal unharmed by what a name may hold."""
    return "".join(letter if letter.isprintable() else " " for letter in words)


def complain(words: str) -> None:
    """Say in one line on standard error what is wrong."""
    sys.stderr.write(f"dlprov: {' '.join(words.split())}\n")


def remark(words: str) -> None:
    """Say something on standard error that is no error."""
    sys.stderr.write(f"{words}\n")


def to_terminal() -> bool:
    """Tell whether a person reads standard output."""
    return sys.stdout.isatty()


def at_terminal() -> bool:
    """Tell whether a person reads standard error."""
    return sys.stderr.isatty()


def remark_at_terminal(words: str) -> None:
    """Say something to a person, and nothing to a program that reads standard error."""
    if at_terminal():
        Console(stderr=True).print(Text(words, style="dim"))
