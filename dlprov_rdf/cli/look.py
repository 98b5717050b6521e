# SPDX-License-Identifier: Apache-2.0
"""The commands that look: which runs there are, what one did, what depends on what."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from dlprov_rdf.ask import compare as comparing
from dlprov_rdf.ask import drawing
from dlprov_rdf.ask.answer import Answer
from dlprov_rdf.ask.compare import Comparison
from dlprov_rdf.ask.lineage import LIMIT, Node, Walk
from dlprov_rdf.ask.walking import listing
from dlprov_rdf.cli import output
from dlprov_rdf.cli.options import AsFormat, Debug, Kb, RunText, open_kb
from dlprov_rdf.cli.output import Format
from dlprov_rdf.cli.paths import (
    PICTURES,
    AsPicture,
    Beginning,
    Begins,
    NotThrough,
    Picture,
    Shortest,
    Show,
    Through,
    To,
    ToFile,
    Where,
    answered,
)

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

Limit = Annotated[
    int,
    typer.Option("--limit", metavar="N", min=1, help="How many things to reach at most."),
]

Row = Annotated[
    int | None,
    typer.Option(
        "--row", metavar="N", show_default=False,
        help="One row of data, counted from 0: row by row instead of thing by thing.",
    ),
]  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Put these commands into the command line."""
    app.command()(runs)
    app.command()(show)
    app.command()(lineage)
    app.command()(impact)
    app.command()(compare)


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
    kb_ = open_kb(context)
    found = kb_.runs(study)
    if study is not None and not found:
        there = ", ".join(sorted({run.study for run in kb_.runs() if run.study}))
        output.remark(f"No run belongs to study {study!r}. There are: {there or 'none'}.")
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
    parts = {
        "facts": page.facts, "activities": page.activities, "trainings": page.trainings,
        "series": page.series, "said later": page.said_later,
    }  # fmt: skip
    if form is Format.JSON:
        told = {name.replace(" ", "_"): _records(part) for name, part in parts.items()}
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
    thing: Beginning = None,
    row: Row = None,
    begins: Begins = None,
    to: To = None,
    through: Through = None,
    not_through: NotThrough = None,
    shortest: Shortest = False,
    where: Where = None,
    show_: Show = None,
    form: AsPicture = Picture.TABLE,
    file: ToFile = None,
    kb: Kb = None,
    debug: Debug = False,
) -> None:  # fmt: skip
    """Tell what something depends on, or which paths lead from it.

    All of it, nearest first, across runs. With --row, which rows one row of data was made
    from. With --to, only what lies on paths that end there: to what it depends on, or, where
    no path leads there, to what depends on it.

    Example: dlprov lineage @prediction --to data --through training --not-through validation
    """
    sources = [*([thing] if thing else []), *(begins or [])]
    if not sources:
        raise typer.BadParameter("give an IRI or a name, or --from", context)
    kb_ = open_kb(context)
    of_paths = bool(to or through or not_through or shortest or where or len(sources) > 1)
    if row is not None:
        if of_paths:
            raise typer.BadParameter(
                "--row goes from one row of one thing all the way; of the other options it takes "
                "--show, --format and -o",
                context,
            )
        _walk(kb_.rows(sources[0], row, show=show_ or ()), form, file)
        return
    if not of_paths:
        _walk(kb_.lineage(sources[0], show=show_ or ()), form, file)
        return
    wish: dict[str, Any] = {
        "from": sources, "to": to, "through": through, "not_through": not_through,
        "paths": "shortest" if shortest else None,
    }  # fmt: skip
    asked = {name: value for name, value in wish.items() if value}
    if form in PICTURES or form is Picture.TREE:
        _walk(kb_.paths(**asked), form, file)
        return
    rows: dict[str, Any] = {
        name: value for name, value in (("where", where), ("show", show_)) if value
    }
    answered(kb_.ask("path", **asked, **rows), Format(form.value))


def impact(
    context: typer.Context,
    thing: Thing,
    row: Row = None,
    limit: Limit = LIMIT,
    show_: Show = None,
    form: AsPicture = Picture.TABLE,
    file: ToFile = None,
    kb: Kb = None,
    debug: Debug = False,
) -> None:
    """Tell what depends on something.

    On data, a package, a commit, a machine: nearest first, across runs; what --limit leaves
    out is told. With --row, into which data, trainings and models one row of data went.

    Example: dlprov impact pkg:pypi/keras@3.15.1
    """
    kb_ = open_kb(context)
    if row is not None:
        _walk(kb_.rows(thing, row, upward=False, show=show_ or ()), form, file)
        return
    walk = kb_.impact(thing, show=show_ or (), limit=limit)
    _walk(walk, form, file)
    if walk.cut:
        output.remark(f"{listing.more(walk)}.")


def _walk(walk: Walk, form: Picture, file: Path | None) -> None:
    """Write a walk as a table, as a tree, for programs, or as a picture."""
    if form in PICTURES:
        drawn = drawing.dot(walk)
        output.written(drawn if form is Picture.DOT else drawing.svg(drawn), file)
    elif form is Picture.JSON:
        output.as_json(
            {
                "start": walk.start,
                "nodes": [_node(walk, node) for node in walk.nodes.values()],
                "edges": [edge._asdict() for edge in walk.edges],
            }
        )
    elif form is Picture.TREE or (form is Picture.TABLE and output.to_terminal()):
        output.text(listing.tree(walk))
    else:
        columns = ("distance", "relation", "name", "kind", "run", "node", *walk.shown)
        rows = [
            (node.distance, relation, node.label, node.kind, node.run, node.iri,
             *(by_node.get(node.iri, ()) for by_node in walk.shown.values()))
            for node, relation in listing.listed(walk)
        ]  # fmt: skip
        output.rows(columns, rows, Format(form.value))


def _node(walk: Walk, node: Node) -> dict[str, object]:
    """Give a node as plain data, with what was to be shown of it."""
    if not walk.shown:
        return asdict(node)
    values = {column: by_node.get(node.iri, ()) for column, by_node in walk.shown.items()}
    return {**asdict(node), "shown": values}


def compare(
    context: typer.Context,
    first: RunText,
    second: RunText,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 1 if they differ.")
    ] = False,
    form: AsFormat = Format.TABLE,
    kb: Kb = None,
    debug: Debug = False,
) -> None:
    """Tell what differs between two runs.

    Data, split, code, environment, seeds, hyperparameters, architecture and result, in causal
    order. One difference could be explained by those that lie upstream of it, by no others.

    Example: dlprov compare baseline @latest
    """
    kb_ = open_kb(context)
    found = kb_.compare(first, second)
    if form is Format.JSON:
        output.as_json({"same": found.same, **asdict(found), "unordered": found.unordered()})
    else:
        _differences(found, form)
    raise typer.Exit(1 if exit_code and not found.same else 0)


def _differences(found: Comparison, form: Format) -> None:
    columns = ("number", "group", "what", "first", "second", "change", "could_be_explained_by")
    rows = [
        (one.number, one.group, one.what, one.first, one.second, one.change,
         comparing.ranges(one.after))
        for one in found.differences
    ]  # fmt: skip
    if form is Format.TABLE and not rows:
        output.text("Nothing differs that was recorded of both.")
    else:
        output.rows(columns, rows, form)
    for words in comparing.words(found):
        output.remark(words)
