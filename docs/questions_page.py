# SPDX-License-Identifier: Apache-2.0
"""Writes docs/questions.md: each question, what to type, the demonstration's answer, the query.

A training's numbers vary from machine to machine, so the page asks a demonstration that was
recorded: docs/demo.tar.xz holds its logs (docs/record_demo.sh makes it). They are built and
asked by the code as it is, so that a graph or a query that changes shows in the page.
"""

from __future__ import annotations

import html
import re
import shlex
import sys
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from dlprov_rdf.ask import answer, questions, sparql
from dlprov_rdf.ask.answer import Answer
from dlprov_rdf.ask.questions import Question
from dlprov_rdf.ask.walking.listing import listed
from dlprov_rdf.cli.output import shown
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.store.base import Store

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "questions.md"
DEMO = ROOT / "docs" / "demo.tar.xz"

#: Rows that an answer shows, and letters that a cell does.
_ROWS, _LETTERS = 8, 400

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

What the knowledge base answers by name, and what it answers after `dlprov demo`. Ask with parameters as people name things:

```text
dlprov demo --kb demo-kb
dlprov --kb demo-kb ask best-initial-learning-rate -p model=cnn
```

Names are resolved: a run by its id, a part of it, its name or `@latest`; a model, a metric or a hyperparameter by its name; a thing of a run as tables show it (`f09cfdf6/training/24`). What is ambiguous is asked back with the candidates. A parameter with a default, or marked *(optional)*, may be left out.

The answers are those of one demonstration, recorded: your own differs in names and times, and perhaps in what was learned. Its logs are in [demo.tar.xz](demo.tar.xz), and can be asked as well:

```text
mkdir recorded && tar -xJf docs/demo.tar.xz -C recorded
dlprov --kb recorded ask best-initial-learning-rate -p model=cnn
```

Shown are the first {rows} rows of an answer, the beginning of a long cell, and no column that is empty; `--format json` gives all. This page is generated: `make docs` renews it, `make docs-demo` records another demonstration.
"""

_BY_HAND = """No row. {notes}

That is the demonstration's answer. Runs written by hand ([some](../tests/data/questions.trig), [others](../tests/study_runs.py)), small enough to check on paper, have rows; this is the query's file asked of them as it stands:
"""

_ROW_BY_ROW = """**Row by row**, from a wrong prediction to the image that it was made from, by the files that lie beside the logs: `dlprov lineage "wrong predictions" --row 0`

{table}"""


def page() -> str:
    """Write the page.

    Returns:
        A table of contents by group, then a section a question.
    """
    known = _in_order()
    with recorded() as kb:
        sections = ["\n".join(_section(kb, one)) for one in known]
        rows = _ROW_BY_ROW.format(table=_row_by_row(kb))
    return "\n".join([_HEAD.format(rows=_ROWS), *_contents(known), rows, *sections])


@contextmanager
def recorded() -> Iterator[KnowledgeBase]:
    """Open the knowledge base of the recorded demonstration, built anew of its logs."""
    with TemporaryDirectory() as folder, tarfile.open(DEMO) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # since 3.11.4
        archive.extractall(folder)  # noqa: S202 -- our own
        yield KnowledgeBase.open(Path(folder))


def _in_order() -> list[Question]:
    """List the questions by group; one of a group that is not known here comes last."""
    order = list(_GROUPS)
    place = {letter: number for number, letter in enumerate(order)}
    return sorted(questions.questions(), key=lambda one: place.get(one.id[0], len(order)))


def _contents(known: list[Question]) -> Iterator[str]:
    for letter, group in groupby(known, key=lambda one: one.id[0]):
        yield f"**{letter}** {_GROUPS.get(letter, '')}\n"
        anchors = {one: f"#{one.id.lower()}-{one.name}" for one in group}
        rows = ((one.id, one.text, f"[`{one.name}`]({to})") for one, to in anchors.items())
        yield _table(("", "question", "ask for"), rows)


def _section(kb: KnowledgeBase, one: Question) -> Iterator[str]:
    command = ["dlprov", "ask", one.name]
    for name, value in one.example:
        command += ["-p", f"{name}={value}"]
    yield f"## {one.id} `{one.name}`\n\n{one.text}\n"
    yield f"```text\n{shlex.join(command)}\n```\n"
    yield _answered(kb.ask(one.name, **dict(one.example)), one)
    if one.given:
        yield _described("given", one.given)
    yield "<details><summary>Its columns and its query</summary>\n"
    yield _described("answers", one.answers)
    yield f"```sparql\n{one.sparql.strip()}\n```\n\n</details>\n"


def _answered(found: Answer, one: Question) -> str:
    """Show an answer and its notes; beside an empty one, one that has rows."""
    notes = " ".join(f"*{_cell(note)}.*" for note in found.notes)
    if not found.rows:
        return _BY_HAND.format(notes=notes) + f"\n{_first_rows(_by_hand(one))}"
    return _first_rows(found) + (f"\n{notes}\n" if notes else "")


def _first_rows(found: Answer) -> str:
    """Write an answer's first rows, without the columns that are empty in all of them."""
    rows = [[_cell(value) for value in row] for row in found.rows[:_ROWS]]
    filled = [place for place in range(len(found.columns)) if any(row[place] for row in rows)]
    columns = [found.columns[place] for place in filled]
    more = len(found.rows) - _ROWS
    table = _table(columns, ([row[place] for place in filled] for row in rows))
    return table + (f"\n… and {more} more.\n" if more > 0 else "")


def _by_hand(one: Question) -> Answer:
    """Ask the runs that the tests hold, with the values that the query's file has."""
    columns, solutions = sparql.select(_hand_written(), one.sparql)
    return answer.make(one.text, columns, solutions)


def _hand_written() -> Store:
    sys.path.append(str(ROOT / "tests"))
    from study_runs import study

    return study(beside_the_four=True)


def _row_by_row(kb: KnowledgeBase) -> str:
    steps = listed(kb.rows("wrong predictions", 0))
    rows = ((str(node.distance), relation, node.label) for node, relation in steps)
    return _table(("distance", "relation", "row"), rows)


def _described(title: str, named: Iterable[questions.Column | questions.Parameter]) -> str:
    return _table((title, ""), ((f"`{one.name}`", one.text.replace("|", "\\|")) for one in named))


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: object) -> str:
    """Word a value as the command line does, cut where it is long, safe from Markdown."""
    words = shown(value)
    words = words if len(words) <= _LETTERS else f"{words[:_LETTERS].rstrip()} …"
    return re.sub(r"[|*]|_(?=_)|(?<=_)_", r"\\\g<0>", html.escape(words, quote=False))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
