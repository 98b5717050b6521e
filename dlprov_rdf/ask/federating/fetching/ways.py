# SPDX-License-Identifier: Apache-2.0
"""The ways that labs go by themselves, and what they are asked for on them.

A walk asked step by step takes a round a step. Here a lab tells in one request what it finds on
all of its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, cast

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.ask.federating.fetching.parts import Part, Place
from dlprov_rdf.ask.federating.reading.needs import Step, Term
from dlprov_rdf.ask.sparql import PREFIXES
from dlprov_rdf.graph import vocabulary as v

_EQUALS = frozenset((v.PROV_SPECIALIZATION_OF,))

#: So many relations are told to a lab one by one.
_FEW = 3


class Way(NamedTuple):
    """Relations along which labs walk.

    Attributes:
        steps: Each relation, forward or back.
        whole: Whether all is told of what is reached, and what equals it, or the steps alone.
        within: Whether the way stays in one graph, so that no lab leads on for another.
        also: What else is told of what is reached, beside the steps.
        most: Where a lab tells as many quads of it, there are too many: the way is given up.
    """

    steps: frozenset[Step]
    whole: bool = False
    within: bool = False
    also: tuple[NamedNode, ...] = ()
    most: int | None = None

    @property
    def forward(self) -> bool:
        """Whether things say all of its steps themselves."""
        return all(step.forward for step in self.steps)

    @property
    def through_literals(self) -> bool:
        """Whether it may lead to a literal, and back from it to what says the same."""
        return len({step.forward for step in self.steps}) > 1

    @property
    def all_steps(self) -> Part:
        """All that could be a step of it."""
        return Part(predicate=frozenset(step.predicate for step in self.steps))

    def asked(self, starts: frozenset[Term]) -> tuple[Found, ...]:
        """Give what a lab is asked for that goes this way from some things."""
        if self.whole:
            return Found(starts, self, "s"), Found(starts, self, "o", (*_EQUALS,))
        forward, back = (self._predicates(forward=one) for one in (True, False))
        ends = {"s": (*forward, *self.also), "o": back}
        return tuple(Found(starts, self, end, names) for end, names in ends.items() if names)

    def told(self, reached: frozenset[Term]) -> tuple[Part, ...]:
        """Say what is here once all labs have gone this way, and reached these things."""
        if self.whole:
            return Part(subject=reached), Part(predicate=_EQUALS, object=reached)
        forward, back = (frozenset(self._predicates(forward=one)) for one in (True, False))
        said = Part(subject=reached, predicate=forward.union(self.also))
        return said, Part(predicate=back, object=reached)

    def _predicates(self, *, forward: bool) -> tuple[NamedNode, ...]:
        found = {step.predicate for step in self.steps if step.forward == forward}
        return tuple(sorted(found, key=str))

    def words(self) -> str:
        """Word the way, of any length, as a path; only serialised terms enter."""
        path = sorted(f"{'' if step.forward else '^'}{step.predicate}" for step in self.steps)
        return f"({'|'.join(path)})*"

    def ends(self, quads: Iterable[Quad]) -> Iterator[tuple[Term, Term]]:
        """Give from where to where quads lead."""
        forward, back = (set(self._predicates(forward=one)) for one in (True, False))
        for quad in quads:
            if quad.predicate in forward:
                yield cast("Term", quad.subject), cast("Term", quad.object)
            if quad.predicate in back:
                yield cast("Term", quad.object), cast("Term", quad.subject)


def _named(**names: str) -> tuple[NamedNode, ...]:
    return tuple(
        NamedNode(PREFIXES[prefix] + name)
        for prefix, told in names.items() for name in told.split()
    )  # fmt: skip


def _steps(relations: Iterable[NamedNode], *, forward: bool) -> frozenset[Step]:
    return frozenset(Step(one, forward=forward) for one in relations)


_MADE_FROM = _named(prov="specializationOf wasGeneratedBy used wasDerivedFrom", mls="hasInput")
_DEPENDS_ON = (*_MADE_FROM, *_named(
    dcterms="isPartOf", dlprov="architecture evaluates measuredOn",
    prov="qualifiedAssociation hadPlan",
))  # fmt: skip

#: From data to what they were made from; equal octets meet at the content.
OF_DATA = Way(_steps(_MADE_FROM, forward=True), whole=True)

#: From anything to what it depends on; not to what all runs have in common, the packages and
#: agents, of which each graph says the same once more.
OF_ANYTHING = Way(_steps(_DEPENDS_ON, forward=True), whole=True)

#: From anything to what depends on it, with what tells of equal octets, classes and names.
ON_ANYTHING = Way(
    _steps((*_DEPENDS_ON, *_named(prov="hadMember atLocation wasAssociatedWith")), forward=False),
    also=_named(prov="specializationOf wasGeneratedBy", rdf="type", rdfs="label", foaf="name"),
    most=20_000,
)


class Walk(NamedTuple):
    """Some things, and the way from there."""

    starts: frozenset[Term]
    way: Way

    @property
    def empty(self) -> bool:
        """Whether there is nowhere to start."""
        return not self.starts


class Found(NamedTuple):
    """What is said at one end of what a lab reaches: all, or some relations."""

    starts: frozenset[Term]
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
        named, only = self._relations()
        said = f"{named}GRAPH ?g {{ ?s ?p ?o }}{only}"
        found = f"{{ SELECT DISTINCT ?{self.end} {{ {reached} }} }} {said}"
        most = self.way.most
        return f"{{ SELECT ?g ?s ?p ?o {{ {found} }} LIMIT {most} }}" if most else found

    def _relations(self) -> tuple[str, str]:
        """Word which relations are meant; of many, Fuseki would look each up for each thing."""
        if len(self.predicates) > _FEW:
            return "", f" FILTER(?p IN ({', '.join(map(str, self.predicates))}))"
        terms = " ".join(map(str, self.predicates))
        return f"VALUES ?p {{ {terms} }} " if terms else "", ""
