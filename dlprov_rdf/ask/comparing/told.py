# SPDX-License-Identifier: Apache-2.0
"""One run's graph, held so that it can be read from thing to thing, and walked upstream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import Literal, NamedNode, Quad

from dlprov_rdf.ask.binding import bind_table
from dlprov_rdf.ask.sparql import foresee, rows, text
from dlprov_rdf.ask.walking import kinds
from dlprov_rdf.ask.walking.places import local_name, place

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

#: What a comparison reads of a graph; to read all of it takes twice as long.
_TERMS = _UPSTREAM | {
    _LABEL, kinds.PROV + "specializationOf", kinds.PROV + "qualifiedUsage", kinds.PROV + "entity",
    kinds.PROV + "hadRole", kinds.MLS + "hasOutput", kinds.MLS + "hasValue",
    kinds.MLS + "specifiedBy",
    *(kinds.DLPROV + name for name in (
        "activation", "backend", "bestEvaluation", "commit", "device", "dirty", "dropoutRate",
        "endReason", "endState", "filters", "hasLayer", "lastEpoch", "lastEvaluation",
        "layerClass", "outputShape", "parameterName", "platform", "position", "pythonVersion",
        "reportedAs", "sampleDigest", "seedValue", "selected", "setBy", "setting", "units",
        "variable",
    )),
}  # fmt: skip

#: The classes, ours or of ML Schema, that it tells things by.
_KINDS = {
    "Callback", "DataAcquisition", "DataSplitting", "Dataset", "Environment", "Evaluation",
    "File", "Function", "HyperParameterSetting", "Model", "ModelSelection", "ParameterSetting",
    "Patch", "Prediction", "Preprocessing", "Script", "Seed", "SourceCode", "Training",
}  # fmt: skip

#: Terms that are also read from the value to the thing that has it.
_BACKWARDS = {_TYPE, kinds.PROV + "wasGeneratedBy"}

#: One thing that a graph says: of what, by which term, and the value.
Said: TypeAlias = tuple[str, str, NamedNode | Literal]

#: Numbers stand for the terms in the answers, for it takes long to read an IRI.
_SAID = """
SELECT ?thing ?number ?value {
  VALUES (?graph ?number ?term) { (UNDEF UNDEF UNDEF) }
  GRAPH ?graph { ?thing ?term ?value }
}"""

_CLASSES = """
SELECT ?thing ?number {
  VALUES (?graph ?number ?class) { (UNDEF UNDEF UNDEF) }
  GRAPH ?graph { ?thing a ?class }
}"""


class Told:
    """What the graph of one run says, from thing to thing.

    Terms are named by the end of their IRI where there is no other such end: ``used``,
    ``endState``, ``hasValue``.
    """

    def __init__(self, run: str, said: Iterable[Said]) -> None:
        self.run = run
        self._out: dict[str, dict[str, list[NamedNode | Literal]]] = {}
        self._in: dict[str, dict[str, list[str]]] = {term: {} for term in _BACKWARDS}
        for subject, term, value in said:
            self._out.setdefault(subject, {}).setdefault(term, []).append(value)
            if term in _BACKWARDS:
                self._in[term].setdefault(value.value, []).append(subject)
        self._upstream: dict[str, frozenset[str]] = {}

    def all(self, kind: str) -> list[str]:
        """List the things of a class of ours, or of ML Schema, in the order of their events."""
        names = _both(kind)
        found = {one for name in names for one in self._in[_TYPE].get(name, ())}
        return sorted(found, key=lambda iri: (number(iri), iri))

    def values(self, thing: str, *terms: str) -> list[str]:
        """Give what a thing says by any of these terms, as text, sorted.

        Raises:
            LookupError: A term is not among those that are read of a graph.
        """
        if not _TERMS.issuperset(terms):
            raise LookupError(f"{terms}: not among the terms that are read")
        said = self._out.get(thing, {})
        return sorted({value.value for term in terms for value in said.get(term, ())})

    def one(self, thing: str, *terms: str) -> str | None:
        """Give one of what a thing says by any of these terms, or None."""
        return next(iter(self.values(thing, *terms)), None)

    def near(self, thing: str, term: str) -> list[str]:
        """List what refers to a thing by this term, which is one of `_BACKWARDS`."""
        return sorted(self._in[term].get(thing, ()), key=lambda iri: (number(iri), iri))

    def is_a(self, thing: str, kind: str) -> bool:
        """Say whether a thing is of a class of ours, or of ML Schema."""
        classes = {value.value for value in self._out.get(thing, {}).get(_TYPE, ())}
        return not classes.isdisjoint(_both(kind))

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


def told(store: Store, *runs: str) -> list[Told]:
    """Read of the graphs of runs, given the runs' IRIs, what a comparison looks at.

    Where they are elsewhere it is one look for all.
    """
    asked = [_asked(NamedNode(f"{run}/graph")) for run in runs]
    foresee(store, [(query, {}) for queries in asked for query in queries])
    return [Told(run, _read(store, *queries)) for run, queries in zip(runs, asked, strict=True)]


def said(quads: Iterable[Quad]) -> Iterator[Said]:
    """Give what quads say, but for blank nodes and for statements of statements."""
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            yield quad.subject.value, quad.predicate.value, quad.object


def _asked(graph: NamedNode) -> tuple[str, str]:
    """Word what is asked of a graph: what it says by the terms, and of the classes."""
    said = _numbered(graph, _SAID, "term", _TERMS_IN_ORDER)
    return said, _numbered(graph, _CLASSES, "class", _CLASSES_IN_ORDER)


def _read(store: Store, said: str, classes: str) -> Iterator[Said]:
    for thing, number, value in rows(store, said):
        if isinstance(thing, NamedNode) and isinstance(value, NamedNode | Literal):
            yield thing.value, _TERMS_IN_ORDER[int(text(number))], value
    for thing, number in rows(store, classes):
        if isinstance(thing, NamedNode):
            yield thing.value, _TYPE, NamedNode(_CLASSES_IN_ORDER[int(text(number))])


def _numbered(graph: NamedNode, query: str, name: str, terms: Sequence[str]) -> str:
    table = [(graph, Literal(number), NamedNode(term)) for number, term in enumerate(terms)]
    return bind_table(query, ("graph", "number", name), table)


def _both(kind: str) -> tuple[str, str]:
    """Name a class of ours and of ML Schema; only those that are read of a graph are known.

    Raises:
        LookupError: It is not among them.
    """
    if kind not in _KINDS:
        raise LookupError(f"{kind}: not among the classes that are read")
    return kinds.DLPROV + kind, kinds.MLS + kind


#: What the numbers stand for.
_TERMS_IN_ORDER = sorted(_TERMS)
_CLASSES_IN_ORDER = [iri for kind in sorted(_KINDS) for iri in _both(kind)]


def number(iri: str) -> float:
    """Tell the number of the event that first told of a thing; one without comes last."""
    _, local = place(iri)
    return next((float(part) for part in local.split("/") if part.isdecimal()), float("inf"))
