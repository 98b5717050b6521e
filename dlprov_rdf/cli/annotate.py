# SPDX-License-Identifier: Apache-2.0
"""The command that says something of a run, or of a thing in one, after it ran."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from dlprov_rdf.cli import output
from dlprov_rdf.cli.options import AsFormat, Debug, Kb, NoBuild, open_kb
from dlprov_rdf.cli.output import Format
from dlprov_rdf.errors import WrongAnnotation

Words: TypeAlias = str | None
Several: TypeAlias = list[str] | None


def add_to(app: typer.Typer) -> None:
    """Put this command into the command line."""
    app.command()(annotate)


def _said(flag: str, metavar: str, words: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        flag, metavar=metavar, show_default=False, help=words
    )
    return option


def annotate(
    context: typer.Context,
    thing: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN|IRI]", show_default=False,
            help="A run, or anything in one: its IRI, or a name that is unique.",
        ),
    ] = None,
    licence: Annotated[Words, _said("--licence", "NAME|IRI", "An SPDX name, or an IRI.")] = None,
    orcid: Annotated[Words, _said("--orcid", "ORCID", "Of the run's person.")] = None,
    purpose: Annotated[Words, _said("--purpose", "TEXT", "What it is for.")] = None,
    description: Annotated[Words, _said("--description", "TEXT", "What it is.")] = None,
    title: Annotated[Words, _said("--title", "TEXT", "What to call it.")] = None,
    note: Annotated[Several, _said("--note", "TEXT", "Anything worth knowing.")] = None,
    seed: Annotated[Several, _said("--seed", "[WHAT=]VALUE", "A seed that is known.")] = None,
    source: Annotated[Words, _said("--source", "IRI|TEXT", "Where it came from.")] = None,
    direction: Annotated[
        Several, _said("--direction", "[NAME=]higher|lower", "Which way a measure is better.")
    ] = None,
    access_url: Annotated[Words, _said("--access-url", "URL", "Where it can be had.")] = None,
    access_rights: Annotated[
        Words, _said("--access-rights", "IRI|TEXT", "Who may have it.")
    ] = None,
    creator: Annotated[
        Several, _said("--creator", "NAME [<ORCID>]", "Who made it; may be said again.")
    ] = None,
    attributes: Annotated[
        Several, _said("--set", "NAME=VALUE", "An attribute of your own; digest=@FILE computes it.")
    ] = None,
    term: Annotated[Words, _said("--term", "IRI", "What the attribute means.")] = None,
    unit: Annotated[Words, _said("--unit", "CODE", "The attribute's unit, by UCUM: Cel.")] = None,
    rdf: Annotated[
        Path | None, _said("--rdf", "FILE", "RDF of your own field; <> in it is the thing.")
    ] = None,
    rdf_format: Annotated[
        Words, _said("--rdf-format", "NAME", "turtle, trig, ntriples, nquads, jsonld, rdfxml.")
    ] = None,
    retract: Annotated[bool, typer.Option("--retract", help="Take an annotation back.")] = False,
    file: Annotated[
        Path | None, _said("--from", "FILE", "Many at once: a TOML file of [[annotation]].")
    ] = None,
    run: Annotated[Words, _said("--run", "RUN", "In which run, where several speak of it.")] = None,
    by: Annotated[
        Words, _said("--by", "NAME [<ORCID>]", "Who says it; else kb.toml's person, else git's.")
    ] = None,
    no_build: NoBuild = False,
    form: AsFormat = Format.TABLE,
    kb: Kb = None,
    debug: Debug = False,
) -> None:  # fmt: skip
    """Say something of a run, or of a thing in one, that nobody saw while it ran.

    It stands beside what was observed, with who says it and when. A later word of the same
    person about the same property takes the place of the earlier one; notes and creators add up.

    Example: dlprov annotate @latest --licence CC-BY-4.0 --purpose "a baseline"
    """
    kb_ = open_kb(context)
    from dlprov_rdf.pipeline.saying import typed

    said = {
        "licence": licence, "orcid": orcid, "purpose": purpose, "description": description,
        "title": title, "note": note, "source": source, "seed": _named("seed", seed, typed),
        "direction": _named("direction", direction, str), "access_url": access_url,
        "access_rights": access_rights, "creator": creator, "term": term, "unit": unit,
        "attributes": {
            name: typed(value, name) for name, value in map(_pair, attributes or ())
        },
        "retract": retract, "rdf": rdf, "rdf_format": rdf_format,
    }  # fmt: skip
    given = {name: value for name, value in said.items() if value}
    if (thing is None) == (file is None) or (file is not None and (given or run)):
        raise typer.BadParameter("say something of one RUN or IRI, or all of it by --from FILE")
    if thing is None:
        made = kb_.annotate_from(Path(str(file)), by=by)
    else:
        made = kb_.annotate(thing, run=run, by=by, **_kept(said))
    if not no_build:
        kb_.build()
    if form is Format.JSON:
        output.as_json(made)
    else:
        output.rows(("annotation",), [(iri,) for iri in made], form)


def _kept(said: dict[str, object]) -> dict[str, object]:
    """Leave out what was not said; an empty text was."""
    return {name: value for name, value in said.items() if value is not None}


def _pair(words: str) -> tuple[str, str]:
    name, equals, value = words.partition("=")
    if not equals or not name.strip():
        raise WrongAnnotation("attribute", words, "it has no name or no value", "NAME=VALUE.")
    return name.strip(), value


def _named(what: str, given: Sequence[str] | None, read: object) -> object:
    """Read ``VALUE`` alone, or ``NAME=VALUE`` as often as it is said."""
    if not given:
        return None
    pairs = [words.rpartition("=") for words in given]
    read_ = read if callable(read) else str
    if len({name for name, _, _ in pairs}) < len(pairs):
        raise WrongAnnotation(
            what, " ".join(given), "it is said twice", "Say it once for each name."
        )
    return {name.strip() or None: read_(value.strip()) for name, _, value in pairs}
