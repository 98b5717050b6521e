# SPDX-License-Identifier: Apache-2.0
"""What a check found: in words for a person, and as a W3C validation report.

A graph conforms if it breaks no rule whose severity is sh:Violation; warnings are told. The
report graph has no blank nodes: a result's name is made of what it says, so that the same
faults give the same report.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import cached_property
from typing import cast

import msgspec
import pyoxigraph as ox

from dlprov_rdf.errors import DoesNotConform

SH = "http://www.w3.org/ns/shacl#"
_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
#: What can stand in a report.
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_SEVERITY = {"violation": "Violation", "warning": "Warning", "info": "Info"}


def sh(name: str) -> ox.NamedNode:
    """Name a term of SHACL."""
    return ox.NamedNode(SH + name)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One fault: a rule that one node breaks.

    Attributes:
        focus: The IRI of what breaks the rule; ``_:x`` for a blank node.
        rule: The IRI of the rule, or of its kind of constraint where the shape has no IRI.
        value: The value at fault as N-Triples spell it, or None where a value is missing.
        label: What ``focus`` is called in its graph, or None.
        name: What the rule is called.
        message: What must hold, and what to do.
        severity: violation, warning or info.
        path: The IRI of the property, or None for a rule on the node or a longer path.
        component: The IRI of the kind of constraint.
    """

    focus: str
    rule: str
    value: str | None = None
    label: str | None = None
    name: str
    message: str
    severity: str
    path: str | None = None
    component: str

    def words(self) -> str:
        """Say it in one line: what, by its label; which rule; what to do."""
        subject = f"{self.label!r} <{self.focus}>" if self.label else f"<{self.focus}>"
        found = f" Found: {_plain(self.value)}." if self.value is not None else ""
        return f"{self.severity}: {subject}: {self.name}.{found} {self.message}"


class Report(msgspec.Struct, frozen=True, dict=True):
    """All that one check found, in a fixed order; it is plain data, as JSON wants it."""

    conforms: bool
    results: tuple[Result, ...] = ()

    @cached_property
    def violations(self) -> tuple[Result, ...]:
        """The results for which the graph does not conform."""
        return tuple(result for result in self.results if result.severity == "violation")

    def words(self) -> str:
        """Say it in words: a line a result, or that there is none."""
        if not self.results:
            return "It conforms: no rule is broken."
        return "\n".join(result.words() for result in self.results)

    def raise_for_violations(self) -> None:
        """Raise if the graph does not conform.

        Raises:
            DoesNotConform: With every violation in words.
        """
        if not self.conforms:
            raise DoesNotConform(tuple(result.words() for result in self.violations))

    def graph(self) -> Iterator[ox.Triple]:
        """Yield the report as W3C SHACL has it.

        Source:
            SHACL, 3.6 Validation Report: https://www.w3.org/TR/shacl/#validation-report
        """
        names = [_name(result.focus, result.rule, result.value or "") for result in self.results]
        report = _name(*(name.value for name in names))
        yield ox.Triple(report, _RDF_TYPE, sh("ValidationReport"))
        yield ox.Triple(report, sh("conforms"), ox.Literal(self.conforms))
        for name, result in zip(names, self.results, strict=True):
            yield ox.Triple(report, sh("result"), name)
            yield from _result_triples(name, result)

    def turtle(self) -> str:
        """Write the report graph as Turtle."""
        prefixes = {"sh": SH}
        written = ox.serialize(self.graph(), format=ox.RdfFormat.TURTLE, prefixes=prefixes)
        return (written or b"").decode()


def conforming(results: tuple[Result, ...]) -> bool:
    """Tell whether a graph with these results conforms."""
    return all(result.severity != "violation" for result in results)


def _result_triples(name: ox.NamedNode, result: Result) -> Iterator[ox.Triple]:
    yield ox.Triple(name, _RDF_TYPE, sh("ValidationResult"))
    yield ox.Triple(name, sh("focusNode"), _node(result.focus))
    yield ox.Triple(name, sh("sourceShape"), ox.NamedNode(result.rule))
    yield ox.Triple(name, sh("sourceConstraintComponent"), ox.NamedNode(result.component))
    yield ox.Triple(name, sh("resultSeverity"), sh(_SEVERITY[result.severity]))
    yield ox.Triple(name, sh("resultMessage"), ox.Literal(result.message))
    if result.path is not None:
        yield ox.Triple(name, sh("resultPath"), ox.NamedNode(result.path))
    if result.value is not None:
        yield ox.Triple(name, sh("value"), _term(result.value))


def _name(*facts: str) -> ox.NamedNode:
    return ox.NamedNode(uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(facts)).urn)


def _node(focus: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(focus[2:]) if focus.startswith("_:") else ox.NamedNode(focus)


def _term(value: str) -> Term:
    line = f"<x:s> <x:p> {value} ."
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_TRIPLES)
    return cast("Term", quad.object)


def _plain(value: str) -> str:
    term = _term(value)
    return repr(term.value) if isinstance(term, ox.Literal) else value
