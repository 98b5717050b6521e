# SPDX-License-Identifier: Apache-2.0
"""Walks over data alone: what a model's training data were made from, what derives from a file.

A run, its code and its machine lie on the way from nearly everything to nearly everything
else; here the walk stops at them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from dlprov_rdf.ask.lineage import (
    BY_CONTENT,
    Edge,
    Node,
    Walk,
    dependents,
    described,
    lineage,
    reached,
    walk_of,
)
from dlprov_rdf.ask.sparql import rows, text
from dlprov_rdf.ask.walking import kinds
from dlprov_rdf.ask.walking.paths import without_epochs
from dlprov_rdf.ask.walking.places import place
from dlprov_rdf.ask.walking.stepping import Facts

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

#: The data of some trainings, and of those of an architecture and of its equals.
_TRAINED_ON = """
SELECT DISTINCT ?data {
  { VALUES ?training { UNDEF } ?training dlprov:trainedOn ?data }
  UNION
  {
    VALUES ?model { UNDEF }
    ?model (prov:specializationOf/^prov:specializationOf)? ?same .
    GRAPH ?graph { ?training dlprov:architecture ?same ; dlprov:trainedOn ?data }
  }
}"""

_DERIVATIONS = {
    kinds.PROV + "wasDerivedFrom", kinds.PROV + "hadMember", kinds.PROV + "wasGeneratedBy",
    kinds.PROV + "used", BY_CONTENT,
}  # fmt: skip

#: What uses data without its result being made of them.
_JUDGES = {"evaluation", "selection", "epoch", "training", "adaptation", "inference"}

_SURROUNDINGS = {"run", "study"}


def training_data(store: Store, start: NamedNode) -> Walk:
    """Walk from the data that a model was trained on to all that they were made from.

    Args:
        store: Where to walk.
        start: A result, a trained state, a training, an architecture, or data themselves.

    Returns:
        The training data, at distance 0, and what they come from, nearest first.
    """
    whole = lineage(store, start)
    itself = whole.nodes[start.value].kind in {"data", "file"}
    starts = [start.value] if itself else _trained_on(store, whole)
    if not starts:
        return replace(whole, nodes={}, edges=())
    facts: dict[str, Facts] = {}
    distances, edges, _ = reached(
        store, starts, upward=True, of_data=True, short_of=_is_beside, facts=facts
    )
    walk = Walk(starts[0], described(store, distances, facts), edges, also=tuple(starts[1:]))
    kept = _without_surroundings(without_epochs(walk))
    nearest = dict(sorted(kept.nodes.items(), key=lambda pair: (pair[1].distance, pair[0])))
    return replace(whole, nodes=nearest, edges=kept.edges)


def _is_beside(iri: str) -> bool:
    """Tell what lies beside the way of data, and is not walked to: runs, and parameters."""
    run, local = place(iri)
    return run is not None and (not local or "/parameter/" in local)


def _trained_on(store: Store, whole: Walk) -> list[str]:
    """List the data that the trainings in a lineage, or of an architecture, trained on."""
    trainings = [NamedNode(iri) for iri, node in whole.nodes.items() if node.kind == "training"]
    asked = {"training": trainings, "model": [NamedNode(whole.start)]}
    return sorted(text(row[0]) for row in rows(store, _TRAINED_ON, asked))


def derived(store: Store, start: NamedNode) -> Walk:
    """Walk from data, or a file, to all that is made of them, models too.

    What only evaluated, chose or predicted does not lead on: a model that was validated on
    data is not made of them. So the walk stops there, where an impact would go on and on.
    """
    nodes: dict[str, Node] = {}
    edges: dict[Edge, None] = {}
    layer, distance = [start.value], 0
    while layer:
        nodes |= described(store, dict.fromkeys(layer, distance))
        leading = [iri for iri in layer if nodes[iri].kind not in _JUDGES]
        steps = [one for one in dependents(store, leading) if one.relation in _DERIVATIONS]
        edges.update(dict.fromkeys(steps))
        layer = [iri for iri in dict.fromkeys(one.source for one in steps) if iri not in nodes]
        distance += 1
    return walk_of(store, start.value, nodes, tuple(edges))


def _without_surroundings(walk: Walk) -> Walk:
    kept = [edge for edge in walk.edges if walk.nodes[edge.target].kind not in _SURROUNDINGS]
    return _reachable(replace(walk, edges=tuple(kept)))


def _reachable(walk: Walk) -> Walk:
    """Give the part of a walk that its edges reach from its starts, with distances anew."""
    steps = walk.steps()
    distances = dict.fromkeys([walk.start, *walk.also], 0)
    queue = list(distances)
    for here in queue:
        for there, _ in steps.get(here, []):
            if there not in distances:
                distances[there] = distances[here] + 1
                queue.append(there)
    nodes = {
        iri: node if node.distance == distance else replace(node, distance=distance)
        for iri, distance in distances.items()
        for node in (walk.nodes[iri],)
    }
    return replace(walk.only(distances), nodes=nodes)
