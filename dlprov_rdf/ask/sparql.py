# SPDX-License-Identifier: Apache-2.0
"""Asks a store a query that this package wrote, and says what kind of answer it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from dlprov_rdf.ask.binding import Term, bind
from dlprov_rdf.errors import FaultyQuery

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, Literal, NamedNode, Triple

    from dlprov_rdf.store.base import Store

Row: TypeAlias = "tuple[NamedNode | BlankNode | Literal | Triple | None, ...]"

#: A query without its prefixes, and the values of its parameters.
Asked: TypeAlias = "tuple[str, Mapping[str, Sequence[Term] | None]]"

#: What a query may use without declaring it.
PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "dlprov": "https://w3id.org/dlprov-rdf/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "mls": "http://www.w3.org/ns/mls#",
    "p-plan": "http://purl.org/net/p-plan#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_DECLARED = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


def select(store: Store, sparql: str) -> tuple[list[str], list[Row]]:
    """Ask a SELECT query.

    Returns:
        The variables, and the solutions ``(rows, variables)``.

    Raises:
        FaultyQuery: It has a syntax error, or it is no SELECT query.
    """
    found = store.query(sparql)
    if isinstance(found, bool) or not hasattr(found, "variables"):
        raise FaultyQuery("question", "it is no SELECT query")
    return list(found.variables), [tuple(row) for row in found]


def rows(
    store: Store, sparql: str, values: Mapping[str, Sequence[Term] | None] | None = None
) -> list[Row]:
    """Ask a SELECT query without its prefixes, with these values; give its solutions."""
    return select(store, _DECLARED + bind(sparql, values or {}))[1]


def foresee(store: Store, asked: Iterable[Asked]) -> None:
    """Tell a store what it will be asked whatever comes of it, so that it may look once for all.

    A store of this machine has no use for it; one that asks elsewhere waits once, not each time.
    """
    tell = getattr(store, "foresee", None)
    if tell is not None:
        tell([_DECLARED + bind(query, values) for query, values in asked])


def reach(
    store: Store, things: Iterable[NamedNode], *, upward: bool, of_data: bool = False
) -> None:
    """Tell a store that it will be walked from some things, as far as it goes.

    Args:
        store: See ``foresee``.
        things: Where the walk is.
        upward: To all that they depend on, else to all that depends on them.
        of_data: Whether only to what data may come from.
    """
    tell = getattr(store, "reach", None)
    if tell is not None:
        tell(things, upward=upward, of_data=of_data)


def text(term: object) -> str:
    """Read a term's text: a literal's characters, an IRI; of an unbound one, nothing."""
    found: str = getattr(term, "value", "")
    return found
