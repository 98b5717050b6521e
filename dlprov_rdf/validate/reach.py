# SPDX-License-Identifier: Apache-2.0
"""At which triples shapes look: an engine need not be given what no rule can see.

SHACL Core follows properties that shapes name, and reads the classes of things. So a graph
keeps or breaks such shapes whether or not it has triples of other properties, and an engine is
asked less (a fifth of a run's triples go). With ``sh:closed``, SPARQL, or whatever else is not
listed here, shapes may look at anything.

Source:
    SHACL, 4 Core Constraint Components: https://www.w3.org/TR/shacl/#core-components
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from dlprov_rdf.validate.rules import SH

#: By these the classes of things are told.
_ALWAYS = {
    ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
    ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf"),
}

#: What shapes may say without looking further than at the properties that they name.
_FOLLOWING = {
    "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "path", "inversePath",
    "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath", "property", "node",
    "not", "and", "or", "xone", "in", "hasValue", "qualifiedValueShape", "qualifiedMinCount",
    "qualifiedMaxCount", "qualifiedValueShapesDisjoint", "class", "datatype", "nodeKind",
    "minCount", "maxCount", "minLength", "maxLength", "pattern", "flags", "languageIn",
    "uniqueLang", "minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "equals",
    "disjoint", "lessThan", "lessThanOrEquals", "name", "description", "message", "severity",
    "deactivated", "order", "group", "defaultValue",
}  # fmt: skip


def properties(shapes: Iterable[ox.Triple]) -> frozenset[ox.NamedNode] | None:
    """Tell which properties shapes may look at.

    Args:
        shapes: All that the shapes say.

    Returns:
        Every IRI that a shape leads to, properties among them; None if they may look at any.
    """
    named = set(_ALWAYS)
    for triple in shapes:
        term = triple.predicate.value
        if term.startswith(SH) and term.removeprefix(SH) not in _FOLLOWING:
            return None
        if isinstance(triple.object, ox.NamedNode):
            named.add(triple.object)
    return frozenset(named)
