# SPDX-License-Identifier: Apache-2.0
"""Reads PROV statements out of quads: a qualified form and the plain one beside it are one.

A plain relation between two things for which a qualified one stands is the same statement
said twice (PROV-O has it so), and adds none; ``prov:wasRevisionOf`` and the like are
derivations with a type, and ``prov:generated`` is ``prov:wasGeneratedBy`` from the other end.
A blank node is something that has no name: what PROV-N leaves out or writes as ``_:label``.

Source:
    PROV-O: https://www.w3.org/TR/prov-o/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product, zip_longest
from typing import NamedTuple

import pyoxigraph as ox

from dlprov_rdf.graph.statements import kinds as k
from dlprov_rdf.graph.statements.kinds import Attributes, Instance, Name, Statement

PROV = "http://www.w3.org/ns/prov#"
TYPE = PROV + "type"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

#: The classes of PROV whose members are entities, activities and agents.
_ENTITIES = {
    "Bundle", "Collection", "Dictionary", "EmptyCollection", "EmptyDictionary", "Entity", "Plan",
}  # fmt: skip
_AGENTS = {"Agent", "Organization", "Person", "SoftwareAgent"}

#: Pairs of subject and object, by property; each pair once, in the order of the quads.
_Said = defaultdict[str, dict[tuple[str, str], None]]

#: What a node says, by property.
_Of = defaultdict[str, defaultdict[str, list[str]]]


class _Form(NamedTuple):
    """How PROV-O writes a relation.

    ``further`` are the properties of a qualified node that say more than who and what,
    in the order of the statement's parameters.
    """

    make: Callable[..., Statement]
    plain: str
    qualified: str
    target: tuple[str, ...]
    further: tuple[str, ...] = ()
    inverse: str = ""


_FORMS = (
    _Form(
        k.Generation, "wasGeneratedBy", "qualifiedGeneration", ("activity",), ("atTime",),
        "generated",
    ),
    _Form(k.Usage, "used", "qualifiedUsage", ("entity",), ("atTime",)),
    _Form(k.Communication, "wasInformedBy", "qualifiedCommunication", ("activity",)),
    _Form(k.Start, "wasStartedBy", "qualifiedStart", ("entity",), ("hadActivity", "atTime")),
    _Form(k.End, "wasEndedBy", "qualifiedEnd", ("entity",), ("hadActivity", "atTime")),
    _Form(
        k.Invalidation, "wasInvalidatedBy", "qualifiedInvalidation", ("activity",), ("atTime",),
        "invalidated",
    ),
    _Form(k.Attribution, "wasAttributedTo", "qualifiedAttribution", ("agent",)),
    _Form(k.Association, "wasAssociatedWith", "qualifiedAssociation", ("agent",), ("hadPlan",)),
    _Form(k.Delegation, "actedOnBehalfOf", "qualifiedDelegation", ("agent",), ("hadActivity",)),
    _Form(
        k.Influence, "wasInfluencedBy", "qualifiedInfluence", ("entity", "activity", "agent"),
        (), "influenced",
    ),
)  # fmt: skip

#: A derivation's plain and qualified property, and the class of its node.
_DERIVATIONS = (
    ("wasDerivedFrom", "qualifiedDerivation", "Derivation"),
    ("wasRevisionOf", "qualifiedRevision", "Revision"),
    ("wasQuotedFrom", "qualifiedQuotation", "Quotation"),
    ("hadPrimarySource", "qualifiedPrimarySource", "PrimarySource"),
)

#: The properties that qualified nodes have.
_NODE = frozenset(
    {
        "activity", "agent", "asInBundle", "atTime", "entity", "hadActivity", "hadGeneration",
        "hadPlan", "hadUsage", "influencer", "pairEntity",
    }
)  # fmt: skip


def instances(quads: Iterable[ox.Quad]) -> list[Instance]:
    """Read a document: its default graph is its own statements, each named graph a bundle.

    Returns:
        One for each graph that has a quad, the default graph's first; at least one.
    """
    graphs: dict[str | None, list[ox.Quad]] = {}
    for quad in quads:
        graph = quad.graph_name
        name = None if isinstance(graph, ox.DefaultGraph) else _name(graph)
        graphs.setdefault(name, []).append(quad)
    names = sorted(graphs, key=lambda name: (name is not None, name or ""))
    return [Instance(name, statements(graphs[name])) for name in names] or [Instance(None, ())]


def statements(quads: Iterable[ox.Quad]) -> tuple[Statement, ...]:
    """Read the statements of some quads together, in whatever graph each stands.

    Args:
        quads: Any; what is not PROV's says nothing here.
    """
    said, of, types = _sorted_out(quads)
    return (
        *_elements(said, types),
        *(one for form in _FORMS for one in _relations(form, said, of)),
        *_times_of_generation(said, of),
        *_derivations(said, of, types),
        *_relations_without_name(said, of),
    )


def _sorted_out(quads: Iterable[ox.Quad]) -> tuple[_Said, _Of, dict[str, set[str]]]:
    """Sort what is PROV's by property; give also what nodes say, and the types of things."""
    said: _Said = defaultdict(dict)
    of: _Of = defaultdict(lambda: defaultdict(list))
    types: dict[str, set[str]] = {}
    width = len(PROV)
    for quad in quads:
        predicate = quad.predicate.value
        if predicate.startswith(PROV):
            local = predicate[width:]
            pair = (_name(quad.subject), _name(quad.object))
            if local in _NODE and pair not in said[local]:
                of[local][pair[0]].append(pair[1])
            said[local][pair] = None
        elif predicate == _RDF_TYPE:
            named = quad.object.value if isinstance(quad.object, ox.NamedNode) else ""
            if named.startswith(PROV):
                types.setdefault(_name(quad.subject), set()).add(named[width:])
    return said, of, types


def _name(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if isinstance(term, ox.NamedNode | ox.Literal):
        return term.value
    return str(term)  # a blank node is _:label; a quoted triple is nothing that PROV knows


def _elements(said: _Said, types: dict[str, set[str]]) -> Iterator[Statement]:
    """Yield entities, agents and activities; times of an activity are said of it directly."""
    for thing, classes in types.items():
        if not classes.isdisjoint(_ENTITIES):
            yield k.Entity(thing, _typed(classes & _ENTITIES - {"Entity"}))
        if not classes.isdisjoint(_AGENTS):
            yield k.Agent(thing, _typed(classes & _AGENTS - {"Agent"}))
    times: dict[str, tuple[list[str], list[str]]] = {
        thing: ([], []) for thing, classes in types.items() if "Activity" in classes
    }
    for place, local in enumerate(("startedAtTime", "endedAtTime")):
        for activity, time in said[local]:
            times.setdefault(activity, ([], []))[place].append(time)
    for activity, (starts, ends) in times.items():
        if not starts and not ends:
            yield k.Activity(activity)
        for start, end in zip_longest(starts, ends):
            yield k.Activity(activity, start, end)


def _typed(classes: Iterable[str]) -> Attributes:
    return tuple((TYPE, PROV + name) for name in sorted(classes))


def _relations(form: _Form, said: _Said, of: _Of) -> Iterator[Statement]:
    """Yield the statements of one relation: the qualified ones, then what only stands plain."""
    told: set[tuple[str, Name]] = set()
    for subject, node in said[form.qualified]:
        for target in _targets(form.target, node, of):
            told.add((subject, target))
            for further in product(*(_values(local, node, of) for local in form.further)):
                yield form.make(subject, target, *further, id=node)
    plain = dict(said[form.plain])
    if form.inverse:
        plain |= {(subject, thing): None for thing, subject in said[form.inverse]}
    for pair in plain:
        if pair not in told:
            yield form.make(*pair)


def _targets(properties: tuple[str, ...], node: str, of: _Of) -> Sequence[Name]:
    """Give what a qualified node leads to: by the property meant, else by the general one."""
    found = [target for local in properties for target in of[local].get(node, ())]
    return found or _values("influencer", node, of)


def _values(local: str, node: str, of: _Of) -> Sequence[Name]:
    """Give what a node says by a property; nothing said is a place left open."""
    found: Sequence[Name] = of[local].get(node, ())
    return found or (None,)


def _times_of_generation(said: _Said, of: _Of) -> Iterator[Statement]:
    """Yield what generatedAtTime and invalidatedAtTime say that no qualified node says."""
    for local, qualified, make in (
        ("generatedAtTime", "qualifiedGeneration", k.Generation),
        ("invalidatedAtTime", "qualifiedInvalidation", k.Invalidation),
    ):
        told = {
            (entity, time)
            for entity, node in said[qualified]
            for time in of["atTime"].get(node, ())
        }
        for entity, time in said[local]:
            if (entity, time) not in told:
                yield make(entity, None, time)


def _derivations(said: _Said, of: _Of, types: dict[str, set[str]]) -> Iterator[Statement]:
    """Yield derivations; a revision, a quotation, a primary source is one with a type."""
    special: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for plain, _, name in _DERIVATIONS[1:]:
        for pair in said[plain]:
            special[pair].add(name)
    told: set[tuple[str, Name]] = set()
    known = {name for _, _, name in _DERIVATIONS[1:]}
    for _, qualified, name in _DERIVATIONS:
        for generated, node in said[qualified]:
            own = ({name} | types.get(node, set())) & known
            for used in _targets(("entity",), node, of):
                told.add((generated, used))
                attributes = _typed(own | special.get((generated, used), set()))
                ways = (_values(local, node, of) for local in _WAY)
                for activity, generation, usage in product(*ways):
                    yield k.Derivation(
                        generated, used, activity, generation, usage, node, attributes
                    )
    for stated in dict.fromkeys((*special, *said["wasDerivedFrom"])):
        if stated not in told:
            yield k.Derivation(*stated, attributes=_typed(special.get(stated, ())))


#: How a derivation came about: the places of its statement after who and what.
_WAY = ("hadActivity", "hadGeneration", "hadUsage")


def _relations_without_name(said: _Said, of: _Of) -> Iterator[Statement]:
    """Yield the relations that have neither identifier nor time."""
    for pair in said["alternateOf"]:
        yield k.Alternate(*pair)
    mentioned = dict(said["mentionOf"])
    for specific, general in mentioned:
        for bundle in _values("asInBundle", specific, of):
            yield k.Mention(specific, general, bundle)
    for pair in said["specializationOf"]:
        if pair not in mentioned:
            yield k.Specialization(*pair)
    members = dict(said["hadMember"])
    for dictionary, node in said["hadDictionaryMember"]:
        members |= {(dictionary, entity): None for entity in of["pairEntity"].get(node, ())}
    for pair in members:
        yield k.Membership(*pair)
