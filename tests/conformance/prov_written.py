# SPDX-License-Identifier: Apache-2.0
"""Writes documents of PROV statements as PROV-N."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import KEYWORDS, Instance, Statement

#: The instances of one document: its own statements first, then each bundle's.
Document: TypeAlias = list[Instance]

EX = "http://example.org/"
PROV = "http://www.w3.org/ns/prov#"
TYPE = PROV + "type"

#: Which places of a relation a statement may leave open.
OPEN: dict[type[Statement], tuple[str, ...]] = {
    s.Activity: ("start", "end"),
    s.Generation: ("activity", "time"),
    s.Usage: ("entity", "time"),
    s.Start: ("trigger", "starter", "time"),
    s.End: ("trigger", "ender", "time"),
    s.Invalidation: ("activity", "time"),
    s.Derivation: ("activity", "generation", "usage"),
    s.Association: ("agent", "plan"),
    s.Delegation: ("activity",),
}


def ex(name: str) -> str:
    """Name a thing of the documents."""
    return EX + name


def provn(document: Document) -> str:
    """Write a document as PROV-N."""
    lines = ["document", f"prefix ex <{EX}>"]
    for instance in document:
        body = [_line(one) for one in instance.statements]
        if instance.name is not None:
            body = [f"bundle {_name(instance.name)}", f"prefix ex <{EX}>", *body, "endBundle"]
        lines += body
    return "\n".join([*lines, "endDocument", ""])


def _line(statement: Statement) -> str:
    kind = type(statement)
    fields = {name: getattr(statement, name) for name in statement.__struct_fields__}
    attributes = fields.pop("attributes", ())
    head = "" if kind in {s.Entity, s.Activity, s.Agent} else fields.pop("id", None) or ""
    if all(fields[place] is None for place in OPEN.get(kind, ())):
        fields = {name: value for name, value in fields.items() if value is not None}
    places = ", ".join(_name(value) for value in fields.values())
    told = ", ".join(f"{_name(name)}={_value(value)}" for name, value in attributes)
    return (
        f"{KEYWORDS[kind]}({_name(head) + '; ' if head else ''}{places}"
        f"{f', [{told}]' if told else ''})"
    )


def _name(value: str | None) -> str:
    if value is None:
        return "-"
    return value.replace(EX, "ex:").replace(PROV, "prov:")


def _value(value: str) -> str:
    return f"'{_name(value)}'" if value.startswith(PROV) else f'"{value}"'


def retimed(statement: Statement, old: str, new: str) -> Statement:
    """Write a time of a statement in another way."""
    times = {
        name: new for name in ("time", "start", "end") if getattr(statement, name, None) == old
    }
    return msgspec.structs.replace(statement, **times) if times else statement
