# SPDX-License-Identifier: Apache-2.0
"""Walks along the dependencies in the graph: what a thing depends on, what depends on it.

SPARQL has no path length and no way to stop at a kind of node, so the walk is made here,
breadth first, one query a layer; ``queries/lineage`` says which relations are followed.
An edge points from what depends to what it depends on, as PROV's relations do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode

from dlprov_rdf import assets
from dlprov_rdf.ask.binding import bind
from dlprov_rdf.ask.sparql import select, text
from dlprov_rdf.ask.walking import kinds, stepping
from dlprov_rdf.ask.walking.places import local_name, place

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

BY_CONTENT = stepping.BY_CONTENT

#: Nodes in one query: what it costs to parse its VALUES stays small beside its answer.
_BATCH = 500

#: … and in one query of a walk that has a limit, so that it does not go far beyond it.
_FEW = 50

#: How many nodes an impact reaches where nobody says how many.
LIMIT = 2_000


class Edge(NamedTuple):
    """One dependency: ``source`` depends on ``target`` by a relation, an IRI or "by content"."""

    source: str
    target: str
    relation: str


@dataclass(frozen=True)
class Node:
    """Something reached: its label, what it is, and the run whose it is (None: no one run's).

    ``form`` is entity, activity, agent or location; ``distance`` counts the dependencies
    between it and the start, on the shortest way.
    """

    iri: str
    label: str
    kind: str
    form: str
    run: str | None
    distance: int


@dataclass(frozen=True)
class Walk:
    """What was reached from a start, nearest first, and the dependencies between it.

    ``upward``: the walk goes along the dependencies, as a lineage does; an impact goes
    against them. Its edges point from what depends to what it depends on either way.
    ``runs`` names the runs whose nodes were reached, by their IRIs. ``also``: further starts.
    ``shown`` holds, for each property that was asked for, the values that nodes have of it.
    ``cut``: there is more, which a limit left out.
    """

    start: str
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: tuple[Edge, ...] = ()
    upward: bool = True
    runs: dict[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    shown: dict[str, dict[str, tuple[object, ...]]] = field(default_factory=dict)
    cut: bool = False

    def only(self, kept: Iterable[str]) -> Walk:
        """Give the part of the walk that has these nodes, and its start."""
        chosen = {self.start, *kept}
        nodes = {iri: node for iri, node in self.nodes.items() if iri in chosen}
        edges = (edge for edge in self.edges if edge.source in chosen and edge.target in chosen)
        return replace(self, nodes=nodes, edges=tuple(edges))

    def steps(self) -> dict[str, list[tuple[str, Edge]]]:
        """Give for each node the nodes next to it, away from the start, in order."""
        steps: dict[str, list[tuple[str, Edge]]] = {}
        for edge in self.edges:
            ends = (edge.source, edge.target)
            near, far = ends if self.upward else ends[::-1]
            steps.setdefault(near, []).append((far, edge))
        return steps


def lineage(store: Store, start: NamedNode | str) -> Walk:
    """Walk to everything that a thing depends on.

    Args:
        store: Where the graphs are.
        start: The thing's IRI. One that nothing is known of is alone in its walk.

    Returns:
        The thing itself, at distance 0, and what it depends on, each once, nearest first.
    """
    return walk_from(store, [_iri(start)], upward=True)


def impact(store: Store, start: NamedNode | str, limit: int | None = None) -> Walk:
    """Walk to everything that depends on a thing.

    Args:
        store: Where the graphs are.
        start: The thing's IRI: data, a package, a commit, a machine, a content, a person …
        limit: How many nodes to reach at most, the start among them; None: all there are.

    Returns:
        The thing itself, at distance 0, and what depends on it, each once, nearest first;
        its ``cut`` says whether the limit left something out.
    """
    return walk_from(store, [_iri(start)], upward=False, limit=limit)


def walk_from(
    store: Store, starts: Sequence[str], *, upward: bool, limit: int | None = None
) -> Walk:
    """Walk from several things at once, each at distance 0: see ``lineage`` and ``impact``."""
    facts: dict[str, stepping.Facts] = {}
    distances, edges, cut = reached(store, starts, upward=upward, limit=limit, facts=facts)
    nodes = described(store, distances, facts)
    names = _names_of_runs(store, nodes)
    return Walk(starts[0], nodes, edges, upward, names, tuple(starts[1:]), cut=cut)


def dependents(store: Store, things: Sequence[str]) -> list[Edge]:
    """Find what directly depends on each of these, as an impact does, sorted."""
    found = (stepping.steps(store, batch, upward=False) for batch in _batches(things))
    return [Edge(*one) for some in found for one in some]


def walk_of(store: Store, start: str, nodes: dict[str, Node], edges: tuple[Edge, ...]) -> Walk:
    """Make a walk against the dependencies of what was reached."""
    return Walk(start, nodes, edges, False, _names_of_runs(store, nodes))


def _names_of_runs(store: Store, nodes: dict[str, Node]) -> dict[str, str]:
    runs = dict.fromkeys((node.run for node in nodes.values() if node.run), 0)
    return {iri: node.label for iri, node in described(store, runs).items()}


def _iri(start: NamedNode | str) -> str:
    return start.value if isinstance(start, NamedNode) else start


def reached(
    store: Store,
    starts: Sequence[str],
    *,
    upward: bool,
    of_data: bool = False,
    limit: int | None = None,
    short_of: Callable[[str], bool] = lambda _: False,
    facts: dict[str, stepping.Facts] | None = None,
) -> tuple[dict[str, int], tuple[Edge, ...], bool]:
    """Walk breadth first by a query for one step, bound to one layer after the other.

    Args:
        store: Where the graphs are.
        starts: The IRIs to start from.
        upward: Along the dependencies, or against them.
        of_data: Only to what data may come from.
        limit: How many nodes to reach at most.
        short_of: Tells what is not walked to, by its IRI.
        facts: Gets what is learnt on the way of what was reached, for ``described``.

    Returns:
        The distance of each node, the edges between them, and whether there is more.
    """
    distances = dict.fromkeys(starts, 0)
    edges: dict[Edge, None] = {}
    frontier, cut = list(distances), False
    while frontier and not cut:
        depth = distances[frontier[0]] + 1
        following: list[str] = []
        for batch in _batches(frontier, _BATCH if limit is None else _FEW):
            some = stepping.steps(
                store, batch, upward=upward, of_data=of_data, short_of=short_of, facts=facts
            )
            found = [Edge(*one) for one in some]
            edges.update(dict.fromkeys(found))
            for edge in found:
                end = edge.target if upward else edge.source
                if end in distances or short_of(end):
                    continue
                if limit is not None and len(distances) >= limit:
                    cut = True
                    break
                distances[end] = depth
                following.append(end)
            if cut:
                break
        frontier = following
    kept = tuple(edge for edge in edges if edge.source in distances and edge.target in distances)
    return distances, kept, cut


def described(
    store: Store, distances: dict[str, int], facts: dict[str, stepping.Facts] | None = None
) -> dict[str, Node]:
    """Say of each node what it is and what it is called, asking of what is not known yet."""
    query = assets.text("queries/lineage/names-and-kinds.rq")
    known = dict(facts or {})
    for batch in _batches([iri for iri in distances if iri not in known]):
        known |= {iri: stepping.Facts() for iri in batch}
        _, solutions = select(store, bind(query, {"node": [NamedNode(iri) for iri in batch]}))
        for node, one_class, name in solutions:
            known[text(node)].add(
                None if one_class is None else text(one_class), None if name is None else text(name)
            )
    return {
        iri: _node(iri, known[iri].label, known[iri].classes, distance)
        for iri, distance in distances.items()
    }


def _node(iri: str, label: str | None, classes: set[str], distance: int) -> Node:
    kind, form = kinds.kind_and_form(classes)
    run, _ = place(iri)
    return Node(iri, label or local_name(iri), kind, form, run, distance)


def _batches(iris: Sequence[str], size: int = _BATCH) -> Iterator[Sequence[str]]:
    for begin in range(0, len(iris), size):
        yield iris[begin : begin + size]
