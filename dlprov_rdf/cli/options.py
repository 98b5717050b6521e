# SPDX-License-Identifier: Apache-2.0
"""The options that commands share, and what the user wished by them.

``--kb`` and ``--debug`` work before and after a command. So typer's callbacks put them into
one ``Wishes``, and the commands' own parameters of these names are not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias, cast

import typer

from dlprov_rdf.cli.output import Format, complain

if TYPE_CHECKING:
    from dlprov_rdf.kb import KnowledgeBase


@dataclass
class Wishes:
    """What was said of all commands."""

    kb: Path | None = None
    debug: bool = False


def wishes(context: typer.Context) -> Wishes:
    """Tell what the user wished."""
    return cast("Wishes", context.find_root().obj)


def open_kb(context: typer.Context) -> KnowledgeBase:
    """Open the knowledge base that is meant; its warnings go to standard error.

    Raises:
        NoKnowledgeBase: There is none.
    """
    from dlprov_rdf.kb import KnowledgeBase  # it loads the store and SHACL: a third of a second

    return KnowledgeBase.open(wishes(context).kb, complain)


def _kb(context: typer.Context, value: Path | None) -> Path | None:
    if value is not None:
        wishes(context).kb = value
    return value


def _debug(context: typer.Context, value: bool) -> bool:  # noqa: FBT001 -- typer's signature
    wishes(context).debug |= value
    return value


Kb: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--kb",
        metavar="DIR",
        callback=_kb,
        show_default=False,
        help="The knowledge base's folder; else $DLPROV_KB, else ./dlprov-kb.",
    ),
]
Debug: TypeAlias = Annotated[
    bool,
    typer.Option("--debug", callback=_debug, help="Show where an error came from."),
]
AsFormat: TypeAlias = Annotated[
    Format,
    typer.Option("--format", help="How to write the answer."),
]
Entailed: TypeAlias = Annotated[
    bool,
    typer.Option("--entailed", help="With what follows by the axioms of the ontologies."),
]
NoBuild: TypeAlias = Annotated[
    bool, typer.Option("--no-build", help="Leave the building for later.")
]
RunText: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        show_default=False,
        help="Its id, a unique beginning or ending of it, its IRI, a unique name, or @latest.",
    ),
]
