# SPDX-License-Identifier: Apache-2.0
"""What people call data, resolved: a name stands for the octets, wherever they were used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from dlprov_rdf.ask.naming import runs
from dlprov_rdf.ask.naming.names import is_iri, literal
from dlprov_rdf.ask.sparql import Asked, rows, text
from dlprov_rdf.errors import NotFound

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

_CALLED = """
SELECT DISTINCT ?data ?content {
  { VALUES ?name { "" } ?data rdfs:label ?name }
  UNION
  { VALUES ?thing { UNDEF } ?data prov:specializationOf? ?thing }
  ?data a ?class .
  FILTER(?class IN (mls:Dataset, dlprov:File))
  OPTIONAL { ?data prov:specializationOf ?content }
}
ORDER BY ?content ?data"""

_NAMES = "SELECT DISTINCT ?name { ?data a mls:Dataset ; rdfs:label ?name } ORDER BY ?name"


def asked(name: str) -> Asked:
    """Give what is asked first to find the data of a name."""
    things = [NamedNode(name)] if is_iri(name) else []
    return _CALLED, {"name": (literal("data", name),), "thing": things}


def called(store: Store, name: str) -> tuple[list[NamedNode], str | None]:
    """Find the data of a name.

    Args:
        store: Where to look.
        name: The name of data or of a file, its IRI, or a content.

    Returns:
        The contents, and each occurrence that has none; a note where the name stands for
        different octets.

    Raises:
        NotFound: Nothing is called so.
    """
    found = rows(store, *asked(name))
    if not found:
        known = [text(row[0]) for row in rows(store, _NAMES)]
        raise NotFound("data", name, runs.there_are(known, "data"))
    same = dict.fromkeys(runs.node(row[1] or row[0]) for row in found)
    note = f"{name} stands for {len(same)} different data sets" if len(same) > 1 else None
    return list(same), note
