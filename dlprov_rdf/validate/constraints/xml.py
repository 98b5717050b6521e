# SPDX-License-Identifier: Apache-2.0
"""Looks at the head of an XML file, before any parser that builds a tree of it does.

A document type is refused in PROV-XML, where it has no use; in RDF/XML, where it abbreviates
namespaces, entities may only be plain texts. So none blows up, and none reads another file.
"""

from __future__ import annotations

from pathlib import Path
from xml.parsers import expat

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns# RDF"

#: Characters of an entity that abbreviates a namespace; entities of entities are refused.
_LONGEST = 1_000

_BLOCK = 1 << 16


class Refused(Exception):
    """The file is no XML that is read here."""


class _Seen(Exception):
    """The first element was reached."""


def first_element(path: Path) -> str:
    """Give the name of the first element: its namespace, a space, its local name.

    Raises:
        Refused: It is no XML, or its head declares what could do harm.
    """
    head = _Head()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                head.parser.Parse(block, False)
            head.parser.Parse(b"", True)
    except _Seen:
        return head.name()
    except expat.ExpatError as error:
        where = f"line {error.lineno}, column {error.offset + 1}"
        raise Refused(f"{where}: {expat.ErrorString(error.code)}") from error
    raise Refused("line 1: it has no element")


class _Head:
    """What stands before the first element is done with."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.EntityDeclHandler = self._entity
        self.parser.StartDoctypeDeclHandler = self._document_type
        self.parser.StartElementHandler = self._element
        self._found = ""
        self._document_type_at = 0

    def name(self) -> str:
        """Give the first element's name, unless its document has a type that it should not have."""
        if self._document_type_at and self._found != RDF:
            where = f"line {self._document_type_at}"
            raise Refused(f"{where}: a document type (DOCTYPE) has no use in PROV-XML: refused")
        return self._found

    def _entity(self, name: str, of_type: int, value: str | None, *_: object) -> None:
        """Look at an entity; one ``of_type`` works in the document type itself."""
        where = f"line {self.parser.CurrentLineNumber}: the entity {name!r}"
        if value is None:
            raise Refused(f"{where} would be read from elsewhere: refused")
        if of_type or "&" in value or "%" in value or len(value) > _LONGEST:
            raise Refused(f"{where} is made of entities, or too long: refused")

    def _document_type(self, _name: str, system: str | None, *_: object) -> None:
        self._document_type_at = self.parser.CurrentLineNumber
        if system is not None:
            where = f"line {self._document_type_at}"
            raise Refused(f"{where}: the document type would be read from elsewhere: refused")

    def _element(self, name: str, _attributes: object) -> None:
        self._found = name
        raise _Seen
