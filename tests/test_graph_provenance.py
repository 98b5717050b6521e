# SPDX-License-Identifier: Apache-2.0
"""Every graph is sound: as PROV-O, ML Schema, DCAT and our own ontology would have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter

import pytest
from graph_runs import RUNS, run
from graph_terms import DISJOINT, PROPERTIES, SUBCLASSES, Classes
from ontology_terms import ALIGNMENTS, defined, everything, stated
from pyoxigraph import Literal, NamedNode, Quad
from tapes import quads_of

from dlprov_rdf.graph import vocabulary as v

every_run = pytest.mark.parametrize("name", RUNS)

#: Vocabularies of the users' own fields, in these runs.
DOMAINS = (
    "https://example.org/", "http://example.org/", "x:", "http://www.w3.org/ns/sosa/",
    "http://www.w3.org/2003/01/geo/",
)  # fmt: skip

RDFS, OWL = v.RDFS, "http://www.w3.org/2002/07/owl#"


def _ontology() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[Classes, Classes]]]:
    """Read our own classes and properties in the form of the tables for the foreign ones."""
    above: dict[str, tuple[str, ...]] = {}
    ends: dict[str, tuple[Classes, Classes]] = {}
    for triple in everything():
        subject, predicate = triple.subject.value, triple.predicate.value
        if predicate in {RDFS + "subClassOf", OWL + "equivalentClass"}:
            above[subject] = (*above.get(subject, ()), triple.object.value)
        if subject.startswith(v.DLPROV) and triple.object.value.endswith("Property"):
            ends.setdefault(subject, (None, None))
        if predicate == RDFS + "domain":
            ends[subject] = ((triple.object.value,), ends.get(subject, (None, None))[1])
        if predicate == RDFS + "range":
            ends[subject] = (ends.get(subject, (None, None))[0], (triple.object.value,))
    return above, ends


OWN_SUBCLASSES, OWN_PROPERTIES = _ontology()
ABOVE = {**SUBCLASSES, **OWN_SUBCLASSES}
ENDS = {**PROPERTIES, **OWN_PROPERTIES}


def _closed(classes: Iterable[str]) -> set[str]:
    """Give classes and all that they are a part of."""
    todo, found = list(classes), set()
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += ABOVE.get(one, ())
    return found


def _classes(quads: Iterable[Quad]) -> dict[str, set[str]]:
    """Tell for each thing its classes, those above its own included."""
    told: dict[str, set[str]] = {}
    for quad in quads:
        if quad.predicate == v.RDF_TYPE:
            told.setdefault(quad.subject.value, set()).add(quad.object.value)
    return {thing: _closed(classes) for thing, classes in told.items()}


def _misplaced(quads: list[Quad]) -> Iterator[str]:
    """Tell of each end of a relation that is not of a class that it must be of."""
    classes = _classes(quads)
    for quad in quads:
        domain, reach = ENDS.get(quad.predicate.value, (None, None))
        if domain and not classes.get(quad.subject.value, set()) & set(domain):
            yield f"{quad.subject} has {quad.predicate}"
        if not reach:
            continue
        if isinstance(quad.object, Literal):
            if quad.object.datatype.value not in reach:
                yield f"{quad.predicate} leads to {quad.object}"
        elif not classes.get(quad.object.value, set()) & set(reach):
            yield f"{quad.predicate} leads to {quad.object}"


@every_run
def test_every_relation_holds_between_things_of_the_right_classes(name: str) -> None:
    """Domains and ranges hold by what the graph says itself, nothing needs to be inferred."""
    assert list(_misplaced(quads_of(run(name)))) == []


@every_run
def test_nothing_is_of_two_classes_that_exclude_each_other(name: str) -> None:
    """No activity is an entity, no model is data, no run is an experiment."""
    classes = _classes(quads_of(run(name)))

    both = [(thing, pair) for thing, of in classes.items() for pair in DISJOINT if set(pair) <= of]
    assert both == []


@every_run
def test_nothing_derives_from_itself(name: str) -> None:
    """Derivation, revision and specialisation make no circle, alone or together."""
    above: dict[str, set[str]] = {}
    for quad in quads_of(run(name)):
        if quad.predicate in {
            v.PROV_WAS_DERIVED_FROM, v.PROV_WAS_REVISION_OF, v.PROV_SPECIALIZATION_OF,
        }:  # fmt: skip
            above.setdefault(quad.subject.value, set()).add(quad.object.value)

    assert list(TopologicalSorter(above).static_order()) is not None


@every_run
def test_what_uses_and_what_makes_is_no_circle(name: str) -> None:
    """Nothing was used by the activity that made it, however many steps lie between."""
    before: dict[str, set[str]] = {}
    for quad in quads_of(run(name)):
        if quad.predicate in {v.PROV_USED, v.PROV_WAS_GENERATED_BY, v.PROV_WAS_DERIVED_FROM}:
            before.setdefault(quad.subject.value, set()).add(quad.object.value)

    assert list(TopologicalSorter(before).static_order()) is not None


@every_run
def test_a_part_is_no_part_of_its_part(name: str) -> None:
    """Epochs are in trainings, these in steps or the run."""
    wholes: dict[str, set[str]] = {}
    for quad in quads_of(run(name)):
        if quad.predicate == v.DCTERMS_IS_PART_OF:
            wholes.setdefault(quad.subject.value, set()).add(quad.object.value)

    assert list(TopologicalSorter(wholes).static_order()) is not None
    assert all(len(whole) == 1 for whole in wholes.values())


@every_run
def test_the_qualified_form_says_what_the_plain_one_says(name: str) -> None:
    """Both forms of usage, association, delegation and revision, of the same two things."""
    quads = {(q.subject, q.predicate, q.object) for q in quads_of(run(name))}
    forms = (
        (v.PROV_QUALIFIED_USAGE, v.PROV_ENTITY_PROPERTY, v.PROV_USED),
        (v.PROV_QUALIFIED_ASSOCIATION, v.PROV_AGENT_PROPERTY, v.PROV_WAS_ASSOCIATED_WITH),
        (v.PROV_QUALIFIED_DELEGATION, v.PROV_AGENT_PROPERTY, v.PROV_ACTED_ON_BEHALF_OF),
        (v.PROV_QUALIFIED_REVISION, v.PROV_ENTITY_PROPERTY, v.PROV_WAS_REVISION_OF),
    )

    for qualified, leads_to, plain in forms:
        ends = {node: what for node, predicate, what in quads if predicate == leads_to}
        for subject, predicate, node in quads:
            if predicate == qualified:
                assert (subject, plain, ends[node]) in quads


@every_run
def test_a_relation_that_is_aligned_is_stated_in_the_foreign_words_too(name: str) -> None:
    """A selection used what it selected, and a training put its best evaluation out."""
    wider: dict[NamedNode, set[NamedNode]] = {}
    for one in stated(ALIGNMENTS):
        if one.predicate.value == RDFS + "subPropertyOf":
            wider.setdefault(one.subject, set()).add(one.object)
    triples = {(one.subject, one.predicate, one.object) for one in quads_of(run(name))}

    due = {(one[0], other, one[2]) for one in triples for other in wider.get(one[1], ())}

    assert wider
    assert due - triples == set()


@every_run
def test_a_content_says_nothing_but_that_it_is_one(name: str) -> None:
    """Equal weights at two epochs would else make derivation a circle."""
    quads = [quad for quad in quads_of(run(name)) if quad.subject.value.startswith("ni:")]

    assert {quad.predicate for quad in quads} <= {v.RDF_TYPE}


@every_run
def test_only_a_training_has_inputs_and_outputs_of_ml_schema(name: str) -> None:
    """And a model is never an input: ML Schema's stricter file forbids it."""
    quads = quads_of(run(name))
    classes = _classes(quads)

    for quad in quads:
        if quad.predicate in {v.MLS_HAS_INPUT, v.MLS_HAS_OUTPUT}:
            assert v.DLPROV_TRAINING.value in classes[quad.subject.value]
        if quad.predicate == v.MLS_HAS_INPUT:
            assert v.MLS_MODEL.value not in classes[quad.object.value]


def test_a_term_that_is_emitted_is_defined_somewhere() -> None:
    """In our ontology, or in the table of foreign terms; a user's own terms are theirs."""
    quads = [quad for name in RUNS for quad in quads_of(run(name))]
    ours = {term.value for term in defined()}
    predicates = {quad.predicate.value for quad in quads}
    classes = {quad.object.value for quad in quads if quad.predicate == v.RDF_TYPE}

    assert {one for one in predicates - set(ENDS) if not one.startswith(DOMAINS)} == set()
    assert "https://example.org/mass" in predicates
    foreign = {one for pair in PROPERTIES.values() for ends in pair if ends for one in ends}
    known = ours | set(SUBCLASSES) | foreign
    assert {one for one in classes - known if not one.startswith(DOMAINS)} == set()


def test_a_misplaced_end_would_be_found() -> None:
    """The check above sees an entity that is used as an activity."""
    quads = quads_of(run("serving"))
    data = next(quad.subject for quad in quads if quad.object == v.MLS_DATASET)
    wrong = Quad(data, v.PROV_USED, data, quads[0].graph_name)

    assert len(list(_misplaced([*quads, wrong]))) == 1
    assert isinstance(data, NamedNode)
