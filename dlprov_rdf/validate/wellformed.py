# SPDX-License-Identifier: Apache-2.0
"""Whether shapes say what SHACL lets them say: an engine may pass over what it does not know.

A rule that is misspelled checks nothing, and nobody would hear of it. So a user's shapes are
read strictly before they are used.

Source:
    SHACL, Appendix A, Summary of SHACL Syntax Rules:
    https://www.w3.org/TR/shacl/#syntax-rules
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

import pyoxigraph as ox

from dlprov_rdf.validate.rules import SH, Node, Said

XSD = "http://www.w3.org/2001/XMLSchema#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#: A category of letters, which XPath's regular expressions know and Python's do not.
_CATEGORY = re.compile(r"\\[pP]\{[^}]*\}")
_NIL = ox.NamedNode(_RDF + "nil")

_COUNTS = {
    "minCount", "maxCount", "minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount",
}  # fmt: skip
_TRUTHS = {"uniqueLang", "closed", "deactivated", "qualifiedValueShapesDisjoint"}
_IRIS = {
    "class", "datatype", "targetClass", "targetSubjectsOf", "targetObjectsOf", "equals",
    "disjoint", "lessThan", "lessThanOrEquals", "nodeKind", "severity",
}  # fmt: skip
_LISTS = {"in", "and", "or", "xone", "languageIn", "ignoredProperties"}
_WORDS = {"pattern", "flags", "name", "message", "description"}
_BOUNDS = {"minInclusive", "maxInclusive", "minExclusive", "maxExclusive"}
_SHAPES = {"property", "node", "not", "qualifiedValueShape", "sparql"}
_OTHERS = {
    "path", "hasValue", "targetNode", "target", "order", "group", "defaultValue", "inversePath",
    "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath", "select", "ask",
    "prefixes", "declare", "prefix", "namespace", "parameter", "optional", "nodeValidator",
    "propertyValidator", "validator", "labelTemplate", "annotationProperty", "annotationValue",
    "annotationVarName", "resultAnnotation", "shapesGraph", "suggestedShapesGraph", "entailment",
    "expression", "rule", "condition", "subject", "predicate", "object", "construct", "nodes",
}  # fmt: skip
_CLASSES = {
    "NodeShape", "PropertyShape", "Shape", "PropertyGroup", "PrefixDeclaration",
    "SPARQLConstraint", "SPARQLAskValidator", "SPARQLSelectValidator", "ConstraintComponent",
    "Parameter", "TripleRule", "SPARQLRule", "SPARQLTarget", "SPARQLTargetType", "JSConstraint",
}  # fmt: skip
_KINDS = {"IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"}
_SEVERITIES = {"Violation", "Warning", "Info"}
_PREDICATES = (
    _COUNTS | _TRUTHS | _IRIS | _LISTS | _WORDS | _BOUNDS | _SHAPES | _OTHERS
)  # fmt: skip
_OBJECTS = _CLASSES | _KINDS | _SEVERITIES | _PREDICATES

#: What only a property shape may say.
_OF_PROPERTIES = {"minCount", "maxCount", "lessThan", "lessThanOrEquals", "uniqueLang"}

#: A shape that another file describes may have what it needs there.
_PATH: Mapping[str, list[object]] = {SH + "path": []}

#: What may be said once.
_ONCE = {
    "path", "nodeKind", "datatype", "minCount", "maxCount", "minLength", "maxLength", "severity",
    "in", "uniqueLang", "closed",
}  # fmt: skip


def faults(triples: Iterable[ox.Triple]) -> Iterator[tuple[str | None, str]]:
    """Yield what shapes say that SHACL does not know, with the IRI of the shape it is in."""
    said: defaultdict[Node, defaultdict[str, list[object]]]
    said = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        said[triple.subject][triple.predicate.value].append(triple.object)
    if not any(iri.startswith(SH) for facts in said.values() for iri in facts):
        yield None, "it states no rule, nothing in it is SHACL"
    owners = _owners(said)
    for node, facts in said.items():
        for words in _of(facts, said):
            yield owners.get(node), words


def _of(facts: Mapping[str, list[object]], said: Said) -> Iterator[str]:
    own = {iri.removeprefix(SH): there for iri, there in facts.items() if iri.startswith(SH)}
    for name, objects in own.items():
        if name not in _PREDICATES:
            yield f"SHACL has no term sh:{name}"
        if name in _ONCE and len(objects) > 1:
            yield f"sh:{name} is said {len(objects)} times, and may be said once"
        for one in objects:
            yield from _value(name, one, said)
    for one in facts.get(_RDF + "type", ()):
        if isinstance(one, ox.NamedNode) and one.value.startswith(SH):
            yield from _term(one)
    if "path" not in own:
        for name in sorted(own.keys() & _OF_PROPERTIES):
            yield f"sh:{name} is for property shapes, and this shape has no sh:path"


def _value(name: str, found: object, said: Said) -> Iterator[str]:
    if isinstance(found, ox.NamedNode) and found.value.startswith(SH):
        yield from _term(found)
    for names, holds, wanted in _WANTED:
        if name in names and not holds(found):
            yield f"sh:{name} wants {wanted}, not {_shown(found)}"
    if name in _LISTS and not _is_list(found, said):
        yield f"sh:{name} wants a list, ( … ), not {_shown(found)}"
    if name == "pattern" and isinstance(found, ox.Literal):
        try:
            re.compile(_CATEGORY.sub("x", found.value))
        except re.error as error:
            yield f"sh:pattern {found.value!r} is no regular expression ({error})"
    if name == "property" and isinstance(found, Node) and SH + "path" not in said.get(found, _PATH):
        yield f"sh:property leads to {_shown(found)}, which has no sh:path"


def _term(term: ox.NamedNode) -> Iterator[str]:
    if term.value.removeprefix(SH) not in _OBJECTS:
        yield f"SHACL has no term sh:{term.value.removeprefix(SH)}"


def _is_iri(found: object) -> bool:
    return isinstance(found, ox.NamedNode)


def _is_count(found: object) -> bool:
    return (
        isinstance(found, ox.Literal)
        and found.datatype.value == XSD + "integer"
        and re.fullmatch(r"\+?[0-9]+", found.value) is not None
    )


def _is_truth(found: object) -> bool:
    return isinstance(found, ox.Literal) and found.datatype.value == XSD + "boolean"


def _is_literal(found: object) -> bool:
    return isinstance(found, ox.Literal)


def _is_node(found: object) -> bool:
    return isinstance(found, ox.NamedNode | ox.BlankNode)


def _is_kind(found: object) -> bool:
    return isinstance(found, ox.NamedNode) and found.value.removeprefix(SH) in _KINDS


def _is_severity(found: object) -> bool:
    return isinstance(found, ox.NamedNode) and found.value.removeprefix(SH) in _SEVERITIES


_WANTED: tuple[tuple[set[str], Callable[[object], bool], str], ...] = (
    (_COUNTS, _is_count, "a whole number from 0"),
    (_TRUTHS, _is_truth, "true or false"),
    (_IRIS, _is_iri, "an IRI"),
    (_WORDS | _BOUNDS, _is_literal, "a literal"),
    (_SHAPES | {"path"}, _is_node, "an IRI or a node"),
    ({"nodeKind"}, _is_kind, "one of " + ", ".join(f"sh:{kind}" for kind in sorted(_KINDS))),
    ({"severity"}, _is_severity, "sh:Violation, sh:Warning or sh:Info"),
)


def _is_list(found: object, said: Said) -> bool:
    seen: set[object] = set()
    while isinstance(found, Node) and found != _NIL and found not in seen:
        seen.add(found)
        facts = said.get(found, {})
        rest = facts.get(_RDF + "rest", ())
        if len(rest) != 1 or len(facts.get(_RDF + "first", ())) != 1:
            return False
        found = rest[0]
    return found == _NIL


def _owners(said: Said) -> dict[Node, str]:
    """Tell for each node the IRI of the shape that it is a part of."""
    found: dict[Node, str] = {}
    waiting: list[tuple[object, str]] = [
        (node, node.value) for node in said if isinstance(node, ox.NamedNode)
    ]
    while waiting:
        node, owner = waiting.pop()
        if not isinstance(node, Node) or node in found:
            continue
        found[node] = owner
        waiting += [
            (one, owner)
            for objects in said.get(node, {}).values()
            for one in objects
            if isinstance(one, ox.BlankNode)
        ]
    return found


def _shown(found: object) -> str:
    return repr(found.value) if isinstance(found, ox.Literal) else str(found)
