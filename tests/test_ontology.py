# SPDX-License-Identifier: Apache-2.0
"""Our ontology: it defines every term that a graph may use, and keeps none without a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from graph_runs import RUNS, run
from graph_terms import CLASSES, PROPERTIES
from ontology_terms import (
    ALIGNMENTS,
    DEFINED_BY,
    FILES,
    OWL,
    PREFIXES,
    defined,
    everything,
    objects,
    ours,
    stated,
)  # fmt: skip
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from tapes import quads_of

from dlprov_rdf import assets
from dlprov_rdf.graph import catalogue, entail
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.settings import Settings

DEFINITION, EXAMPLE, SCOPE = v.SKOS + "definition", v.SKOS + "example", v.SKOS + "scopeNote"
SOURCE, CITATION = v.DCTERMS + "source", v.DCTERMS + "bibliographicCitation"
USED_AS = v.DLPROV + "usedAs"
SUBCLASS, EQUIVALENT = v.RDFS + "subClassOf", OWL + "equivalentClass"
SUBPROPERTY = v.RDFS + "subPropertyOf"

each_file = pytest.mark.parametrize("name", FILES)


def beside_runs() -> Iterator[Quad]:
    """Yield what is stated in graphs that are no run's: of what follows, and of a catalogue."""
    graph = NamedNode("https://lab.example/graph")
    lab = Settings("https://lab.example/", publisher="Lab", licence="https://lab.example/licence")
    yield from entail.about(graph)
    yield from catalogue.catalogue_quads(lab)
    yield from catalogue.entry_quads(lab.base, {graph: catalogue.Held("ni:///sha-256;a", 1)})


@cache
def emitted() -> frozenset[NamedNode]:
    """Every term that some small run's graph uses."""
    return frozenset(
        term
        for name in RUNS
        for quad in [*quads_of(run(name)), *beside_runs()]
        for term in (quad.predicate, quad.object, quad.subject)
        if isinstance(term, NamedNode)
    )


def asked() -> set[NamedNode]:
    """Every term of ours that a shape or a query reads."""
    shapes = [
        term
        for name in assets.names("shapes", ".ttl")
        for one in parse(assets.text(name), format=RdfFormat.TURTLE)
        for term in (one.subject, one.object)
        if ours(term)
    ]
    words = "\n".join(assets.text(name) for name in assets.names("queries", ".rq"))
    spaces = {"dlprov": v.DLPROV, "provml": v.PROVML}
    queries = re.findall(r"\b(dlprov|provml):(\w+)", words)
    return {*shapes, *(NamedNode(spaces[prefix] + word) for prefix, word in queries)}


def marked(mark: str) -> set[NamedNode]:
    """The terms that say that they are there as this."""
    return {one for one in defined() if Literal(mark) in objects(one, USED_AS)}


def test_every_term_that_the_graph_room_knows_is_defined() -> None:
    """The list of terms that graphs are written in holds none that the files lack."""
    known = {term for term in vars(v).values() if ours(term)}

    assert known - defined() == set()


def test_every_term_is_used_or_says_why_it_is_there() -> None:
    """By a graph, a shape or a query; a term that nothing uses is a promise that nobody keeps."""
    predicates = {one.predicate for one in everything()}
    reasons = marked("superclass") | marked("alignment") | marked("rendering")

    assert defined() - emitted() - asked() - predicates - reasons == set()


def test_a_superclass_has_a_class_of_ours_below_it() -> None:
    """It says that it is one, and it is one."""
    above = {one.object for one in everything() if one.predicate.value == SUBCLASS}

    assert marked("superclass")
    assert marked("superclass") - above == set()


def test_an_alignment_holds_of_what_a_foreign_class_holds_of() -> None:
    """The equivalent class is one of the vocabulary that it claims to be from."""
    for term in marked("alignment"):
        foreign = [one.value for one in objects(term, EQUIVALENT)]

        assert foreign
        assert set(foreign) <= CLASSES


def test_a_rendering_says_why_no_graph_states_it() -> None:
    """And none does: who states it takes the mark away."""
    for term in marked("rendering"):
        assert term not in emitted(), f"{term} is stated now: take its dlprov:usedAs away"
        assert objects(term, SCOPE) or objects(term, v.PROVML + "time") == [Literal("prospective")]


@each_file
@pytest.mark.parametrize("predicate", [v.RDFS + "label", DEFINITION, DEFINED_BY.value])
def test_every_term_says_what_it_is(name: str, predicate: str) -> None:
    """A label, a definition in our own words, and where it belongs: each once."""
    told = [one.subject for one in stated(name) if one.predicate.value == predicate]

    terms = [one for one in defined() if one in {triple.subject for triple in stated(name)}]
    assert sorted(map(str, told)) == sorted(map(str, terms))


@each_file
def test_every_term_is_defined_by_the_file_that_it_stands_in(name: str) -> None:
    """Its namespace is that of the ontology, too."""
    for one in stated(name):
        if one.predicate == DEFINED_BY:
            assert one.object.value == FILES[name]
            assert one.subject.value.startswith(FILES[name] + "#")


def test_every_term_has_a_source_and_an_example() -> None:
    """So that a reader can check the one and understand by the other."""
    bare = [one for one in defined() if not objects(one, SOURCE) or not objects(one, EXAMPLE)]

    assert bare == []


def test_a_term_from_a_paper_says_where_in_it() -> None:
    """A specification's address has its section; a paper's has none."""
    papers = [
        term
        for term in defined()
        if any(one.value.startswith("https://doi.org/") for one in objects(term, SOURCE))
    ]

    assert papers
    assert [term for term in papers if not objects(term, CITATION)] == []


def test_no_two_terms_share_a_definition() -> None:
    """Whoever copies a definition has not thought about the term."""
    definitions = [one.object for one in everything() if one.predicate.value == DEFINITION]

    assert len(definitions) == len(set(definitions))
    assert all(isinstance(one, Literal) and len(one.value) > 15 for one in definitions)


def test_every_term_is_of_one_kind() -> None:
    """A class, a relation, a property with a value, an annotation, or a thing."""
    for term in defined():
        kinds = [one.value for one in objects(term, v.RDF + "type") if one.value.startswith(OWL)]

        assert len(kinds) == 1
        assert kinds[0].removeprefix(OWL) in {
            "AnnotationProperty", "Class", "DatatypeProperty", "NamedIndividual", "ObjectProperty",
        }  # fmt: skip


def test_every_concept_of_prov_ml_says_to_which_time_it_belongs() -> None:
    """What was planned, what ran, or either; what ran is an execution of what was planned."""
    times = {
        one: objects(one, v.PROVML + "time")[0].value
        for one in defined()
        if one.value.startswith(v.PROVML) and one.value[len(v.PROVML)].isupper()
    }

    assert set(times.values()) == {"prospective", "retrospective", "either"}
    for term, time in times.items():
        if term.value.endswith("Execution"):
            planned = NamedNode(term.value.removesuffix("Execution"))
            assert (time, times[planned]) == ("retrospective", "prospective")


@pytest.mark.parametrize(
    "concept",
    [
        "Study", "LearningExperiment", "LearningProcess", "LearningProcessExecution",
        "BaseLearningStage", "LearningStage", "Training", "Validation", "Evaluation",
        "LearningStageSection", "LearningStageExecution", "TrainingExecution",
        "ValidationExecution", "EvaluationExecution", "LearningStageSectionExecution",
        "LearningData", "LearningDataSetReference", "DatasetCharacteristic", "FeatureExtraction",
        "FeatureExtractionExecution", "Feature", "FeatureSet", "LearningHyperparameter",
        "LearningHyperparameterSetting", "LearningTask", "Algorithm", "Implementation",
        "Software", "ModelSchema", "ModelProspection", "Model", "ModelHyperparameter",
        "ModelEvaluation", "EvaluationMeasure", "EvaluationSpecification", "EvaluationProcedure",
        "Persona",
    ],
)  # fmt: skip
def test_prov_ml_has_every_concept_of_its_authors(concept: str) -> None:
    assert NamedNode(v.PROVML + concept) in defined()


def test_the_alignments_are_between_terms_that_are_there() -> None:
    """Ours by the files, theirs by the tables, P-Plan's by their names."""
    plan = {PREFIXES["p-plan"] + name for name in ("Plan", "Step", "Variable")}
    known = {one.value for one in defined()} | CLASSES | PROPERTIES.keys() | plan
    aligning = {SUBCLASS, EQUIVALENT, SUBPROPERTY}

    relations = [one for one in stated(ALIGNMENTS) if one.predicate.value in aligning]

    assert len(relations) > 25
    for one in relations:
        assert {one.subject.value, one.object.value} <= known
        assert ours(one.subject)


@pytest.mark.parametrize(
    ("term", "foreign"),
    [
        ("provml:Study", "mls#Study"), ("provml:LearningExperiment", "mls#Experiment"),
        ("provml:LearningExperiment", "p-plan#Plan"), ("provml:ModelSchema", "mls#Model"),
        ("provml:LearningProcessExecution", "mls#Experiment"),
        ("provml:LearningStageExecution", "mls#Run"), ("provml:LearningData", "dcat#Dataset"),
        ("provml:Persona", "prov#Person"), ("provml:FeatureSet", "mls#Dataset"),
        ("provml:Training", "mls#Run"), ("dlprov:WorkflowRun", "mls#Experiment"),
        ("dlprov:WorkflowRun", "mls#Run"), ("dlprov:Evaluation", "mls#Run"),
        ("dlprov:Epoch", "mls#Run"), ("dlprov:Content", "mls#Dataset"),
        ("dlprov:Content", "dcat#Distribution"), ("dlprov:Callback", "prov#Plan"),
        ("dlprov:ParameterSetting", "mls#HyperParameterSetting"),
        ("dlprov:ModelArchitecture", "mls#Model"), ("dlprov:continues", "prov#wasInformedBy"),
        ("dlprov:evaluates", "prov#wasDerivedFrom"), ("dlprov:Machine", "prov#Agent"),
    ],
)  # fmt: skip
def test_what_would_be_wrong_is_not_aligned_and_the_term_says_why(term: str, foreign: str) -> None:
    """A study is planned and ML Schema's has run; a phase is no workflow; and so on."""
    prefix, _, name = term.partition(":")
    start = NamedNode(PREFIXES[prefix] + name)
    todo, above = [start], set()
    while todo:
        one = todo.pop()
        if one not in above:
            above.add(one)
            todo += objects(one, SUBCLASS) + objects(one, EQUIVALENT) + objects(one, SUBPROPERTY)

    assert [one for one in above if one.value.endswith(foreign)] == []
    assert objects(start, SCOPE)


@pytest.mark.parametrize("name", [*FILES, ALIGNMENTS])
def test_an_ontology_names_its_version_its_licence_and_how_it_is_cited(name: str) -> None:
    """All files have one version: the one that every graph says it conforms to."""
    (whole,) = [one.subject for one in stated(name) if one.object.value == OWL + "Ontology"]
    version = v.ONTOLOGY.value.rpartition("/")[2]

    assert [one.value for one in objects(whole, OWL + "versionIRI")] == [f"{whole.value}/{version}"]
    assert [one.value for one in objects(whole, OWL + "versionInfo")] == [version]
    licence = NamedNode("https://creativecommons.org/licenses/by/4.0/")
    assert objects(whole, v.DCTERMS + "license") == [licence]
    (cited,) = objects(whole, CITATION)
    assert version in cited.value
    assert cited.value.endswith(whole.value)


@each_file
def test_an_ontology_names_its_prefix_and_namespace(name: str) -> None:
    """As the graphs and the context write them."""
    whole, vann = NamedNode(FILES[name]), "http://purl.org/vocab/vann/"

    (prefix,) = objects(whole, vann + "preferredNamespacePrefix")
    (space,) = objects(whole, vann + "preferredNamespaceUri")

    assert PREFIXES[prefix.value] == space.value == FILES[name] + "#"


def test_the_version_of_the_ontology_is_the_graphs_own() -> None:
    """``dcterms:conformsTo`` leads to the version of dlprov.ttl."""
    assert objects(NamedNode(FILES["ontology/dlprov.ttl"]), OWL + "versionIRI") == [v.ONTOLOGY]
