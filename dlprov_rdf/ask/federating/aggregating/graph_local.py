# SPDX-License-Identifier: Apache-2.0
"""Reads a group of which every match lies within one graph, and words it for a lab.

Only what every SPARQL 1.1 engine answers alike is read: patterns without repeated steps, tables
of names, and filters that compare with names, strings and numbers. A filter is never negated,
so that an error and ``false`` are one; strings are not ordered, for engines order them otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from rdflib import XSD, BNode, Literal, URIRef, Variable
from rdflib.paths import Path
from rdflib.plugins.sparql.parserutils import CompValue

from dlprov_rdf.ask.binding import tokens_of
from dlprov_rdf.ask.federating.reading import paths, tables
from dlprov_rdf.ask.federating.reading.needs import safe
from dlprov_rdf.ask.federating.reading.parsed import Parsed, parse

#: Numbers that a double holds exactly, or as near as any engine reads them.
_NUMBERS = {
    XSD.integer: re.compile(r"[+-]?[0-9]{1,15}"),
    XSD.decimal: re.compile(r"[+-]?(?=[0-9.]{1,16}$)[0-9]*\.?[0-9]+"),
    XSD.double: re.compile(r"[+-]?([0-9]{1,15}\.?|[0-9]{0,15}\.[0-9]{1,15})([eE][+-]?[0-9]{1,2})?"),
}


_BEYOND = {"BIND", "EXISTS", "MINUS", "OPTIONAL", "SELECT", "UNION"}


@dataclass(frozen=True)
class GraphLocal:
    """A group that is matched within one graph.

    Attributes:
        words: The group, without its braces; only serialised terms enter. ``?g`` is the graph.
        names: What each variable of the query that every match binds is called in it.
        things: Those of them that no literal can be.
        named: Whether it is of things that are named: few quads match it.
    """

    words: str
    names: dict[str, str]
    things: frozenset[str]
    named: bool


def read(body: str, prologue: str, prefixes: Mapping[str, str]) -> GraphLocal | None:
    """Read a group as it stands in a query.

    Args:
        body: The group, in its braces.
        prologue: What the query declares.
        prefixes: Those that it may use without declaring them.

    Returns:
        None: Not all engines may answer it alike, or its matches may lie in several graphs.
    """
    words = {token[0].upper() for token in tokens_of(body) if token.lastgroup == "word"}
    if words & _BEYOND or "GRAPH" not in words:
        return None  # without a word to rdflib, which takes its time
    bare = tables.bare(body)
    try:
        query = parse(f"{prologue}\nSELECT * {bare.sparql}", tuple(prefixes.items()))
        writer = _Writer(bare.tables, query)
        writer.name_graph(query.algebra.p.p)
        group = writer.write(query.algebra.p.p)
    except Exception:  # noqa: BLE001 -- rdflib's and pyparsing's: what is not read is not pushed
        return None
    if writer.graph is None:
        return None
    if not isinstance(writer.graph, str):
        group += f" BIND({writer.graph} AS ?g)"
    names = {name: writer.names[name] for name in sorted(writer.bound)}
    return GraphLocal(group, names, frozenset(writer.things), named=writer.named)


class _Unlike(Exception):
    """Something that not every engine answers alike, or that is not within one graph."""


class _Writer:
    """Words the operators of a group again."""

    def __init__(self, rows: tuple[str, ...], query: Parsed) -> None:
        self._tables, self._query = rows, query
        self.graph: str | ox.NamedNode | None = None
        self.names: dict[str, str] = {}
        self.bound: set[str] = set()
        self.things: set[str] = set()
        self._subjects: set[object] = set()
        self._told: set[str] = set()

    @property
    def named(self) -> bool:
        """Whether a triple is of a thing that is named, by itself or in a table."""
        return any(isinstance(one, URIRef) or str(one) in self._told for one in self._subjects)

    def name_graph(self, node: Any) -> None:
        """Name what stands for the graph, before a table names it otherwise."""
        if node.name == "Graph" and isinstance(node.term, Variable):
            self.names[str(node.term)] = "g"
        for below in (node.get(one) for one in ("p", "p1", "p2")):
            if isinstance(below, CompValue):
                self.name_graph(below)

    def write(self, node: Any, *, inside: bool = False) -> str:
        """Word an operator, inside of the graph or outside of it."""
        if node.name == "Join":
            return f"{self.write(node.p1, inside=inside)} {self.write(node.p2, inside=inside)}"
        if node.name == "Filter":
            below = self.write(node.p, inside=inside)
            return f"{{ {below} FILTER({self._expression(node.expr)}) }}"
        if node.name == "Graph" and not inside:
            return self._graphed(node)
        if node.name == "ToMultiSet" and node.p.name == "values":
            return self._table(node.p)
        if node.name == "BGP" and (inside or not node.triples):
            return " ".join(self._triples(node))
        raise _Unlike(node.name)

    def _graphed(self, node: Any) -> str:
        graph = str(node.term) if isinstance(node.term, Variable) else paths.iri(node.term)
        if self.graph not in {None, graph}:
            raise _Unlike("several graphs")
        self.graph = graph
        if isinstance(graph, str):
            self.bound.add(graph)
            self.things.add(graph)
        below = self.write(node.p, inside=True)
        if not below.strip():
            raise _Unlike("no pattern")
        return f"GRAPH {'?g' if isinstance(graph, str) else graph} {{ {below} }}"

    def _triples(self, node: Any) -> Iterator[str]:
        for subject, predicate, obj in node.triples:
            self.things |= {str(one) for one in (subject, predicate) if isinstance(one, Variable)}
            self._subjects.add(subject)
            ends = self._place(subject), self._place(obj)
            if not isinstance(predicate, Path):
                yield f"{ends[0]} {self._place(predicate)} {ends[1]} ."
            elif paths.is_plain(predicate):
                for triple in paths.patterns(predicate, *ends):
                    yield " ".join(map(self._step, triple)) + " ."
            else:
                raise _Unlike("a path")

    def _step(self, place: object) -> str:
        """Word a place of a step; what is between two steps has a name of its own."""
        told = str(place)
        return f"?{self._name(told)}" if told.startswith("~") else told

    def _place(self, term: object) -> str:
        if isinstance(term, Variable):
            self.bound.add(str(term))
            return f"?{self._name(str(term))}"
        if isinstance(term, BNode):
            return f"?{self._name(f'_:{term}')}"
        return str(_constant(term))

    def _name(self, name: str) -> str:
        return self.names.setdefault(name, f"v{len(self.names)}")

    def _table(self, node: Any) -> str:
        [row] = node.res
        number = tables.number(str(next(iter(row.values()))))
        if number is None:
            raise _Unlike("a table")
        names, rows = tables.rows(self._tables[number], self._query.prefixes, self._query.base)
        if not all(isinstance(term, ox.NamedNode | ox.Literal) and safe(term)
                   for one in rows for term in one):  # fmt: skip
            raise _Unlike("a term of a table")
        self.bound |= set(names)
        self._told |= set(names)
        columns = " ".join(f"?{self._name(name)}" for name in names)
        told = " ".join(f"({' '.join(map(str, one))})" for one in rows)
        return f"VALUES ({columns}) {{ {told} }}"

    def _expression(self, node: Any) -> str:
        if not isinstance(node, CompValue):
            raise _Unlike("a truth")
        if node.name in {"ConditionalAndExpression", "ConditionalOrExpression"}:
            parts = [self._expression(one) for one in (node.expr, *node.other)]
            return f"({' && '.join(parts)})" if "And" in node.name else _either(parts)
        if node.name != "RelationalExpression" or not isinstance(node.expr, Variable):
            raise _Unlike(node.name)
        variable = f"?{self._name(str(node.expr))}"
        if node.op == "=" and node.other == node.expr:
            return f"{variable} = {variable}"
        if node.op in {"!=", "NOT IN"}:
            names = node.other if node.op == "NOT IN" else [node.other]
            return f"{variable} NOT IN ({', '.join(map(_iri, names))})"
        if node.op in {"=", "IN"}:
            equals = node.other if node.op == "IN" else [node.other]
            return _either([_equal(variable, one) for one in equals])
        return f"({variable} = {variable} && {_compared(variable, node.op, node.other)})"


def _constant(term: object) -> ox.NamedNode | ox.Literal:
    """Read a term that every store spells alike."""
    if isinstance(term, URIRef):
        return paths.iri(term)
    if isinstance(term, Literal) and not term.language and term.datatype in {None, XSD.string}:
        return ox.Literal(str(term))
    raise _Unlike("a term")


def _iri(term: object) -> str:
    if not isinstance(term, URIRef):
        raise _Unlike("what is compared")
    return str(paths.iri(term))


def _number(term: Any) -> ox.Literal:
    if isinstance(term, CompValue) and term.name == "UnaryMinus":
        term = Literal(f"-{term.expr}", datatype=term.expr.datatype, normalize=False)
    if not isinstance(term, Literal) or term.datatype not in _NUMBERS:
        raise _Unlike("what is compared")
    if not _NUMBERS[term.datatype].fullmatch(str(term)):
        raise _Unlike("a number")
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)))


def _either(parts: Sequence[str]) -> str:
    """Word that one of some is true; Jena and RDF4J give a match twice for which two are, by ||.

    Source:
        https://github.com/apache/jena/issues/4160, https://github.com/eclipse-rdf4j/rdf4j/issues/6050
    """
    words = "false"
    for part in reversed(parts):
        words = f"IF(COALESCE({part}, false), true, {words})"
    return words


def _compared(variable: str, operator: str, term: Any) -> str:
    """Word a comparison with a number; Jena takes NaN for the greatest, and -0 for less than 0."""
    number = _number(term)
    added = variable if float(number.value) else f"{variable} + 0"
    return f"{added} {operator} {number}"


def _equal(variable: str, term: Any) -> str:
    if isinstance(term, URIRef) or (isinstance(term, Literal) and term.datatype not in _NUMBERS):
        return f"{variable} = {_constant(term)}"
    return _compared(variable, "=", term)
