# SPDX-License-Identifier: Apache-2.0
"""The command that tells how complete a run is, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from dlprov_rdf.cli import output, verdict
from dlprov_rdf.cli.options import Debug, Kb, open_kb, wishes
from dlprov_rdf.cli.verdict import Checked
from dlprov_rdf.errors import Ambiguous, DlprovError, FaultyDocument

if TYPE_CHECKING:
    from dlprov_rdf.validate.shacl import Engine


class Form(StrEnum):
    """What ``--format`` can be."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    TTL = "ttl"
    JUNIT = "junit"


class Severity(StrEnum):
    """What ``--fail-on`` can be."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


def add_to(app: typer.Typer) -> None:
    """Put this command into the command line."""
    app.command()(check)


def check(
    context: typer.Context,
    things: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RUN|FILE]...", show_default=False, help="What to check; else every run."
        ),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", show_default=False,
            help="By which rules to judge: core, reproducible or fair, each within the next. "
            "Unless said, all three are told and core judges.",
        ),
    ] = None,
    shapes: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", show_default=False,
            help="Rules of your own, in SHACL; may be said again. See also kb.toml.",
        ),
    ] = None,
    fail_on: Annotated[
        Severity, typer.Option(help="The mildest fault for which the answer is no.")
    ] = Severity.VIOLATION,
    engine: Annotated[
        str, typer.Option(metavar="NAME", help="pyshifty, or pyshacl, the slow reference.")
    ] = "pyshifty",
    form: Annotated[
        Form, typer.Option("--format", help="How to write the answer.")
    ] = Form.TABLE,
    kb: Kb = None,
    debug: Debug = False,
) -> None:  # fmt: skip
    """Tell how complete runs or files are, and what to do next.

    Exit status 1 says that something does not conform, 2 that something could not be read.

    Example: dlprov check @latest --profile reproducible
    """
    asked = _Asked(context, profile, cast("Engine", engine), tuple(shapes or ()))
    checked: list[Checked] = []
    unreadable = False
    for one in _all(asked, things or ()):
        if isinstance(one, Checked):
            checked.append(one)
            if form is Form.TABLE:
                verdict.tell(
                    one, whole=profile is not None, first=len(checked) == 1, shapes=asked.shapes
                )
        else:
            unreadable = True
            if wishes(context).debug:
                raise one
            output.complain(_words(one))
    if form is not Form.TABLE:
        _write(checked, form, fail_on)
    wrong = any(one.judged.reaches(fail_on) for one in checked)
    raise typer.Exit(2 if unreadable else 1 if wrong else 0)


class _Asked:
    """What is checked by what."""

    def __init__(
        self,
        context: typer.Context,
        profile: str | None,
        engine: Engine,
        shapes: tuple[Path, ...],
    ) -> None:
        self.context, self.profile, self.engine, self.shapes = context, profile, engine, shapes
        #: The widest profile tells of the smaller ones too.
        self.widest = profile or "fair"


def _all(asked: _Asked, things: Sequence[str]) -> Iterator[Checked | Exception]:
    """Check files first and runs then; what cannot be read stops nothing else."""
    from dlprov_rdf.validate.document import check_file
    from dlprov_rdf.validate.report import Report

    files = [thing for thing in things if _is_document(asked.context, thing)]
    for file in files:
        try:
            report = check_file(Path(file), asked.widest, asked.engine, asked.shapes)
        except (FaultyDocument, OSError) as fault:
            yield fault
        else:
            yield Checked(file, None, report, asked.profile or "core")
    runs = [thing for thing in things if thing not in files]
    if not runs and files:
        return
    kb = open_kb(asked.context)
    for run, told in kb.check_each(
        runs, profile=asked.widest, engine=asked.engine, shapes=asked.shapes
    ):
        if isinstance(told, Report):
            yield Checked(run.name, run.id, told, asked.profile or "core")
        else:
            yield told


def _is_document(context: typer.Context, thing: str) -> bool:
    """Tell a file from a run, which is often called as the script is that lies here."""
    from dlprov_rdf.validate.document import is_rdf

    if not Path(thing).is_file():
        return False
    if is_rdf(Path(thing)):
        return True
    try:
        open_kb(context).resolve_run(thing)
    except Ambiguous:
        return False
    except DlprovError:
        return True
    return False


def _words(fault: Exception) -> str:
    if isinstance(fault, DlprovError):
        return str(fault)
    where, why = getattr(fault, "filename", None), getattr(fault, "strerror", None)
    said = f"{where}: {why}" if where and why else f"{fault}"
    return f"{said}: it cannot be read, the others are checked."


def _write(checked: Sequence[Checked], form: Form, fail_on: Severity) -> None:
    if form is Form.JSON:
        output.as_json([verdict.plain(one) for one in checked])
    elif form is Form.TTL:
        output.text(verdict.turtle(checked))
    elif form is Form.JUNIT:
        output.text(verdict.junit(checked, fail_on))
    else:
        columns = ("checked", "run", "severity", "rule", "focus", "path", "value", "message")
        results = [
            (one.name, one.run, *(getattr(result, column) for column in columns[2:]))
            for one in checked
            for result in one.judged.results
        ]
        output.rows(columns, results, output.Format(form.value))
