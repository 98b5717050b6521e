# SPDX-License-Identifier: Apache-2.0
"""Our ontology files, read: what they state, of which terms, and the context made of them."""

from __future__ import annotations

from functools import cache
from typing import Any

from graph_terms import PROPERTIES
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from dlprov_rdf import assets
from dlprov_rdf.graph import vocabulary as v

OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
DEFINED_BY = NamedNode(v.RDFS + "isDefinedBy")

#: The files that define terms, and the ontologies that they are.
FILES = {
    "ontology/dlprov.ttl": "https://w3id.org/dlprov-rdf/ontology",
    "ontology/prov-ml.ttl": "https://w3id.org/dlprov-rdf/prov-ml",
}
ALIGNMENTS = "ontology/alignments.ttl"

PREFIXES = {
    "dcat": v.DCAT, "dcterms": v.DCTERMS, "dlprov": v.DLPROV, "foaf": v.FOAF, "mls": v.MLS,
    "p-plan": "http://purl.org/net/p-plan#", "prov": v.PROV, "provml": v.PROVML, "rdf": v.RDF,
    "rdfs": v.RDFS, "skos": v.SKOS, "xsd": XSD,
}  # fmt: skip


@cache
def stated(name: str) -> tuple[Triple, ...]:
    """Read one file."""
    return tuple(parse(assets.text(name), format=RdfFormat.TURTLE))


def everything() -> list[Triple]:
    """Read all files."""
    return [triple for name in (*FILES, ALIGNMENTS) for triple in stated(name)]


def ours(term: Any) -> bool:
    """Tell whether a term lies in a namespace of ours."""
    return isinstance(term, NamedNode) and term.value.startswith((v.DLPROV, v.PROVML))


def defined() -> set[NamedNode]:
    """Collect the terms that the files define."""
    return {one.subject for name in FILES for one in stated(name) if ours(one.subject)}


def objects(subject: NamedNode, predicate: str) -> list[Any]:
    """List what the files state of a term by one predicate."""
    return [
        one.object
        for one in everything()
        if one.subject == subject and one.predicate.value == predicate
    ]


def context() -> dict[str, Any]:
    """Make the JSON-LD context: terms of dlprov bare, all others with their prefix."""
    terms = {_key(one.value): _definition(one) for one in sorted(defined(), key=str)}
    for name in sorted(PROPERTIES):
        if name != v.RDF + "type" and not ours(NamedNode(name)):
            terms[_key(name)] = _foreign(name)
    return {
        "@context": {"@version": 1.1, "id": "@id", "type": "@type", **PREFIXES, **terms},
    }


def _key(name: str) -> str:
    if name.startswith(v.DLPROV):
        return name.removeprefix(v.DLPROV)
    return _short(name)


def _short(name: str) -> str:
    for prefix, space in PREFIXES.items():
        if name.startswith(space):
            return f"{prefix}:{name.removeprefix(space)}"
    return name


def _definition(term: NamedNode) -> str | dict[str, str]:
    kinds = {one.value.removeprefix(OWL) for one in objects(term, v.RDF + "type")}
    if "ObjectProperty" in kinds:
        return {"@id": _short(term.value), "@type": "@id"}
    reach = [one.value for one in objects(term, v.RDFS + "range")]
    if "DatatypeProperty" in kinds and reach and reach != [XSD + "string"]:
        return {"@id": _short(term.value), "@type": _short(reach[0])}
    return {"@id": _short(term.value)} if term.value.startswith(v.PROVML) else _short(term.value)


#: Properties of others whose vocabulary says less of their range than their use in a graph.
_TIMES = {v.PROV + "startedAtTime", v.PROV + "endedAtTime", v.PROV + "generatedAtTime"}
_TO_THINGS = {
    v.DCTERMS + "conformsTo", v.DCTERMS + "isPartOf", v.FOAF + "primaryTopic", v.MLS + "hasPart",
    v.MLS + "hasQuality", v.SKOS + "broader",
}  # fmt: skip


def _foreign(name: str) -> dict[str, str]:
    """Coerce a property of others where everything that it leads to is of one kind."""
    if name in _TIMES:
        return {"@id": _short(name), "@type": "xsd:dateTime"}
    if name == v.DCAT + "byteSize":
        return {"@id": _short(name), "@type": "xsd:integer"}
    if name in _TO_THINGS or PROPERTIES[name][1]:
        return {"@id": _short(name), "@type": "@id"}
    return {"@id": _short(name)}
