# SPDX-License-Identifier: Apache-2.0
"""``dlprov fuseki up | down | status``: a real Fuseki for this knowledge base."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from dlprov_rdf import settings
from dlprov_rdf.cli import output
from dlprov_rdf.cli.options import AsFormat, Debug, Kb, wishes
from dlprov_rdf.cli.output import Format

if TYPE_CHECKING:
    from dlprov_rdf.store.fuseki import Status

_UNITS = {"k": 2**10, "m": 2**20, "g": 2**30}

fuseki = typer.Typer(
    name="fuseki",
    help="A real Apache Jena Fuseki for this knowledge base: up, down, status.\n\n"
    "Example: dlprov fuseki up",
    invoke_without_command=True,
    rich_markup_mode=None,
)


def add_to(app: typer.Typer) -> None:
    """Put these commands into the command line."""
    app.add_typer(fuseki)


@fuseki.callback()
def alone(context: typer.Context) -> None:
    """Show the help where no command follows."""
    if context.invoked_subcommand is None:
        output.text(context.get_help())


def _bytes(size: str | None) -> int | None:
    """Read a size as Java writes it: 512m, 2g."""
    if size is None:
        return None
    found = re.fullmatch(r"(\d+)([kmg])", size.lower())
    if found is None or int(found[1]) * _UNITS[found[2]] < 64 * 2**20:
        raise typer.BadParameter(
            f"{size!r} is no size of 64m or more: 512m, 2g", param_hint="--heap"
        )
    return int(found[1]) * _UNITS[found[2]]


@fuseki.command()
def up(
    context: typer.Context,
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, metavar="PORT", show_default=False,
            help="Where it listens; else where it did last, else 3030.",
        ),
    ] = None,
    host: Annotated[
        str,
        typer.Option(metavar="HOST", help="At which address; 0.0.0.0 opens it to the network."),
    ] = "localhost",
    dataset: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", show_default=False, help="The data set's name, at the first start."
        ),
    ] = None,
    heap: Annotated[
        str | None,
        typer.Option(
            metavar="SIZE", show_default=False,
            help="Java's memory (512m, 2g); else a quarter of the machine's, 4g at most.",
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            min=0.001, metavar="SECONDS", show_default=False,
            help="What a query may take, at the first start; else 120.",
        ),
    ] = None,
    jar: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", show_default=False,
            help="Fuseki's own jar, where there is no network to fetch it.",
        ),
    ] = None,
    form: AsFormat = Format.TABLE,
    kb: Kb = None,
    debug: Debug = False,
) -> None:  # fmt: skip
    """Start Fuseki, or find the one that runs; say its address when it answers.

    Everybody on this machine may read; writing needs the password in fuseki/password.

    Example: dlprov fuseki up --port 3031
    """
    from dlprov_rdf.store.fuseki import USER
    from dlprov_rdf.store.fuseki import up as bring_up

    status = bring_up(
        _folder(context), port=port, host=host, dataset=dataset, heap=_bytes(heap), seconds=timeout,
        jar_file=jar, on_progress=output.remark,
    )  # fmt: skip
    if form is Format.JSON:
        output.as_json(msgspec.to_builtins(status))
        return
    output.text(str(status.endpoint))
    pages = str(status.endpoint).rpartition("/")[0]
    password = Path(status.folder) / "password"
    output.remark_at_terminal(
        f"Its pages: {pages}/ - to write: user {USER}, password in {password}"
    )


@fuseki.command()
def down(
    context: typer.Context, form: AsFormat = Format.TABLE, kb: Kb = None, debug: Debug = False
) -> None:
    """End the Fuseki that `up` started, and wait until it has ended; its data stay.

    Example: dlprov fuseki down
    """
    from dlprov_rdf.store.fuseki import down as take_down
    from dlprov_rdf.store.fuseki import status

    folder = _folder(context)
    ended = take_down(folder)
    if form is Format.JSON:
        output.as_json(msgspec.to_builtins(status(folder)))
    elif ended is None:
        output.remark(f"{folder}: no Fuseki of this knowledge base runs.")
    else:
        output.remark(f"Fuseki (process {ended}) has ended; its data stay.")


@fuseki.command()
def status(
    context: typer.Context, form: AsFormat = Format.TABLE, kb: Kb = None, debug: Debug = False
) -> None:
    """Tell whether it runs, where, and how much it holds.

    Example: dlprov fuseki status --format json
    """
    from dlprov_rdf.store.fuseki import status as how_it_is

    _tell(how_it_is(_folder(context)), form)


def _folder(context: typer.Context) -> Path:
    """Find the knowledge base that is meant; there must be one."""
    folder = settings.locate(wishes(context).kb)
    settings.load(folder)
    return folder


def _tell(status: Status, form: Format) -> None:
    told = msgspec.to_builtins(status)
    if form is Format.JSON:
        output.as_json(told)
    else:
        output.rows(tuple(told), [tuple(told.values())], form)
