# SPDX-License-Identifier: Apache-2.0
"""Names, and what stands for a name that nobody told: an existential variable.

An IRI is a constant. What a statement leaves open, and a blank node, is a variable, which
may turn out to be any one thing: two terms unify if they can be the same. The placeholder
``-`` of a plan or of a derivation's way says that there may be none; it is a constant, and no
variable is it, for a variable is something.

Source:
    PROV-CONSTRAINTS, 4.1 (Definition 4) and 6 (unification):
    https://www.w3.org/TR/prov-constraints/#optional-placeholders_text
"""

from __future__ import annotations

from typing import Generic, TypeAlias, TypeVar

#: A constant, or the number of a variable.
Term: TypeAlias = str | int

#: Where a statement says that there may be nothing.
NOTHING = "-"

T = TypeVar("T")


class Terms(Generic[T]):
    """The terms of one instance, and what was found out of its variables.

    Who depends on a variable waits for it, and is due when it is found out.
    """

    def __init__(self) -> None:
        self.due: list[T] = []
        self._blank: dict[str, int] = {}
        self._count = 0
        self._found: dict[int, Term] = {}
        self._waiting: dict[int, list[T]] = {}

    @property
    def any_found(self) -> bool:
        """Tell whether any variable was found out."""
        return bool(self._found)

    def fresh(self) -> int:
        """Make a variable."""
        self._count += 1
        return self._count

    def of(self, name: str | None) -> Term:
        """Give the term for what a statement names, or leaves open."""
        if name is None:
            return self.fresh()
        if name.startswith("_:"):
            return self._blank.setdefault(name, self.fresh())
        return name

    def resolve(self, term: Term) -> Term:
        """Give what a term is known to be by now."""
        if isinstance(term, str) or term not in self._found:
            return term
        last = self._found[term]
        while isinstance(last, int) and last in self._found:
            last = self._found[last]
        self._found[term] = last
        return last

    def at(self, name: str) -> Term:
        """Give what something that is named is known to be by now."""
        return self.resolve(self.of(name)) if name.startswith("_:") else name

    def wait(self, variable: int, who: T) -> None:
        """Let somebody be due when a variable is found out."""
        self._waiting.setdefault(variable, []).append(who)

    def unify(self, one: Term, other: Term) -> bool:
        """Make two terms the same; False if they cannot be."""
        one, other = self.resolve(one), self.resolve(other)
        if one == other:
            return True
        if isinstance(one, str) or (isinstance(other, int) and self._fewer(other, one)):
            one, other = other, one
        if isinstance(one, str) or other == NOTHING:
            return False
        self._found[one] = other
        self.due += self._waiting.pop(one, ())
        return True

    def _fewer(self, one: int, other: int) -> bool:
        """Tell for whom fewer wait: of two variables that one gives way, so few wait anew."""
        return len(self._waiting.get(one, ())) < len(self._waiting.get(other, ()))
