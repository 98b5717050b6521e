# SPDX-License-Identifier: Apache-2.0
"""How complete a run is, and what to do next: scores, advice, and the forms for programs."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from valid_graphs import WHOLE

from dlprov_rdf.validate.report import Report
from dlprov_rdf.validate.rules import Rule
from dlprov_rdf.validate.shacl import check

REP = "https://w3id.org/dlprov-rdf/shapes/reproducible#"
OWN = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
<https://lab.example/mail> sh:path foaf:mbox ; sh:minCount 1 ; sh:name "mail" ;
  sh:message "Say the mail." .
<https://lab.example/people> a sh:NodeShape ; sh:targetClass prov:Person ;
  sh:property <https://lab.example/mail> .
"""


def report(turtle: str, profile: str = "fair", *shapes: Path) -> Report:
    """Check Turtle."""
    return check(ox.parse(turtle, format=ox.RdfFormat.TURTLE), profile, shapes=shapes)


def without(*texts: str) -> str:
    """Take text out of the whole run."""
    turtle = WHOLE
    for text in texts:
        assert text in turtle
        turtle = turtle.replace(text, "")
    return turtle


NO_SEED = without(", <R/seed/4>")
NO_CPU_MEMORY_NOR_DIGEST = without(
    'dlprov:cpu "a cpu" ;',
    "dlprov:memoryBytes 1000 ;",
    "prov:specializationOf <ni:///sha-256;bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb>",
)


def test_a_score_is_rules_kept_of_those_that_apply() -> None:
    """Of a profile with the smaller ones; one rule broken is one less in each that has it."""
    core, reproducible, fair = report(NO_SEED).scores

    assert core.kept == core.applies
    assert reproducible.applies - reproducible.kept == reproducible.violations == 1
    assert fair.applies - fair.kept == 1
    assert core.applies < reproducible.applies < fair.applies


def test_a_rule_that_has_nothing_to_be_held_against_counts_neither_way() -> None:
    """A run without a training needs no learning rate."""
    bare = "<x:r> a <https://w3id.org/dlprov-rdf/ontology#Package> ."

    found = report(bare, "reproducible")

    assert not any(iri.endswith("LearningRate") for iri in found.applying)
    assert [(score.kept, score.applies) for score in found.scores] == [(1, 1), (1, 1)]


def test_an_empty_graph_breaks_nothing() -> None:
    """Its score is whole, for no rule applies."""
    (score,) = report("", "core").scores

    assert (score.applies, score.share, score.percent) == (0, 1.0, 100)


def test_a_score_is_rounded_down() -> None:
    """100 % means all."""
    assert report(NO_SEED).scores[2].percent == 99


def test_the_most_valuable_thing_to_do_comes_first() -> None:
    """By severity, and then by the number of nodes that it mends."""
    advice = report(NO_CPU_MEMORY_NOR_DIGEST).advice

    assert [one.rule.severity for one in advice] == ["violation", "warning", "info"]
    assert [one.rule.iri.removeprefix(REP) for one in advice] == [
        "WeightsContent", "Processor", "Memory",
    ]  # fmt: skip


def test_of_equally_bad_faults_the_one_with_more_nodes_comes_first() -> None:
    """One remedy for many nodes is worth more."""
    unknown = WHOLE.replace("dlprov:shape", "dlprov:sheep").replace(
        "dlprov:rows 1797", "dlprov:rats 1797"
    )

    first, second = report(without("dlprov:memoryBytes 1000 ;")).advice + report(unknown).advice
    both = report(unknown.replace("dlprov:memoryBytes 1000 ;", "")).advice

    assert (first.rule.name, second.rule.name) == ("memory of the machine", "extent of data")
    assert [(one.rule.name, len(one.nodes)) for one in both] == [
        ("extent of data", 2), ("memory of the machine", 1),
    ]  # fmt: skip


def test_a_smaller_profile_is_a_part_of_the_report() -> None:
    """A report of all tells what each would have said."""
    fair = report(NO_SEED)

    assert fair.within("core") == report(NO_SEED, "core")
    assert fair.within("reproducible") == report(NO_SEED, "reproducible")
    assert fair.within("core").conforms
    assert not fair.conforms


def test_rules_of_ones_own_have_a_score_of_their_own(tmp_path: Path) -> None:
    """And stay in every part of the report."""
    path = tmp_path / "own.ttl"
    path.write_text(OWN)

    found = report(WHOLE, "fair", path)

    assert [score.profile for score in found.scores] == ["core", "reproducible", "fair", "own.ttl"]
    assert found.scores[-1].applies == 1
    assert not found.within("core").conforms


@pytest.mark.parametrize(
    ("severity", "reached"), [("violation", False), ("warning", True), ("info", True)]
)
def test_a_caller_decides_how_bad_is_too_bad(severity: str, reached: bool) -> None:  # noqa: FBT001
    """The processor is a warning."""
    assert report(without('dlprov:cpu "a cpu" ;')).reaches(severity) is reached


def test_a_w3c_report_conforms_only_without_any_result() -> None:
    """Section 3.6: a warning is a result; by our words it conforms all the same."""
    found = report(without('dlprov:cpu "a cpu" ;'))

    said = {t.object.value for t in found.as_graph() if t.predicate.value.endswith("#conforms")}

    assert found.conforms
    assert said == {"false"}


def test_json_tells_scores_and_what_to_do() -> None:
    """Plain values, with the names that docs/completeness.md tells."""
    plain = report(NO_SEED).as_plain()

    assert list(plain) == ["conforms", "profile", "scores", "next", "results"]
    assert list(plain["scores"][0]) == ["profile", "kept", "applies", "score", "violations"]
    (todo,) = plain["next"]
    assert list(todo) == ["rule", "name", "profile", "severity", "remedy", "nodes"]
    assert "dlprov annotate RUN --seed 42" in todo["remedy"]


def test_junit_has_a_test_case_for_each_rule() -> None:
    """Kept, broken, milder than asked, or skipped for want of a node."""
    found = report(NO_CPU_MEMORY_NOR_DIGEST)

    suite = ET.fromstring(found.as_junit("digits")).find("testsuite")  # noqa: S314 -- our own

    assert suite is not None
    assert suite.attrib["name"] == "digits"
    assert int(suite.attrib["tests"]) == len(found.rules) == len(suite.findall("testcase"))
    failed = [case for case in suite if case.find("failure") is not None]
    assert [case.attrib["name"] for case in failed] == ["weights by content"]
    assert len([case for case in suite if case.find("system-out") is not None]) == 2
    skipped = [case for case in suite if case.find("skipped") is not None]
    assert len(skipped) == len(found.rules) - len(found.applying) == int(suite.attrib["skipped"])


def test_junit_fails_on_what_is_asked() -> None:
    """A warning, too, if asked."""
    xml = report(NO_CPU_MEMORY_NOR_DIGEST).as_junit(fail_on="warning")

    assert xml.count("<failure ") == 2


def test_any_label_can_stand_in_junit() -> None:
    """XML has no place for most control characters, and a label may have any."""
    loud = WHOLE.replace('rdfs:label "train" ; dlprov:shape "[1437,8,8]" ;',
                         'rdfs:label "a<b>&\\u0001\\u000B]]>" ;')  # fmt: skip

    xml = report(loud).as_junit("run\x01\ud800", fail_on="info")

    assert "a&lt;b&gt;&amp;" in xml
    assert ET.fromstring(xml).attrib["failures"] == "1"  # noqa: S314 -- our own


def test_a_rule_is_read_with_all_that_it_says() -> None:
    """For the pages and reports that list rules."""
    rules = {rule.name: rule for rule in report(WHOLE).rules}

    seed = rules["seed"]
    assert isinstance(seed, Rule)
    assert (seed.profile, seed.severity) == ("reproducible", "violation")
    assert seed.targets.classes == {"http://www.w3.org/ns/mls#Experiment"}
    assert seed.sources == ("https://doi.org/10.1371/journal.pcbi.1003285",)


def test_a_subclass_in_the_graph_is_what_its_class_is() -> None:
    """As SHACL's targets have it."""
    turtle = """
    @prefix dlprov: <https://w3id.org/dlprov-rdf/ontology#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    <x:Night> rdfs:subClassOf <x:Long> . <x:Long> rdfs:subClassOf dlprov:Training .
    <x:t> a <x:Night> .
    """

    found = report(turtle, "core")

    label = "https://w3id.org/dlprov-rdf/shapes/core#TrainingLabel"
    assert label in found.applying
    assert label in {result.rule for result in found.results}
