# SPDX-License-Identifier: Apache-2.0
"""What people call things, resolved: trainings, models, and anything with a label.

A name that stands for nothing is `NotFound` and says what there is; one that stands for
several things where one is needed is `Ambiguous` and gives the candidates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from dlprov_rdf.ask.naming import near, runs, states
from dlprov_rdf.ask.sparql import Asked, Row, rows, text
from dlprov_rdf.errors import Ambiguous, NotFound

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

#: Letters of a run's id that are enough to mean one.
_PART = 4

SHARED = "https://w3id.org/dlprov-rdf/id/"

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")

_TRAININGS = """
SELECT DISTINCT ?training ?name ?run ?started {
  VALUES ?run { UNDEF }
  ?run mls:hasPart ?training ; a dlprov:WorkflowRun .
  ?training a dlprov:Training .
  OPTIONAL { ?training rdfs:label ?name }
  OPTIONAL { ?run prov:startedAtTime ?started }
}
ORDER BY DESC(?started) ?run ?training"""

_TRAININGS_CALLED = """
SELECT DISTINCT ?training ?name ?run ?started {
  VALUES ?name { "" }
  VALUES ?run { UNDEF }
  GRAPH ?graph {
    ?training rdfs:label ?name ; a dlprov:Training .
    ?run mls:hasPart ?training ; a dlprov:WorkflowRun .
  }
  OPTIONAL { ?run prov:startedAtTime ?started }
}
ORDER BY DESC(?started) ?run ?training"""

_MODELS = """
SELECT DISTINCT ?model ?content {
  { VALUES ?name { "" } GRAPH ?graph { ?model rdfs:label ?name ; a dlprov:ModelArchitecture } }
  UNION
  {
    VALUES ?thing { UNDEF }
    ?thing dlprov:architecture? ?model .
    ?model a dlprov:ModelArchitecture .
  }
  OPTIONAL { ?model prov:specializationOf ?content }
}"""

_MODELS_OF_TRAININGS = """
SELECT DISTINCT ?model ?content {
  { VALUES ?name { "" } ?training rdfs:label ?name ; a dlprov:Training . }
  UNION
  { VALUES ?thing { UNDEF } ?thing a dlprov:Training . BIND(?thing AS ?training) }
  OPTIONAL {
    ?training dlprov:architecture ?architecture
    OPTIONAL { ?architecture prov:specializationOf ?content }
  }
  BIND(COALESCE(?architecture, ?training) AS ?model)
}"""

_MODEL_NAMES = """
SELECT DISTINCT ?name {
  { ?model a dlprov:ModelArchitecture ; rdfs:label ?name }
  UNION
  {
    ?training a dlprov:Training ; rdfs:label ?name .
    FILTER NOT EXISTS { ?training dlprov:architecture ?architecture }
  }
}
ORDER BY ?name"""

_KNOWN = """
SELECT ?thing { VALUES ?thing { UNDEF } { ?thing ?p ?o } UNION { ?s ?q ?thing } } LIMIT 1"""

_KNOWN_OF = """
SELECT DISTINCT ?thing { VALUES ?thing { UNDEF } { ?thing ?p ?o } UNION { ?s ?q ?thing } }"""

_SPEAKERS = """
SELECT DISTINCT ?graph {
  VALUES ?thing { UNDEF }
  { GRAPH ?graph { ?thing ?p ?o } } UNION { GRAPH ?graph { ?s ?q ?thing } }
}
ORDER BY ?graph"""

#: What a plan speaks of is called what carries it out is called: a name means what was there.
_LABELLED = """
SELECT DISTINCT ?thing {
  VALUES ?name { "" }
  ?thing rdfs:label|foaf:name ?name .
  FILTER NOT EXISTS { ?thing p-plan:isVariableOfPlan|p-plan:isStepOfPlan ?plan }
  FILTER NOT EXISTS { ?step dlprov:asked ?thing }
}
ORDER BY ?thing"""

_COMMITS = "SELECT DISTINCT ?thing { ?thing a dlprov:Commit } ORDER BY ?thing"

_PREDICTIONS = """
SELECT DISTINCT ?thing ?started {
  ?thing a dlprov:Prediction ; prov:wasGeneratedBy/prov:startedAtTime ?started .
}
ORDER BY DESC(?started) ?thing LIMIT 1"""


def trainings(store: Store, name: str, run: NamedNode | None) -> tuple[list[NamedNode], NamedNode]:
    """Find trainings by their name, local id or IRI, in one run.

    Args:
        store: Where to look.
        name: ``cnn``, ``training/20`` or an IRI.
        run: The run; without it the newest run that has such a training.

    Returns:
        The trainings of that name, and their run.

    Raises:
        NotFound: There is none.
    """
    scope = None if run is None else (run,)
    matches: list[Row] = []
    if "/" not in name:  # it can only be a label
        matches = rows(store, *trainings_asked(name, scope))
    every = [] if matches else rows(store, _TRAININGS, {"run": scope})
    matches = matches or [
        row for row in every
        if name in {text(row[1]), text(row[0])} or text(row[0]) == f"{text(row[2])}/{name}"
    ]  # fmt: skip
    if not matches:
        raise NotFound(
            "training", name, runs.there_are([text(row[1]) for row in every], "training")
        )
    owner = runs.node(matches[0][2])
    return [runs.node(row[0]) for row in matches if row[2] == owner], owner


def models(store: Store, name: str, *, single: bool) -> list[NamedNode]:
    """Find a model, which is an architecture with its name.

    Args:
        store: Where to look.
        name: The name of an architecture or of a training, or the IRI of an architecture, of
            a training or of a trained state.
        single: The name must stand for one architecture. Equal ones of several runs are one,
            and the newest stands for them.

    Returns:
        Architectures; a training stands for itself where its architecture is not known.

    Raises:
        NotFound: There is none.
        Ambiguous: ``single``, and there are different ones.
    """
    query, values = models_asked(name)
    found = rows(store, query, values) or rows(store, _MODELS_OF_TRAININGS, values)
    if not found:
        raise NotFound("model", name, runs.there_are(model_names(store), "model"))
    newest_first = sorted((text(row[0]) for row in found), reverse=True)
    if single and len({row[1] or row[0] for row in found}) > 1:
        raise Ambiguous("model", name, near.told_apart(store, newest_first))
    return [NamedNode(iri) for iri in newest_first[: 1 if single else None]]


def models_asked(name: str) -> Asked:
    """Give what is asked first to find the model of a name."""
    things = [NamedNode(name)] if is_iri(name) else []
    return _MODELS, {"name": (literal("model", name),), "thing": things}


def trainings_asked(name: str, scope: Sequence[NamedNode] | None = None) -> Asked:
    """Give what is asked first to find the trainings of a name, in some runs."""
    return _TRAININGS_CALLED, {"name": (literal("training", name),), "run": scope}


def model_names(store: Store) -> list[str]:
    """List the names that models have, sorted."""
    return [text(row[0]) for row in rows(store, _MODEL_NAMES)]


def state(store: Store, base: str, name: str) -> NamedNode:
    """Find the trained state of a model; or, called by its name, anything that is no model.

    Args:
        store: Where to look.
        base: This knowledge base's BASE.
        name: ``@model``, the newest state; the name of a model, whose newest state is meant;
            or what `thing` takes.

    Raises:
        NotFound: Nothing is called so.
        Ambiguous: Several things are, none of them a trained state.
    """
    label = None if name == "@model" else literal("model", name)
    return states.newest(store, label) or thing(store, base, name)


def thing(store: Store, base: str, name: str) -> NamedNode:
    """Find anything that the knowledge base knows.

    Args:
        store: Where to look.
        base: This knowledge base's BASE.
        name: An IRI; ``@prediction``, the newest; a local id (``data/12``) in the latest
            run, or behind the ending of a run's id as tables show it; a commit's beginning;
            a run; or the label of anything.

    Raises:
        NotFound: Nothing is called so.
        Ambiguous: Several things are.
    """
    if name == "@prediction":
        return _one(store, "prediction", name, rows(store, _PREDICTIONS))
    if is_iri(name):
        return _one(store, "thing", name, rows(store, _KNOWN, {"thing": (NamedNode(name),)}))
    if local := _of_run(store, name):
        return _one(store, "thing", name, local)
    if found := rows(store, _LABELLED, {"name": (literal("thing", name),)}):
        return _one(store, "thing", name, found)
    if re.fullmatch("[0-9a-f]{6,40}", name):
        prefix = f"{SHARED}commit/{name}"
        if found := [row for row in rows(store, _COMMITS) if text(row[0]).startswith(prefix)]:
            return _one(store, "commit", name, found)
    try:
        return runs.run(store, base, name).run
    except NotFound:
        remedy = "Give its IRI, or the label that a table shows."
        raise NotFound("thing", name, near.meant(store, name, remedy)) from None


def graphs_of(store: Store, node: NamedNode) -> list[str]:
    """List the graphs that speak of a thing, by their IRIs."""
    return [text(row[0]) for row in rows(store, _SPEAKERS, {"thing": (node,)})]


def spelled_out(store: Store, name: str) -> str:
    """Give the IRI of what a table names by a run's ending (``f09cfdf6/data/18``).

    Any other name is given back as it is.
    """
    if "/" not in name or is_iri(name):
        return name
    found = _of_run(store, name)
    return runs.node(found[0][0]).value if len(found) == 1 else name


def _of_run(store: Store, name: str) -> list[Row]:
    """Find what a run calls by a local id: of the run whose id is said, else of the latest."""
    first, _, rest = name.partition("/")
    known = runs.iris(store)
    said = [one for one in known if len(first) >= _PART and runs.identifier(one).endswith(first)]
    candidates = [f"{one.value}/{rest}" for one in said] if rest else []
    if known and not candidates:
        candidates = [f"{runs.latest(store, '@latest').run.value}/{name}"]
    nodes = [NamedNode(iri) for iri in candidates if is_iri(iri)]
    return rows(store, _KNOWN_OF, {"thing": nodes}) if nodes else []


def literal(what: str, name: str) -> Literal:
    """Make a literal of a name; one that cannot be written names nothing here."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raise NotFound(what, name, "It is not UTF-8 text.") from None
    return Literal(name)


def is_iri(name: str) -> bool:
    """Say whether a name is written as an absolute IRI."""
    if not _ABSOLUTE.fullmatch(name):
        return False
    try:
        NamedNode(name)
    except ValueError:
        return False
    return True


def _one(store: Store, what: str, name: str, found: list[Row]) -> NamedNode:
    if not found:
        raise NotFound(what, name, "Nothing recorded so far has it.")
    if len(found) > 1:
        raise Ambiguous(what, name, near.told_apart(store, [text(row[0]) for row in found]))
    return runs.node(found[0][0])
