# SPDX-License-Identifier: Apache-2.0
"""What the domain says of the nodes of a walk: chosen properties as columns of a lineage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from dlprov_rdf import assets
from dlprov_rdf.ask import answer
from dlprov_rdf.ask.binding import Term, bind
from dlprov_rdf.ask.lineage import Walk
from dlprov_rdf.ask.naming import names
from dlprov_rdf.ask.sparql import PREFIXES, select, text
from dlprov_rdf.errors import NotFound

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

#: Vocabularies of domains whose prefixes are known without a declaration.
DOMAINS = {
    "dwc": "http://rs.tdwg.org/dwc/terms/",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "qudt": "http://qudt.org/schema/qudt/",
    "schema": "https://schema.org/",
    "sosa": "http://www.w3.org/ns/sosa/",
    "ssn": "http://www.w3.org/ns/ssn/",
    "time": "http://www.w3.org/2006/time#",
}

#: Nodes in one query.
_BATCH = 500


def shown(store: Store, walk: Walk, columns: Sequence[str]) -> Walk:
    """Give a walk with the values that its nodes have of chosen properties.

    Args:
        store: Where the graphs are.
        walk: A lineage or an impact.
        columns: Each an IRI, a name with a known prefix (``geo:lat``), or the name of an
            attribute or a property (``instrument``).

    Raises:
        NotFound: A prefix is not known.
    """
    if not columns:
        return walk
    terms = {column: _term(column) for column in columns}
    by_term = {term.value: column for column, term in terms.items()}
    values: dict[str, Sequence[Term]] = {
        "property": [term for term in terms.values() if isinstance(term, NamedNode)],
        "name": [term for term in terms.values() if isinstance(term, Literal)],
    }
    query = assets.text("queries/lineage/shown.rq")
    found: dict[str, dict[str, set[object]]] = {column: {} for column in columns}
    nodes = list(walk.nodes)
    for begin in range(0, len(nodes), _BATCH):
        batch = [NamedNode(iri) for iri in nodes[begin : begin + _BATCH]]
        _, solutions = select(store, bind(query, {**values, "node": batch}))
        for node, column, value in solutions:
            found[by_term[text(column)]].setdefault(text(node), set()).add(answer.plain(value))
    sorted_ = {
        column: {node: tuple(sorted(several, key=str)) for node, several in by_node.items()}
        for column, by_node in found.items()
    }
    return replace(walk, shown=sorted_)


def _term(column: str) -> NamedNode | Literal:
    """Read what a column is called: an IRI, a prefixed name, or a name."""
    prefix, colon, local = column.partition(":")
    if not colon:
        return names.literal("attribute", column)
    known = {**DOMAINS, **PREFIXES}
    if prefix in known:
        return NamedNode(known[prefix] + local)
    if local.startswith("/") or prefix in {"urn", "doi", "info"}:
        if names.is_iri(column):
            return NamedNode(column)
        raise NotFound("property", column, "It is no IRI.")
    prefixes = ", ".join(sorted(known))
    raise NotFound("prefix", prefix, f"Give the property's whole IRI. Known: {prefixes}.")
