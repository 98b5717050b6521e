# SPDX-License-Identifier: Apache-2.0
"""What lies behind some things: each lab goes the way by itself, as far as it knows it.

A walk asked step by step takes a round a step. Here a lab tells in one request what it finds on
all of its way, and is asked again from those things only that others have reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.ask.federating.fetching.parts import Place
from dlprov_rdf.ask.federating.reading.needs import Step
from dlprov_rdf.ask.sparql import PREFIXES

_EQUALS = NamedNode(f"{PREFIXES['prov']}specializationOf")


class Way(NamedTuple):
    """Relations along which labs walk.

    Attributes:
        steps: Each relation, forward or back.
        whole: Whether all is told of what is reached, and what equals it, or the steps alone.
        within: Whether the way stays in one graph, so that no lab leads on for another.
    """

    steps: frozenset[Step]
    whole: bool = False
    within: bool = False

    def asked(self, starts: frozenset[NamedNode]) -> tuple[Found, ...]:
        """Give what a lab is asked for that goes this way from some things."""
        if self.whole:
            return Found(starts, self, "s"), Found(starts, self, "o", (_EQUALS,))
        ends = {"s": self._predicates(forward=True), "o": self._predicates(forward=False)}
        return tuple(Found(starts, self, end, names) for end, names in ends.items() if names)

    def _predicates(self, *, forward: bool) -> tuple[NamedNode, ...]:
        found = {step.predicate for step in self.steps if step.forward == forward}
        return tuple(sorted(found, key=str))

    def words(self) -> str:
        """Word the way, of any length, as a path; only serialised terms enter."""
        path = sorted(f"{'' if step.forward else '^'}{step.predicate}" for step in self.steps)
        return f"({'|'.join(path)})*"

    def ends(self, quads: Iterable[Quad]) -> Iterator[tuple[object, object]]:
        """Give from where to where quads lead."""
        forward, back = (set(self._predicates(forward=one)) for one in (True, False))
        for quad in quads:
            if quad.predicate in forward:
                yield quad.subject, quad.object
            if quad.predicate in back:
                yield quad.object, quad.subject


def _way(**names: str) -> Way:
    steps = (
        Step(NamedNode(PREFIXES[prefix] + name), forward=True)
        for prefix, told in names.items() for name in told.split()
    )  # fmt: skip
    return Way(frozenset(steps), whole=True)


#: From data to what they were made from; equal octets meet at the content.
OF_DATA = _way(prov="specializationOf wasGeneratedBy used wasDerivedFrom", mls="hasInput")

_MORE = _way(
    dcterms="isPartOf", dlprov="architecture evaluates measuredOn",
    prov="qualifiedAssociation hadPlan",
)  # fmt: skip

#: From anything to what it depends on; not to what all runs have in common, the packages and
#: agents, of which each graph says the same once more.
OF_ANYTHING = Way(OF_DATA.steps | _MORE.steps, whole=True)


class Walk(NamedTuple):
    """Some things, and the way from there."""

    starts: frozenset[NamedNode]
    way: Way

    @property
    def empty(self) -> bool:
        """Whether there is nowhere to start."""
        return not self.starts


class Found(NamedTuple):
    """What is said at one end of what a lab reaches: all, or some relations."""

    starts: frozenset[NamedNode]
    way: Way
    end: str
    predicates: tuple[NamedNode, ...] = ()

    @property
    def places(self) -> tuple[tuple[Place, ...], ...]:
        """See ``Part.places``."""
        return (("g", "s", "p", "o"),)

    def words(self) -> str:
        """See ``Part.words``; only serialised terms enter."""
        starts = " ".join(sorted(map(str, self.starts)))
        reached = f"VALUES ?start {{ {starts} }} ?start {self.way.words()} ?{self.end}"
        named = f"VALUES ?p {{ {' '.join(map(str, self.predicates))} }} " if self.predicates else ""
        return f"{{ SELECT DISTINCT ?{self.end} {{ {reached} }} }} {named}GRAPH ?g {{ ?s ?p ?o }}"


class Behind:
    """What was asked for already, by each way.

    Attributes:
        whole: Things of which all is here that any lab says.
    """

    equal_by = frozenset((_EQUALS,))

    def __init__(self) -> None:
        self.whole: set[NamedNode] = set()
        self._asked: dict[tuple[str, Way], set[NamedNode]] = {}
        self._nodes: dict[Way, set[NamedNode]] = {}

    def start(self, walk: Walk) -> None:
        """Say from where it is to be gone."""
        self._nodes.setdefault(walk.way, set()).update(walk.starts)

    def due(self, labs: Iterable[str], ways: Iterable[Way]) -> dict[str, list[Walk]]:
        """Tell which walks each lab is still to be asked for; a lab with none is left out."""
        found: dict[str, list[Walk]] = {}
        for lab in labs:
            for way in ways:
                starts = self._nodes[way] - self._asked.setdefault((lab, way), set())
                if starts:
                    found.setdefault(lab, []).append(Walk(frozenset(starts), way))
        return found

    def told(self, lab: str, walk: Walk, quads: Iterable[Quad]) -> None:
        """Note what a lab reached: of that it has told all, and the others may know more."""
        reached = _followed(walk, quads)
        self._asked[lab, walk.way] |= reached
        if not walk.way.within:
            self._nodes[walk.way] |= reached

    def reached(self, way: Way) -> frozenset[NamedNode]:
        """Give what was reached, once every lab was asked."""
        return frozenset(self._nodes.get(way, ()))


def _followed(walk: Walk, quads: Iterable[Quad]) -> set[NamedNode]:
    """Go the way through what a lab told."""
    steps: dict[object, list[NamedNode]] = {}
    for start, end in walk.way.ends(quads):
        if isinstance(end, NamedNode):
            steps.setdefault(start, []).append(end)
    reached = set(walk.starts)
    waiting = list(reached)
    while waiting:
        for end in steps.get(waiting.pop(), ()):
            if end not in reached:
                reached.add(end)
                waiting.append(end)
    return reached
