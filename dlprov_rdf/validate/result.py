# SPDX-License-Identifier: Apache-2.0
"""One fault that a check found: which node breaks which rule, and what to do."""

from __future__ import annotations

from typing import cast

import msgspec
import pyoxigraph as ox

#: What can stand in a report.
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


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
        told = self.value is not None and self.value != f"<{self.focus}>"
        found = f" Found: {_plain(str(self.value))}." if told else ""
        return f"{self.severity}: {subject}: {self.name}.{found} {self.message}"


def term(value: str) -> Term:
    """Read a term as N-Triples spell it."""
    line = f"<x:s> <x:p> {value} ."
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_TRIPLES)
    return cast("Term", quad.object)


def _plain(value: str) -> str:
    found = term(value)
    return repr(found.value) if isinstance(found, ox.Literal) else value
