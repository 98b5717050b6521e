# SPDX-License-Identifier: Apache-2.0
"""Which rows and which columns of an answer are wanted: a selection and a projection.

A column is one that the question answers with, or a property of the row's node: by its
prefixed name (``dlprov:rows``) or its IRI, of whatever vocabulary, the user's own too.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from dlprov_rdf.ask.answer import AnyTerm, plain
from dlprov_rdf.ask.naming.names import is_iri
from dlprov_rdf.ask.sparql import PREFIXES, Row, rows
from dlprov_rdf.errors import WrongParameter

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

_CONDITION = re.compile(r"\s*(.+?)\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*")

_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip

_PROPERTIES = """
SELECT DISTINCT ?node ?property ?value {
  VALUES ?node { UNDEF }
  VALUES ?property { UNDEF }
  ?node ?property ?value .
}
ORDER BY ?node ?property ?value"""


class Table:
    """The rows of an answer that has a column ``node``, and what more is known of each node."""

    def __init__(
        self, store: Store, question: str, columns: Sequence[str], found: Sequence[Row]
    ) -> None:
        self.store, self.question = store, question
        self.columns, self.rows = list(columns), [list(row) for row in found]

    def select(self, conditions: Sequence[str]) -> None:
        """Keep the rows for which all conditions hold: ``kind=data``, ``dlprov:rows>100``.

        Numbers are compared as numbers, all else as text. A row without a value is left out.
        """
        for condition in conditions:
            read = _CONDITION.fullmatch(condition)
            if read is None:
                what, remedy = f"{condition!r} is no condition", "Write COLUMN=VALUE, or < or >."
                raise WrongParameter(self.question, "where", what, remedy)
            place = self._place(read[1])
            self.rows = [row for row in self.rows if _holds(row[place], read[2], read[3])]

    def project(self, wanted: Sequence[str], standing: Sequence[str]) -> None:
        """Keep these columns, in this order; where none are wanted, those that stand anyway."""
        chosen = list(wanted) or list(standing)
        places = [self._place(name) for name in chosen]
        self.rows = [[row[place] for place in places] for row in self.rows]
        self.columns = [re.split("[/#:]", name)[-1] for name in chosen]

    def _place(self, name: str) -> int:
        """Find a column, or make one of a property."""
        if name not in self.columns:
            self._add(name, self._property(name))
        return self.columns.index(name)

    def _property(self, name: str) -> NamedNode:
        prefix, colon, local = name.partition(":")
        if colon and prefix in PREFIXES:
            return NamedNode(PREFIXES[prefix] + local)
        if is_iri(name):
            return NamedNode(name)
        what, remedy = f"there is no column {name!r}", f"There are: {', '.join(self.columns)}."
        raise WrongParameter(
            self.question, "show", what, f"{remedy} Or give a property: dlprov:rows, or its IRI."
        )

    def _add(self, name: str, property_: NamedNode) -> None:
        """Ask for a property of every node; several values stand in one cell."""
        place = self.columns.index("node")
        nodes = [node for row in self.rows if isinstance(node := row[place], NamedNode)]
        values: dict[object, list[AnyTerm]] = {}
        given = {"node": nodes, "property": [property_]}
        for node, _, value in rows(self.store, _PROPERTIES, given) if nodes else ():
            if value is not None:
                values.setdefault(node, []).append(value)
        self.columns.append(name)
        for row in self.rows:
            row.append(_cell(values.get(row[place], [])))


def _cell(values: Sequence[AnyTerm]) -> AnyTerm | None:
    if len(values) < 2:
        return values[0] if values else None
    return Literal("; ".join(str(plain(value)) for value in values))


def _holds(term: AnyTerm | None, sign: str, text: str) -> bool:
    value = plain(term)
    if value is None:
        return False
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return _TESTS[sign](float(value), float(text))
        except ValueError:
            return sign == "!="
    return _TESTS[sign](str(getattr(term, "value", value)), text)
