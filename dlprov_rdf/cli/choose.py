# SPDX-License-Identifier: Apache-2.0
"""``dlprov select``: the choice of a model among those of several runs, put on record."""

from __future__ import annotations

import math
from typing import Annotated

import typer

from dlprov_rdf import settings
from dlprov_rdf.capture import others
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.cli import output
from dlprov_rdf.cli.options import Debug, Kb, NoBuild, open_kb, wishes
from dlprov_rdf.errors import WrongCall


def add_to(app: typer.Typer) -> None:
    """Put this command into the command line."""
    app.command()(select)


def select(
    context: typer.Context,
    chosen: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            show_default=False,
            help="A run, whose last trained model is meant, RUN/model/36, or an IRI.",
        ),
    ],
    criterion: Annotated[str, typer.Option(metavar="WORDS", show_default=False, help="By what.")],
    among: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODEL[=VALUE]",
            show_default=False,
            help="Another candidate, with its value of the criterion; may be given often.",
        ),
    ] = None,
    study: Annotated[
        str | None, typer.Option(metavar="S", show_default=False, help="The study it belongs to.")
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(metavar="NAME", show_default=False, help="Who chooses; else kb.toml says."),
    ] = None,
    name: Annotated[str, typer.Option(metavar="N", help="What to call the run.")] = "select",
    kb: Kb = None,
    no_build: NoBuild = False,
    debug: Debug = False,
) -> None:
    """Put the choice of a model on record, among models of earlier runs.

    Example: dlprov select tuesday --among monday=0.91 --among tuesday=0.94 --criterion accuracy
    """
    folder = settings.locate(wishes(context).kb)
    base = settings.load(folder).base
    given = [_apart(one) for one in among or ()]
    if chosen not in [one for one, _ in given]:
        given.insert(0, (chosen, None))
    names = [one for one, _ in given]
    told = [value for _, value in given if value is not None]
    untold = ", ".join(repr(one) for one, value in given if value is None)
    if told and untold:
        raise WrongCall(
            "select",
            f"no value is given of {untold}",
            "Give each candidate --among NAME=VALUE, the chosen one too, or give none a value.",
        )
    candidates = {one: others.model(folder / "logs", base, one) for one in names}
    with start_run(name, kb=folder, study=study, person=person) as run:
        run.select(
            candidates[chosen], among=list(candidates.values()), criterion=criterion,
            values=told or None,
        )  # fmt: skip
    if not no_build:
        open_kb(context).build()
    output.remark(f"Recorded. Next: dlprov ask rejected-candidates -p run={run.run_id}")


def _apart(given: str) -> tuple[str, float | None]:
    """Take a value off a name; a name may have an equals sign of its own."""
    name, equals, value = given.rpartition("=")
    try:
        number = float(value) if equals and name else math.nan
    except ValueError:
        return given, None
    return (name, number) if equals and name else (given, None)
