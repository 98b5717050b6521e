# SPDX-License-Identifier: Apache-2.0
"""What follows from our ontology by OWL RL's rules: nothing that cannot be, and what it is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from graph_runs import RUNS, run
from graph_terms import DISJOINT, PROPERTIES, SUBCLASSES
from ontology_terms import OWL, everything
from parts import require
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize
from tapes import IRIS, quads_of

from dlprov_rdf.graph import vocabulary as v

require("rdflib")

import owlrl
import rdflib

SUBCLASS, DISJOINT_WITH = NamedNode(v.RDFS + "subClassOf"), NamedNode(OWL + "disjointWith")
DOMAIN, RANGE = NamedNode(v.RDFS + "domain"), NamedNode(v.RDFS + "range")


def foreign() -> Iterator[Triple]:
    """Write the tables of what others say as axioms; a union is beyond the rules."""
    for one, above in SUBCLASSES.items():
        for each in above:
            yield Triple(NamedNode(one), SUBCLASS, NamedNode(each))
    for one, other in DISJOINT:
        yield Triple(NamedNode(one), DISJOINT_WITH, NamedNode(other))
    for name, ends in PROPERTIES.items():
        for predicate, end in zip((DOMAIN, RANGE), ends, strict=True):
            if end and len(end) == 1 and name != v.RDF + "type":
                yield Triple(NamedNode(name), predicate, NamedNode(end[0]))


@cache
def graphs() -> tuple[Triple, ...]:
    """Read all small runs, each as a run of its own."""
    triples: dict[Triple, None] = {}
    for name in RUNS:
        text = serialize(quads_of(run(name)), format=RdfFormat.N_QUADS).decode()
        text = text.replace(IRIS.run.value, f"https://lab.example/run/{name}")
        triples |= {quad.triple: None for quad in parse(text, format=RdfFormat.N_QUADS)}
    return tuple(triples)


def closed(triples: Iterable[Triple]) -> tuple[rdflib.Graph, list[str]]:
    """Close triples with our ontology and the tables; give all that follows, and the clashes.

    Doubles are left out: owlrl 7.6 takes 0.0 and the infinities for malformed.
    """
    legible = [one for one in triples if not _is_double(one.object)]
    graph = rdflib.Graph()
    told = serialize([*everything(), *foreign(), *legible], format=RdfFormat.N_TRIPLES)
    graph.parse(data=told, format="nt")
    rules = owlrl.OWLRL_Semantics(graph, axioms=False, daxioms=False, rdfs=False)
    rules.closure()
    return graph, list(rules.error_messages)


def _is_double(term: Any) -> bool:
    return isinstance(term, Literal) and term.datatype.value.endswith("#double")


def test_no_graph_clashes_with_the_ontology() -> None:
    """All small runs together, with what PROV-O, ML Schema and DCAT say of their terms."""
    _, clashes = closed(graphs())

    assert clashes == []


#: What cannot be: a thing of classes that exclude each other, by ours or by others' axioms.
WRONG = {
    "a-run-that-is-an-experiment": (v.MLS + "Run", v.MLS + "Experiment"),
    "a-graph-that-is-its-run": (v.PROV + "Bundle", v.DLPROV + "WorkflowRun"),
    "a-plan-that-ran": (v.PROVML + "LearningProcess", v.PROVML + "LearningProcessExecution"),
    "a-stage-that-is-its-plan": (v.PROVML + "Training", v.PROVML + "TrainingExecution"),
    "an-epoch-that-is-a-state": (v.DLPROV + "Epoch", v.PROVML + "Model", v.PROV + "Entity"),
}


def test_a_clash_would_be_found() -> None:
    """The check above can fail: each wrong thing is named in a message of its own."""
    _, clashes = closed(
        Triple(NamedNode(f"https://lab.example/{thing}"), v.RDF_TYPE, NamedNode(one))
        for thing, classes in WRONG.items()
        for one in classes
    )

    assert [thing for thing in WRONG if not any(thing in clash for clash in clashes)] == []


def test_what_is_not_stated_follows() -> None:
    """An epoch is a section's execution of PROV-ML, its state a model, and so on."""
    graph, _ = closed(quad.triple for quad in quads_of(run("digits")))
    training = f"{IRIS.run.value}/training/23"
    expected = {
        f"{training}/epoch/1": ("LearningStageSectionExecution", "BaseLearningStageExecution"),
        training: ("TrainingExecution", "LearningStageExecution", "BaseLearningStageExecution"),
        f"{training}/epoch/1/model": ("Model",),
        f"{training}/epoch/1/evaluation/val_loss": ("ModelEvaluation",),
        f"{IRIS.run.value}/data/14/class/0": ("DatasetCharacteristic",),
        f"{IRIS.run.value}/step/38": ("EvaluationExecution", "LearningStageExecution"),
        f"{training}/task": ("LearningTask",),
    }

    for thing, classes in expected.items():
        of = {str(one) for one in graph.objects(rdflib.URIRef(thing), rdflib.RDF.type)}
        assert {v.PROVML + one for one in classes} <= of
