# SPDX-License-Identifier: Apache-2.0
"""The command that judges: is what is told in PROV free of contradictions?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from dlprov_rdf.cli import output
from dlprov_rdf.cli.options import AsFormat, Debug, Kb, open_kb
from dlprov_rdf.cli.output import Format

if TYPE_CHECKING:
    from dlprov_rdf.validate.constraints import Report


def add_to(app: typer.Typer) -> None:
    """Put this command into the command line."""
    app.command()(constraints)


def constraints(
    context: typer.Context,
    things: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RUN|FILE]...", show_default=False, help="What to check; else every run."
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every run, and the union of all their graphs.")
    ] = False,
    form: AsFormat = Format.TABLE,
    kb: Kb = None,
    debug: Debug = False,
) -> None:
    """Check runs, or any PROV documents, for contradictions.

    Can it have happened so? By PROV-CONSTRAINTS; exit status 1 says that something cannot.
    Files: .provn .json .xml .jsonld .ttl .trig .nt .nq .rdf

    Example: dlprov constraints @latest
    """
    from dlprov_rdf.validate.constraints.documents import ENDINGS, check_file

    named = [(one, Path(one).is_file() or Path(one).suffix in ENDINGS) for one in things or ()]
    reports = [(name, check_file(name)) for name, is_file in named if is_file]
    runs = [name for name, is_file in named if not is_file]
    if runs or everything or not reports:
        reports += _of_runs(context, runs, everything)
    _tell(reports, form)
    raise typer.Exit(0 if all(report.valid for _, report in reports) else 1)


def _of_runs(
    context: typer.Context,
    runs: Sequence[str],
    everything: bool,  # noqa: FBT001 -- an option
) -> Iterator[tuple[str, Report]]:
    """Yield a report for each run that is meant, and for all together."""
    kb = open_kb(context)
    for run in kb.runs() if everything or not runs else map(kb.resolve_run, runs):
        yield run.id, kb.constraints(run)
    if everything:
        yield "all runs together", kb.constraints_of_union()


def _tell(reports: Sequence[tuple[str, Report]], form: Format) -> None:
    if form is Format.JSON:
        output.as_json(
            [
                {
                    "file": name,
                    "valid": report.valid,
                    "violations": msgspec.to_builtins(report.violations),
                }
                for name, report in reports
            ]
        )
    elif form is Format.TABLE:
        for name, report in reports:
            if report.valid:
                output.text(f"{name}: valid")
            where = f" [{name}]" if len(reports) > 1 else ""
            for violation in report.violations:
                output.text(f"{violation.words()}{where}")
    else:
        columns = ("file", "constraint", "name", "about", "bundle", "message")
        rows = [
            (name, *(getattr(violation, column) for column in columns[1:]))
            for name, report in reports
            for violation in report.violations
        ]
        output.rows(columns, rows, form)
