# SPDX-License-Identifier: Apache-2.0
"""Checks a graph against SHACL shapes, with pyshifty or, as the reference, with pyshacl.

Both are asked for a W3C report, which is read in one way: the shapes stay out of the data
graph, and nothing is inferred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import pyoxigraph as ox

from dlprov_rdf.errors import MissingExtra, UnknownEngine
from dlprov_rdf.validate import fast
from dlprov_rdf.validate import shapes as shapes_files
from dlprov_rdf.validate.report import Report, conforming
from dlprov_rdf.validate.result import Result, Term
from dlprov_rdf.validate.rules import SH, applies, extent, sh
from dlprov_rdf.validate.shapes import Shapes

#: Who checks.
Engine = Literal["pyshifty", "pyshacl"]

_RESULT = sh("result")

_LABELS = {
    ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"),
    ox.NamedNode("http://xmlns.com/foaf/0.1/name"),
}


def check(
    quads: Iterable[ox.Quad | ox.Triple],
    profile: str = "core",
    engine: Engine = "pyshifty",
    shapes: Sequence[Path] = (),
) -> Report:
    """Check the union of some graphs against a profile's rules.

    Args:
        quads: What is checked; in which graph each stands makes no difference.
        profile: Which rules: ``core`` must hold of any run; ``reproducible`` holds those and
            what it takes to do it again; ``fair`` holds those and what others need.
        engine: ``pyshacl`` is the slow reference.
        shapes: Files with rules of the user's own, which must hold too.

    Returns:
        What was found: with either engine the same nodes that break the same rules.

    Raises:
        UnknownProfile: No profile has this name.
        UnknownEngine: No engine has this name.
        FaultyShapes: A shapes file cannot be used; the error names it.
        MissingExtra: pyshacl is asked for and not installed.
    """
    quads = list(quads)
    rules = shapes_files.load(profile, shapes)
    results = _found(quads, rules, engine)
    there = extent(quads)
    applying = frozenset(iri for iri, rule in rules.rules.items() if applies(rule, there))
    asked = tuple(rules.rules.values())
    return Report(conforming(results), results, profile, asked, applying)


def faults(quads: Iterable[ox.Quad | ox.Triple], profile: str = "core") -> tuple[Result, ...]:
    """Check as ``check`` does, and give what was found alone: no score is worked out.

    Args:
        quads: What is checked.
        profile: Which rules.

    Raises:
        UnknownProfile: No profile has this name.
    """
    return _found(list(quads), shapes_files.load(profile), "pyshifty")


def _found(
    quads: Sequence[ox.Quad | ox.Triple], rules: Shapes, engine: Engine
) -> tuple[Result, ...]:
    if engine not in _ENGINES:
        raise UnknownEngine(engine, tuple(_ENGINES))
    report = _ENGINES[engine](quads, rules)
    if report is None:
        return ()
    return tuple(sorted(_results(report, rules, _labels(quads)), key=_place))


def _pyshacl(quads: Iterable[ox.Quad | ox.Triple], rules: Shapes) -> bytes | None:
    """Check with pyshacl, which is given every triple: a report as N-Triples."""
    try:
        from dlprov_rdf.validate import reference
    except ImportError as error:
        raise MissingExtra("pyshacl", "rdflib") from error
    triples = (quad.triple if isinstance(quad, ox.Quad) else quad for quad in quads)
    return reference.report(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"", rules)


_ENGINES: dict[str, Callable[[Sequence[ox.Quad | ox.Triple], Shapes], bytes | None]] = {
    "pyshifty": fast.report,
    "pyshacl": _pyshacl,
}


def _labels(quads: Iterable[ox.Quad | ox.Triple]) -> dict[str, str]:
    return {
        quad.subject.value: quad.object.value
        for quad in quads
        if quad.predicate in _LABELS
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.Literal)
    }


def _results(report: bytes, rules: Shapes, labels: dict[str, str]) -> Iterator[Result]:
    """Yield the results that a W3C report tells of."""
    said: dict[object, dict[str, Term]] = {}
    results: list[object] = []  # not those that are details of one
    for quad in ox.parse(report, format=ox.RdfFormat.TURTLE):
        if quad.predicate == _RESULT:
            results.append(quad.object)
        elif quad.predicate.value.startswith(SH):
            said.setdefault(quad.subject, {})[quad.predicate.value.removeprefix(SH)] = quad.object
    for one in results:
        facts = said.get(one, {})
        if "focusNode" in facts:
            yield _result(facts, rules, labels)


def _result(facts: dict[str, Term], rules: Shapes, labels: dict[str, str]) -> Result:
    component = _iri(facts["sourceConstraintComponent"])
    rule = _iri(facts.get("sourceShape")) or component
    assert rule is not None
    assert component is not None
    focus = facts["focusNode"]
    message = facts.get("resultMessage")
    return Result(
        focus=focus.value if isinstance(focus, ox.NamedNode) else str(focus),
        rule=rule,
        value=str(facts["value"]) if "value" in facts else None,
        label=labels.get(focus.value) if isinstance(focus, ox.NamedNode) else None,
        name=rules.rules[rule].name if rule in rules.rules else rule.rpartition("#")[2],
        message=message.value if isinstance(message, ox.Literal) else "See the rule.",
        severity=(_iri(facts.get("resultSeverity")) or "Violation").rpartition("#")[2].lower(),
        path=_iri(facts.get("resultPath")),
        component=component,
    )


def _place(result: Result) -> tuple[str, ...]:
    return result.focus, result.rule, result.component, result.value or ""


def _iri(term: Term | None) -> str | None:
    return term.value if isinstance(term, ox.NamedNode) else None
