# SPDX-License-Identifier: Apache-2.0
"""Writes docs/questions.md: each question with what is given, answered, asked, and one answer.

All of it comes from the query files; the answers come from four small runs that were
written by hand, so that they are the same on every machine and can be checked on paper.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from dlprov_rdf.ask import answer, questions, sparql
from dlprov_rdf.ask.answer import Answer
from dlprov_rdf.ask.questions import Question
from dlprov_rdf.cli import output
from dlprov_rdf.errors import QuestionError
from dlprov_rdf.store.embedded import EmbeddedStore

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "questions.md"
RUNS = ROOT / "tests" / "data" / "questions.trig"
BASE = "https://w3id.org/dlprov-rdf/id/demo/"

#: Rows that an answer shows.
_SHOWN = 8

_GROUPS = {
    "K": "Analysis of hyperparameters, from Keras-Prov and DNNProv",
    "D": "The whole workflow, from DLProv",
    "P": "Data and models, from ProvLake and PROV-ML",
    "S": "Steering, from PROV-DfA",
    "V": "Responsible AI",
    "F": "Paths, from DfAnalyzer",
    "N": "Our own",
}

_HEAD = """# Questions

What the knowledge base answers by name. Ask one with its parameters as people name things:

```text
dlprov ask best-initial-learning-rate -p model=cnn
```

Names are resolved: a run by its id, a part of it, its name or `@latest`; a model, a metric or a hyperparameter by its name, a thing of a run as tables show it (`f09cfdf6/training/24`). What is ambiguous is asked back with the candidates. A parameter with a default, or marked *(optional)*, may be left out.
Each is one query file under `queries/`, which runs as it stands.

The answers below are those of four small runs written by hand, [questions.trig](../tests/data/questions.trig), small enough to check them on paper; `dlprov demo` makes a knowledge base with more.
This page is generated: `make docs` renews it.
"""


def page() -> str:
    """Write the page.

    Returns:
        A table of contents by group, then a section a question.
    """
    known = _in_order()
    store = _store()
    parts = [_HEAD, *_contents(known), *("\n".join(_section(store, one)) for one in known)]
    return "\n".join(parts)


def _in_order() -> list[Question]:
    """List the questions by group; one of a group that is not known here comes last."""
    order = list(_GROUPS)
    place = {letter: number for number, letter in enumerate(order)}
    return sorted(questions.questions(), key=lambda one: place.get(one.id[0], len(order)))


def _contents(known: list[Question]) -> Iterator[str]:
    for letter, group in groupby(known, key=lambda one: one.id[0]):
        yield f"**{letter}** {_GROUPS.get(letter, '')}\n"
        yield "| | question | ask for |\n|---|---|---|"
        for one in group:
            anchor = f"{one.id.lower()}-{one.name}"
            yield f"| {one.id} | {one.text} | [`{one.name}`](#{anchor}) |"
        yield ""


def _section(store: EmbeddedStore, one: Question) -> Iterator[str]:
    yield f"## {one.id} `{one.name}`\n\n{one.text}\n"
    if one.given:
        yield "| given | |\n|---|---|"
        yield from (f"| `{given.name}` | {_cell(given.text)} |" for given in one.given)
        yield ""
    yield "| answers | |\n|---|---|"
    yield from (f"| `{column.name}` | {_cell(column.text)} |" for column in one.answers)
    yield f"\n{_answered(store, one)}\n"
    yield f"<details><summary>The query</summary>\n\n```sparql\n{one.sparql.strip()}\n```\n"
    yield "</details>\n"


def _answered(store: EmbeddedStore, one: Question) -> str:
    """Ask the question as its header's example says, or as its file stands; show the answer."""
    given = dict(pair.split("=", 1) for pair in (one.example or "").split())
    command = " ".join(["dlprov ask", one.name, *(f"-p {pair}" for pair in _typed(given))])
    try:
        found = questions.ask(store, BASE, one.name, **given)
    except QuestionError:
        columns, solutions = sparql.select(store, one.sparql)
        found = answer.make(one.text, columns, solutions)
        command = f"dlprov sparql -f {one.name}.rq"
    if not found.rows:
        said = " ".join(found.notes)
        return f"The four runs have no answer to it{f': {said}' if said else ''}."
    return f"```text\n$ {command}\n{_table(found)}```"


def _typed(given: dict[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in given.items()]


def _table(found: Answer) -> str:
    """Write the answer's first rows as the command line writes them on a pipe."""
    text = io.StringIO()
    with redirect_stdout(text):
        output.table(found.columns, found.rows[:_SHOWN])
    more = len(found.rows) - _SHOWN
    rest = f"… {more} more row{'s' * (more > 1)}\n" if more > 0 else ""
    return text.getvalue() + rest


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _store() -> EmbeddedStore:
    store = EmbeddedStore.memory()
    graphs: dict[ox.NamedNode, list[ox.Quad]] = {}
    for quad in ox.parse(RUNS.read_text(encoding="utf-8"), format=ox.RdfFormat.TRIG):
        graphs.setdefault(quad.graph_name, []).append(quad)
    for name, quads in graphs.items():
        store.replace(name, quads)
    return store


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
