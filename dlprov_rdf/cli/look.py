# SPDX-License-Identifier: Apache-2.0
"""The commands that look: which runs there are, what one did, what depends on what."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from dlprov_rdf.ask import listing
from dlprov_rdf.ask.answer import Answer
from dlprov_rdf.ask.lineage import Walk
from dlprov_rdf.cli import output
from dlprov_rdf.cli.options import AsFormat, Debug, Kb, RunText, open_kb
from dlprov_rdf.cli.output import Format

if TYPE_CHECKING:
    from dlprov_rdf.pipeline import RunInfo

Thing = Annotated[
    str,
    typer.Argument(
        metavar="IRI",
        show_default=False,
        help="Anything: its IRI, its content (ni:///sha-256;...), or a name that is unique.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Put these commands into the command line."""
    app.command()(runs)
    app.command()(show)
    app.command()(lineage)
    app.command()(impact)


def runs(
    context: typer.Context,
    study: Annotated[
        str | None,
        typer.Option(metavar="NAME", show_default=False, help="Only the runs of this study."),
    ] = None,
    form: AsFormat = Format.TABLE,
    kb: Kb = None,
    debug: Debug = False,
) -> None:
    """List the runs, newest first.

    Example: dlprov runs --study handwriting --format json
    """
    found = open_kb(context).runs(study)
    if form is Format.JSON:
        output.as_json(msgspec.to_builtins(found))
        return
    rows = [
        (run.id, run.name, _status(run), *_times(run, form), run.events, run.lost, run.study)
        for run in found
    ]
    columns = ("id", "name", "status", "started", "ended", "events", "lost", "study")
    output.rows(columns, rows, form)


def show(
    context: typer.Context,
    run: RunText,
    form: AsFormat = Format.TABLE,
    kb: Kb = None,
    debug: Debug = False,
) -> None:
    """Show what one run did, and how well.

    Example: dlprov show @latest
    """
    kb_ = open_kb(context)
    info = kb_.resolve_run(run)
    page = kb_.show(info.id)
    parts = {"facts": page.facts, "activities": page.activities, "trainings": page.trainings}
    if form is Format.JSON:
        told = {name: _records(part) for name, part in parts.items()}
        output.as_json({**msgspec.to_builtins(info), **told})
        return
    if form is Format.TABLE:
        _headline(info)
    for name, part in parts.items():
        if part.rows:
            output.rows(part.columns, part.rows, form, title=f"{name} of {info.name}")
            output.text("")


def _headline(info: RunInfo) -> None:
    took = f"{info.started or 'start unknown'} to {info.ended or 'no end seen'}"
    lost = f", {info.lost} lost" if info.lost else ""
    output.heading(f"{info.name}: {_status(info)}")
    output.text(f"{info.id}, {took}, {info.events} events{lost}\n")


def _times(info: RunInfo, form: Format) -> list[object]:
    """Give start and end; as times for a table, which shows them to the second."""
    told = (info.started, info.ended)
    if form is not Format.TABLE:
        return list(told)
    return [datetime.fromisoformat(time) if time else None for time in told]


def _status(info: RunInfo) -> str:
    return f"{info.status}, quarantined" if info.quarantined else info.status


def _records(answer: Answer) -> list[dict[str, object]]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def lineage(
    context: typer.Context,
    thing: Thing,
    form: AsFormat = Format.TABLE,
    kb: Kb = None,
    debug: Debug = False,
) -> None:
    """Tell what something depends on.

    All of it, nearest first, across runs.

    Example: dlprov lineage "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"
    """
    _walk(open_kb(context).lineage(thing), form)


def impact(
    context: typer.Context,
    thing: Thing,
    form: AsFormat = Format.TABLE,
    kb: Kb = None,
    debug: Debug = False,
) -> None:
    """Tell what depends on something.

    On data, a package, a commit, a machine: all of it, nearest first, across runs.

    Example: dlprov impact pkg:pypi/keras@3.15.1
    """
    _walk(open_kb(context).impact(thing), form)


def _walk(walk: Walk, form: Format) -> None:
    if form is Format.JSON:
        output.as_json(
            {
                "start": walk.start,
                "nodes": [asdict(node) for node in walk.nodes.values()],
                "edges": [edge._asdict() for edge in walk.edges],
            }
        )
    elif form is Format.TABLE and output.to_terminal():
        output.text(listing.tree(walk))
    else:
        columns = ("distance", "relation", "name", "kind", "run", "node")
        rows = [
            (node.distance, relation, node.label, node.kind, node.run, node.iri)
            for node, relation in listing.listed(walk)
        ]
        output.rows(columns, rows, form)
