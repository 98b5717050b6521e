# SPDX-License-Identifier: Apache-2.0
"""What the expressions of a query tell: what a filter lets pass, and what EXISTS asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rdflib import URIRef, Variable
from rdflib.plugins.sparql.algebra import translateGroupGraphPattern
from rdflib.plugins.sparql.parserutils import CompValue

from dlprov_rdf.ask.federating.reading import paths
from dlprov_rdf.ask.federating.reading.needs import Bounds, both

_EXISTS = {"Builtin_EXISTS", "Builtin_NOTEXISTS"}


def told_by(expression: Any) -> Bounds:
    """Tell what variables must be for a filter to pass: a name, or one of some names."""
    if not isinstance(expression, CompValue):
        return {}
    if expression.name == "ConditionalAndExpression":
        found = told_by(expression.expr)
        for one in expression.other:
            found = both(found, told_by(one))
        return found
    if expression.name == "RelationalExpression" and expression.op in {"=", "IN"}:
        one = expression.expr
        names = expression.other if isinstance(expression.other, list) else [expression.other]
        if is_variable(one) and names and all(isinstance(name, URIRef) for name in names):
            return {str(one): (frozenset(map(paths.iri, names)),)}
    return {}


def asked_in(node: Any) -> Iterator[Any]:
    """Find the patterns of EXISTS in the expressions of an operator, and not below it."""
    waiting = [value for name, value in node.items() if name in {"expr", "A"}]
    while waiting:
        here = waiting.pop()
        if isinstance(here, list | tuple):
            waiting += here
        elif isinstance(here, CompValue):
            if here.name in _EXISTS:
                yield here.graph
            else:
                waiting += here.values()


def translated(node: Any) -> None:
    """Translate the patterns of EXISTS that rdflib leaves as they were parsed."""
    if isinstance(node, list | tuple):
        for one in node:
            translated(one)
    elif isinstance(node, CompValue):
        if node.name in _EXISTS and node.graph.name in {"GroupGraphPatternSub", "SubSelect"}:
            node["graph"] = translateGroupGraphPattern(node.graph)
        for one in node.values():
            translated(one)


def keys(node: Any) -> dict[str, str]:
    """Give the keys of an aggregation by the names that rdflib has for them above it."""
    keys = {str(one) for one in node.p.expr or () if is_variable(one)}
    samples = [one for one in node.A if one.name == "Aggregate_Sample"]
    return {str(one.res): str(one.vars) for one in samples if str(one.vars) in keys}


def is_variable(term: object) -> bool:
    """Tell a variable from all else."""
    return isinstance(term, Variable)
