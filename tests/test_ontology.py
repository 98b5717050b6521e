# SPDX-License-Identifier: Apache-2.0
"""Our ontology: it defines every term that a graph may use, and no other."""

from __future__ import annotations

import pytest
from graph_runs import RUNS, quads_of, run
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from dlprov_rdf import assets
from dlprov_rdf.graph import entail
from dlprov_rdf.graph import vocabulary as v

ONTOLOGY = NamedNode("https://w3id.org/dlprov-rdf/ontology")
OWL = "http://www.w3.org/2002/07/owl#"
SKOS_DEFINITION = NamedNode(v.SKOS + "definition")
DEFINED_BY = NamedNode(v.RDFS + "isDefinedBy")


@pytest.fixture(scope="module")
def triples() -> list[Triple]:
    """The ontology's statements."""
    return list(parse(assets.text("ontology/dlprov.ttl"), format=RdfFormat.TURTLE))


def _terms() -> set[NamedNode]:
    """The terms of ours that the graph room knows."""
    return {
        term
        for term in vars(v).values()
        if isinstance(term, NamedNode) and term.value.startswith(v.DLPROV)
    }


def _defined(triples: list[Triple]) -> set[NamedNode]:
    return {one.subject for one in triples if one.subject.value.startswith(v.DLPROV)}


def test_the_ontology_and_the_vocabulary_hold_the_same_terms(triples: list[Triple]) -> None:
    """Neither may have a term that the other does not know."""
    assert _defined(triples) == _terms()


def test_every_term_is_emitted_by_some_run() -> None:
    """A term that nothing uses is a promise that nobody keeps."""
    used = {
        term
        for name in RUNS
        for quad in [*quads_of(run(name)), *entail.about(NamedNode("https://lab.example/graph"))]
        for term in (quad.predicate, quad.object, quad.subject)
    }

    assert _terms() - used == set()


@pytest.mark.parametrize("predicate", [v.RDFS_LABEL, SKOS_DEFINITION, DEFINED_BY])
def test_every_term_says_what_it_is(triples: list[Triple], predicate: NamedNode) -> None:
    """A label, a definition in our own words, and where it belongs: each once."""
    told = [one.subject for one in triples if one.predicate == predicate]

    assert sorted(map(str, told)) == sorted(map(str, _defined(triples)))


def test_no_two_terms_share_a_definition(triples: list[Triple]) -> None:
    """Whoever copies a definition has not thought about the term."""
    definitions = [one.object for one in triples if one.predicate == SKOS_DEFINITION]

    assert len(definitions) == len(set(definitions))
    assert all(isinstance(one, Literal) and len(one.value) > 15 for one in definitions)


def test_every_term_is_of_one_kind(triples: list[Triple]) -> None:
    """A class, a relation, a property with a value, an annotation, or a thing."""
    kinds: dict[NamedNode, set[str]] = {}
    for one in triples:
        if one.predicate == v.RDF_TYPE and one.object.value.startswith(OWL):
            kinds.setdefault(one.subject, set()).add(one.object.value.removeprefix(OWL))

    assert kinds.pop(ONTOLOGY) == {"Ontology"}
    assert {frozenset(kind) for kind in kinds.values()} == {
        frozenset({"Class"}), frozenset({"ObjectProperty"}), frozenset({"DatatypeProperty"}),
        frozenset({"AnnotationProperty"}), frozenset({"NamedIndividual"}),
    }  # fmt: skip


def test_the_ontology_names_its_version_and_its_licence(triples: list[Triple]) -> None:
    """The version is the one that every graph says it conforms to."""
    header = {(one.predicate.value, one.object.value) for one in triples if one.subject == ONTOLOGY}

    assert (OWL + "versionIRI", v.ONTOLOGY.value) in header
    licence = "https://creativecommons.org/licenses/by/4.0/"
    assert (v.DCTERMS + "license", licence) in header
    vann = "http://purl.org/vocab/vann/"
    assert (vann + "preferredNamespacePrefix", "dlprov") in header
    assert (vann + "preferredNamespaceUri", v.DLPROV) in header
