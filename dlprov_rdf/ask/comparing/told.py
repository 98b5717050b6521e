# SPDX-License-Identifier: Apache-2.0
"""One run's graph, held so that it can be read from thing to thing, and walked upstream."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from dlprov_rdf.ask.lineage import local_name
from dlprov_rdf.ask.walking import kinds

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

_DCTERMS = "http://purl.org/dc/terms/"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"

#: Relations that lead upstream: to what something was made of, from, by and within.
_UPSTREAM = {
    kinds.PROV + "wasGeneratedBy", kinds.PROV + "used", kinds.PROV + "wasDerivedFrom",
    kinds.PROV + "hadMember", kinds.PROV + "atLocation", kinds.PROV + "wasAssociatedWith",
    kinds.PROV + "qualifiedAssociation", kinds.PROV + "hadPlan", kinds.MLS + "hasInput",
    kinds.DLPROV + "architecture", kinds.DLPROV + "evaluates", kinds.DLPROV + "measuredOn",
    _DCTERMS + "isPartOf",
}  # fmt: skip

SOURCE = _DCTERMS + "source"


class Told:
    """What the graph of one run says, from thing to thing.

    Terms are named by the end of their IRI where there is no other such end: ``used``,
    ``endState``, ``hasValue``.
    """

    def __init__(self, run: str, quads: Iterable[Quad]) -> None:
        self.run = run
        self._out: dict[str, dict[str, list[NamedNode | Literal]]] = {}
        self._in: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for quad in quads:
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                self._take(quad.subject.value, quad.predicate.value, quad.object)
        self._upstream: dict[str, frozenset[str]] = {}

    def _take(self, subject: str, predicate: str, value: NamedNode | Literal) -> None:
        self._out.setdefault(subject, {}).setdefault(predicate, []).append(value)
        if isinstance(value, NamedNode):
            self._in[value.value][predicate].append(subject)

    def all(self, kind: str) -> list[str]:
        """List the things of a class of ours, or of ML Schema, in the order of their events."""
        names = (kinds.DLPROV + kind, kinds.MLS + kind)
        found = {one for name in names for one in self._in.get(name, {}).get(_TYPE, ())}
        return sorted(found, key=lambda iri: (number(iri), iri))

    def values(self, thing: str, *terms: str) -> list[str]:
        """Give what a thing says by any of these terms, as text, sorted."""
        said = self._out.get(thing, {})
        return sorted({value.value for term in terms for value in said.get(term, ())})

    def one(self, thing: str, *terms: str) -> str | None:
        """Give one of what a thing says by any of these terms, or None."""
        return next(iter(self.values(thing, *terms)), None)

    def near(self, thing: str, term: str) -> list[str]:
        """List what refers to a thing by this term."""
        return sorted(self._in.get(thing, {}).get(term, ()), key=lambda iri: (number(iri), iri))

    def is_a(self, thing: str, kind: str) -> bool:
        """Say whether a thing is of a class of ours, or of ML Schema."""
        return bool({kinds.DLPROV + kind, kinds.MLS + kind} & set(self.values(thing, _TYPE)))

    def name(self, thing: str) -> str:
        """Give a thing's label, or the end of its IRI."""
        return self.one(thing, _LABEL) or local_name(thing)

    def content(self, thing: str) -> str | None:
        """Tell the octets of a thing, or of a sample of it; None where nobody knows."""
        octets = self.one(thing, kinds.PROV + "specializationOf")
        return octets or self.one(thing, kinds.DLPROV + "sampleDigest")

    def used(self, activity: str) -> Iterator[tuple[str, str | None]]:
        """Yield what an activity used, each with its role there, in a word, where it has one."""
        roles = {
            self.one(usage, kinds.PROV + "entity"): self.one(usage, kinds.PROV + "hadRole")
            for usage in self.values(activity, kinds.PROV + "qualifiedUsage")
        }
        for used in self.values(activity, kinds.PROV + "used", kinds.MLS + "hasInput"):
            role = roles.get(used)
            yield used, local_name(role).removesuffix("Role") if role else None

    @cached_property
    def origins(self) -> list[str]:
        """List the data and files that came from outside: acquired, or made by no step here."""
        found = []
        for data in dict.fromkeys([*self.all("Dataset"), *self.all("File")]):
            makers = self.values(data, kinds.PROV + "wasGeneratedBy")
            acquired = any(self.is_a(maker, "DataAcquisition") for maker in makers)
            derived = self.values(data, kinds.PROV + "wasDerivedFrom")
            if acquired or not (makers or derived):
                found.append(data)
        return found

    def upstream(self, thing: str) -> frozenset[str]:
        """Walk to all that lies upstream of a thing, which is not upstream of itself.

        A seed that was set after an activity began is not upstream of it: the number in a
        name is that of the event, and numbers tell what came first.
        """
        if thing not in self._upstream:
            seen: set[str] = set()
            left = [thing]
            while left:
                said = self._out.get(left.pop(), {})
                near = {
                    value.value for term in _UPSTREAM & said.keys() for value in said[term]
                    if isinstance(value, NamedNode)
                }  # fmt: skip
                left += near - seen
                seen |= near
            late = {one for one in seen if self._too_late(one, thing)}
            self._upstream[thing] = frozenset(seen - late - {thing})
        return self._upstream[thing]

    def _too_late(self, other: str, thing: str) -> bool:
        """Say whether a seed was set only after the activity behind a thing began."""
        return self.is_a(other, "Seed") and number(other) > number(self._began(thing))

    def _began(self, thing: str) -> str:
        """Give the step or training that made a thing; else the thing itself."""
        maker = self.one(thing, kinds.PROV + "wasGeneratedBy")
        return maker if maker and maker != self.run else thing


def told(store: Store, run: str) -> Told:
    """Read the graph of a run, given the run's IRI."""
    return Told(run, store.graph(NamedNode(f"{run}/graph")))


def number(iri: str) -> float:
    """Tell the number of the event that first told of a thing; one without comes last."""
    parts = iri.partition("/run/")[2].split("/")[1:]
    return next((float(part) for part in parts if part.isdecimal()), float("inf"))
