# SPDX-License-Identifier: Apache-2.0
"""``dlprov push``: the graphs of runs, brought to a SPARQL service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from dlprov_rdf.cli import output
from dlprov_rdf.cli.options import AsFormat, Debug, Kb, open_kb
from dlprov_rdf.cli.output import Format
from dlprov_rdf.cli.progress import runs_done

if TYPE_CHECKING:
    from dlprov_rdf.pipeline import Pushed


def add_to(app: typer.Typer) -> None:
    """Put this command into the command line."""
    app.command()(push)


def push(
    context: typer.Context,
    to: Annotated[
        str, typer.Argument(metavar="URL", show_default=False, help="The service's dataset.")
    ],
    runs: Annotated[
        list[str] | None,
        typer.Argument(metavar="RUN", show_default=False, help="Which runs; else all."),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read the graphs back, and compare their digests.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Take away there what is no longer here.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Send every graph, whatever is said to be there.")
    ] = False,
    beside: Annotated[
        bool, typer.Option("--beside", help="Another knowledge base may be in the same dataset.")
    ] = False,
    form: AsFormat = Format.TABLE,
    kb: Kb = None,
    debug: Debug = False,
) -> None:
    """Bring runs to a SPARQL service, those that it lacks or has otherwise.

    It ends with 1 if what --verify read back is not what was sent.

    Example: dlprov push http://localhost:3030/dlprov
    """
    with runs_done("pushing runs") as done:
        pushed = open_kb(context).push(
            to, runs or None, verify=verify, prune=prune, again=again, beside=beside,
            on_progress=done,
        )  # fmt: skip
    if form is Format.JSON:
        output.as_json(msgspec.to_builtins(pushed))
    else:
        output.text(_words(pushed))
    if pushed.differing:
        raise typer.Exit(1)


def _words(pushed: Pushed) -> str:
    """Say what was done, a line each; what is left to do with what to type."""
    sent = len(pushed.added) + len(pushed.replaced)
    lines = [
        f"{pushed.address}: {_runs(len(pushed.added))} added, {len(pushed.replaced)} replaced, "
        f"{pushed.unchanged} there already"
        + (f"; {pushed.quads:,} quads in {_requests(pushed.requests)}" if sent else "")
    ]
    if pushed.gone:
        taken = "were taken away" if pushed.pruned else "are there still: --prune takes them away"
        lines.append(f"{_runs(len(pushed.gone))} that this knowledge base no longer has {taken}")
    if pushed.verified and not pushed.differing:
        lines.append(f"verified: {_runs(pushed.verified)} read back, each as it was sent")
    lines += [
        f"differs: {run} is not there as it was sent. Send it again: dlprov push "
        f"{pushed.address} {run} --again"
        for run in pushed.differing
    ]
    return "\n".join(lines)


def _runs(number: int) -> str:
    return f"{number:,} run{'' if number == 1 else 's'}"


def _requests(number: int) -> str:
    return f"{number} request{'' if number == 1 else 's'}"
