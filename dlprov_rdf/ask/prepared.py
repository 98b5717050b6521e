# SPDX-License-Identifier: Apache-2.0
"""Answers of which code works out a part: differences, paths, what is missing, used data."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from dlprov_rdf.ask import compare, remedies
from dlprov_rdf.ask.binding import Term, bind, bind_table, blocks_of
from dlprov_rdf.ask.comparing.told import told
from dlprov_rdf.ask.sparql import rows as solutions
from dlprov_rdf.ask.walking import curves, dropout, listing
from dlprov_rdf.ask.walking.routes import Routes, Wish, check, find

if TYPE_CHECKING:
    from dlprov_rdf.ask.header import Question
    from dlprov_rdf.ask.naming.parameters import Resolved
    from dlprov_rdf.store.base import Store
    from dlprov_rdf.validate.report import Result

#: The rows of a question's block, one term a column, and notes on them.
Prepared = tuple[list[tuple[Term | None, ...]], list[str]]

#: A plan that was declared beforehand.
_DECLARED_PLAN = """
SELECT ?plan {
  VALUES ?run { UNDEF }
  ?run prov:qualifiedAssociation/prov:hadPlan ?plan . ?plan dlprov:observed false
} LIMIT 1"""

_NOT_DECLARED = (
    "no plan was declared (start_run(plan=[…])): how many epochs fit was asked for is all that "
    "can differ"
)

#: The data that a run used and that were digested, each content once by each name.
_USED_DATA = """
SELECT DISTINCT ?run ?content ?data_name {
  VALUES ?run { UNDEF }
  VALUES ?data { UNDEF }
  ?activity dcterms:isPartOf* ?run .
  ?activity prov:used ?mine .
  ?run a dlprov:WorkflowRun .
  ?mine a mls:Dataset ; prov:specializationOf ?content .
  ?mine prov:specializationOf? ?data .
  OPTIONAL { ?mine rdfs:label ?data_name }
}
ORDER BY ?data_name ?content"""


def query(store: Store, base: str, question: Question, resolved: Resolved) -> tuple[str, list[str]]:
    """Work out the rows of a question and put them into its query.

    Returns:
        The query to ask, and notes on the answer.
    """
    rows, notes = WALKS[str(question.walk)](store, base, resolved)
    sparql = bind(question.sparql, resolved.terms)
    known = set(resolved.terms)
    [block] = {one.variables for one in blocks_of(sparql) if not known.issuperset(one.variables)}
    return bind_table(sparql, block, rows), notes


def _differences(store: Store, _: str, resolved: Resolved) -> Prepared:
    one, other = told(store, *(resolved.iri(name).value for name in ("run", "other")))
    found = compare.compare(one, other)
    rows: list[tuple[Term | None, ...]] = [
        (
            Literal(one.number), _text(one.group), _text(one.what), _text(one.first),
            _text(one.second), _text(one.change), _text(compare.ranges(one.after)),
        )
        for one in found.differences
    ]  # fmt: skip
    return rows, compare.words(found)


def route(store: Store, base: str, resolved: Resolved) -> Routes:
    """Find the paths that a question asks for."""
    run = resolved.one("run")
    wish = Wish(
        sources=resolved.words("from"),
        targets=resolved.words("to"),
        through=resolved.words("through"),
        past=resolved.words("not_through"),
        shortest="shortest" in resolved.words("paths"),
        run=run.value if run else None,
    )
    found = find(store, base, wish)
    if not found.rows:
        check(store, base, wish)
    return found


def _path(store: Store, base: str, resolved: Resolved) -> Prepared:
    return [listing.row(*one) for one in route(store, base, resolved).rows], []


def _curve(store: Store, _: str, resolved: Resolved) -> Prepared:
    return list(curves.parts(store, resolved)), []


def _with_dropout(store: Store, _: str, resolved: Resolved) -> Prepared:
    return list(dropout.trainings(store, resolved)), []


def _against_plan(store: Store, _: str, resolved: Resolved) -> list[str]:
    """Say that nothing was declared, where a run is compared with what fit was asked for."""
    declared = solutions(store, _DECLARED_PLAN, {"run": resolved.terms.get("run")})
    return [] if declared else [_NOT_DECLARED]


def _same_data(store: Store, _: str, resolved: Resolved) -> Prepared:
    values = {name: resolved.terms.get(name) for name in ("run", "data")}
    found = solutions(store, _USED_DATA, values)
    return [(Literal(place), *map(_term, row)) for place, row in enumerate(found, 1)], []


def _missing(store: Store, _: str, resolved: Resolved) -> Prepared:
    """Check by the widest profile that is asked for: it holds the rules of the others."""
    from dlprov_rdf.validate import shacl, shapes  # SHACL is slow to load

    run = resolved.iri("run").value
    graph = list(store.graph(NamedNode(f"{run}/graph")))
    asked = resolved.words("profile") or tuple(shapes.profiles())
    places = {profile: place for place, profile in enumerate(shapes.profiles())}
    widest = max(asked, key=lambda profile: places.get(profile, len(places)))
    found: dict[tuple[str, str, str | None], tuple[str, Result]] = {}
    for one in shacl.faults(graph, widest):
        rule = shapes.load(widest).rules.get(one.rule)
        least = places[rule.profile if rule else widest]
        smallest = next(profile for profile in asked if places[profile] >= least)
        found.setdefault((one.focus, one.rule, one.value), (smallest, one))
    told = sorted(found.values(), key=lambda pair: asked.index(pair[0]))
    rows: list[tuple[Term | None, ...]] = [
        (
            Literal(number), _text(profile), _text(one.severity), _text(one.name),
            _text(one.label),
            _text(remedies.filled(one.message, remedies.as_typed(one.focus, run), run)),
            NamedNode(one.rule), _node(one.focus),
        )
        for number, (profile, one) in enumerate(told, 1)
    ]  # fmt: skip
    return rows, []


def _node(focus: str) -> Term:
    """Name what a rule is about; a blank node of foreign data has no name but its own."""
    return Literal(focus) if focus.startswith("_:") else NamedNode(focus)


def _term(term: object) -> Term | None:
    return term if isinstance(term, NamedNode | Literal) else None


def _text(value: str | None) -> Literal | None:
    return None if value is None else Literal(value)


#: What is noted of the answer to a question that the store alone can answer, by its name.
NOTES: dict[str, Callable[[Store, str, Resolved], list[str]]] = {"plan-differences": _against_plan}

#: What a question's header can say after ``walk:``, beside what leads along dependencies.
WALKS: dict[str, Callable[[Store, str, Resolved], Prepared]] = {
    "curve": _curve,
    "differences": _differences,
    "dropout": _with_dropout,
    "missing": _missing,
    "path": _path,
    "same-data": _same_data,
}
