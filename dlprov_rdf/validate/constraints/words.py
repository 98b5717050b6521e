# SPDX-License-Identifier: Apache-2.0
"""Words things as their reader knows them: a label, a qualified name, else the IRI."""

from __future__ import annotations

from collections.abc import Mapping

from dlprov_rdf.graph.statements import KEYWORDS, Statement
from dlprov_rdf.validate.constraints.terms import Term


class Words:
    """What the things of one document are called."""

    def __init__(self, called: Mapping[str, str]) -> None:
        self._called = called

    def thing(self, term: Term | None) -> str:
        """Name one thing; what has no name is something."""
        if term is None or isinstance(term, int):
            return "something unnamed"
        return self._called.get(term) or (term if term[:2] in {"_:", "-"} else f"<{term}>")

    def statement(self, kind: type[Statement], identifier: Term | None) -> str:
        """Name one statement: its relation, and its identifier where it has one."""
        keyword = KEYWORDS[kind]
        return keyword if not isinstance(identifier, str) else f"{keyword} {self.thing(identifier)}"


def named(*terms: Term | None) -> tuple[str, ...]:
    """Keep of some terms those that are names, each once, in their order."""
    return tuple(dict.fromkeys(term for term in terms if isinstance(term, str) and term != "-"))
