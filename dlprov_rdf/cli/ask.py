# SPDX-License-Identifier: Apache-2.0
"""The commands that ask: named questions, and any query."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from pyoxigraph import RdfFormat, Triple, serialize

from dlprov_rdf.ask.answer import Answer
from dlprov_rdf.ask.questions import questions as shipped
from dlprov_rdf.ask.sparql import PREFIXES
from dlprov_rdf.cli import output
from dlprov_rdf.cli.endpoints import (
    Asked,
    AsService,
    Endpoints,
    Fetch,
    Strict,
    Timeout,
    Who,
    refuse_beside,
    refuse_without,
)
from dlprov_rdf.cli.options import AsFormat, Debug, Entailed, Kb, open_kb
from dlprov_rdf.cli.output import Format
from dlprov_rdf.errors import FaultyQuery, WrongParameter

if TYPE_CHECKING:
    from dlprov_rdf.pipeline import Reasoner


def add_to(app: typer.Typer) -> None:
    """Put these commands into the command line."""
    for command in (questions, ask, sparql):
        app.command()(command)


def questions(form: AsFormat = Format.TABLE, kb: Kb = None, debug: Debug = False) -> None:
    """List the questions that have a name.

    Example: dlprov questions
    """
    if form is Format.JSON:
        output.as_json([_question(one) for one in shipped()])
        return
    columns = ("id", "name", "question", "given")
    rows = [(one.id, one.name, one.text, [given.name for given in one.given]) for one in shipped()]
    output.rows(columns, rows, form)


def _question(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "question": one.text,
        "given": [
            {"name": given.name, "what": given.text, "optional": given.optional,
             "default": given.default}
            for given in one.given
        ],
        "answers": [{"name": column.name, "what": column.text} for column in one.answers],
    }  # fmt: skip


def ask(
    context: typer.Context,
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", show_default=False, help="Its name, or its id.")
    ],
    parameters: Annotated[
        list[str] | None,
        typer.Option(
            "-p", "--parameter", metavar="NAME=VALUE", show_default=False,
            help="What it is asked with, as people name it; see dlprov questions.",
        ),
    ] = None,
    endpoint: Endpoints = None,
    strict: Strict = False,
    who: Who = False,
    fetch: Fetch = False,
    timeout: Timeout = 60.0,
    as_service: AsService = False,
    entailed: Entailed = False,
    form: AsFormat = Format.TABLE,
    kb: Kb = None,
    debug: Debug = False,
) -> None:  # fmt: skip
    """Ask a question by its name: the local knowledge base, or endpoints, several as one.

    Example: dlprov ask best-initial-learning-rate -p model=cnn
    """
    refuse_beside(endpoint, entailed=entailed)
    refuse_without(endpoint, strict=strict, who=who, fetch=fetch, as_service=as_service)
    given: dict[str, str] = {}
    for name, value in (_pair(question, parameter) for parameter in parameters or ()):
        if given.setdefault(name, value) != value:
            raise WrongParameter(question, name, "it is given twice", "Give it once.")
    if endpoint:
        asked = Asked(context, endpoint, timeout, strict=strict, fetch=fetch)
        if as_service:
            written = asked.ask(lambda labs: labs.as_service(question, **given))
            output.text(written.sparql)
            for note in written.notes:
                output.remark(note)
            return
        answer = asked.ask(lambda labs: labs.ask(question, who=who, **given))
        answered(answer, form, title=answer.question)
        asked.end()
        return
    answer = open_kb(context).ask(question, entailed=entailed, **given)
    answered(answer, form, title=answer.question)


def _pair(question: str, parameter: str) -> tuple[str, str]:
    name, equals, value = parameter.partition("=")
    if not equals:
        raise WrongParameter(question, parameter, "no value given", "Write -p NAME=VALUE.")
    return name, value


def answered(answer: Answer, form: Format, title: str = "") -> None:
    """Write an answer to standard output, and its notes to standard error."""
    if form is Format.JSON:
        output.text(answer.to_json())
    elif form is Format.CSV:
        sys.stdout.write(answer.to_csv())
    elif form is Format.TSV:
        sys.stdout.write(answer.to_tsv())
    else:
        output.table(answer.columns, answer.rows, title)
    for note in answer.notes:
        output.remark(note)


def sparql(
    context: typer.Context,
    query: Annotated[
        str | None,
        typer.Argument(
            metavar="[QUERY|-]", show_default=False, help="A query; - reads standard input."
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("-f", "--file", metavar="FILE", show_default=False, help="A query in a file."),
    ] = None,
    entailed: Entailed = False,
    reasoner: Annotated[
        str, typer.Option(metavar="NAME", help="rules, or owlrl, the slow reference.")
    ] = "rules",
    series: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RUN", show_default=False,
            help="Ask this run, with each observation of its long series; all: every run.",
        ),
    ] = None,
    endpoint: Endpoints = None,
    strict: Strict = False,
    who: Who = False,
    fetch: Fetch = False,
    timeout: Timeout = 60.0,
    form: AsFormat = Format.TABLE,
    kb: Kb = None,
    debug: Debug = False,
) -> None:  # fmt: skip
    """Ask any SPARQL query over all runs, here or at endpoints, several of which are asked as one.

    The default graph is the union of the runs' graphs. CONSTRUCT and DESCRIBE give Turtle,
    JSON-LD with --format json, and N-Triples else.

    Example: dlprov sparql "SELECT ?run WHERE { ?run a dlprov:WorkflowRun }"
    """
    refuse_beside(endpoint, entailed=entailed, series=series)
    refuse_without(endpoint, strict=strict, who=who, fetch=fetch)
    text = _query(query, file)
    if endpoint:
        asked = Asked(context, endpoint, timeout, strict=strict, fetch=fetch)
        _found(asked.ask(lambda labs: labs.sparql(text, who=who)), form)
        asked.end()
        return
    found = open_kb(context).sparql(
        text,
        entailed=entailed,
        reasoner=cast("Reasoner", reasoner),
        series=True if "all" in (series or ()) else series or False,
    )
    _found(found, form)


def _found(found: Answer | bool | list[Triple], form: Format) -> None:  # noqa: FBT001 -- an ASK's
    """Write what a query found, each kind in its way."""
    if isinstance(found, Answer):
        answered(found, form)
    elif isinstance(found, bool):
        _truth(found, form)
    else:
        _triples(found, form)


def _query(query: str | None, file: Path | None) -> str:
    if (query is None) == (file is None):
        raise FaultyQuery("sparql", "give one query: as text, as - or with -f FILE")
    if file is None and query != "-":
        return str(query)
    where = str(file or "standard input")
    try:
        return file.read_text(encoding="utf-8") if file else sys.stdin.read()
    except UnicodeError as error:
        raise FaultyQuery(where, "it is not UTF-8 text") from error
    except OSError as error:
        raise FaultyQuery(where, error.strerror or str(error)) from error


def _truth(found: bool, form: Format) -> None:  # noqa: FBT001 -- the answer of an ASK
    if form is Format.JSON:
        output.as_json({"head": {}, "boolean": found})
    else:
        output.text("true" if found else "false")


def _triples(found: Sequence[Triple], form: Format) -> None:
    written = _written(found, RdfFormat.N_TRIPLES)
    if form in {Format.TABLE, Format.JSON}:
        nice = RdfFormat.TURTLE if form is Format.TABLE else RdfFormat.JSON_LD
        used = {prefix: iri for prefix, iri in PREFIXES.items() if f"<{iri}" in written}
        written = _written(found, nice, used)
    output.text(written)


def _written(
    found: Sequence[Triple], form: RdfFormat, prefixes: dict[str, str] | None = None
) -> str:
    return (serialize(found, format=form, prefixes=prefixes) or b"").decode()
