# SPDX-License-Identifier: Apache-2.0
"""An answer: a table of plain values, with the RDF terms that they came from beside it."""

from __future__ import annotations

import csv
import importlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from dlprov_rdf.errors import MissingExtra

_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = {
    _XSD + name for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger")
}
_FLOATS = {_XSD + "double", _XSD + "float"}

#: What a cell of a table can be: a term's value, an IRI or a blank node as text.
Plain: TypeAlias = str | int | float | bool | datetime | None
AnyTerm: TypeAlias = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True)
class Answer:
    """The rows that a question has, in the question's order.

    ``rows`` and ``terms`` are ``(rows, columns)`` alike; an unbound cell is None. ``notes``
    say what was assumed, and why there is no row. ``missing`` names the labs that were asked
    and did not answer, each with the reason: where there are any, rows may be missing.
    """

    question: str
    columns: tuple[str, ...]
    terms: tuple[tuple[AnyTerm | None, ...], ...] = field(repr=False)
    notes: tuple[str, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()

    @property
    def rows(self) -> list[tuple[Plain, ...]]:
        """Give the table as plain Python values."""
        return [tuple(plain(term) for term in row) for row in self.terms]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.terms)

    def to_json(self) -> str:
        """Write SPARQL 1.1 Results JSON; ``partial`` beside the results names labs that failed.

        Source:
            https://www.w3.org/TR/sparql11-results-json/
        """
        bindings = [
            {name: _json(term) for name, term in zip(self.columns, row, strict=True) if term}
            for row in self.terms
        ]
        results: dict[str, Any] = {
            "head": {"vars": list(self.columns)}, "results": {"bindings": bindings},
        }  # fmt: skip
        if self.missing:
            results["partial"] = [{"lab": lab, "reason": why} for lab, why in self.missing]
        return json.dumps(results, ensure_ascii=False, indent=1)

    def to_csv(self) -> str:
        """Write SPARQL 1.1 Results CSV: values without their types.

        Source:
            https://www.w3.org/TR/sparql11-results-csv-tsv/#csv
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(self.columns)
        writer.writerows([_bare(term) for term in row] for row in self.terms)
        return text.getvalue()

    def to_tsv(self) -> str:
        """Write SPARQL 1.1 Results TSV: terms as in SPARQL.

        Source:
            https://www.w3.org/TR/sparql11-results-csv-tsv/#tsv
        """
        lines = ["\t".join(f"?{name}" for name in self.columns)]
        lines += ["\t".join(_tabbed(term) for term in row) for row in self.terms]
        return "".join(f"{line}\n" for line in lines)

    def to_pandas(self) -> Any:
        """Make a pandas ``DataFrame``, ``(rows, columns)``.

        Raises:
            MissingExtra: pandas is not installed.
        """
        try:
            pandas: Any = importlib.import_module("pandas")
        except ImportError as error:
            raise MissingExtra("pandas", "pandas") from error
        return pandas.DataFrame(self.rows, columns=list(self.columns))


def make(
    question: str,
    columns: Sequence[str],
    solutions: Iterable[Sequence[AnyTerm | None]],
    notes: Sequence[str] = (),
) -> Answer:
    """Make an answer of what a store gave back."""
    terms = tuple(tuple(solution) for solution in solutions)
    return Answer(question, tuple(columns), terms, tuple(notes))


def plain(term: AnyTerm | None) -> Plain:
    """Read a term as a Python value; a literal that does not fit its type stays text."""
    if term is None:
        return None
    if not isinstance(term, Literal):
        return _bare(term)
    kind = term.datatype.value
    try:
        if kind in _INTEGERS:
            return int(term.value)
        if kind in _FLOATS:
            return float(term.value)
        if kind == _XSD + "decimal":
            return float(Decimal(term.value))
        if kind == _XSD + "dateTime":
            return datetime.fromisoformat(term.value)
    except (ValueError, ArithmeticError):
        return term.value
    if kind == _XSD + "boolean":
        return term.value in {"true", "1"}
    return term.value


def _bare(term: AnyTerm | None) -> str:
    if term is None:
        return ""
    if isinstance(term, NamedNode | Literal):
        return term.value
    return str(term)


def _tabbed(term: AnyTerm | None) -> str:
    """Write a term for a tab-separated file, in which a term holds no tab."""
    return "" if term is None else str(term).replace("\t", "\\t")


def _json(term: AnyTerm) -> dict[str, Any]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _json(part) for name, part in parts.items()}}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    if term.datatype.value == _XSD + "string":
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
