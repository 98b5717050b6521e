# SPDX-License-Identifier: Apache-2.0
"""What people call measures, hyperparameters, metrics and roles of data, resolved.

A printed name holds two facts: ``val_loss`` is the measure *loss* on *validation* data.
People say it in words too: "test accuracy", "training loss".
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from dlprov_rdf.ask.naming import runs
from dlprov_rdf.ask.naming.names import is_iri, literal
from dlprov_rdf.ask.sparql import Asked, Row, rows, text
from dlprov_rdf.errors import Ambiguous, NotFound

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

DLPROV = "https://w3id.org/dlprov-rdf/ontology#"

_ROLE = re.compile(r"(?i)(train|training|val|validation|test)[ _](.+)")
_ROLE_WORDS = {"train": "training", "val": "validation"}

#: The roles of data that a measure is taken on.
ROLES = ("training", "validation", "test")

#: What frameworks and people put before a measure's name for the data it was measured on.
_PRINTED = ("val_", "test_", "train_")

_MEASURES = """
SELECT DISTINCT ?measure ?reported ?role {
  VALUES ?run { UNDEF }
  VALUES ?model { UNDEF }
  VALUES ?training { UNDEF }
  GRAPH ?graph {
    ?run mls:hasPart ?training .
    ?training dlprov:architecture? ?model ; a dlprov:Training ;
      dlprov:lastEvaluation ?evaluation .
    ?evaluation mls:specifiedBy ?measure ;
      dlprov:reportedAs ?reported ;
      dlprov:measuredInRole ?role .
  }
}
ORDER BY ?measure ?reported"""

#: What is printed so at all, which each graph says once of a measure: its class is compared,
#: because a store would go through all that have it.
_PRINTED_SO = """
SELECT DISTINCT ?measure {
  {
    SELECT DISTINCT ?measure { VALUES ?name { "" } ?measure skos:altLabel ?name }
  }
  ?measure a ?class .
  FILTER(?class = mls:EvaluationMeasure)
}
ORDER BY ?measure"""

_PRINTED_IN = """
SELECT ?training {
  VALUES ?run { UNDEF }
  VALUES ?model { UNDEF }
  VALUES ?training { UNDEF }
  VALUES ?measure { UNDEF }
  VALUES ?name { "" }
  GRAPH ?graph {
    ?run mls:hasPart ?training .
    ?training dlprov:architecture? ?model ; a dlprov:Training ;
      dlprov:lastEvaluation ?evaluation .
    ?evaluation mls:specifiedBy ?its_measure ;
      dlprov:reportedAs ?reported ;
      dlprov:measuredInRole ?role .
  }
  FILTER(?its_measure = ?measure && ?reported = ?name)
}
LIMIT 1"""

_CALLED = "SELECT DISTINCT ?measure { VALUES ?name { 1 } ?measure rdfs:label ?name }"

_HYPERPARAMETERS = """
SELECT DISTINCT ?hyperparameter ?name ?general {
  GRAPH ?graph {
    ?hyperparameter a mls:HyperParameter .
    OPTIONAL { ?hyperparameter rdfs:label ?name }
    OPTIONAL { ?hyperparameter skos:broader ?general }
  }
}
ORDER BY ?hyperparameter"""

_HYPERPARAMETERS_CALLED = """
SELECT DISTINCT ?hyperparameter ?name ?general {
  {
    SELECT DISTINCT ?hyperparameter ?name {
      VALUES ?name { "" }
      ?hyperparameter rdfs:label ?name .
    }
  }
  FILTER EXISTS { ?hyperparameter a mls:HyperParameter }
  BIND(IF(EXISTS { ?hyperparameter skos:broader ?broader }, true, ?none) AS ?general)
}
ORDER BY ?hyperparameter"""

_HYPERPARAMETER = """
SELECT ?hyperparameter ?name ?general {
  VALUES ?hyperparameter { UNDEF }
  ?hyperparameter a mls:HyperParameter .
}
LIMIT 1"""

_TEST_METRICS = """
SELECT DISTINCT ?metric ?reported ?value ?run ?started ?model_name ?selection ?direction {
  VALUES ?run { UNDEF }
  GRAPH ?graph {
    ?run a dlprov:WorkflowRun .
    ?metric dlprov:measuredInRole dlprov:testRole ;
      dlprov:reportedAs ?reported ;
      mls:hasValue ?value ;
      prov:wasGeneratedBy ?activity .
    ?activity dcterms:isPartOf* ?run .
  }
  OPTIONAL { ?run prov:startedAtTime ?started }
  OPTIONAL {
    GRAPH ?graph { ?metric mls:specifiedBy ?measure . ?measure dlprov:direction ?direction }
  }
  OPTIONAL { ?metric dlprov:evaluates ?named . ?named rdfs:label ?model_name }
  OPTIONAL { ?metric dlprov:evaluates ?model . ?selection dlprov:selected ?model }
}
ORDER BY DESC(?started) ?run DESC(BOUND(?selection))
  DESC(STR(?direction) = STR(dlprov:higherIsBetter)) ?metric"""

_TRAINING_METRICS = """
SELECT DISTINCT ?metric ?reported ?value ?run ?started ?training_name {
  VALUES ?run { UNDEF }
  VALUES ?on { UNDEF }
  GRAPH ?graph {
    ?run mls:hasPart ?training ; a dlprov:WorkflowRun .
    ?training a dlprov:Training ; dlprov:bestEvaluation|dlprov:lastEvaluation ?metric .
    ?metric dlprov:reportedAs ?reported ; dlprov:measuredInRole ?role ; mls:hasValue ?value .
  }
  FILTER(?role = ?on)
  OPTIONAL { ?run prov:startedAtTime ?started }
  OPTIONAL { ?training rdfs:label ?training_name }
}
ORDER BY DESC(?started) ?run ?metric"""

_EVALUATION = "SELECT ?metric { VALUES ?metric { UNDEF } ?metric a mls:ModelEvaluation } LIMIT 1"


@dataclass(frozen=True)
class Measured:
    """A measure as it was named: the measures it can be, and the role the name tells."""

    measures: tuple[NamedNode, ...]
    role: NamedNode | None
    note: str | None = None


def role(word: str) -> NamedNode:
    """Find the role of data that a word says.

    Raises:
        NotFound: It is no such word.
    """
    known = _ROLE_WORDS.get(word.lower(), word.lower())
    if known in ROLES:
        return NamedNode(f"{DLPROV}{known}Role")
    if is_iri(word):
        return NamedNode(word)
    raise NotFound("role of data", word, f"There are: {', '.join(ROLES)}.")


def measure(
    store: Store,
    name: str,
    *,
    single: bool,
    run: NamedNode | None = None,
    models: Sequence[NamedNode] | None = None,
    trainings: Sequence[NamedNode] | None = None,
) -> Measured:
    """Find a measure by the name that is printed for it.

    Args:
        store: Where to look.
        name: ``accuracy``, ``val_loss``, "training loss", or the measure's IRI.
        single: Values of different measures would be compared: then the name must mean one.
        run: Only what was reported in this run.
        models: Only what was reported of these models.
        trainings: Only what these trainings reported.

    Raises:
        NotFound: No training reports it.
        Ambiguous: ``single``, and it means several.
    """
    scope = {"run": None if run is None else (run,), "model": models, "training": trainings}
    said, bare = split(name)
    if printed_so := _printed(store, name, scope):
        if single and len(printed_so) > 1:
            raise Ambiguous("measure", name, tuple(one.value for one in printed_so))
        return Measured(printed_so, None if said is None else role(said))
    known = rows(store, _MEASURES, scope)
    called = {row[0] for row in rows(store, _CALLED, {"name": (literal("measure", bare),)})}
    matches = _matching(known, called, name, bare)
    if not matches:
        printed = sorted({text(row[1]) for row in known})
        remedy = f"Reported are: {', '.join(printed[:20])}." if printed else "None is reported yet."
        raise NotFound("measure", name, remedy)
    found = tuple(dict.fromkeys(NamedNode(text(row[0])) for row in matches))
    if single and len(found) > 1:
        raise Ambiguous("measure", name, tuple(one.value for one in found))
    printed = sorted({text(row[1]) for row in matches})
    unlike = not any(bare in {row_name, split(row_name)[1]} for row_name in printed)
    note = f"{name} is reported as {', '.join(printed)}" if unlike and not is_iri(name) else None
    return Measured(found, None if said is None else role(said), note)


def measures_asked(name: str) -> Asked:
    """Give what is asked first to find the measure of a name."""
    spelled = sorted(_spelled(name, split(name)[1]))
    return _PRINTED_SO, {"name": [literal("measure", one) for one in spelled]}


def hyperparameters_asked(name: str) -> Asked:
    """Give what is asked first to find the hyperparameter of a name."""
    return _HYPERPARAMETERS_CALLED, {"name": (literal("hyperparameter", name),)}


def hyperparameters(store: Store, name: str) -> list[NamedNode]:
    """Find a hyperparameter: the general one of that name, which stands for each special one.

    Args:
        store: Where to look.
        name: ``learning_rate``, ``Adam.learning_rate``, or an IRI.

    Raises:
        NotFound: No training has it.
        Ambiguous: Several implementations have one that ends so.
    """
    called = rows(store, *hyperparameters_asked(name))
    if is_iri(name):
        called += rows(store, _HYPERPARAMETER, {"hyperparameter": (NamedNode(name),)})
    general = [row for row in called if row[2] is None]
    known = [] if called else rows(store, _HYPERPARAMETERS)
    ending = [row for row in known if text(row[0]).endswith((f".{name}", f"/{name}"))]
    found = list(dict.fromkeys(NamedNode(text(row[0])) for row in general or called or ending))
    if not found:
        names = sorted({text(row[1]) for row in known} - {""})
        remedy = f"There are: {', '.join(names[:20])}." if names else "None is recorded yet."
        raise NotFound("hyperparameter", name, remedy)
    if len(found) > 1 and not called:
        raise Ambiguous("hyperparameter", name, tuple(one.value for one in found))
    return found


def metrics(
    store: Store, name: str, run: NamedNode | None, *, single: bool
) -> tuple[list[NamedNode], str | None]:
    """Find metrics, which are single evaluations.

    Args:
        store: Where to look.
        name: An IRI; "test accuracy"; ``val_loss``, the best and last of a training; a name
            alone means test data; ``@test`` means the newest run's, of the selected model if
            one was selected, accuracy and its like before losses.
        run: The run; without it the newest one that has such metrics.
        single: One is needed.

    Returns:
        The evaluations, and a note on what was taken where it was a choice.

    Raises:
        NotFound: There is none.
        Ambiguous: ``single``, and there are several.
    """
    if is_iri(name):
        if rows(store, _EVALUATION, {"metric": (NamedNode(name),)}):
            return [NamedNode(name)], None
        raise NotFound("metric", name, "No evaluation has this IRI.")
    said, bare = (None, name) if name == "@test" else split(name)
    printed_as = {bare, name, f"val_{bare}" if said == "validation" else f"test_{bare}"}
    known: list[Row] = []
    matches: list[Row] = []
    for some in runs.newest_first(store) if run is None else [(run,)]:
        known += (found_here := _metrics_in(store, said, some))
        matches = [row for row in found_here if name == "@test" or text(row[1]) in printed_as]
        if matches:
            break
    matches = [row for row in matches if row[3] == matches[0][3]]
    if not matches:
        printed = sorted({text(row[1]) for row in known})
        remedy = f"There are: {', '.join(printed)}." if printed else "None is recorded yet."
        raise NotFound("metric", name, remedy)
    if name == "@test":
        chosen = matches[0]
        note = f"metric: {text(chosen[1])} = {text(chosen[2])} of {text(chosen[5]) or 'a model'}"
        return [NamedNode(text(chosen[0]))], note
    found = list(dict.fromkeys(NamedNode(text(row[0])) for row in matches))
    if single and len(found) > 1:
        shown = dict.fromkeys(f"{text(r[0])} ({text(r[5])}, {text(r[2])})" for r in matches)
        raise Ambiguous("metric", name, tuple(shown))
    return found, None


def split(name: str) -> tuple[str | None, str]:
    """Tell the role that a name begins with, if it does, and the name without it."""
    found = _ROLE.fullmatch(name)
    if found is None or is_iri(name):
        return None, name
    word = found[1].lower()
    return _ROLE_WORDS.get(word, word), found[2]


def _spelled(name: str, bare: str) -> set[str]:
    """List how a measure of this name may be printed."""
    return {name, bare, *(f"{prefix}{bare}" for prefix in _PRINTED)}


def _printed(
    store: Store, name: str, scope: Mapping[str, Sequence[NamedNode] | None]
) -> tuple[NamedNode, ...]:
    """Find the measures that are printed so by the trainings in question, sorted.

    One training that prints it so is enough: no other is looked at.
    """
    query, said = measures_asked(name)
    every = [runs.node(row[0]) for row in rows(store, query, said)]
    if all(value is None for value in scope.values()):
        return tuple(every)
    return tuple(
        one for one in every if rows(store, _PRINTED_IN, {**said, **scope, "measure": (one,)})
    )


def _matching(known: list[Row], labelled: Container[object], name: str, bare: str) -> list[Row]:
    """Choose the measures of a name: as printed, else as it is called, else alike."""
    spelled = _spelled(name, bare)
    printed = [row for row in known if text(row[1]) in spelled]
    called = [
        row for row in known
        if name == text(row[0])
        or row[0] in labelled
        or text(row[0]).rpartition(".")[2].lower() == bare.lower()
    ]  # fmt: skip
    alike = [row for row in known if len(bare) > 2 and _alike(split(text(row[1]))[1], bare)]
    return printed or called or alike


def _alike(printed: str, name: str) -> bool:
    """Say whether one name stands in the other: acc, accuracy, binary_accuracy."""
    return name in printed or printed in name


def _metrics_in(store: Store, said: str | None, scope: Sequence[NamedNode]) -> list[Row]:
    """List the metrics of some runs on data of a role, newest run first."""
    if said in {None, "test"}:
        return rows(store, _TEST_METRICS, {"run": scope})
    return rows(store, _TRAINING_METRICS, {"run": scope, "on": (role(str(said)),)})
