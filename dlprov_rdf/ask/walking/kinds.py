# SPDX-License-Identifier: Apache-2.0
"""One word for what a thing is, out of its classes; short names for relations."""

from __future__ import annotations

from collections.abc import Collection

DLPROV = "https://w3id.org/dlprov-rdf/ontology#"
MLS = "http://www.w3.org/ns/mls#"
PROV = "http://www.w3.org/ns/prov#"
PPLAN = "http://purl.org/net/p-plan#"
DCAT = "http://www.w3.org/ns/dcat#"

_PREFIXES = {
    DLPROV: "dlprov:", MLS: "mls:", PROV: "prov:", PPLAN: "p-plan:", DCAT: "dcat:",
    "http://purl.org/dc/terms/": "dcterms:",
}  # fmt: skip

#: Classes from the most telling to the least; a thing is called by the first that it has.
_WORDS = {
    DLPROV + "WorkflowRun": ("run", "activity"),
    DLPROV + "Training": ("training", "activity"),
    DLPROV + "Epoch": ("epoch", "activity"),
    DLPROV + "Adaptation": ("adaptation", "activity"),
    DLPROV + "DataReduction": ("reduction", "activity"),
    DLPROV + "DataAcquisition": ("acquisition", "activity"),
    DLPROV + "Preprocessing": ("preprocessing", "activity"),
    DLPROV + "DataSplitting": ("splitting", "activity"),
    DLPROV + "Evaluation": ("evaluation", "activity"),
    DLPROV + "ModelSelection": ("selection", "activity"),
    DLPROV + "Deployment": ("deployment", "activity"),
    DLPROV + "Inference": ("inference", "activity"),
    DLPROV + "ModelSaving": ("saving", "activity"),
    DLPROV + "ModelLoading": ("loading", "activity"),
    DLPROV + "OwnStep": ("step", "activity"),
    DLPROV + "Callback": ("callback", "agent"),
    PROV + "Person": ("person", "agent"),
    DLPROV + "Prediction": ("prediction", "entity"),
    DLPROV + "ModelArchitecture": ("architecture", "entity"),
    DLPROV + "Decision": ("decision", "entity"),
    DLPROV + "Environment": ("environment", "entity"),
    DLPROV + "Package": ("package", "entity"),
    DLPROV + "Commit": ("commit", "entity"),
    DLPROV + "SourceCode": ("code", "entity"),
    DLPROV + "Patch": ("patch", "entity"),
    DLPROV + "Script": ("script", "entity"),
    DLPROV + "Function": ("function", "entity"),
    DLPROV + "Seed": ("seed", "entity"),
    DLPROV + "Schedule": ("schedule", "entity"),
    DLPROV + "Workflow": ("workflow", "entity"),
    PPLAN + "Step": ("planned step", "entity"),
    PPLAN + "Variable": ("variable", "entity"),
    DLPROV + "ParameterSetting": ("parameter", "entity"),
    DLPROV + "ResourceUse": ("resource", "entity"),
    DLPROV + "MetricSeries": ("series", "entity"),
    DLPROV + "Machine": ("machine", "location"),
    DLPROV + "File": ("file", "entity"),
    MLS + "HyperParameterSetting": ("setting", "entity"),
    MLS + "ModelEvaluation": ("metric", "entity"),
    MLS + "Dataset": ("data", "entity"),
    MLS + "Model": ("model", "entity"),
    MLS + "Study": ("study", "activity"),
    DLPROV + "Content": ("content", "entity"),
    PROV + "Bundle": ("graph", "entity"),
    PROV + "SoftwareAgent": ("software", "agent"),
    PROV + "Agent": ("agent", "agent"),
    PROV + "Activity": ("activity", "activity"),
    PROV + "Location": ("place", "location"),
    PROV + "Plan": ("plan", "entity"),
    PROV + "Entity": ("entity", "entity"),
}

_RANKS = {name: rank for rank, name in enumerate(_WORDS)}
_CALLED = (*_WORDS.values(), ("thing", "entity"))
_UNKNOWN = len(_WORDS)


def kind_and_form(classes: Collection[str]) -> tuple[str, str]:
    """Tell what a thing is in a word, and which of PROV's forms it has.

    Returns:
        ``("data", "entity")``, say; the form is entity, activity, agent or location.
    """
    return _CALLED[min((_RANKS.get(name, _UNKNOWN) for name in classes), default=_UNKNOWN)]


def classes(word: str) -> list[str]:
    """Give the classes that a word for a kind of thing means; none if it is no such word."""
    return [iri for iri, (kind, _) in _WORDS.items() if kind == word]


def words() -> list[str]:
    """List the words for kinds of things, sorted."""
    return sorted({kind for kind, _ in _WORDS.values()})


def short(iri: str) -> str:
    """Write a term's IRI with its prefix, where it is one of ours or of the standards."""
    for namespace, prefix in _PREFIXES.items():
        if iri.startswith(namespace):
            return prefix + iri.removeprefix(namespace)
    return iri
