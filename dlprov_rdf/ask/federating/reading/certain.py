# SPDX-License-Identifier: Apache-2.0
"""What is certain of the rows of an operator: the variables that each binds, and to what.

Each block of patterns has a number here, by which others hang on what it is found to match.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import pyoxigraph as ox
from rdflib import XSD, BNode, Literal, URIRef, Variable
from rdflib.plugins.sparql.parserutils import CompValue

from dlprov_rdf.ask.federating.reading import paths, tables
from dlprov_rdf.ask.federating.reading.expressions import is_variable, keys, told_by
from dlprov_rdf.ask.federating.reading.needs import (
    GRAPH,
    Bounds,
    Column,
    Either,
    Position,
    Source,
    Term,
    both,
    column,
    either,
    only,
)


class Certainties:
    """What is certain in one query."""

    def __init__(self, rows: list[tables.Table]) -> None:
        self._rows = rows
        self._told: dict[int, Bounds] = {}
        self._places: dict[int, int] = {}

    def place(self, block: Any) -> int:
        """Give the number of a block of patterns."""
        return self._places.setdefault(id(block), len(self._places))

    def certain(self, node: Any) -> Bounds:
        """Tell which variables an operator binds in every row, and what is known of each."""
        if id(node) not in self._told:
            self._told[id(node)] = self._certain(node)
        return self._told[id(node)]

    def _certain(self, node: Any) -> Bounds:
        if not isinstance(node, CompValue):
            return {}
        name = node.name
        if name == "BGP":
            index = self.place(node)
            found = {one for triple in node.triples for one in _ends(triple)}
            return {one: (Column(index, one),) for one in (*found, GRAPH)} if node.triples else {}
        if name == "Join":
            return both(self.certain(node.p1), self.certain(node.p2))
        if name == "Union":
            return either(self.certain(node.p1), self.certain(node.p2))
        if name in {"LeftJoin", "Minus"}:
            return self.certain(node.p1)
        if name == "Graph":
            return self._graphed(node)
        if name == "values":
            return self._values(node).certain
        if name == "Extend":
            return self._extended(node)
        if name == "AggregateJoin":
            below = self.certain(node.p)
            names = keys(node)
            return {new: below[key] for new, key in names.items() if key in below}
        if name == "Project":
            return only(self.certain(node.p), {*map(str, node.PV), GRAPH})
        if name == "Filter":
            below = self.certain(node.p)
            return both(below, only(told_by(node.expr), below))
        return self.certain(node.p) if "p" in node else {}

    def _graphed(self, node: Any) -> Bounds:
        inner = dict(self.certain(node.p))
        graph = inner.pop(GRAPH, ())
        return both(inner, {str(node.term): graph}) if is_variable(node.term) else inner

    def _values(self, node: Any) -> tables.Table:
        rows = node.res or [{}]
        marks = [tables.number(str(term)) for term in rows[0].values()]
        if len(rows) == 1 and marks and marks[0] is not None:
            return self._rows[marks[0]]
        return tables.Table({}, {})

    def _possible(self, node: Any, name: str) -> tuple[Source, ...]:
        """Tell what a variable can be, if it is bound; () if that is not known."""
        if not isinstance(node, CompValue):
            return ()
        if node.name == "values":
            return self._values(node).possible.get(name, ())
        if node.name == "Join":
            sides = (node.p1, node.p2)
            having = [one for one in sides if Variable(name) in (one["_vars"] or ())]
            return self._possible(having[0], name) if len(having) == 1 else ()
        if node.name in {"ToMultiSet", "Filter"} or (
            node.name == "Extend" and str(node.var) != name
        ):
            return self._possible(node.p, name)
        return self.certain(node).get(name, ())

    def _coalesced(self, node: Any) -> tuple[Source, ...] | None:
        """Tell what COALESCE can be that ends in a constant; None: it may be nothing."""
        *first, last = node.expr.arg
        if not isinstance(last, URIRef | Literal) or not all(map(is_variable, first)):
            return None
        found: tuple[Source, ...] = column([cast("Term", position(last))]) or ()
        for one in first:
            possible = self._possible(node.p, str(one))
            found = (Either(found, possible),) if found and possible else ()
        return found

    def _extended(self, node: Any) -> Bounds:
        below = self.certain(node.p)
        if is_variable(node.expr) and str(node.expr) in below:
            return {**below, str(node.var): below[str(node.expr)]}
        if isinstance(node.expr, CompValue) and node.expr.name == "Builtin_COALESCE":
            found = self._coalesced(node)
            return below if found is None else {**below, str(node.var): found}
        if isinstance(node.expr, URIRef):
            return {**below, str(node.var): (frozenset((paths.iri(node.expr),)),)}
        return below


def _ends(triple: Iterable[object]) -> set[str]:
    """Name the variables of a triple, which every match binds."""
    return {str(term) for term in triple if isinstance(term, Variable)}


def position(term: object) -> Position:
    """Read a place of a triple.

    Raises:
        NotImplementedError: It is of a kind that is not known here.
    """
    if isinstance(term, Variable):
        return str(term)
    if isinstance(term, BNode):
        return f"_:{term}"
    if isinstance(term, URIRef):
        return paths.iri(term)
    if isinstance(term, Literal) and term.language:
        return ox.Literal(str(term), language=term.language)
    if isinstance(term, Literal):
        return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype or XSD.string)))
    raise NotImplementedError(f"it is not known what {type(term).__name__} in a triple can be")
