# SPDX-License-Identifier: Apache-2.0
"""From a trained state to the training that made it, through the files that it was saved to.

A state that was loaded derives from a file; the file's octets are those of one that another
run saved; that derives from a state; and so on, until a training generated it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from dlprov_rdf.ask.naming import runs
from dlprov_rdf.ask.naming.names import is_iri, literal
from dlprov_rdf.ask.sparql import rows

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

#: By a label only a file is meant: a state's label is its architecture's, which means them all.
_NAMED = """
SELECT DISTINCT ?state {
  {
    VALUES ?name { "" }
    { ?state rdfs:label ?name } UNION { ?state dlprov:path ?name }
    ?state a dlprov:File .
    FILTER EXISTS {
      ?state prov:specializationOf? ?content .
      ?saved prov:specializationOf? ?content .
      ?saved prov:wasDerivedFrom|^prov:wasDerivedFrom ?model .
      ?model a mls:Model .
    }
  }
  UNION
  {
    VALUES ?thing { UNDEF }
    ?state prov:specializationOf? ?thing ; a ?class .
    FILTER(?class IN (mls:Model, dlprov:File))
  }
}
ORDER BY ?state"""

_MADE = """
SELECT DISTINCT ?state ?training {
  VALUES ?state { UNDEF }
  { ?training mls:hasOutput ?state }
  UNION
  { ?state prov:wasGeneratedBy/dcterms:isPartOf? ?training }
  ?training a dlprov:Training .
}
ORDER BY ?state ?training"""

_OF_MODELS = """
SELECT DISTINCT ?training {
  { VALUES ?model { UNDEF } ?training dlprov:architecture ?model }
  UNION
  { VALUES ?model { UNDEF } BIND(?model AS ?training) }
  ?training a dlprov:Training .
}
ORDER BY ?training"""

_EARLIER = """
SELECT DISTINCT ?state ?earlier {
  VALUES ?state { UNDEF }
  {
    ?state prov:wasDerivedFrom ?earlier ; a ?class .
    ?earlier a ?class_of_earlier .
    FILTER(?class IN (mls:Model, dlprov:File) && ?class_of_earlier IN (mls:Model, dlprov:File))
  }
  UNION
  {
    ?state prov:specializationOf ?content .
    FILTER NOT EXISTS { ?state prov:wasGeneratedBy ?own }
    ?earlier prov:specializationOf ?content ; prov:wasGeneratedBy ?maker .
    FILTER(?earlier != ?state)
  }
}
ORDER BY ?state ?earlier"""

_PREDICTED_BY = """
SELECT DISTINCT ?model {
  VALUES ?prediction { UNDEF }
  { ?prediction prov:wasDerivedFrom ?model }
  UNION
  { ?prediction prov:wasGeneratedBy/prov:used ?model }
  ?model a mls:Model .
}
ORDER BY ?model"""


def states(store: Store, name: str) -> list[NamedNode]:
    """Find what trainings made, by the name of a file, or an IRI.

    Args:
        store: Where to look.
        name: A file's name or path, or the IRI of a file, of a trained state or of its content.

    Returns:
        The trainings that made it, and nothing if it is neither a file nor a trained state.
    """
    things = [NamedNode(name)] if is_iri(name) else []
    found = rows(store, _NAMED, {"name": (literal("model", name),), "thing": things})
    made = (one for row in found for one in trainings(store, runs.node(row[0])))
    return list(dict.fromkeys(made))


def of_models(store: Store, models: Sequence[NamedNode]) -> list[NamedNode]:
    """List the trainings of some architectures; a training stands for itself."""
    found = rows(store, _OF_MODELS, {"model": models}) if models else []
    return [runs.node(row[0]) for row in found]


def behind(store: Store, prediction: NamedNode) -> list[tuple[NamedNode, NamedNode]]:
    """Find the models that made a prediction, each with the trainings that made it.

    A model is followed by its own history only: a training of another model, whose
    predictions are among the input say, did not make it.
    """
    models = rows(store, _PREDICTED_BY, {"prediction": (prediction,)})
    return [
        (state, made)
        for state in (runs.node(row[0]) for row in models)
        for made in trainings(store, state)
    ]


def trainings(store: Store, state: NamedNode) -> list[NamedNode]:
    """Go back from a state or a file to the nearest trainings, on every way."""
    seen, frontier = {state}, [state]
    found: dict[NamedNode, None] = {}
    while frontier:
        made = [(row[0], runs.node(row[1])) for row in rows(store, _MADE, {"state": frontier})]
        found.update(dict.fromkeys(training for _, training in made))
        explained = {one for one, _ in made}
        unexplained = [one for one in frontier if one not in explained]
        earlier = rows(store, _EARLIER, {"state": unexplained}) if unexplained else []
        further = dict.fromkeys(runs.node(row[1]) for row in earlier)
        frontier = [one for one in further if one not in seen]
        seen.update(frontier)
    return list(found)
