# SPDX-License-Identifier: Apache-2.0
"""The four small runs of ``data/questions.trig`` in a store, and how to ask about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from dlprov_rdf.ask import questions
from dlprov_rdf.store.embedded import EmbeddedStore

BASE = "https://w3id.org/dlprov-rdf/id/demo/"
R1, R2, R3, R4 = (f"{BASE}run/0194a000-0000-7000-8000-00000000000{n}" for n in (1, 2, 3, 4))


#: What graphs state so that questions need not work it out: by this it is written by hand once.
_STATED = """
PREFIX dlprov: <https://w3id.org/dlprov-rdf/ontology#>
PREFIX mls: <http://www.w3.org/ns/mls#>
PREFIX prov: <http://www.w3.org/ns/prov#>
INSERT { GRAPH ?graph { ?training dlprov:trainedOn ?data } } WHERE {
  GRAPH ?graph {
    ?training a dlprov:Training ; prov:used ?data . ?data a mls:Dataset .
    OPTIONAL {
      ?training prov:qualifiedUsage ?usage . ?usage prov:entity ?data ; prov:hadRole ?role
    }
  }
  FILTER(!BOUND(?role) || ?role = dlprov:trainingRole)
} ;
INSERT { GRAPH ?graph { ?metric ?ranked ?measure } } WHERE {
  GRAPH ?graph {
    ?metric mls:specifiedBy ?measure ; dlprov:measuredInRole ?role .
    { ?training dlprov:bestEvaluation ?metric }
    UNION
    { ?metric prov:wasGeneratedBy ?step . ?step a dlprov:Evaluation
       FILTER NOT EXISTS { ?metric dlprov:batch ?batch } }
  }
  VALUES (?role ?ranked) {
    (dlprov:trainingRole dlprov:rankedOnTrainingBy) (dlprov:testRole dlprov:rankedOnTestBy)
    (dlprov:validationRole dlprov:rankedOnValidationBy)
  }
}"""


def stated(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Give quads with what follows from them that a graph states beside."""
    store = ox.Store()
    store.extend(quads)
    store.update(_STATED)
    return set(store)


def store_of(trig: str) -> EmbeddedStore:
    """Put a TriG text's graphs, with what they state beside, into a store in memory."""
    graphs = defaultdict(list)
    for quad in stated(ox.parse(trig, format=ox.RdfFormat.TRIG)):
        graphs[quad.graph_name].append(quad)
    store = EmbeddedStore.memory()
    for name, quads in graphs.items():
        store.replace(name, quads)
    return store


def four_runs() -> EmbeddedStore:
    """Load the four runs."""
    return store_of(text_of_four_runs())


def text_of_four_runs() -> str:
    """Read the four runs as text, to be changed for one test."""
    file = Path(__file__).parent / "data" / "questions.trig"
    return file.read_text(encoding="utf-8")


def rows(store: EmbeddedStore, question: str, *columns: str, **given: Any) -> list[tuple[Any, ...]]:
    """Ask a question and give these columns of its answer."""
    answer = questions.ask(store, BASE, question, **given)
    places = [answer.columns.index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in answer.rows]


def with_more(**more: str) -> EmbeddedStore:
    """Load the four runs with more said in the graphs r1 to r4."""
    text = text_of_four_runs()
    for graph, said in more.items():
        text = text.replace(f"{graph}:graph {{", f"{graph}:graph {{ {said}", 1)
    return store_of(text)
