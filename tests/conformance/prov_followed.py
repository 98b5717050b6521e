# SPDX-License-Identifier: Apache-2.0
"""What the oracle leaves out of PROV-CONSTRAINTS, each with the clause that says otherwise.

Nothing is taken from our verdict on trust. What follows from a document by a clause that the oracle
does not apply is told to it outright, and it must then agree with us. Where no statement can tell
it, ours must agree with it on a document that differs in nothing but that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec
from prov_written import EX, Document, ex

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import Instance, Statement

Told = tuple[Statement, ...]


class Reason(NamedTuple):
    """One thing that the oracle leaves out.

    Attributes:
        name: What it leaves out, and the clause of PROV-CONSTRAINTS that asks for it.
        change: Gives the statements of an instance, changed.
        for_oracle: Whether the oracle judges the changed document, else we do.
    """

    name: str
    change: Callable[[Told], Told]
    for_oracle: bool


def infer(told: Told) -> Told:
    """Add what inferences 9, 10, 11, 13 and 21 draw."""
    return (*told, *_events(told), *_declarations(told))


def _events(told: Told) -> Iterator[Statement]:
    """Tell of the events that follow, but for those that are told already."""
    known = [one for one in told if isinstance(one, s.Generation)]
    for new in _generations(told):
        if not any(_tells(one, new) for one in known):
            known.append(new)
            yield new
    for one in told:
        if isinstance(one, s.Derivation) and one.activity:
            yield s.Usage(one.activity, one.used, id=one.usage)  # 11


def _generations(told: Told) -> Iterator[s.Generation]:
    for one in told:
        match one:
            case s.Start(trigger=str(trigger)):
                yield s.Generation(trigger, one.starter)  # 9
            case s.End(trigger=str(trigger)):
                yield s.Generation(trigger, one.ender)  # 10
            case s.Derivation(activity=str(activity)):
                yield s.Generation(one.generated, activity, id=one.generation)  # 11
    for one in told:
        if isinstance(one, s.Attribution):
            yield s.Generation(one.entity)  # 13


def _tells(one: s.Generation, other: s.Generation) -> bool:
    """Tell whether one statement says all that another does."""
    return (
        one.entity == other.entity
        and other.activity in {None, one.activity}
        and other.id in {None, one.id}
    )


def _declarations(told: Told) -> Iterator[Statement]:
    """Declare what specializes something that is declared."""
    declared = {one.id for one in told if isinstance(one, s.Entity)}
    due = list(declared)
    while due:
        general = due.pop()
        for one in told:
            if (
                isinstance(one, s.Specialization)
                and one.general == general
                and one.specific not in declared
            ):
                declared.add(one.specific)
                due.append(one.specific)
                yield s.Entity(one.specific)


def typed(told: Told) -> Told:
    """Say by other statements, which tell of no event, what constraint 50 says of some places."""
    entities, activities = set[str | None](), set[str | None]()
    for one in told:
        match one:
            case s.Alternate():
                entities |= {one.first, one.second}
            case s.Association():
                entities.add(one.plan)
            case s.Derivation():
                activities.add(one.activity)
    return (
        *told,
        *(s.Membership(ex("all"), entity) for entity in sorted(filter(None, entities))),
        *(s.Association(activity, ex("someone")) for activity in sorted(filter(None, activities))),
    )


_UNSEEN = s.Communication | s.Attribution | s.Association | s.Delegation | s.Influence


def apart(told: Told) -> Told:
    """Let the relations whose identifiers the oracle compares with none share none with others."""
    return tuple(
        msgspec.structs.replace(one, id=f"{one.id}-of-{type(one).__name__}")
        if isinstance(one, _UNSEEN) and one.id
        else one
        for one in told
    )


def stands(told: Told) -> Told:
    """Declare as an agent what identifies a relation and stands in a place for a thing."""
    standing = {
        value
        for one in told
        for name in one.__struct_fields__
        if name not in {"id", "attributes", "generation", "usage"}
        and (value := getattr(one, name))
        and str(value).startswith(EX)
    }
    named = {
        getattr(one, "id", None)
        for one in told
        if not isinstance(one, s.Entity | s.Activity | s.Agent)
    }
    return (*told, *map(s.Agent, sorted(map(str, (standing & named) - {None}))))


REASONS = (
    Reason("inferences 9, 10, 11, 13 and 21 are not drawn", infer, for_oracle=True),
    Reason(
        "constraint 50 (13, 16, 10): a plan and what alternates are entities, the activity of a "
        "derivation is an activity",
        typed,
        for_oracle=True,
    ),
    Reason(
        "constraints 53 and 54, and 23 with inference 15: identifiers of communications, "
        "attributions, associations, delegations and influences are compared with no others",
        apart,
        for_oracle=False,
    ),
    Reason(
        "constraint 54 speaks of statements entity, activity and agent; the oracle asks it of all "
        "that stands in a place of one",
        stands,
        for_oracle=False,
    ),
)


def changed(document: Document, reasons: tuple[Reason, ...], *, for_oracle: bool) -> Document:
    """Give a document as some reasons change it for the oracle, or for us."""
    found = document
    for reason in reasons:
        if reason.for_oracle is for_oracle:
            found = [Instance(one.name, reason.change(one.statements)) for one in found]
    return found
