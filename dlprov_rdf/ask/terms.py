# SPDX-License-Identifier: Apache-2.0
"""Terms of our namespaces in a query that our ontologies do not have: a slip of the finger.

A pattern with such a term matches nothing, and an answer without rows would hide why.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cache

from pyoxigraph import NamedNode, RdfFormat, parse

from dlprov_rdf import assets
from dlprov_rdf.ask.sparql import PREFIXES

#: Our namespaces, and the files that define their terms.
_OURS = {
    "https://w3id.org/dlprov-rdf/ontology#": "ontology/dlprov.ttl",
    "https://w3id.org/dlprov-rdf/prov-ml#": "ontology/prov-ml.ttl",
}

_TEXT_OR_COMMENT = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\''
    r'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|(?P<iri><[^<>\s]*>)|#[^\n]*'
)
_DECLARED = re.compile(r"\bPREFIX\s+([\w.-]*):\s*<([^<>\s]*)>", re.IGNORECASE)
_PREFIXED = re.compile(r"(?<![\w:?$.-])([\w-]+):([A-Za-z_][\w-]*)")
_WHOLE = re.compile(r"<([^<>\s]*#)([A-Za-z_][\w-]*)>")
_IRI = re.compile(r"<[^<>\s]*>")


def unknown(query: str) -> tuple[str, ...]:
    """Say which terms of ours a query uses that there are not, each with the nearest."""
    bare = _TEXT_OR_COMMENT.sub(lambda found: found["iri"] or " ", query)
    prefixes = PREFIXES | dict(_DECLARED.findall(bare))
    return tuple(dict.fromkeys(_remarks(bare, prefixes)))


def _remarks(bare: str, prefixes: dict[str, str]) -> Iterator[str]:
    prefixed = _PREFIXED.findall(_IRI.sub(" ", bare))
    used = [(prefixes.get(prefix, ""), name, f"{prefix}:") for prefix, name in prefixed]
    used += [(namespace, name, namespace) for namespace, name in _WHOLE.findall(bare)]
    for namespace, name, spelled in used:
        if namespace in _OURS and name not in _names(namespace):
            faces = {one.casefold(): one for one in _names(namespace)}
            near = difflib.get_close_matches(name.casefold(), faces, n=1, cutoff=0.6)
            hint = f" Did you mean {spelled}{faces[near[0]]}?" if near else ""
            yield f"The ontology has no term {spelled}{name}.{hint}"


@cache
def _names(namespace: str) -> frozenset[str]:
    """List what follows a namespace in the terms that its file speaks of."""
    text = assets.text(_OURS[namespace])
    return frozenset(
        triple.subject.value.removeprefix(namespace)
        for triple in parse(text, RdfFormat.TURTLE)
        if isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(namespace)
    )
