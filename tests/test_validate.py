# SPDX-License-Identifier: Apache-2.0
"""A check says what is wrong in words that a person can act on, and in W3C's."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from valid_graphs import NO_EPOCH_NUMBER, VALID, parsed

from dlprov_rdf import validate
from dlprov_rdf.errors import DoesNotConform, MissingExtra, UnknownEngine, UnknownProfile
from dlprov_rdf.validate.report import SH, Report, Result, sh
from dlprov_rdf.validate.shacl import Engine, check, faults
from dlprov_rdf.validate.shapes import load

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
GRAPH = ox.NamedNode("https://lab.example/run/R/graph")
EPOCH = "https://lab.example/run/R/training/20/epoch/0"
NO_REASON = parsed(VALID.replace('dlprov:exceptionType "ValueError" ;', ""))
NO_PLACE = parsed(VALID.replace('rdfs:label "choose" ;', 'rdfs:label "choose", "pick" ;'))


def test_a_report_names_subject_rule_value_and_remedy() -> None:
    """All that a person needs to mend it."""
    report = check(NO_PLACE)

    assert not report.conforms
    (line,) = report.words().splitlines()
    assert "/run/R/step/50" in line
    assert "label of a step" in line
    assert "See: dlprov show RUN" in line


def test_a_subject_is_called_by_its_label() -> None:
    """As its user calls it."""
    untold = parsed(VALID.replace('dlprov:stepKind "select" ;', ""))

    assert "'choose'" in check(untold).words()


def test_a_value_at_fault_is_shown() -> None:
    """As N-Triples for a program, plainly for a person."""
    (result,) = check(NO_EPOCH_NUMBER).results

    assert result.focus == EPOCH
    assert result.value == '"-7"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert "Found: '-7'." in result.words()


@pytest.mark.require("rdflib")
@pytest.mark.parametrize("engine", ["pyshifty", "pyshacl"])
def test_a_value_is_shown_as_it_is_spelled(engine: Engine) -> None:
    """Rdflib would make it -7, which is not what stands in the graph."""
    respelled = VALID.replace("dlprov:epochNumber 0", "dlprov:epochNumber -007")

    (result,) = check(parsed(respelled), engine=engine).results

    assert result.value == '"-007"^^<http://www.w3.org/2001/XMLSchema#integer>'


def test_a_warning_is_told_and_the_graph_conforms() -> None:
    """Only a violation keeps a graph out."""
    report = check(NO_REASON)

    assert report.conforms
    assert [result.severity for result in report.results] == ["warning"]
    report.raise_for_violations()


def test_violations_can_be_raised() -> None:
    """For a caller who wants them as an error."""
    with pytest.raises(DoesNotConform) as caught:
        check(NO_EPOCH_NUMBER).raise_for_violations()

    assert EPOCH in caught.value.violations[0]


def test_the_graph_that_a_quad_stands_in_makes_no_difference() -> None:
    """What is checked is the union."""
    apart = [
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(f"x:{turn % 3}"))
        for turn, quad in enumerate(NO_EPOCH_NUMBER)
    ]

    assert check(apart) == check(NO_EPOCH_NUMBER)


def test_the_report_graph_is_a_w3c_report_without_blank_nodes() -> None:
    """Section 3.6 of SHACL."""
    triples = set(check(NO_EPOCH_NUMBER).as_graph())

    nodes = {triple.subject for triple in triples}
    said = {(triple.predicate, triple.object) for triple in triples}
    assert all(isinstance(node, ox.NamedNode) for node in nodes)
    assert (sh("conforms"), ox.Literal(False)) in said
    assert (sh("focusNode"), ox.NamedNode(EPOCH)) in said
    assert (sh("value"), ox.Literal(-7)) in said
    assert (sh("resultSeverity"), sh("Violation")) in said
    assert (sh("sourceConstraintComponent"), sh("MinInclusiveConstraintComponent")) in said


def test_the_same_faults_give_the_same_report() -> None:
    """In whatever order the quads come."""
    reports = [check(quads).turtle() for quads in (NO_EPOCH_NUMBER, NO_EPOCH_NUMBER[::-1])]

    assert reports[0] == reports[1]


def test_a_report_goes_through_json() -> None:
    """It is plain data."""
    report = check(NO_EPOCH_NUMBER)

    again = msgspec.json.decode(msgspec.json.encode(report), type=Report)

    assert again == report


@given(
    value=st.text(st.characters(exclude_categories=["Cs"])).map(ox.Literal)
    | st.floats().map(ox.Literal)
)
def test_any_value_can_stand_in_a_report(value: ox.Literal) -> None:
    """Quotes, line ends and NaN included."""
    result = Result(
        focus=EPOCH, rule=f"{SH}r", value=str(value), name="n", message="m", severity="violation",
        component=f"{SH}c",
    )  # fmt: skip

    triples = list(Report(conforms=False, results=(result,)).as_graph())

    assert value in {triple.object for triple in triples}
    assert "\n" not in result.words()


TALL = parsed(f"{VALID} <https://lab.example/p> a prov:Person ; foaf:name 'p' ; <x:height> 2 .")

CLOSED = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
<https://lab.example/rule/person> a sh:NodeShape ; sh:targetClass prov:Person ;
  sh:property [ sh:path <http://xmlns.com/foaf/0.1/name> ] ;
  sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:name "no more" ;
  sh:message "Say no more." .
"""


def test_what_no_rule_can_see_is_kept_from_the_engine() -> None:
    """It takes time to read, and cannot change a verdict: properties that no shape names."""
    seen = load("core").seen(TALL)

    left_out = {quad.predicate.value for quad in TALL} - {one.predicate.value for one in seen}
    assert "x:height" in left_out
    assert left_out.isdisjoint({"http://www.w3.org/ns/prov#used", f"{RDF}type", f"{RDFS}label"})


@pytest.mark.parametrize(
    "engine", ["pyshifty", pytest.param("pyshacl", marks=pytest.mark.require("rdflib"))]
)
def test_a_closed_shape_sees_what_no_rule_names(tmp_path: Path, engine: Engine) -> None:
    """It may look at any property, and so it is given all of them."""
    (tmp_path / "own.ttl").write_text(CLOSED)

    (result,) = check(TALL, engine=engine, shapes=[tmp_path / "own.ttl"]).results

    assert (result.name, result.path) == ("no more", "x:height")


SHAPES_OF_ALL_KINDS = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix : <https://example.org/shapes#> .

:Labelled sh:message "A property shape with a target of its own." ;
  sh:targetClass prov:Activity ; sh:path rdfs:label ; sh:minCount 1 .
[] a sh:NodeShape ; sh:targetClass prov:Activity ; sh:property :Ended .
:Ended sh:message "Reached from a shape without a name." ;
  sh:path prov:endedAtTime ; sh:minCount 1 .
prov:Plan a rdfs:Class, sh:NodeShape ; sh:property :OfPlan .
:OfPlan sh:message "A class that is a shape." ; sh:path rdfs:comment ; sh:minCount 1 .
:User a sh:NodeShape ; sh:targetSubjectsOf prov:used ; sh:property :UsesWhole .
:UsesWhole sh:message "By another shape." ; sh:path prov:used ; sh:node :Whole .
:Whole a sh:NodeShape ; sh:targetObjectsOf prov:generated ; sh:property :HasValue .
:HasValue sh:message "A shape that is used, and has a target." ;
  sh:path prov:value ; sh:minCount 1 .
:Off a sh:NodeShape ; sh:deactivated true ; sh:targetClass prov:Activity ; sh:property :Nothing .
:Nothing sh:message "Asked of nobody." ; sh:path rdfs:seeAlso ; sh:minCount 1 .
"""

ENGINES: tuple[Engine, Engine] = ("pyshifty", "pyshacl")

SAID_OF_THEM = (
    '<urn:a> rdfs:label "a" .',
    "<urn:a> prov:endedAtTime 2 .",
    '<urn:p> rdfs:comment "p" .',
    '<urn:used> prov:value "v" .',
    '<urn:made> prov:value "v" .',
    "<urn:a> prov:used <urn:used> .",
    "<urn:a> prov:generated <urn:made> .",
)


_PLACES = range(len(SAID_OF_THEM))


@pytest.mark.require("rdflib")
@pytest.mark.parametrize("kept", [set(_PLACES), *({*_PLACES} - {one} for one in _PLACES),
                                  *({one} for one in _PLACES), set()])  # fmt: skip
def test_shapes_that_are_broken_are_asked_as_all_are(kept: set[int], tmp_path: Path) -> None:
    """By no fault, by one, by all but one: whatever kind of shape it is that picks the node."""
    own = tmp_path / "own.ttl"
    own.write_text(SHAPES_OF_ALL_KINDS)
    graph = parsed(
        "@prefix prov: <http://www.w3.org/ns/prov#> . "
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
        f"<urn:a> a prov:Activity . <urn:p> a prov:Plan . "
        f"{' '.join(SAID_OF_THEM[place] for place in kept)}"
    )

    found, expected = (
        {
            (one.focus, one.rule.rpartition("#")[2])
            for one in check(graph, engine=engine, shapes=[own]).results
            if one.rule.startswith("https://example.org/")
        }
        for engine in ENGINES
    )
    assert found == expected
    whole = {0, 1, 2} <= kept and (3 in kept or 5 not in kept) and (4 in kept or 6 not in kept)
    assert bool(found) is not whole


def test_shapes_are_kept_with_what_they_lead_to_and_no_others() -> None:
    """All of them, where a name is not of one that says which nodes it picks."""
    rules = load("fair")
    picking = "https://w3id.org/dlprov-rdf/shapes/reproducible#ScriptContent"

    kept = rules.only(frozenset({picking}))

    assert 0 < len(kept.triples) < len(rules.triples) / 20
    assert rules.only(frozenset({picking, "https://lab.example/none"})) is rules
    assert rules.only(frozenset({picking, ""})) is rules


def test_faults_alone_are_those_of_a_check() -> None:
    """Who needs no score is told the same."""
    assert faults(NO_EPOCH_NUMBER) == check(NO_EPOCH_NUMBER).results
    assert faults(parsed(VALID)) == ()


def test_an_unknown_profile_is_told_with_those_there_are() -> None:
    """By its name."""
    with pytest.raises(UnknownProfile, match="core"):
        check([], profile="cor")


def test_an_unknown_engine_is_told_with_those_there_are() -> None:
    """By its name."""
    with pytest.raises(UnknownEngine, match="pyshifty"):
        check([], engine="topbraid")  # type: ignore[arg-type]


def test_the_reference_engine_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing extra is an error that says what to type."""
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    monkeypatch.delitem(sys.modules, "dlprov_rdf.validate.reference", raising=False)
    monkeypatch.delattr(validate, "reference", raising=False)

    with pytest.raises(MissingExtra, match=r'pip install "dlprov-rdf\[rdflib\]"'):
        check([], engine="pyshacl")
