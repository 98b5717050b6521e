# SPDX-License-Identifier: Apache-2.0
"""Reads PROV-N, PROV-XML and PROV-JSON with the ``prov`` library, as statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from prov import constants as c
from prov.identifier import Identifier, QualifiedName
from prov.model import Literal, ProvBundle, ProvDocument, ProvRecord
from prov.serializers import DoNotExist

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import Instance, Statement
from dlprov_rdf.graph.statements.prov_o import PROV, TYPE

#: A notation's reader is not installed.
PartMissing = DoNotExist

_KINDS: dict[QualifiedName, type[Statement]] = {
    c.PROV_ENTITY: s.Entity,
    c.PROV_ACTIVITY: s.Activity,
    c.PROV_AGENT: s.Agent,
    c.PROV_GENERATION: s.Generation,
    c.PROV_USAGE: s.Usage,
    c.PROV_COMMUNICATION: s.Communication,
    c.PROV_START: s.Start,
    c.PROV_END: s.End,
    c.PROV_INVALIDATION: s.Invalidation,
    c.PROV_DERIVATION: s.Derivation,
    c.PROV_ATTRIBUTION: s.Attribution,
    c.PROV_ASSOCIATION: s.Association,
    c.PROV_DELEGATION: s.Delegation,
    c.PROV_INFLUENCE: s.Influence,
    c.PROV_ALTERNATE: s.Alternate,
    c.PROV_SPECIALIZATION: s.Specialization,
    c.PROV_MENTION: s.Mention,
    c.PROV_MEMBERSHIP: s.Membership,
}

_WITHOUT_NAME = {s.Alternate, s.Specialization, s.Mention, s.Membership}


def read(path: Path, notation: str) -> tuple[list[Instance], dict[str, str]]:
    """Read a document; give also the qualified names that it calls its things by.

    Args:
        path: The file.
        notation: ``provn``, ``xml`` or ``json``.
    """
    with path.open("rb") as file:
        document = ProvDocument.deserialize(file, format=notation)
    called: dict[str, str] = {}
    found = [Instance(None, tuple(_statements(document, called)))]
    found += [
        Instance(_name(bundle.identifier, called), tuple(_statements(bundle, called)))
        for bundle in document.bundles
    ]
    return found, called


def _statements(bundle: ProvBundle, called: dict[str, str]) -> Iterator[Statement]:
    for record in _records(bundle):
        kind = _KINDS[record.get_type()]
        make: Callable[..., Statement] = kind
        places = [_name(value, called) for _, value in record.formal_attributes]
        if kind is s.Membership:
            entities = record.get_attribute(c.PROV_ATTR_ENTITY) or [None]
            for entity in sorted(_name(one, called) or "" for one in entities):
                yield s.Membership(places[0], entity or None)
        elif kind in _WITHOUT_NAME:
            yield make(*places)
        elif kind in {s.Entity, s.Activity, s.Agent}:
            identifier = _name(record.identifier, called)
            yield make(identifier, *places, attributes=_types(record))
        else:
            identifier = _name(record.identifier, called)
            yield make(*places, id=identifier, attributes=_types(record))


def _records(bundle: ProvBundle) -> Iterable[ProvRecord]:
    records: Iterable[ProvRecord] = bundle.get_records()
    return records


def _name(value: Any, called: dict[str, str]) -> str | None:
    """Give an identifier's IRI, or a time as it is written."""
    if value is None:
        return None
    if isinstance(value, QualifiedName):
        called.setdefault(value.uri, str(value))
        return value.uri
    if isinstance(value, Identifier):
        return value.uri
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value.value if isinstance(value, Literal) else value)


def _types(record: ProvRecord) -> tuple[tuple[str, str], ...]:
    """Give the types that are PROV's, which its constraints can see."""
    stated: Iterable[Any] = record.get_asserted_types()  # its types promise names, and texts come
    types = {value.uri for value in stated if isinstance(value, Identifier)}
    return tuple((TYPE, name) for name in sorted(types) if name.startswith(PROV))
