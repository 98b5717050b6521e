# SPDX-License-Identifier: Apache-2.0
"""What lies behind some things: each lab goes the way by itself, as far as it knows it.

A walk asked layer by layer takes a round a layer. Here a lab tells in one request all that is
said of whatever it reaches, and is asked again from those things only that others have reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple, TypeAlias

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.ask.federating.parts import Place
from dlprov_rdf.ask.sparql import PREFIXES

_EQUALS = NamedNode(f"{PREFIXES['prov']}specializationOf")

#: By these a walk goes from data to what they were made from; equal octets meet at the content.
OF_DATA = frozenset({
    _EQUALS, NamedNode(f"{PREFIXES['mls']}hasInput"),
    *(NamedNode(f"{PREFIXES['prov']}{name}")
      for name in ("wasGeneratedBy", "used", "wasDerivedFrom")),
})  # fmt: skip

#: By these from anything to what it depends on; not to what all runs have in common, the
#: packages and agents, of which each graph says the same once more.
OF_ANYTHING = OF_DATA | {
    NamedNode(f"{PREFIXES['dcterms']}isPartOf"),
    *(NamedNode(f"{PREFIXES['dlprov']}{name}")
      for name in ("architecture", "evaluates", "measuredOn")),
}  # fmt: skip

#: Relations along which a lab walks.
Way: TypeAlias = frozenset[NamedNode]


class Said(NamedTuple):
    """All that is said of what a lab reaches from some things."""

    starts: frozenset[NamedNode]
    way: Way

    @property
    def places(self) -> tuple[tuple[Place, ...], ...]:
        """See ``Part.places``."""
        return (("g", "s", "p", "o"),)

    def words(self) -> str:
        """See ``Part.words``."""
        return f"{_reached(self.starts, self.way, 's')} GRAPH ?g {{ ?s ?p ?o }}"


class Equal(NamedTuple):
    """What is an occurrence of anything that a lab reaches from some things."""

    starts: frozenset[NamedNode]
    way: Way

    @property
    def places(self) -> tuple[tuple[Place, ...], ...]:
        """See ``Part.places``."""
        return (("g", "s", _EQUALS, "o"),)

    def words(self) -> str:
        """See ``Part.words``."""
        return f"{_reached(self.starts, self.way, 'o')} GRAPH ?g {{ ?s {_EQUALS} ?o }}"


class Behind:
    """What was asked for already.

    Attributes:
        whole: Things of which all is here that any lab says.
        equal: Things of which all occurrences are here.
    """

    equal_by = frozenset((_EQUALS,))

    def __init__(self) -> None:
        self.whole: set[NamedNode] = set()
        self._asked: dict[tuple[str, Way], set[NamedNode]] = {}
        self._nodes: dict[Way, set[NamedNode]] = {}

    def due(self, labs: Iterable[str], way: Way) -> dict[str, frozenset[NamedNode]]:
        """Tell from which things each lab is still to be asked; a lab with none is left out."""
        nodes = self._nodes.setdefault(way, set())
        left = {lab: frozenset(nodes - self._asked.setdefault((lab, way), set())) for lab in labs}
        return {lab: things for lab, things in left.items() if things}

    def start(self, things: AbstractSet[NamedNode], way: Way) -> None:
        """Say from which things it is to be gone."""
        self._nodes.setdefault(way, set()).update(things)

    def told(self, lab: str, starts: Iterable[NamedNode], way: Way, quads: Iterable[Quad]) -> None:
        """Note what a lab reached: of that it has told all, and the others may know more."""
        reached = _followed(starts, way, quads)
        self._asked[lab, way] |= reached
        self._nodes[way] |= reached

    def end(self, way: Way) -> set[NamedNode]:
        """Note that every lab was asked of everything; give what was reached."""
        self.whole |= self._nodes[way]
        return self._nodes[way]


def _reached(starts: frozenset[NamedNode], way: Way, name: str) -> str:
    """Word what is reached; only serialised terms enter."""
    path = "|".join(sorted(map(str, way)))
    values = " ".join(sorted(map(str, starts)))
    return (
        f"{{ SELECT DISTINCT ?{name} {{ VALUES ?start {{ {values} }} ?start ({path})* ?{name} }} }}"
    )


def _followed(starts: Iterable[NamedNode], way: Way, quads: Iterable[Quad]) -> set[NamedNode]:
    """Go the way through what a lab told."""
    steps: dict[object, list[NamedNode]] = {}
    for start, end in _ends(way, quads):
        steps.setdefault(start, []).append(end)
    reached = set(starts)
    waiting = list(reached)
    while waiting:
        for end in steps.get(waiting.pop(), ()):
            if end not in reached:
                reached.add(end)
                waiting.append(end)
    return reached


def _ends(way: Way, quads: Iterable[Quad]) -> Iterator[tuple[object, NamedNode]]:
    for quad in quads:
        if quad.predicate in way and isinstance(quad.object, NamedNode):
            yield quad.subject, quad.object
