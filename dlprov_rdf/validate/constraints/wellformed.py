# SPDX-License-Identifier: Apache-2.0
"""PROV-DM before all constraints: the places that no statement may leave open.

What is ill-formed is told, and no constraint looks at it: it says nothing that can be judged.

Source:
    PROV-N, productions 11 to 41: https://www.w3.org/TR/prov-n/
"""

from __future__ import annotations

from collections.abc import Iterable

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import Statement
from dlprov_rdf.validate.constraints.report import Violation, broken
from dlprov_rdf.validate.constraints.words import Words, named

#: The places that must be filled.
_MUST: dict[type[Statement], tuple[str, ...]] = {
    s.Entity: ("id",),
    s.Activity: ("id",),
    s.Agent: ("id",),
    s.Generation: ("entity",),
    s.Usage: ("activity",),
    s.Communication: ("informed", "informant"),
    s.Start: ("activity",),
    s.End: ("activity",),
    s.Invalidation: ("entity",),
    s.Derivation: ("generated", "used"),
    s.Attribution: ("entity", "agent"),
    s.Association: ("activity",),
    s.Delegation: ("delegate",),  # the W3C case unification-delegation-s3 leaves the other open
    s.Influence: ("influenced", "influencer"),
    s.Alternate: ("first", "second"),
    s.Specialization: ("specific", "general"),
    s.Mention: ("specific", "general"),
    s.Membership: ("collection", "entity"),
}


def sifted(
    statements: Iterable[Statement], words: Words
) -> tuple[list[Statement], list[Violation]]:
    """Give the well-formed statements, and what is wrong with the others."""
    good: list[Statement] = []
    found: list[Violation] = []
    for statement in statements:
        kind = type(statement)
        for place in _MUST[kind]:
            if getattr(statement, place) is None:
                found.append(_open(statement, kind, place, words))
                break
        else:
            good.append(statement)
    return good, found


def _open(statement: Statement, kind: type[Statement], place: str, words: Words) -> Violation:
    identifier = getattr(statement, "id", None)
    rest = [getattr(statement, name) for name in _MUST[kind] if name not in {place, "id"}]
    things = ", ".join(words.thing(name) for name in rest if name is not None)
    what = words.statement(kind, identifier) + (f" of {things}" if things else "")
    message = f"{what} leaves its place {place!r} open, which must be filled."
    return broken(None, named(identifier, *rest), message)
