# SPDX-License-Identifier: Apache-2.0
"""``dlprov run``: a Python script as it is, watched; its exit status is the script's."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from dlprov_rdf import settings
from dlprov_rdf.capture.launch import launch
from dlprov_rdf.cli.options import Debug, Kb, NoBuild, wishes
from dlprov_rdf.cli.output import complain, remark_at_terminal
from dlprov_rdf.errors import DlprovError, NotFound

_WITH_VALUE = ("--kb", "--name", "--study")


def run(
    context: typer.Context,
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="SCRIPT [ARG]...", show_default=False, help="What to run."),
    ] = None,
    module: Annotated[
        str | None,
        typer.Option("-m", metavar="MODULE", show_default=False, help="Run a module."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(metavar="N", show_default=False, help="The run's name; else the script's."),
    ] = None,
    study: Annotated[
        str | None,
        typer.Option(metavar="S", show_default=False, help="The study it belongs to."),
    ] = None,
    kb: Kb = None,
    no_build: NoBuild = False,
    debug: Debug = False,
) -> None:
    """Run a Python script as it is, watched.

    Its output and exit status are what they are without us. Every fit, evaluate, predict,
    save and load of Keras in it is captured, and what it records by hand. Then the knowledge
    base is brought up to date.

    Example: dlprov run --name baseline train.py --epochs 20
    """
    arguments = command or []
    if module is not None:
        arguments = ["-m", module, *arguments]
    elif not arguments:
        raise NotFound("script", "", "Type: dlprov run SCRIPT [ARG...], or dlprov run -m MODULE")
    elif not Path(arguments[0]).exists():
        raise NotFound("script", arguments[0], "Give the path of a Python file.")

    folder = settings.locate(wishes(context).kb)
    watched = launch(arguments, kb=folder, name=name, study=study, module=module)
    if watched.status < 0:
        _die_by(-watched.status)
    if watched.run_folder is not None and not no_build:
        _build(folder)
        remark_at_terminal(f"Recorded. Next: dlprov show {watched.run_folder.name}")
    raise typer.Exit(watched.status)


def apart(arguments: Sequence[str]) -> list[str]:
    """Keep what stands behind ``run -m MODULE`` apart, as Python does: it is the module's own."""
    given = list(arguments)
    if "run" not in given:
        return given
    place = given.index("run") + 1
    while place < len(given) and given[place].startswith("-"):
        if given[place].startswith("-m"):
            place += 1 if len(given[place]) > 2 else 2
            return [*given[:place], "--", *given[place:]]
        place += 2 if given[place] in _WITH_VALUE else 1
    return given


def _build(folder: Path) -> None:
    """Bring the knowledge base up to date; a fault there is no fault of the script."""
    from dlprov_rdf.kb import KnowledgeBase  # not before the script: it takes a third of a second

    try:
        KnowledgeBase.open(folder, complain).build()
    except (DlprovError, OSError) as fault:
        complain(f"The run is recorded, and not built yet: {fault}")


def _die_by(number: int) -> NoReturn:
    """Die by the signal that the script died by, so that a shell sees the same."""
    sys.stdout.flush()
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    sys.exit(128 + number)
