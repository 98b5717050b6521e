# SPDX-License-Identifier: Apache-2.0
"""Which constraints speak of a document: it says all that one of them presupposes.

A constraint that speaks of a document orders, merges or types something in it. Whether it is broken
is another question: most orderings cannot be, by themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from prov_written import TYPE, Document

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import Statement

#: A place of a statement, as ``Class.place``; two joined places name one thing.
Place = tuple[type[Statement], str]

_MADE: Place = (s.Generation, "entity")
_GONE: Place = (s.Invalidation, "entity")
_STARTED: Place = (s.Start, "activity")
_ENDED: Place = (s.End, "activity")
_GENERAL: Place = (s.Specialization, "general")
_SPECIFIC: Place = (s.Specialization, "specific")

#: For each constraint: pairs of places in different statements, of which all must name one thing.
JOINS: dict[int, tuple[tuple[tuple[Place, Place], ...], ...]] = {
    22: (
        (((s.Entity, "id"), (s.Entity, "id")),),
        (((s.Activity, "id"), (s.Activity, "id")),),
    ),
    24: (((_MADE, _MADE), ((s.Generation, "activity"), (s.Generation, "activity"))),),
    25: (((_GONE, _GONE), ((s.Invalidation, "activity"), (s.Invalidation, "activity"))),),
    26: (((_STARTED, _STARTED), ((s.Start, "starter"), (s.Start, "starter"))),),
    27: (((_ENDED, _ENDED), ((s.End, "ender"), (s.End, "ender"))),),
    28: ((((s.Activity, "id"), _STARTED),),),
    29: ((((s.Activity, "id"), _ENDED),),),
    30: (((_STARTED, _ENDED),),),
    31: (((_STARTED, _STARTED),),),
    32: (((_ENDED, _ENDED),),),
    33: ((((s.Usage, "activity"), _STARTED),), (((s.Usage, "activity"), _ENDED),)),
    34: ((((s.Generation, "activity"), _STARTED),), (((s.Generation, "activity"), _ENDED),)),
    35: (
        (((s.Communication, "informant"), _STARTED),),
        (((s.Communication, "informed"), _ENDED),),
    ),
    36: (((_MADE, _GONE),),),
    37: (((_MADE, (s.Usage, "entity")),),),
    38: ((((s.Usage, "entity"), _GONE),),),
    39: (((_MADE, _MADE),),),
    40: (((_GONE, _GONE),),),
    42: ((((s.Derivation, "generated"), _MADE), ((s.Derivation, "used"), _MADE)),),
    43: ((((s.Start, "trigger"), _MADE),), (((s.Start, "trigger"), _GONE),)),
    44: ((((s.End, "trigger"), _MADE),), (((s.End, "trigger"), _GONE),)),
    45: (((_GENERAL, _MADE), (_SPECIFIC, _MADE)),),
    46: (((_GENERAL, _GONE),), ((_SPECIFIC, _GONE),)),
    47: (
        (((s.Association, "activity"), _STARTED),),
        (((s.Association, "activity"), _ENDED),),
    ),
    48: ((((s.Attribution, "agent"), _MADE),), (((s.Attribution, "agent"), _STARTED),)),
    49: (
        (((s.Delegation, "responsible"), _MADE),),
        (((s.Delegation, "responsible"), _STARTED),),
    ),
}


def reached(document: Document) -> set[int]:
    """Give the constraints that speak of a document, by what its statements say themselves."""
    return {number for instance in document for number in _spoken(instance.statements)}


def _spoken(told: tuple[Statement, ...]) -> Iterator[int]:
    values: dict[Place, list[tuple[int, str]]] = defaultdict(list)
    for index, one in enumerate(told):
        for name in one.__struct_fields__:
            if name != "attributes" and (value := getattr(one, name)):
                values[type(one), name].append((index, value))
    for number, ways in JOINS.items():
        if any(all(_joined(values, *pair) for pair in way) for way in ways):
            yield number
    ids: dict[str, list[type[Statement]]] = defaultdict(list)
    for one in told:
        if identifier := getattr(one, "id", None):
            ids[identifier].append(type(one))
    relations = {
        name: [kind for kind in kinds if kind not in {s.Entity, s.Activity, s.Agent}]
        for name, kinds in ids.items()
    }
    if any(len(kinds) > len(set(kinds)) for kinds in relations.values()):
        yield 23
    if any(len(set(kinds)) > 1 for kinds in relations.values()):
        yield 53
    if any(0 < len(kinds) < len(ids[name]) for name, kinds in relations.items()):
        yield 54
    yield from _alone(told)


def _joined(values: dict[Place, list[tuple[int, str]]], one: Place, other: Place) -> bool:
    others: dict[str, set[int]] = defaultdict(set)
    for index, value in values[other]:
        others[value].add(index)
    return any(others[value] - {index} for index, value in values[one] if value in others)


def _alone(told: tuple[Statement, ...]) -> Iterator[int]:
    """Give those that speak of single statements."""
    for one in told:
        yield from (50, 55)
        if isinstance(one, s.Derivation):
            yield 41 if one.activity else 51
        if isinstance(one, s.Specialization):
            yield 52
        if isinstance(one, s.Entity) and any(
            name == TYPE and value.endswith("EmptyCollection") for name, value in one.attributes
        ):
            yield 56
