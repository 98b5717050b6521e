# SPDX-License-Identifier: Apache-2.0
"""What other vocabularies say of their terms that we use: for tests that need no network.

Taken by hand from PROV-O, ML Schema (the stricter file of the group), P-Plan, DCAT 3 and FOAF;
a union of classes is a tuple.
"""

from __future__ import annotations

from itertools import combinations

from dlprov_rdf.graph import vocabulary as v

PROV, MLS, DCAT, PPLAN = v.PROV, v.MLS, v.DCAT, v.PPLAN

#: A class, and the classes that it is a part of.
SUBCLASSES: dict[str, tuple[str, ...]] = {
    PROV + "Bundle": (PROV + "Entity",),
    PROV + "Collection": (PROV + "Entity",),
    PROV + "Dictionary": (PROV + "Collection",),
    v.PROVML + "Feature": (MLS + "Feature",),
    v.PROVML + "FeatureSet": (PROV + "Collection",),
    PROV + "Plan": (PROV + "Entity",),
    PROV + "Person": (PROV + "Agent",),
    PROV + "SoftwareAgent": (PROV + "Agent",),
    PROV + "AgentInfluence": (PROV + "Influence",),
    PROV + "EntityInfluence": (PROV + "Influence",),
    PROV + "Association": (PROV + "AgentInfluence",),
    PROV + "Delegation": (PROV + "AgentInfluence",),
    PROV + "Revision": (PROV + "EntityInfluence",),
    PROV + "Usage": (PROV + "EntityInfluence", PROV + "InstantaneousEvent"),
    DCAT + "Dataset": (DCAT + "Resource",),
    PPLAN + "Activity": (PROV + "Activity",),
    PPLAN + "Entity": (PROV + "Entity",),
    PPLAN + "Plan": (PROV + "Plan",),
    MLS + "Algorithm": (MLS + "InformationEntity",),
    MLS + "Dataset": (MLS + "Data",),
    MLS + "Data": (MLS + "InformationEntity",),
    MLS + "DatasetCharacteristic": (MLS + "Quality",),
    MLS + "FeatureCharacteristic": (MLS + "Quality",),
    MLS + "Feature": (MLS + "Data",),
    MLS + "EvaluationMeasure": (MLS + "InformationEntity",),
    MLS + "EvaluationProcedure": (MLS + "InformationEntity",),
    MLS + "EvaluationSpecification": (MLS + "InformationEntity",),
    MLS + "Experiment": (MLS + "Process",),
    MLS + "HyperParameter": (MLS + "InformationEntity",),
    MLS + "HyperParameterSetting": (MLS + "InformationEntity",),
    MLS + "Implementation": (MLS + "InformationEntity",),
    MLS + "Model": (MLS + "InformationEntity",),
    MLS + "ModelEvaluation": (MLS + "InformationEntity",),
    MLS + "Run": (MLS + "Process",),
    MLS + "Study": (MLS + "Process",),
    MLS + "Task": (MLS + "InformationEntity",),
}

#: ML Schema's kinds of information: nothing is of two of them.
INFORMATION = tuple(
    MLS + name
    for name in (
        "Algorithm", "Data", "EvaluationMeasure", "EvaluationProcedure",
        "EvaluationSpecification", "HyperParameter", "HyperParameterSetting", "Implementation",
        "Model", "ModelEvaluation", "Task",
    )
)  # fmt: skip

#: Classes of which nothing is in both.
DISJOINT = (
    (PROV + "Activity", PROV + "Entity"),
    (PROV + "Agent", PROV + "InstantaneousEvent"),
    (PROV + "Entity", PROV + "InstantaneousEvent"),
    (MLS + "Dataset", MLS + "Feature"),
    (MLS + "DatasetCharacteristic", MLS + "FeatureCharacteristic"),
    (MLS + "InformationEntity", MLS + "Process"),
    (MLS + "Process", MLS + "Quality"),
    (MLS + "Experiment", MLS + "Run"),
    (MLS + "Experiment", MLS + "Study"),
    (MLS + "Run", MLS + "Study"),
    *combinations(INFORMATION, 2),
)

Classes = tuple[str, ...] | None

#: A property, what has it, and what it leads to; None where the vocabulary leaves it open.
PROPERTIES: dict[str, tuple[Classes, Classes]] = {
    v.RDF + "type": (None, None),
    v.RDFS + "label": (None, None),
    v.SKOS + "altLabel": (None, None),
    v.SKOS + "broader": (None, None),
    v.FOAF + "name": (None, None),
    v.FOAF + "primaryTopic": (None, None),
    **{
        v.DCTERMS + name: (None, None)
        for name in (
            "accessRights",
            "conformsTo",
            "creator",
            "description",
            "format",
            "identifier",
            "isPartOf",
            "license",
            "source",
            "title",
            "type",
        )
    },
    DCAT + "accessURL": ((DCAT + "Distribution",), None),
    DCAT + "byteSize": ((DCAT + "Distribution",), None),
    DCAT + "distribution": ((DCAT + "Dataset",), (DCAT + "Distribution",)),
    PROV + "actedOnBehalfOf": ((PROV + "Agent",), (PROV + "Agent",)),
    PROV + "agent": ((PROV + "AgentInfluence",), (PROV + "Agent",)),
    PROV + "atLocation": ((PROV + "Activity", PROV + "Entity"), (PROV + "Location",)),
    PROV + "endedAtTime": ((PROV + "Activity",), None),
    PROV + "entity": ((PROV + "EntityInfluence",), (PROV + "Entity",)),
    PROV + "generatedAtTime": ((PROV + "Entity",), None),
    PROV + "hadActivity": ((PROV + "Influence",), (PROV + "Activity",)),
    PROV + "hadMember": ((PROV + "Collection",), (PROV + "Entity",)),
    PROV + "hadDictionaryMember": ((PROV + "Dictionary",), (PROV + "KeyEntityPair",)),
    PROV + "pairEntity": ((PROV + "KeyEntityPair",), (PROV + "Entity",)),
    PROV + "pairKey": ((PROV + "KeyEntityPair",), None),
    PROV + "hadPlan": ((PROV + "Association",), (PROV + "Plan",)),
    PROV + "hadRole": (
        (PROV + "Association", PROV + "InstantaneousEvent"),
        (PROV + "Role",),
    ),
    PROV + "invalidatedAtTime": ((PROV + "Entity",), None),
    PROV + "qualifiedAssociation": ((PROV + "Activity",), (PROV + "Association",)),
    PROV + "qualifiedDelegation": ((PROV + "Agent",), (PROV + "Delegation",)),
    PROV + "qualifiedRevision": ((PROV + "Entity",), (PROV + "Revision",)),
    PROV + "qualifiedUsage": ((PROV + "Activity",), (PROV + "Usage",)),
    PROV + "specializationOf": ((PROV + "Entity",), (PROV + "Entity",)),
    PROV + "startedAtTime": ((PROV + "Activity",), None),
    PROV + "used": ((PROV + "Activity",), (PROV + "Entity",)),
    PROV + "value": ((PROV + "Entity",), None),
    PROV + "wasAssociatedWith": ((PROV + "Activity",), (PROV + "Agent",)),
    PROV + "wasAttributedTo": ((PROV + "Entity",), (PROV + "Agent",)),
    PROV + "wasDerivedFrom": ((PROV + "Entity",), (PROV + "Entity",)),
    PROV + "wasGeneratedBy": ((PROV + "Entity",), (PROV + "Activity",)),
    PROV + "wasRevisionOf": ((PROV + "Entity",), (PROV + "Entity",)),
    PPLAN + "correspondsToStep": ((PPLAN + "Activity",), (PPLAN + "Step",)),
    PPLAN + "correspondsToVariable": ((PPLAN + "Entity",), (PPLAN + "Variable",)),
    PPLAN + "hasInputVar": ((PPLAN + "Step",), (PPLAN + "Variable",)),
    PPLAN + "isOutputVarOf": ((PPLAN + "Variable",), (PPLAN + "Step",)),
    PPLAN + "isPrecededBy": ((PPLAN + "Step",), (PPLAN + "Step",)),
    PPLAN + "isStepOfPlan": ((PPLAN + "Step",), (PPLAN + "Plan",)),
    PPLAN + "isVariableOfPlan": ((PPLAN + "Variable",), (PPLAN + "Plan",)),
    MLS + "achieves": ((MLS + "Run",), (MLS + "Task",)),
    MLS + "defines": ((MLS + "Data", MLS + "EvaluationSpecification"), (MLS + "Task",)),
    MLS + "executes": ((MLS + "Run",), (MLS + "Implementation",)),
    MLS + "hasHyperParameter": ((MLS + "Implementation",), (MLS + "HyperParameter",)),
    MLS + "hasInput": ((MLS + "Run",), (MLS + "Data", MLS + "HyperParameterSetting")),
    MLS + "hasOutput": ((MLS + "Run",), (MLS + "Model", MLS + "ModelEvaluation")),
    MLS + "hasPart": (None, None),
    MLS + "hasQuality": (None, None),
    MLS + "hasValue": (None, None),
    MLS + "implements": ((MLS + "InformationEntity",), (MLS + "InformationEntity",)),
    MLS + "realizes": ((MLS + "Run",), (MLS + "Algorithm",)),
    MLS + "specifiedBy": (None, (MLS + "InformationEntity",)),
}

#: Every class of others that a graph may use, or that an alignment leads to.
CLASSES = frozenset({
    *SUBCLASSES,
    *(above for those in SUBCLASSES.values() for above in those),
    *(one for pair in DISJOINT for one in pair),
    PROV + "Location", PROV + "Role", MLS + "Software", MLS + "Feature", DCAT + "Distribution",
})  # fmt: skip
