# SPDX-License-Identifier: Apache-2.0
"""The newest trained state of a model, looked for from the newest training back."""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from dlprov_rdf.ask.naming import runs
from dlprov_rdf.ask.sparql import rows, text

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

#: Moments at which the newest trainings began that are looked at one by one.
_FEW = 20

_NEWEST = """
SELECT DISTINCT ?training ?started {
  GRAPH ?graph { ?training a dlprov:Training ; prov:startedAtTime ?started }
}
ORDER BY DESC(?started)"""

_MADE = """
SELECT DISTINCT ?state {
  VALUES ?training { UNDEF }
  GRAPH ?graph { ?state prov:wasGeneratedBy ?training ; a mls:Model ; rdfs:label ?name }
}
ORDER BY DESC(?state) LIMIT 1"""

_STATES = """
SELECT DISTINCT ?state ?trained ?started {
  VALUES ?name { "" }
  {
    ?activity a dlprov:Training . BIND(true AS ?trained)
  }
  UNION
  {
    VALUES ?kind { dlprov:ModelLoading dlprov:OwnStep dlprov:Preprocessing dlprov:Deployment }
    ?activity a ?kind . BIND(false AS ?trained)
  }
  ?state prov:wasGeneratedBy ?activity ; a mls:Model ; rdfs:label ?name .
  OPTIONAL { ?activity prov:startedAtTime ?started }
}
ORDER BY DESC(?trained) DESC(?started) DESC(?state) LIMIT 1"""


def newest(store: Store, name: Literal | None) -> NamedNode | None:
    """Find the newest state that a training left behind, else one that another step did.

    Args:
        store: Where to look.
        name: What it is called; None: anything.
    """
    if name is None and (made := _of_the_newest(store)):
        return made
    found = rows(store, _STATES, {"name": None if name is None else (name,)})
    return runs.node(found[0][0]) if found else None


def _of_the_newest(store: Store) -> NamedNode | None:
    """Look at the trainings that began last, so that not every epoch's model is gone through."""
    trainings = rows(store, _NEWEST)
    for _, together in islice(groupby(trainings, key=lambda row: text(row[1])), _FEW):
        nodes = [runs.node(training) for training, _ in together]
        if found := rows(store, _MADE, {"training": nodes}):
            return runs.node(found[0][0])
    return None
