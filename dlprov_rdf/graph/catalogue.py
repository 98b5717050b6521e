# SPDX-License-Identifier: Apache-2.0
"""A knowledge base's catalogue: what it is, and the graphs of runs that a service holds of it.

It is a graph of its own at the service, ``BASE catalogue``, which anyone may read: the digest
says whether a graph is the one that they know, the revision how often it was replaced there.

Source:
    DCAT 3, dcat:Catalog: https://www.w3.org/TR/vocab-dcat-3/#Class:Catalog
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from dlprov_rdf.graph import literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.iris import absolute
from dlprov_rdf.settings import Settings


class Held(NamedTuple):
    """A run's graph as a service holds it."""

    digest: str
    revision: int


def name(base: str) -> NamedNode:
    """Name the catalogue of the knowledge base with this BASE; its graph has the same name."""
    return NamedNode(f"{base}catalogue")


def catalogue_quads(settings: Settings) -> Iterator[Quad]:
    """Yield what a catalogue says of its knowledge base: five quads, a licence and a publisher."""
    catalogue = name(settings.base)
    said: list[tuple[NamedNode, NamedNode | Literal]] = [
        (v.RDF_TYPE, v.DCAT_CATALOG),
        (v.RDF_TYPE, v.PROV_ENTITY),
        (v.DLPROV_BASE, literals.text(settings.base)),
        (v.DCTERMS_TITLE, literals.text(settings.title)),
        (v.DCTERMS_CONFORMS_TO, v.ONTOLOGY),
    ]
    if settings.licence:
        licence = absolute(settings.licence) or literals.text(settings.licence)
        said.append((v.DCTERMS_LICENSE, licence))
    if settings.publisher:
        publisher = absolute(settings.publisher) or literals.text(settings.publisher)
        said.append((v.DCTERMS_PUBLISHER, publisher))
    for predicate, value in said:
        yield Quad(catalogue, predicate, value, catalogue)


def entry_quads(base: str, graphs: Mapping[NamedNode, Held]) -> Iterator[Quad]:
    """Yield what a catalogue says of the graphs of runs: three quads each."""
    catalogue = name(base)
    for graph, held in sorted(graphs.items(), key=lambda one: one[0].value):
        yield Quad(catalogue, v.DCAT_DATASET_PROPERTY, graph, catalogue)
        yield Quad(graph, v.DLPROV_GRAPH_DIGEST, literals.text(held.digest), catalogue)
        yield Quad(graph, v.DLPROV_GRAPH_REVISION, literals.count(held.revision), catalogue)
