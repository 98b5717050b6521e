# SPDX-License-Identifier: Apache-2.0
"""Whose a statement is: the domain may say much of our things, and nothing that is ours to say.

A foreign statement in the terms that provenance is told in could make a valid graph invalid,
or give a thing a second label; so it is refused.
"""

from __future__ import annotations

from pyoxigraph import NamedNode, Triple

from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.settings import SHARED

#: Vocabularies that provenance is told in, and those that define terms.
_OURS = (
    v.PROV, v.MLS, v.DLPROV, "https://w3id.org/dlprov-rdf/prov-ml#", "http://purl.org/net/p-plan#",
    "http://www.w3.org/2002/07/owl#",
)  # fmt: skip

#: What anybody may say with RDFS and RDF; the rest of them defines terms.
_FREE = frozenset(
    v.RDFS + name for name in ("label", "comment", "seeAlso", "isDefinedBy", "Resource")
) | frozenset(
    v.RDF + name for name in ("type", "first", "rest", "value", "List", "Bag", "Seq", "Alt")
)

#: Terms with rules in core.ttl of what else must be said then.
_RULED = frozenset({v.DCAT_DISTRIBUTION, v.DCAT_BYTE_SIZE, v.DCAT_DISTRIBUTION_PROPERTY})

#: What a thing of ours has been given already, or by which its place is told.
_GIVEN = frozenset({
    v.RDFS_LABEL, v.FOAF_NAME, v.FOAF_PRIMARY_TOPIC, v.DCTERMS_TITLE, v.DCTERMS_CONFORMS_TO,
    v.DCTERMS_IS_PART_OF, v.DCTERMS_FORMAT, v.DCTERMS_TYPE, v.SKOS_BROADER,
})  # fmt: skip


def refusal(base: str, statement: Triple) -> str | None:
    """Tell why a statement of an attached text is not taken: its term; None if it is.

    Args:
        base: BASE, below which our things lie.
        statement: As it was read.
    """
    subject, predicate, what = statement.subject, statement.predicate, statement.object
    if isinstance(what, Triple) or isinstance(subject, Triple):
        return "a statement about a statement"
    if _is_ours(predicate):
        return predicate.value
    if predicate == v.RDF_TYPE and isinstance(what, NamedNode) and _is_ours(what):
        return what.value
    if predicate in _GIVEN and isinstance(subject, NamedNode) and _is_thing_of_ours(base, subject):
        return f"{predicate.value} of {subject.value}"
    return None


def _is_ours(term: NamedNode) -> bool:
    defining = term.value.startswith((v.RDF, v.RDFS)) and term.value not in _FREE
    return defining or term in _RULED or term.value.startswith(_OURS)


def _is_thing_of_ours(base: str, thing: NamedNode) -> bool:
    """Tell whether a thing is named by us; what is told apart from it by ``#`` is not."""
    for beginning in (base, SHARED, "ni:", "pkg:"):
        if thing.value.startswith(beginning):
            return "#" not in thing.value.removeprefix(beginning)
    return False
