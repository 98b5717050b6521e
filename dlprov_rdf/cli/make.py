# SPDX-License-Identifier: Apache-2.0
"""The commands that make something: the demonstration, and the store out of the logs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from dlprov_rdf import settings
from dlprov_rdf.cli import output
from dlprov_rdf.cli.options import AsFormat, Debug, Kb, open_kb, wishes
from dlprov_rdf.cli.output import Format
from dlprov_rdf.cli.progress import Stages, runs_done

if TYPE_CHECKING:
    from dlprov_rdf.pipeline import Built


def add_to(app: typer.Typer) -> None:
    """Put these commands into the command line."""
    for command in (demo, build, rebuild):
        app.command()(command)


def demo(
    context: typer.Context,
    fuseki: Annotated[
        bool, typer.Option("--fuseki", help="End in a running Fuseki with the runs in it.")
    ] = False,
    kb: Kb = None,
    debug: Debug = False,
) -> None:
    """Run a real workflow, start to end.

    It trains a few models on the handwritten digits that scikit-learn ships, and needs no
    network; --fuseki fetches Fuseki once.

    Example: dlprov demo --kb demo-kb
    """
    from dlprov_rdf.demo import STAGES
    from dlprov_rdf.demo.tour import tour

    with Stages(len(STAGES)) as teller:
        tour(settings.locate(wishes(context).kb), teller, fuseki=fuseki)


def build(
    context: typer.Context, form: AsFormat = Format.TABLE, kb: Kb = None, debug: Debug = False
) -> None:
    """Take into the store what the logs have new. Asking does it by itself.

    Example: dlprov build
    """
    with runs_done() as done:
        built = open_kb(context).build(on_progress=done)
    _tell(built, form)


def rebuild(
    context: typer.Context, form: AsFormat = Format.TABLE, kb: Kb = None, debug: Debug = False
) -> None:
    """Make the store afresh from the logs.

    Example: dlprov rebuild --kb demo-kb
    """
    with runs_done() as done:
        built = open_kb(context).rebuild(on_progress=done)
    _tell(built, form)


def _tell(built: Sequence[Built], form: Format) -> None:
    if form is Format.JSON:
        output.as_json(msgspec.to_builtins(built))
    elif built:
        rows = [
            (one.run, one.name, one.status, one.quads, one.added, one.removed, one.quarantined)
            for one in built
        ]
        columns = ("run", "name", "status", "quads", "added", "removed", "quarantined")
        output.rows(columns, rows, form)
    else:
        output.remark("Nothing is new.")
