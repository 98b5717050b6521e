# SPDX-License-Identifier: Apache-2.0
"""Queries that aggregate or rank, and graphs of numbers at labs, made up at random."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

XSD = "http://www.w3.org/2001/XMLSchema#"
P, Q = NamedNode("urn:p"), NamedNode("urn:q")

#: What is aggregated: doubles whose sum is the same in whatever order they are added.
NUMBERS = (
    Literal(1), Literal(2), Literal(-7), Literal(10**13), Literal(0.5), Literal(2.25),
    Literal(-1.75), Literal("1.5", datatype=NamedNode(f"{XSD}decimal")),
)  # fmt: skip
ODD = (
    Literal(float("nan")), Literal(float("inf")), Literal("a"), Literal("b", language="en"),
    Literal(True), NamedNode("urn:a"), Literal("x", datatype=NamedNode("urn:t")),
    Literal("2026-01-01T00:00:00Z", datatype=NamedNode(f"{XSD}dateTime")),
    Literal("2026-01-01T00:00:00.5Z", datatype=NamedNode(f"{XSD}dateTime")),
)  # fmt: skip
_PATTERNS = (
    "?s <urn:p> ?x",
    "?s <urn:p> ?x ; <urn:q> ?y",
    "?s <urn:p> ?x . ?y <urn:q> ?z",
    "?s <urn:p>/^<urn:p> ?x",
    "?s ?p ?x",
    "?s <urn:p> ?x FILTER(?x > 0)",
    "?s <urn:p> ?x FILTER(?x = ?x)",
    "?s <urn:p> ?x FILTER(?s IN (<urn:a>, <urn:b>) || ?x = 2)",
    "?s <urn:p> ?x . { ?s <urn:q> ?y FILTER(?s != <urn:a>) }",
    "VALUES (?s ?g) { (<urn:a> <urn:g1>) (<urn:b> <urn:g1>) (<urn:b> <urn:g1>) } ?s ?p ?x",
    "?s <urn:nothing> ?x",
)
_TOLD = (
    "COUNT(*)", "COUNT(?x)", "COUNT(DISTINCT ?x)", "SUM(?x)", "AVG(?x)", "MIN(?x)", "MAX(?x)",
    "SUM(DISTINCT ?x)", "AVG(DISTINCT ?x)", "MIN(DISTINCT ?x)", "COUNT(?s)", "MAX(?s)",
    "COUNT(DISTINCT ?g)",
)  # fmt: skip
_WITHIN = (
    "GRAPH ?g {{ {} }}",
    "GRAPH ?g {{ {} }} FILTER(?s != <urn:c>)",
    "GRAPH <urn:g1> {{ {} }} VALUES ?g {{ <urn:g1> }}",
    "GRAPH ?g {{ {} }} GRAPH ?g {{ ?s ?relation ?any }}",
    "VALUES ?g {{ <urn:g1> <urn:a> }} GRAPH ?g {{ {} }}",
)
_HAVING = ("", "", "HAVING (COUNT(*) > 1)", "HAVING (SUM(?x) > 1 && COUNT(DISTINCT ?s) < 3)")
_AROUND = (
    "{}",
    "SELECT * {{ {{ {} }} }}",
    "SELECT * {{ ?s <urn:q> ?one {{ {} }} }}",
    "SELECT * {{ ?s <urn:q> ?one OPTIONAL {{ {} }} }}",
    "SELECT (MAX(?n0) AS ?most) {{ {{ {} }} }}",
    "ASK {{ {{ {} }} FILTER(?n0 > 1) }}",
    "SELECT * {{ ?s <urn:q> ?one FILTER EXISTS {{ {} }} }}",
)


@st.composite
def aggregations(draw: st.DrawFn) -> str:
    """Make up a query that aggregates."""
    within = draw(st.sampled_from(_WITHIN)).format(draw(st.sampled_from(_PATTERNS)))
    told = draw(st.lists(st.sampled_from(_TOLD), min_size=1, max_size=4))
    keys = draw(st.sampled_from(["", "", "?s", "?s", "?s ?g", "?g", "?x", "?s ?s"]))
    named = " ".join(f"({one} AS ?n{number})" for number, one in enumerate(told))
    grouping = f"GROUP BY {keys}" if keys else ""
    unique = {"?s": "?s", "?s ?g": "?s ?g", "?g": "?g"}.get(keys)
    end = f"ORDER BY DESC(COUNT(*)) {unique} LIMIT 2" if unique and draw(st.booleans()) else ""
    shown = " ".join(dict.fromkeys(keys.split()))
    having = draw(st.sampled_from(_HAVING))
    query = f"SELECT {shown} {named} {{ {within} }} {grouping} {having} {end}"
    return draw(st.sampled_from(_AROUND)).format(query)


@st.composite
def rankings(draw: st.DrawFn) -> str:
    """Make up a query that takes the first of what it ranks, in an order without ties."""
    within = draw(st.sampled_from(_WITHIN)).format(
        draw(st.sampled_from(_PATTERNS[:1] + _PATTERNS[4:8]))
    )
    shown = draw(st.sampled_from(["?s ?x", "?s ?x ?g", "?x", "?g ?s"]))
    order = draw(st.sampled_from(["DESC(?x) ?s ?g", "?x DESC(?g) ASC(?s)", "?s ?g DESC(?x)"]))
    query = f"SELECT {shown} {{ {within} }} ORDER BY {order} LIMIT {draw(st.integers(0, 4))}"
    around = [
        "{}",
        "SELECT * {{ ?s <urn:q> ?one {{ {} }} }}",
        "SELECT (MAX(?x) AS ?n) {{ {{ {} }} }}",
    ]
    return draw(st.sampled_from(around)).format(query)


@st.composite
def dealt(draw: st.DrawFn, most: int = 5) -> list[list[Quad]]:
    """Make three graphs of numbers, and of what is none, each at one or two labs."""
    labs: list[list[Quad]] = [[] for _ in range(draw(st.integers(1, most)))]
    odd = draw(st.sampled_from([(), (), ODD, ODD[:1], ODD[2:5]]))
    things = st.sampled_from([NamedNode(f"urn:{letter}") for letter in "abc"])
    objects = st.one_of(st.sampled_from([*NUMBERS, *odd]), st.integers(-9, 9).map(Literal), things)
    plain = st.one_of(st.sampled_from(NUMBERS), st.integers(-9, 9).map(Literal))
    said = st.builds(
        Quad, things, st.sampled_from([P, P, Q]), draw(st.sampled_from([objects, plain]))
    )
    for number in range(3):
        graph = NamedNode(f"urn:g{number}")
        told = draw(st.lists(said, max_size=12, unique_by=str))
        for lab in draw(st.sets(st.integers(0, len(labs) - 1), min_size=1, max_size=2)):
            labs[lab] += (Quad(one.subject, one.predicate, one.object, graph) for one in told)
    return labs


def settled(query: str, held: Iterable[Iterable[Quad]]) -> str:
    """Give a query without its LIMIT, if it ranks by ``?x`` what has no one order.

    SPARQL puts numbers, times, strings and truths in no order among each other, and NaN in none
    at all: which of them a store takes first goes by how it meets them.
    """
    literals = {one.object for quads in held for one in quads if isinstance(one.object, Literal)}
    ordered = literals <= {*NUMBERS, *map(Literal, range(-9, 10)), Literal(float("inf"))}
    return query if ordered else re.sub(r"(ORDER BY [^{}]*\?x[^{}]*?) LIMIT \d+", r"\1", query)
