# SPDX-License-Identifier: Apache-2.0
"""The comment at the head of a query file, read as a question with its parameters.

::

    # What is asked, in one line that ends with a question mark or a full stop.
    #
    # id:      K4
    # walk:    shortest-path
    # among:   ?model best
    # given:   ?model  the model's name. default: @only
    #          ?on     (optional) the role of the data
    # answers: ?value  xsd:double
    # empty:   what it means when there is no row
    # example: model=cnn on=test
    # Any further line is a remark.

``walk`` is there only where a walk through the graph comes before the query; ``among`` where a
variable is narrowed first (see ``narrowing``); ``empty`` where no row is an answer; ``example``
where docs/questions.md asks the recorded demonstration with something, in which quotes hold a
value with a space together.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from dlprov_rdf.errors import FaultyQuery

_FIELD = re.compile(r"#\s(id|walk|among|given|answers|empty|example):\s+(.*)")
_VARIABLE = re.compile(r"\?(\w+)\s+(.*)")
_DEFAULT = re.compile(r"\bdefault:\s*(.+?)\.?$")


@dataclass(frozen=True)
class Parameter:
    """What a question is asked with.

    ``default`` is read as if the user had typed it. Without a value, an ``optional`` one
    does not restrict, and any other is an error.
    """

    name: str
    text: str

    @property
    def optional(self) -> bool:
        """Say whether the question can be asked without it."""
        return "(optional)" in self.text

    @property
    def single(self) -> bool:
        """Say whether a name must stand for one thing: then several are an error."""
        return "(one)" in self.text

    @property
    def trained(self) -> bool:
        """Say whether the trainings are meant that made a model, a trained state, or its file."""
        return "(trained)" in self.text

    @property
    def default(self) -> str | None:
        """Tell what is taken when nothing is given."""
        found = _DEFAULT.search(self.text)
        return found[1] if found else None


@dataclass(frozen=True)
class Column:
    """What a question answers with, one column of the table."""

    name: str
    text: str


@dataclass(frozen=True)
class Question:
    """One question that the knowledge base answers: a query file and what its header says."""

    id: str
    name: str
    text: str
    given: tuple[Parameter, ...]
    answers: tuple[Column, ...]
    sparql: str = field(repr=False)
    walk: str | None = None
    among: str | None = None
    empty: str | None = None
    example: tuple[tuple[str, str], ...] = ()

    def parameter(self, name: str) -> Parameter | None:
        """Find a parameter by its name."""
        return next((parameter for parameter in self.given if parameter.name == name), None)


def read(path: str, sparql: str) -> Question | None:
    """Read a query file's header.

    Args:
        path: Where the file lies; its stem is the question's name.
        sparql: The whole file.

    Returns:
        The question, or None for a query that has no identifier: one that questions use.

    Raises:
        FaultyQuery: It has an identifier and no question.
    """
    head = [line for line in sparql.splitlines() if "SPDX-License-Identifier" not in line]
    fields = _fields(head)
    if "id" not in fields:
        return None
    text = head[0].lstrip("# ").strip()
    if not text or _FIELD.match(head[0]):
        raise FaultyQuery(path, "the first line does not say the question")
    return Question(
        id=fields["id"][0],
        name=PurePosixPath(path).stem,
        text=text,
        given=tuple(Parameter(*pair) for pair in _variables(fields.get("given", []))),
        answers=tuple(Column(*pair) for pair in _variables(fields.get("answers", []))),
        sparql=sparql,
        walk=" ".join(fields.get("walk", [])) or None,
        among=" ".join(fields.get("among", [])) or None,
        empty=" ".join(fields.get("empty", [])) or None,
        example=_example(path, " ".join(fields.get("example", []))),
    )


def _example(path: str, line: str) -> tuple[tuple[str, str], ...]:
    """Read what a question is asked with: names and values, quoted as in a shell."""
    pairs = [word.partition("=") for word in shlex.split(line)]
    if not all(name and value for name, _, value in pairs):
        raise FaultyQuery(path, f"the example {line!r} is not NAME=VALUE …")
    return tuple((name, value) for name, _, value in pairs)


def _fields(lines: list[str]) -> dict[str, list[str]]:
    """Gather each field's lines: the one that names it and the indented ones below."""
    fields: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in lines:
        if not line.startswith("#"):
            break
        if found := _FIELD.match(line):
            current = fields.setdefault(found[1], [])
            current.append(found[2].strip())
        elif current is not None and line.startswith("#      "):
            current.append(line.lstrip("# ").strip())
        else:
            current = None
    return fields


def _variables(lines: list[str]) -> list[tuple[str, str]]:
    """Pair each variable with its text; a line without a variable goes on with the last."""
    pairs: list[tuple[str, str]] = []
    for line in lines:
        if found := _VARIABLE.match(line):
            pairs.append((found[1], found[2]))
        elif pairs:
            name, text = pairs[-1]
            pairs[-1] = (name, f"{text} {line}")
    return pairs
