# SPDX-License-Identifier: Apache-2.0
"""The reference for entailment, owlrl: all of OWL 2 RL, slowly, cut down to what our rules cover.

owlrl also derives that everything is a thing and equals itself, and types of literals; none
of that answers a question, and it is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import owlrl
import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF

from dlprov_rdf.validate.untouched import literals_as_they_are

_Triple: TypeAlias = "tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]"

_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_LANGUAGE = ("http://www.w3.org/2002/07/owl#", _RDFS)

#: What only axioms say, of classes and properties.
_OF_TERMS = tuple(_RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range"))


def entailed(
    quads: Iterable[ox.Quad], axioms: Iterable[ox.Quad], into: ox.NamedNode
) -> Iterator[ox.Quad]:
    """Yield what follows from a graph and is not in it, as owlrl finds it.

    Args:
        quads: The whole graph.
        axioms: The axioms.
        into: In which graph to put what follows.
    """
    said = _triples(quad.triple for quad in quads)
    known = _triples(quad.triple for quad in axioms)
    things = {node for triple in said for node in (triple[0], triple[2])}
    graph = rdflib.Graph()
    for triple in said | known:
        graph.add(triple)
    with literals_as_they_are():
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    found = rdflib.Graph()
    for triple in set(graph) - said - known:
        if triple[0] in things and _is_covered(triple):
            found.add(triple)
    for triple in ox.parse(found.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES):
        yield ox.Quad(triple.subject, triple.predicate, triple.object, into)


def _triples(triples: Iterable[ox.Triple]) -> set[_Triple]:
    written = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    with literals_as_they_are():
        return set(rdflib.Graph().parse(data=written, format="nt"))


def _is_covered(triple: _Triple) -> bool:
    subject, predicate, found = triple
    if not isinstance(subject, rdflib.URIRef):
        return False
    if predicate == RDF.type:
        return not str(found).startswith(_LANGUAGE)
    return not str(predicate).startswith((_LANGUAGE[0], *_OF_TERMS))
