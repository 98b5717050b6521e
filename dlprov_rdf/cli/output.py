# SPDX-License-Identifier: Apache-2.0
"""How answers look: a table for people, plain on a pipe; JSON, CSV or TSV for programs."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from rich.cells import cell_len
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

#: Letters of a word that a table's columns keep on one line, tried from left to right.
_WORDS = (40, 36, 28, 20, 16, 12)

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
    lines = [list(columns), *([shown(value) for value in row] for row in given)]
    if to_terminal():
        _draw(lines)
        return
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        sys.stdout.write("  ".join(padded).rstrip() + "\n")


def _draw(lines: Sequence[list[str]]) -> None:
    """Draw rows on a terminal: as a table, or one below the other where it is too narrow."""
    console = Console()
    widths = _widths(lines, console.width)
    if widths is None:
        _draw_records(lines, console)
        return
    drawn = Table(box=None, header_style="bold", pad_edge=False)
    for name, width in zip(lines[0], widths, strict=True):
        drawn.add_column(name, width=width)
    for line in lines[1:]:
        drawn.add_row(*(Text(text, overflow="fold") for text in line))
    console.print(drawn)


def _widths(lines: Sequence[list[str]], room: int) -> list[int] | None:
    """Share a terminal's width among columns; None where words would be cut to pieces."""
    columns = list(zip(*lines, strict=True))
    room -= 2 * (len(columns) - 1)
    wanted = [max(map(cell_len, column)) for column in columns]
    words = [max(_longest_word(text) for text in column) for column in columns]
    for limit in _WORDS:
        widths = [
            min(word, max(limit, len(column[0])))
            for word, column in zip(words, columns, strict=True)
        ]
        if sum(widths) <= room:
            break
    else:
        return None
    left = room - sum(widths)
    by_need = sorted(range(len(widths)), key=lambda index: wanted[index] - widths[index])
    for done, index in enumerate(by_need):
        more = min(wanted[index] - widths[index], left // (len(widths) - done))
        widths[index] += more
        left -= more
    return widths


def _longest_word(text: str) -> int:
    return max(map(cell_len, text.split()), default=0)


def _draw_records(lines: Sequence[list[str]], console: Console) -> None:
    """Draw each row as a table of its own: a column's name, and what the row has there."""
    for number, line in enumerate(lines[1:]):
        if number:
            console.print()
        drawn = Table(box=None, show_header=False, pad_edge=False)
        drawn.add_column(style="bold", no_wrap=True)
        for name, text in zip(lines[0], line, strict=True):
            drawn.add_row(name, Text(text, overflow="fold"))
        console.print(drawn)


def heading(text: str) -> None:
    """Write a line above what belongs to it."""
    if to_terminal():
        Console().print(Text(text, style="bold"))
    else:
        sys.stdout.write(f"{text}\n")


def text(words: str) -> None:
    """Write words as they are."""
    sys.stdout.write(words if words.endswith("\n") else f"{words}\n")


def written(words: str, file: Path | None) -> None:
    """Write words to a file, else to standard output."""
    if file is None:
        text(words)
    else:
        file.write_text(words, encoding="utf-8")


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
        if value.tzinfo is None:
            return f"{value:%Y-%m-%d %H:%M:%S}"
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
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


def prepare() -> None:
    """Let no answer fail for a standard output that is closed, or knows few letters."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 -- until the end
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


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
