# SPDX-License-Identifier: Apache-2.0
"""Rules as shapes state them: what each is called, what it asks, and to which graphs it applies.

A rule is a shape that has an IRI and constrains something: a property shape, or a node shape
that says more than to which properties it leads. It applies to a graph that has a node to hold
it against: one that a target of the rule, or of a shape that leads to it, picks.

Source:
    SHACL, 2.1.3 Targets: https://www.w3.org/TR/shacl/#targets
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec
import pyoxigraph as ox

SH = "http://www.w3.org/ns/shacl#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_CLASSES = {ox.NamedNode(_RDFS + "Class"), ox.NamedNode("http://www.w3.org/2002/07/owl#Class")}
_SUBCLASS = ox.NamedNode(_RDFS + "subClassOf")
_SOURCE = ox.NamedNode("http://purl.org/dc/terms/source")

Node = ox.NamedNode | ox.BlankNode | ox.Triple
#: What each shape says: by predicate, the objects.
Said = Mapping[Node, Mapping[str, list[object]]]


def sh(name: str) -> ox.NamedNode:
    """Name a term of SHACL."""
    return ox.NamedNode(SH + name)


class Targets(msgspec.Struct, frozen=True):
    """By what the nodes are picked that a rule is held against, IRIs all.

    Attributes:
        classes: Instances of these.
        subjects: What has one of these properties.
        objects: What one of these properties leads to.
        always: Nodes are named, so that there always is one.
    """

    classes: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()
    always: bool = False


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule.

    Attributes:
        iri: What it is called in reports.
        profile: ``core``, ``reproducible`` or ``fair``; of a user's own, the file's name.
        name: What it is called in words.
        description: What it asks, or nothing.
        remedy: What must hold and what to do, as its message says.
        severity: violation, warning or info.
        sources: Where it comes from, IRIs.
        targets: To what it applies.
    """

    iri: str
    profile: str
    name: str
    description: str = ""
    remedy: str = ""
    severity: str = "violation"
    sources: tuple[str, ...] = ()
    targets: Targets = Targets()


class Extent(NamedTuple):
    """What a graph has that targets ask for: classes of its things, and its properties."""

    classes: frozenset[str]
    properties: frozenset[str]


def extent(triples: Iterable[ox.Quad | ox.Triple]) -> Extent:
    """Tell which classes have an instance in a graph, and which properties it uses."""
    types: set[object] = set()
    properties: set[ox.NamedNode] = set()
    above: defaultdict[object, set[object]] = defaultdict(set)
    for triple in triples:
        predicate = triple.predicate
        properties.add(predicate)
        if predicate == _TYPE:
            types.add(triple.object)
        elif predicate == _SUBCLASS:
            above[triple.subject].add(triple.object)
    reached, waiting = set(types), list(types)
    while waiting:
        more = above.get(waiting.pop(), set()) - reached
        reached |= more
        waiting += more
    names = frozenset(one.value for one in reached if isinstance(one, ox.NamedNode))
    return Extent(names, frozenset(one.value for one in properties))


def applies(rule: Rule, there: Extent) -> bool:
    """Tell whether a graph has a node that a rule is held against."""
    targets = rule.targets
    return (
        targets.always
        or not targets.classes.isdisjoint(there.classes)
        or not targets.subjects.isdisjoint(there.properties)
        or not targets.objects.isdisjoint(there.properties)
    )


def read(triples: Iterable[ox.Triple], profile: str) -> dict[str, Rule]:
    """Read the rules that shapes state, by IRI, in the order of the names."""
    said: defaultdict[Node, defaultdict[str, list[object]]]
    said = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        said[triple.subject][triple.predicate.value].append(triple.object)
    picked = _picked(said)
    found = (
        _rule(shape, facts, profile, _targets(picked.get(shape, set()), said))
        for shape, facts in said.items()
        if isinstance(shape, ox.NamedNode) and _is_rule(facts)
    )
    return {rule.iri: rule for rule in found}


def _is_rule(facts: Mapping[str, list[object]]) -> bool:
    said = SH + "name" in facts or SH + "message" in facts
    return said and "true" not in _values(facts.get(SH + "deactivated", ()))


def _rule(
    shape: ox.NamedNode, facts: Mapping[str, list[object]], profile: str, targets: Targets
) -> Rule:
    return Rule(
        iri=shape.value,
        profile=profile,
        name=_text(facts, SH + "name") or _local(shape.value),
        description=_text(facts, SH + "description"),
        remedy=_text(facts, SH + "message"),
        severity=_local(_text(facts, SH + "severity") or "Violation").lower(),
        sources=tuple(sorted(_values(facts.get(_SOURCE.value, ())))),
        targets=targets,
    )


def _picked(said: Said) -> dict[Node, set[Node]]:
    """Tell for each shape by which shapes' targets it is reached, itself first."""
    leads = (SH + "property", SH + "node")
    found: dict[Node, set[Node]] = {}
    for top in said:
        waiting: list[object] = [top]
        while waiting:
            shape = waiting.pop()
            if not isinstance(shape, Node) or top in found.setdefault(shape, set()):
                continue
            found[shape].add(top)
            waiting += [one for lead in leads for one in said.get(shape, {}).get(lead, ())]
    return found


def _targets(tops: Iterable[Node], said: Said) -> Targets:
    def named(property_: str) -> Iterator[str]:
        for top in tops:
            yield from _values(said.get(top, {}).get(SH + property_, ()))

    tops = list(tops)
    implicit = {
        top.value
        for top in tops
        if isinstance(top, ox.NamedNode)
        and not _CLASSES.isdisjoint(said.get(top, {}).get(_TYPE.value, ()))
    }
    return Targets(
        classes=frozenset(named("targetClass")) | implicit,
        subjects=frozenset(named("targetSubjectsOf")),
        objects=frozenset(named("targetObjectsOf")),
        always=any(SH + "targetNode" in said.get(top, {}) for top in tops),
    )


def _values(objects: Iterable[object]) -> list[str]:
    return [one.value for one in objects if isinstance(one, ox.NamedNode | ox.Literal)]


def _text(facts: Mapping[str, list[object]], predicate: str) -> str:
    return next(iter(_values(facts.get(predicate, ()))), "")


def _local(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]
