# SPDX-License-Identifier: Apache-2.0
"""Each rule of shapes/reproducible.ttl and shapes/fair.ttl: a graph that breaks it and no other.

``whole_run.ttl`` keeps all of them. A break takes text out of it or puts text in its place, and
names the one rule that is broken then; ``later`` is what somebody says afterwards, which mends it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from valid_graphs import WHOLE, parsed

from dlprov_rdf.validate.rules import SH
from dlprov_rdf.validate.shacl import Engine, check
from dlprov_rdf.validate.shapes import PROFILES, load

SHAPES = "https://w3id.org/dlprov-rdf/shapes/"


class Break(NamedTuple):
    """A rule, how a graph breaks it, and what said later mends it: of what, and what."""

    rule: str
    old: str
    new: str = ""
    later: tuple[str, str] | None = None


def content(letter: str) -> str:
    """Spell the content of one of the things."""
    return f"<ni:///sha-256;{letter * 43}>"


ENDED = 'dlprov:endState "completed" ; dlprov:commandLine'
LOSS = "R/training/20/epoch/0/evaluation/loss"
NI = "prov:specializationOf "

ANOTHER_SPLIT = """
<R/step/31> a prov:Activity, dlprov:DataSplitting ; rdfs:label "again" ; dcterms:isPartOf <> ;
    dlprov:stepKind "split" ; prov:startedAtTime "2026-01-01T10:00:01Z"^^xsd:dateTime ;
    prov:used <R/step/9/parameter/share> .
"""
ANOTHER_TRAINING = """
<R/training/30> a prov:Activity, mls:Run, dlprov:Training ; rdfs:label "mlp" ;
    dcterms:isPartOf <> ; prov:startedAtTime "2026-01-01T10:01:00Z"^^xsd:dateTime ;
    prov:endedAtTime "2026-01-01T10:02:00Z"^^xsd:dateTime ; dlprov:endState "completed" ;
    dlprov:architecture <R/architecture/15> ; prov:qualifiedUsage <R/training/30/usage/0> ;
    mls:executes <pkg:pypi/keras@3.15.1> ; mls:realizes <algorithm/adam> ;
    prov:used <R/training/20/setting/rate>, <R/training/20/setting/batch> .
<R/training/30/usage/0> a prov:Usage ; prov:entity <R/data/10> ; prov:hadRole dlprov:trainingRole .
"""

REPRODUCIBLE = [
    Break("CommandLine", 'dlprov:commandLine "python train.py" ;', later=("", "command")),
    Break(
        "CodeCommit", "prov:used <R/code>, <R/code/patch>,", "prov:used <R/code/patch>,",
        ("", "commit"),
    ),
    Break(
        "Packages", "prov:hadMember <pkg:pypi/keras@3.15.1> .", 'rdfs:comment "" .',
        ("", "packages"),
    ),
    Break("PythonVersion", 'dlprov:pythonVersion "3.12.4" ;', later=("", "python")),
    Break("OperatingSystem", 'dlprov:platform "Linux" ;', later=("", "platform")),
    Break("Processor", 'dlprov:cpu "a cpu" ;', later=("", "cpu")),
    Break("Memory", "dlprov:memoryBytes 1000 ;", later=("", "memory")),
    Break(
        "Devices", 'dlprov:device "/physical_device:CPU:0" .', 'rdfs:comment "" .', ("", "device")
    ),
    Break(
        "RunOver",
        f'prov:endedAtTime "2026-01-01T11:00:00Z"^^xsd:dateTime ;\n    {ENDED}',
        "dlprov:commandLine",
    ),
    Break("NothingLost", ENDED, f"dlprov:lostEvents 2 ; {ENDED}"),
    Break("NothingLeftOut", ENDED, f'dlprov:leftOut "predict:2" ; {ENDED}'),
    Break("Seed", "<R/script>, <R/seed/4>,", "<R/script>,", ("", "dlprov:seedValue 7")),
    Break(
        "SeedKnown", "dlprov:seedValue 7", 'dlprov:seedValue "None"',
        ("R/seed/4", "dlprov:seedValue 7"),
    ),
    Break(
        "CodeRepository", 'dlprov:repository "https://code.example/digits" ;',
        later=("", "repository"),
    ),
    Break("CodeCommitted", "dlprov:dirty false", "dlprov:dirty true", ("", "commit")),
    Break(
        "CodePatch", "dlprov:dirty false ; prov:wasDerivedFrom <R/code/patch> .",
        "dlprov:dirty true .", ("", "commit"),
    ),
    Break("PatchWhole", "dlprov:redacted false", "dlprov:redacted true"),
    Break("ScriptContent", NI + content("s"), 'rdfs:comment ""', ("R/script", "digest")),
    Break(
        "TrainingData", "prov:hadRole dlprov:trainingRole",
        "prov:hadRole dlprov:testRole . dlprov:testRole a prov:Role",
        ("R/training/20", "training data"),
    ),
    Break(
        "Framework", "mls:executes <pkg:pypi/keras@3.15.1> ;", later=("R/training/20", "framework")
    ),
    Break("Algorithm", "mls:realizes <algorithm/adam> ;", later=("R/training/20", "algorithm")),
    Break(
        "Architecture", "dlprov:architecture <R/architecture/15> ;",
        later=("R/training/20", "architecture"),
    ),
    Break(
        "Hyperparameters",
        "prov:used <R/data/10>, <R/training/20/setting/rate>, <R/training/20/setting/batch> .",
        "prov:used <R/data/10> .",
        ("R/training/20", "hyperparameters"),
    ),
    Break(
        "LearningRate", "<R/training/20/setting/rate>, <R", "<R", ("R/training/20", "learning_rate")
    ),
    Break(
        "BatchSize",
        "<R/training/20/setting/rate>, <R/training/20/setting/batch> .",
        "<R/training/20/setting/rate> .",
        ("R/training/20", "batch_size"),
    ),
    Break("Epochs", "", ANOTHER_TRAINING, ("R/training/30", "epochs")),
    Break(
        "PlainValue", "mls:hasValue 32 ;", 'mls:hasValue "<object>" ; dlprov:valueType "a.B" ;',
        ("R/training/20/setting/batch", "value"),
    ),
    Break("DataContent", NI + content("a"), 'dlprov:undigested "a pipe"', ("R/data/8", "digest")),
    Break("DataWhole", NI + content("a"), 'dlprov:sampleDigest "abc"', ("R/data/8", "digest")),
    Break("WeightsContent", NI + content("b"), 'rdfs:comment ""', ("R/model/40", "digest")),
    Break("FileContent", NI + content("c"), 'dlprov:undigested "gone"', ("R/file/42", "digest")),
    Break("SplitMembership", "", ANOTHER_SPLIT, ("R/step/31", "parts")),
    Break(
        "SplitRows", "dlprov:recordsOf <R/data/10>", "dlprov:recordsOf <R/data/8>",
        ("R/step/9", "rows"),
    ),
    Break(
        "SplitParameters", "prov:used <R/data/8>, <R/step/9/parameter/share> .",
        "prov:used <R/data/8> .", ("R/step/9", "parameters"),
    ),
    Break(
        "MeasuredOn", "dlprov:measuredInRole dlprov:trainingRole ;", later=(LOSS, "measured on")
    ),
]  # fmt: skip

LICENCE = "dcterms:license <https://creativecommons.org/licenses/by/4.0/>"
SOURCE = "dcterms:source <https://doi.org/10.24432/C50P49>"

FAIR = [
    Break("PersistentName", "https://w3id.org/dlprov-rdf/id/lab/run/R>", "https://lab.example/r/R>"),
    Break("PersonIdentifier", "https://orcid.org/0000-0002-1825-0097", "person/ada", (
        "", 'dcterms:identifier "https://orcid.org/0000-0002-1825-0097"'
    )),
    Break("Creator", "<R/process>, <https://orcid.org/0000-0002-1825-0097> ;", "<R/process> ;", (
        "", "dcterms:creator <https://orcid.org/0000-0002-1825-0097>"
    )),
    Break("Description", 'dcterms:description "which rate is best?" ;', later=(
        "", 'dlprov:purpose "a baseline"'
    )),
    Break("Study", "dcterms:isPartOf <study/digits> ;", later=("", "study")),
    Break("DataName", 'rdfs:label "train" ;', 'rdfs:label "" ;', (
        "R/data/10", 'dcterms:title "train"'
    )),
    Break("RetrievableName", "https://w3id.org/dlprov-rdf/id/lab/run/R>", "urn:x:lab/run/R>"),
    Break("DataAccess", "prov:wasDerivedFrom <R/data/8> ;", later=(
        "R/data/10", "dcterms:source <https://doi.org/10.24432/C50P49>"
    )),
    Break("SourceLink", SOURCE, 'dcterms:source "a disk"', ("R/data/8", SOURCE)),
    Break("AccessRights", 'dcterms:accessRights "public" ;', later=(
        "", 'dcterms:accessRights "public"'
    )),
    Break(
        "OntologyLink", "<https://w3id.org/dlprov-rdf/ontology/0.1.0>", "<urn:x:0.1.0>"
    ),
    Break("TermLink", "<study/digits> a mls:Study", "<study/digits> a <urn:x:study>, mls:Study"),
    Break(
        "MeasureKnown", "", '<measure/mine> a mls:EvaluationMeasure ; rdfs:label "mine" .',
        ("measure/mine", 'dcterms:description "how well it does"'),
    ),
    Break(
        "HyperparameterKnown", "", "<hyperparameter/mine> a mls:HyperParameter .",
        ("hyperparameter/mine", 'dcterms:description "how deep it is"'),
    ),
    Break("AttributeTerm", "prov:value 3 ; dcterms:type <https://vocabulary.example/panel> .",
          "prov:value 3 .", ("R/model/40/attribute/panel", "term")),
    Break("EvaluatedModel", "; dlprov:evaluates <R/training/20/epoch/0/model> .", ".",
          (LOSS, "model")),
    Break("DataExtent", 'dlprov:shape "[1437,8,8]" ;', later=("R/data/10", "rows")),
    Break("Licence", f'dcterms:accessRights "public" ;\n    {LICENCE} .',
          'dcterms:accessRights "public" .', ("", LICENCE)),
    Break("LicenceLink", f'dcterms:accessRights "public" ;\n    {LICENCE} .',
          'dcterms:accessRights "public" ; dcterms:license "free" .'),
    Break("DataLicence", f"dlprov:annotates <R/data/8> ;\n    {LICENCE} .",
          "dlprov:annotates <R/data/8> .", ("R/data/8", LICENCE)),
    Break("CodeLicence", "dcterms:license <https://spdx.org/licenses/Apache-2.0> .",
          'rdfs:comment "" .', ("R/code", "dcterms:license <https://spdx.org/licenses/MIT>")),
    Break("FileFormat", 'dcterms:format "keras" ;', later=("R/file/42", "format")),
]  # fmt: skip

BREAKS = [("reproducible", how) for how in REPRODUCIBLE] + [("fair", how) for how in FAIR]
EACH = pytest.mark.parametrize(("profile", "how"), BREAKS, ids=[how.rule for _, how in BREAKS])


def broken(how: Break) -> str:
    """Break the whole graph at one place."""
    if not how.old:
        return f"{WHOLE}\n{how.new}\n"
    assert how.old in WHOLE, how
    return WHOLE.replace(how.old, how.new, 1 if how.rule != "PersonIdentifier" else -1)


def mended(how: Break, later: tuple[str, str]) -> str:
    """Say of the thing what it lacks, as somebody would afterwards."""
    thing, words = later
    if ":" not in words:
        words = f'dlprov:attributeName "{words}" ; prov:value "…"'
    who = how.new if how.rule == "PersonIdentifier" else "https://orcid.org/0000-0002-1825-0097"
    said = (
        f"<R/annotation/9> a prov:Entity, dlprov:Annotation ; dlprov:annotates <{thing}> ; "
        f"prov:wasAttributedTo <{who}> ; "
        'prov:generatedAtTime "2026-01-02T10:00:00Z"^^xsd:dateTime ; '
    )
    return f"{broken(how)}\n{said}{words} ."


@cache
def faults(turtle: str, engine: Engine) -> set[tuple[str, str]]:
    """Tell which node breaks which rule of all the profiles; a blank one has no name."""
    results = check(parsed(turtle), "fair", engine=engine).results
    return {("_:" if r.focus.startswith("_:") else r.focus, r.rule) for r in results}


@pytest.mark.parametrize(
    "engine", ["pyshifty", pytest.param("pyshacl", marks=pytest.mark.require("rdflib"))]
)
def test_the_whole_run_keeps_every_rule(engine: Engine) -> None:
    """Of all three profiles, by either engine, and no rule of the two larger is left out."""
    report = check(parsed(WHOLE), "fair", engine=engine)

    assert report.words() == "It conforms: no rule is broken."
    left_out = [rule.iri for rule in report.rules if rule.iri not in report.applying]
    assert [iri for iri in left_out if "/core#" not in iri] == []


@EACH
def test_a_broken_rule_is_told_and_no_other(profile: str, how: Break) -> None:
    """Rules do not overlap: one fault, one thing to do."""
    found = {rule for _, rule in faults(broken(how), "pyshifty")}

    assert found == {f"{SHAPES}{profile}#{how.rule}"}


@pytest.mark.parametrize("how", [how for _, how in BREAKS if how.later], ids=lambda how: how.rule)
def test_a_word_said_later_mends_it(how: Break) -> None:
    """What is known afterwards counts: nobody trains again for want of a word."""
    assert how.later is not None
    found = faults(mended(how, how.later), "pyshifty")

    assert found == set()


@pytest.mark.require("rdflib")
@EACH
def test_both_engines_find_the_same(profile: str, how: Break) -> None:
    """The fast one is as good as the reference."""
    assert faults(broken(how), "pyshifty") == faults(broken(how), "pyshacl")


def test_every_rule_has_a_graph_that_breaks_it() -> None:
    """A rule that nothing breaks would be no rule."""
    rules = {iri for iri in load("fair").rules if "/core#" not in iri}

    assert rules == {f"{SHAPES}{profile}#{how.rule}" for profile, how in BREAKS}


def test_a_profile_contains_the_smaller_ones() -> None:
    """Core within reproducible within fair, by what each file imports."""
    core, reproducible, fair = (set(load(name).rules) for name in PROFILES)

    assert core < reproducible < fair


def test_every_rule_says_what_it_asks_why_and_what_to_do() -> None:
    """A name, a description that is no second message, and what to type; a source, but of core."""
    shapes = load("fair")
    said: dict[str, dict[str, str]] = {iri: {} for iri in shapes.rules}
    for quad in ox.parse(shapes.triples, format=ox.RdfFormat.N_TRIPLES):
        if quad.subject.value in said:
            said[quad.subject.value][quad.predicate.value.removeprefix(SH)] = quad.object.value

    wanted = ("name", "description", "message")
    bare = [iri for iri, facts in said.items() if not all(facts.get(word) for word in wanted)]
    bare += [r.iri for r in shapes.rules.values() if not r.sources and r.profile != "core"]
    assert bare == []
    assert all(facts["description"] != facts["message"] for facts in said.values())


def test_every_rule_of_fair_names_its_principle() -> None:
    """F1, F2, A1, I1, R1.1 …: what it is measured against."""
    principle = re.compile(r"https://w3id\.org/fair/principles/terms/(F|A|I|R)[0-9](\.[0-9])?")

    named = {
        rule.iri: [one for one in rule.sources if principle.fullmatch(one)]
        for rule in load("fair").rules.values()
        if rule.profile == "fair"
    }

    assert [iri for iri, sources in named.items() if len(sources) != 1] == []
