# SPDX-License-Identifier: Apache-2.0
"""Each rule of shapes/: a graph that keeps it, and one that breaks it and no other.

``valid_run.ttl`` keeps all rules of ``core``, with one of everything, and ``whole_run.ttl`` those
of all three profiles. A break takes text out of it, puts text in its place or
adds some, and names the one rule that is broken then.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import pytest
from valid_graphs import VALID, parsed

from dlprov_rdf.validate.shacl import Engine, check
from dlprov_rdf.validate.shapes import load

CORE = "https://w3id.org/dlprov-rdf/shapes/core#"


class Break(NamedTuple):
    """A rule, and how a graph breaks it: ``old`` (where given) gives way to ``new``."""

    rule: str
    old: str
    new: str = ""


T20 = "<R/training/20>"
NI = "<ni:///sha-256;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>"

BREAKS = [
    Break("GraphTopic", "foaf:primaryTopic <> ;", "foaf:primaryTopic <>, <R/code> ;"),
    Break("GraphTitle", 'dcterms:title "digits" ;'),
    Break("GraphOntology", "<https://w3id.org/dlprov-rdf/ontology/0.2.0>", '"0.1.0"'),
    Break("GraphSoftware", "prov:wasAttributedTo <pkg:pypi/dlprov-rdf@0.1.0> ;"),
    Break("NoBlankNode", "<R/seed/4> a", "<R/seed/4> a prov:Entity . [] a"),
    Break("RunGraph", "<R/graph> a prov:Bundle,", "<R/graph> a"),
    Break("RunLabel", 'mls:Experiment ; rdfs:label "digits" ;', "mls:Experiment ;"),
    Break("RunStart", 'prov:startedAtTime "2026-01-01T10:00:00Z"^^xsd:dateTime ;'),
    Break("RunAgent", "prov:wasAssociatedWith <R/process>, <person/ada> ;"),
    Break("RunEndState", 'dlprov:endState "failed"', 'dlprov:endState "failed", "completed"'),
    Break("RunLastEvent", "", '<> dlprov:lastEventAt "yesterday" .'),
    Break("RunLost", "dlprov:lostEvents 3", "dlprov:lostEvents 0"),
    Break("RunWallSeconds", "3.6e3", "3600"),
    Break("RunCpuSeconds", "7e3", "7.0"),
    Break("RunPeakMemory", "dlprov:peakMemoryBytes 1000", "dlprov:peakMemoryBytes 1e3"),
    Break(
        "RunEndHasState",
        'dlprov:endState "failed" ; dlprov:exceptionType',
        "dlprov:exceptionType",
    ),
    Break("RunStateHasEnd", 'prov:endedAtTime "2026-01-01T11:00:00Z"^^xsd:dateTime ;'),
    Break(
        "RunFoundDead",
        "prov:endedAtTime",
        "dlprov:lastEventAt",
    ),
    Break("EndHasReason", 'dlprov:exceptionType "ValueError" ;'),
    Break("ActivityStart", '"2026-01-01T10:40:00Z"^^xsd:dateTime', '"2026-01-01"'),
    Break(
        "ActivityEnd",
        '"2026-01-01T10:00:02Z"^^xsd:dateTime',
        '"2026-01-01T10:00:02Z"^^xsd:dateTime, "2026-01-01T10:00:03Z"^^xsd:dateTime',
    ),
    Break("ActivityOrder", "T10:00:02Z", "T10:00:00.999Z"),
    Break("StepLabel", 'rdfs:label "choose" ;'),
    Break("StepKind", 'dlprov:stepKind "select" ;'),
    Break("StepStart", 'prov:startedAtTime "2026-01-01T10:40:00Z"^^xsd:dateTime ;'),
    Break("StepPart", 'dlprov:stepKind "select" ; dcterms:isPartOf <> ;', 'dlprov:stepKind "s" ;'),
    Break("StepEndState", 'dlprov:endState "completed"', 'dlprov:endState "well"'),
    Break("StepCalls", "dlprov:calls 1", "dlprov:calls 0"),
    Break("TrainingLabel", 'rdfs:label "cnn" ;\n    dcterms:isPartOf', "dcterms:isPartOf"),
    Break("TrainingStart", 'prov:startedAtTime "2026-01-01T10:01:00Z"^^xsd:dateTime ;'),
    Break("TrainingPart", "", f"{T20} dcterms:isPartOf <R/step/9> ."),
    Break("TrainingEndState", '"interrupted"', '"interrupted", "completed"'),
    Break("TrainingLastEpoch", "dlprov:lastEpoch 0", "dlprov:lastEpoch -1"),
    Break("TrainingRestoredEpoch", "dlprov:restoredEpoch 0", 'dlprov:restoredEpoch "0"'),
    Break("TrainingEnds", 'dlprov:endState "interrupted" ;'),
    Break("TrainingStateHasEnd", "dlprov:lastEventAt", 'dlprov:endReason "x" ; dlprov:seenAt'),
    Break("EpochNumber", "dlprov:epochNumber 0", "dlprov:epochNumber -1"),
    Break("EpochPart", "dcterms:isPartOf <R/training/20> ;", "dcterms:isPartOf <R/step/9> ;"),
    Break("EpochSeconds", "1.5e0", "1.5"),
    Break("EpochLearningRate", "dlprov:learningRate 1e-3", "dlprov:learningRate 1e-3, 2e-3"),
    Break(
        "AdaptationOld",
        "prov:used <R/training/20/setting/learning_rate> .",
        "prov:used <R/data/8> .",
    ),
    Break(
        "AdaptationNew",
        "",
        """<R/more> a prov:Entity, mls:HyperParameterSetting ; rdfs:label "lr = 1" ;
           mls:hasValue 1 ; mls:specifiedBy <hyperparameter/learning_rate> ;
           prov:wasGeneratedBy <R/training/20/adaptation/30> .""",
    ),
    Break(
        "AdaptationRevision",
        "prov:wasRevisionOf <R/training/20/setting/learning_rate>",
        'rdfs:comment ""',
    ),
    Break("AdaptationOf", "dlprov:changed <hyperparameter/learning_rate> ;"),
    Break("AdaptationTechnique", 'dlprov:technique "ReduceLROnPlateau" ;'),
    Break("AdaptationPart", "dcterms:isPartOf <R/training/20/epoch/0> ;"),
    Break("SettingLabel", 'rdfs:label "learning_rate = 0.0005" ;'),
    Break("SettingValue", "mls:hasValue 5e-4", "mls:hasValue 5e-4, 6e-4"),
    Break(
        "SettingOf",
        "mls:hasValue 5e-4 ;\n    mls:specifiedBy <hyperparameter/learning_rate>",
        "mls:hasValue 5e-4 ;\n    mls:specifiedBy <measure/loss>",
    ),
    Break("ParameterName", 'dlprov:parameterName "share" ;'),
    Break("ParameterValue", "mls:hasValue 2e-1", "mls:hasValue <x:y>"),
    Break(
        "EvaluationMeasure",
        'mls:specifiedBy <measure/loss> ; mls:hasValue "NaN"',
        'mls:hasValue "NaN"',
    ),
    Break("EvaluationValue", '"NaN"^^xsd:double', '"nan"'),
    Break(
        "EvaluationActivity",
        "prov:wasGeneratedBy <R/training/20/epoch/0> ; dlprov:step 3",
        "dlprov:step 3",
    ),
    Break(
        "EvaluationName",
        'dlprov:reportedAs "loss" ;\n    prov:wasGeneratedBy',
        "prov:wasGeneratedBy",
    ),
    Break("EvaluationStep", "dlprov:step 3", "dlprov:step 3.5"),
    Break("EvaluationBatch", "dlprov:batch 0", "dlprov:batch -1"),
    Break(
        "EvaluationRole",
        "dlprov:measuredInRole dlprov:trainingRole",
        'dlprov:measuredInRole "train"',
    ),
    Break("SeriesMeasure", "mls:specifiedBy <measure/loss> ; dlprov:count", "dlprov:count"),
    Break("SeriesName", 'dlprov:MetricSeries ; dlprov:reportedAs "loss"', "dlprov:MetricSeries"),
    Break("SeriesCount", "dlprov:count 20000", "dlprov:count 0"),
    Break("SeriesSummary", "dlprov:last 1e0", "dlprov:last 1"),
    Break("SeriesPath", '"series/loss.npz"', '"../loss.npz"'),
    Break(
        "SeriesContent",
        f"prov:specializationOf {NI} ;\n    dlprov:finiteCount",
        "dlprov:finiteCount",
    ),
    Break("SeriesLevel", "dlprov:ofBatches false ;"),
    Break("ResourceQuantity", 'dlprov:quantity "energy" ;'),
    Break("ResourceValue", "1.8432e3", "1843"),
    Break("ResourceUnit", 'dlprov:unit "J"', 'dlprov:unit "kilowatt hours"'),
    Break("ResourceMeter", 'dlprov:measuredBy "RAPL" ;'),
    Break("ResourceOf", "prov:wasGeneratedBy <> ; dlprov:quantity", "dlprov:quantity"),
    Break("DataLabel", 'rdfs:label "" ;'),
    Break(
        "DataContent",
        'dlprov:undigested "a generator" .\n<R/overlap',
        'rdfs:comment "" .\n<R/overlap',
    ),
    Break("DataDigest", NI, "<x:aaaa>"),
    Break("DataOrigin", "<R/data/10> a", "<R/data/10> prov:wasGeneratedBy <R/step/50> ; a"),
    Break("DataRows", "dlprov:rows 1797", "dlprov:rows -1"),
    Break("ClassLabel", 'dlprov:classLabel "0"', "dlprov:classLabel 0"),
    Break("ClassSize", "dlprov:count 178", "dlprov:count 178, 179"),
    Break("OverlapOf", "dlprov:overlapOf <R/data/8>, <R/data/10>", "dlprov:overlapOf <R/code>"),
    Break("OverlapCount", "dlprov:sharedRows 0", 'dlprov:sharedRows 0 ; dlprov:notCounted "x"'),
    Break("OverlapRows", "dlprov:sharedRows 0", "dlprov:sharedRows -2"),
    Break("RecordMapOf", "dlprov:recordsOf <R/data/10>", "dlprov:recordsOf <R/code>"),
    Break("RecordMapFrom", "dlprov:recordsFrom <R/data/8> ;"),
    Break("RecordMapBy", 'dlprov:matchedBy "content"', 'dlprov:matchedBy "luck"'),
    Break("RecordMapRows", "dlprov:rows 1078", "dlprov:rows -1"),
    Break("RecordMapUnmatched", "dlprov:unmatchedRows 0", "dlprov:unmatchedRows 0.5"),
    Break("RecordMapAmbiguous", "dlprov:ambiguousRows 2", "dlprov:ambiguousRows -2"),
    Break("RecordMapFile", 'dlprov:path "records/data-10-from-data-8.npz" ;'),
    Break("RowDigestsOf", "dlprov:digestsOf <R/data/8>", "dlprov:digestsOf <R/code>"),
    Break("RowDigestsPath", 'dlprov:path "records/data-8.npz" ;'),
    Break(
        "RowDigestsContent",
        f";\n    prov:specializationOf <ni:///sha-256;{'e' * 43}> .",
        " .",
    ),
    Break("CharacteristicName", 'dlprov:characteristicName "mean"', "dlprov:characteristicName 4"),
    Break("CharacteristicValue", "mls:hasValue 4.88", "mls:hasValue 4.88, 4.9"),
    Break("FeatureLabel", 'rdfs:label "pixel" ;'),
    Break(
        "FeaturePosition",
        "dlprov:position 0 .\n<R/data/8/member",
        "dlprov:position -1 .\n<R/data/8/member",
    ),
    Break("MemberKey", 'prov:pairKey "a.png" ;'),
    Break("MemberFile", "prov:pairEntity <R/file/42>", "prov:pairEntity <R/code>"),
    Break("DistributionBytes", "dcat:byteSize 12345", "dcat:byteSize 12345.5"),
    Break("FileLabel", 'rdfs:label "cnn.keras" ;'),
    Break("FilePath", 'dlprov:path "out/cnn.keras" ;'),
    Break("FileContent", "dcat:byteSize 12345", 'dcat:byteSize 12345 ; dlprov:undigested "big"'),
    Break("FileDigest", "sha-256;cccc", "sha-512;cccc"),
    Break("FileOrigin", "", "<R/file/42> prov:wasGeneratedBy <R/step/50> ."),
    Break("ModelLabel", 'rdfs:label "mlp"', 'rdfs:comment "mlp"'),
    Break("ModelDigest", "sha-256;bbbb", "sha-256;bbb"),
    Break("ModelOrigin", "", "<R/model/40> prov:wasGeneratedBy <R/step/9> ."),
    Break(
        "ModelParameters",
        'rdfs:label "cnn" ; dlprov:parameterCount 100',
        'rdfs:label "cnn" ; dlprov:parameterCount "100"',
    ),
    Break("ModelArchitecture", "", "<R/model/41> dlprov:architecture <R/model/40> ."),
    Break(
        "ArchitectureLabel",
        'dlprov:ModelArchitecture ; rdfs:label "cnn" ;',
        "dlprov:ModelArchitecture ;",
    ),
    Break("ArchitectureLayers", "", "<R/architecture/15> dlprov:hasLayer <R/code> ."),
    Break(
        "ArchitectureParameters",
        "dlprov:parameterCount 100 ; dlprov:trainable",
        "dlprov:parameterCount -1 ; dlprov:trainable",
    ),
    Break(
        "ArchitectureTrainable",
        "dlprov:trainableParameterCount 90",
        "dlprov:trainableParameterCount 9e1",
    ),
    Break("LayerPosition", "dlprov:position 0", "dlprov:position -1"),
    Break("LayerClass", 'dlprov:layerClass "Dense" ;'),
    Break("LayerOf", "", '<R/layer> a dlprov:Layer ; dlprov:position 1 ; dlprov:layerClass "D" .'),
    Break(
        "LayerParameters",
        'dlprov:layerClass "Dense" ; dlprov:parameterCount 100',
        'dlprov:layerClass "Dense" ; dlprov:parameterCount -1',
    ),
    Break("SelectionOne", "dlprov:selected <R/model/40>", "dlprov:selected <R/code>"),
    Break("SelectionCriterion", 'dlprov:criterion "highest accuracy" ;'),
    Break("SelectionRejected", "dlprov:rejected <R/model/41>", "dlprov:rejected <R/model/40>"),
    Break("ReductionFrom", "prov:used <R/data/10> ;\n    dlprov:reducedTo", "dlprov:reducedTo"),
    Break("ReductionTo", "dlprov:reducedTo <R/data/61>", "dlprov:reducedTo <R/code>"),
    Break("ReductionTechnique", 'dlprov:technique "cut by hand" ;'),
    Break(
        "ReductionPart",
        "dcterms:isPartOf <R/training/20> ; dlprov:technique",
        "dlprov:technique",
    ),
    Break("WorkflowLabel", 'rdfs:label "plan of digits" ;'),
    Break("WorkflowObserved", "dlprov:observed true", 'dlprov:observed "yes"'),
    Break("PlanStepLabel", 'rdfs:label "planned split" ;'),
    Break("PlanStepOf", "p-plan:isStepOfPlan <R/plan> ;", "p-plan:isStepOfPlan <R/code> ;"),
    Break("PlanStepOrder", "isPrecededBy <R/plan/step/0>", "isPrecededBy <R/step/9>"),
    Break("PlanStepInput", "hasInputVar <R/plan/variable/0>", "hasInputVar <R/data/10>"),
    Break("PlanStepAsked", "asked <R/plan/step/1/asked/epochs>", 'asked "epochs"'),
    Break("PlanVariableLabel", 'rdfs:label "rows to train on" ;'),
    Break("PlanVariableOf", "p-plan:isVariableOfPlan <R/plan> ;"),
    Break("PlanVariableMaker", "isOutputVarOf <R/plan/step/0>", "isOutputVarOf <R/step/9>"),
    Break("ExecutionStep", "", "<R/step/9> p-plan:correspondsToStep <R/plan/step/1> ."),
    Break(
        "BindingVariable", "correspondsToVariable <R/plan/variable/0>", "correspondsToVariable 0"
    ),
    Break("UsageEntity", "a prov:Usage ; prov:entity <R/data/10>", "a prov:Usage"),
    Break("UsageRole", "prov:hadRole dlprov:trainingRole", 'prov:hadRole "training"'),
    Break(
        "UsageBy",
        "",
        "<R/usage> a prov:Usage ; prov:entity <R/code> ; prov:hadRole dlprov:trainingRole .",
    ),
    Break("AssociationAgent", "prov:Association ; prov:agent <R/process>", "prov:Association"),
    Break("AssociationBy", "", "<R/association> a prov:Association ; prov:agent <R/process> ."),
    Break("PersonName", 'foaf:name "Ada"', 'rdfs:label "Ada"'),
    Break("SeedBy", 'dlprov:setBy "random.seed" ;'),
    Break("CodeCommit", 'dlprov:commit "abc"', 'dlprov:commit "abc", "abd"'),
    Break("CodeDirty", "dlprov:dirty true", 'dlprov:dirty "yes"'),
    Break("AttributeName", 'dlprov:attributeName "panel" ;'),
    Break("AnnotationOf", "dlprov:annotates <R/data/8> ;"),
    Break("AnnotationBy", 'rdfs:label "licence: x" ; prov:wasAttributedTo <person/ada> ;'),
    Break("AnnotationTime", '"2026-01-02T10:00:00Z"^^xsd:dateTime', '"2026-01-02"'),
    Break("AnnotationSays", "dlprov:says <", "dlprov:says <R/code>, <"),
    Break("AttachmentAbout", "dlprov:about <R/data/8> ;"),
    Break("AttachmentRead", "", '<R/attachment/60> dlprov:unread "line 3" .'),
    Break("AttachmentRefused", "", '<R/attachment/60> dlprov:refused "prov:used: 1 statement" .'),
    Break("AttributeOf", "", '<R/attribute> a dlprov:Attribute ; dlprov:attributeName "x" .'),
]


def broken(how: Break) -> str:
    """Break the valid graph at one place."""
    if not how.old:
        return f"{VALID}\n{how.new}\n"
    assert how.old in VALID, how
    return VALID.replace(how.old, how.new, 1)


@cache
def faults(how: Break, engine: Engine) -> set[tuple[str, str]]:
    """Tell which node breaks which rule; each engine names a blank node as it likes."""
    results = check(parsed(broken(how)), engine=engine).results
    return {("_:" if r.focus.startswith("_:") else r.focus, r.rule) for r in results}


@pytest.mark.parametrize(
    "engine", ["pyshifty", pytest.param("pyshacl", marks=pytest.mark.require("rdflib"))]
)
def test_the_valid_run_keeps_every_rule(engine: Engine) -> None:
    """With one of everything in it, by either engine."""
    report = check(parsed(VALID), engine=engine)

    assert report.words() == "It conforms: no rule is broken."


@pytest.mark.parametrize("how", BREAKS, ids=lambda how: how.rule)
def test_a_broken_rule_is_told_and_no_other(how: Break) -> None:
    """Rules do not overlap: one fault, one message."""
    found = {rule for _, rule in faults(how, "pyshifty")}

    assert found == {CORE + how.rule}


@pytest.mark.require("rdflib")
@pytest.mark.parametrize("how", BREAKS, ids=lambda how: how.rule)
def test_both_engines_find_the_same(how: Break) -> None:
    """The fast one is as good as the reference."""
    assert faults(how, "pyshifty") == faults(how, "pyshacl")


def test_every_rule_has_a_graph_that_breaks_it() -> None:
    """A rule that nothing breaks would be no rule."""
    rules = {rule.removeprefix(CORE) for rule in load("core").rules}

    assert rules == {how.rule for how in BREAKS}
