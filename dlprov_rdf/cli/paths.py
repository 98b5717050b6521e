# SPDX-License-Identifier: Apache-2.0
"""The options of ``dlprov lineage``: which paths, which rows and columns, and as what."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from dlprov_rdf.cli.ask import answered

__all__ = [
    "PICTURES", "AsPicture", "Beginning", "Begins", "NotThrough", "Picture", "Shortest", "Show",
    "Through", "To", "ToFile", "Where", "answered",
]  # fmt: skip


class Picture(StrEnum):
    """What ``--format`` can be where there is something to draw."""

    TABLE = "table"
    TREE = "tree"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    DOT = "dot"
    SVG = "svg"


#: Those that ``-o`` can put into a file.
PICTURES = {Picture.DOT, Picture.SVG}

_Words: TypeAlias = list[str] | None

Beginning: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        metavar="[IRI]", show_default=False,
        help="Anything: its IRI, its content (ni:///sha-256;...), or a name.",
    ),
]  # fmt: skip
Begins: TypeAlias = Annotated[
    _Words,
    typer.Option("--from", metavar="WHAT", show_default=False, help="Where paths begin, too."),
]
To: TypeAlias = Annotated[
    _Words,
    typer.Option(
        "--to", metavar="WHAT", show_default=False,
        help="Where paths end: a name, an IRI, a kind of thing (data), or both (data digits).",
    ),
]  # fmt: skip
Through: TypeAlias = Annotated[
    _Words,
    typer.Option("--through", metavar="WHAT", show_default=False, help="What must lie on a path."),
]
NotThrough: TypeAlias = Annotated[
    _Words,
    typer.Option(
        "--not-through", metavar="WHAT", show_default=False, help="What must not lie on it."
    ),
]
Shortest: TypeAlias = Annotated[
    bool, typer.Option("--shortest", help="Only one path, of the fewest steps.")
]
Where: TypeAlias = Annotated[
    _Words,
    typer.Option(
        "--where", metavar="COLUMN=VALUE", show_default=False,
        help="Which rows: kind=data, dlprov:rows>100.",
    ),
]  # fmt: skip
Show: TypeAlias = Annotated[
    _Words,
    typer.Option(
        "--show", metavar="COLUMN", show_default=False,
        help="Which columns: name, origin, or any property: dlprov:rows.",
    ),
]  # fmt: skip
AsPicture: TypeAlias = Annotated[Picture, typer.Option("--format", help="How to write the answer.")]
ToFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "-o", "--output", metavar="FILE", show_default=False, help="Where a picture goes."
    ),
]
