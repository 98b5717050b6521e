# SPDX-License-Identifier: Apache-2.0
"""What one lab holds, whole: taken from what is kept, where it can be, else fetched.

A lab that publishes a catalogue tells the digest of each run's graph, and is asked how many
quads each graph has. A graph is kept if it has the digest that is told, and taken from what is
kept while the same digest is told and as many quads are counted. All else is asked for each
time: what no catalogue tells of, and the catalogues, whose words must be the same in the end
as in the beginning; so the graphs are those of one moment.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.ask.federating.fetching import requests, rows
from dlprov_rdf.ask.federating.fetching.blank import renamed
from dlprov_rdf.ask.federating.fetching.labs import Lab
from dlprov_rdf.ask.federating.fetching.parts import EVERYTHING, Part
from dlprov_rdf.ask.federating.fetching.requests import Told
from dlprov_rdf.errors import ServiceFault
from dlprov_rdf.events.contents import content
from dlprov_rdf.graph import canonical
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.store.kept import Graph, Kept

#: Quads that one request fetches, if one graph alone has not more: that bounds the memory.
BATCH = 30_000

#: How often a lab that changes while it is asked is asked anew.
_TIMES = 3

#: What a lab holds, and what its catalogues tell of it. Fuseki counts graph by graph three
#: times as fast as all at once: 350,000 quads in 350 graphs in 0.3 s.
_LISTED = f"""SELECT ?graph ?quads ?catalogue ?digest {{
  {{ SELECT ?graph (COUNT(*) AS ?quads) {{
      {{ SELECT ?graph {{ GRAPH ?graph {{}} }} }} GRAPH ?graph {{ ?s ?p ?o }}
  }} GROUP BY ?graph }}
  UNION
  {{ GRAPH ?catalogue {{ ?graph {v.DLPROV_GRAPH_DIGEST} ?digest }} }}
}}"""
_COLUMNS = ("graph", "quads", "catalogue", "digest")

#: What catalogues tell: each names itself, a graph and its digest.
_Digests = frozenset[tuple[object, object, object]]


class _Listed(NamedTuple):
    """The quads of each graph of a lab, and what its catalogues tell."""

    quads: dict[NamedNode, int]
    told: _Digests

    @property
    def catalogues(self) -> set[object]:
        """The graphs that tell of digests."""
        return {catalogue for catalogue, _, _ in self.told}

    def known(self) -> dict[NamedNode, Graph]:
        """Give the graphs of which one digest is told, and which tell none themselves."""
        digests: dict[object, set[str]] = {}
        for _, graph, digest in self.told:
            digests.setdefault(graph, set()).add(getattr(digest, "value", ""))
        catalogues = self.catalogues
        return {
            name: Graph(name.value, next(iter(digests[name])), quads)
            for name, quads in self.quads.items()
            if len(digests.get(name, ())) == 1 and name not in catalogues
        }


@dataclass
class Held:
    """What one lab holds.

    Attributes:
        graphs: Each graph as it is now.
        kept: The bytes of those that were taken from what is kept.
        fetched: The bytes of those that were fetched.
        loose: What was fetched and is not kept.
        quads: All, if there are blank nodes, which no graph's file can have: then no graph
            is kept or loose.
    """

    graphs: dict[NamedNode, Graph] = field(default_factory=dict)
    kept: dict[NamedNode, int] = field(default_factory=dict)
    fetched: dict[NamedNode, int] = field(default_factory=dict)
    loose: dict[Graph, bytes] = field(default_factory=dict)
    quads: list[Quad] = field(default_factory=list)


class _Blank(Exception):
    """A lab has blank nodes, which only one answer can tell apart."""


def of(lab: Lab, kept: Kept, seconds: float | None) -> Held:
    """Find out what a lab holds, and fetch what is not kept.

    Args:
        lab: Which.
        kept: What was fetched before; what is fetched now is put there.
        seconds: How long it has for all that it is asked.

    Raises:
        ServiceError: It fails.
    """
    until = None if seconds is None else time.monotonic() + seconds

    def left() -> float | None:
        return None if until is None else max(until - time.monotonic(), 0.001)

    def ask(wanted: Part) -> Told:
        return requests.told((wanted,), lab.rows(requests.request((wanted,)), left()), lab.name)

    with suppress(_Blank):
        for _ in range(_TIMES):
            held = _fetched(_listed(lab, left()), kept, ask)
            if held is not None:
                return held
    return _at_once(ask(EVERYTHING))


def _listed(lab: Lab, seconds: float | None) -> _Listed:
    """Ask a lab what it holds."""
    counts: dict[NamedNode, int] = {}
    told = set()
    found = lab.rows(rows.to_the_end(_LISTED, _COLUMNS), seconds)
    try:
        for graph, quads, catalogue, digest in rows.read(found, _COLUMNS, lab.name):
            if digest is not None:
                told.add((catalogue, graph, digest))
            elif isinstance(graph, NamedNode):
                counts[graph] = int(str(getattr(quads, "value", None)))
            elif graph is not None:
                raise _Blank
    except ValueError as error:
        raise ServiceFault(lab.name, "its rows are not what was asked for") from error
    return _Listed(counts, frozenset(told))


def _fetched(listed: _Listed, kept: Kept, ask: Callable[[Part], Told]) -> Held | None:
    """Fetch what is not kept; None where the catalogues changed on the way."""
    held, known = Held(), listed.known()
    for name, graph in known.items():
        size = kept.size(graph)
        if size is not None:
            held.graphs[name], held.kept[name] = graph, size
    told = set()
    for batch in _batches(listed, held.kept):
        every = len(batch) == len(listed.quads)
        came = ask(EVERYTHING if every else Part(graph=frozenset(batch)))
        if came.blank:
            raise _Blank
        _sort(came.quads, held, kept, known)
        told |= {
            (quad.graph_name, quad.subject, quad.object)
            for quad in came.quads
            if quad.predicate == v.DLPROV_GRAPH_DIGEST
        }
    return held if told == listed.told else None


def _batches(listed: _Listed, there: Container[NamedNode]) -> Iterator[list[NamedNode]]:
    """Put graphs together that are to be fetched; the catalogues come last."""
    catalogues = listed.catalogues
    batch: list[NamedNode] = []
    quads = 0
    for name in sorted(listed.quads, key=lambda name: (name in catalogues, name.value)):
        if name in there:
            continue
        if batch and quads + listed.quads[name] > BATCH:
            yield batch
            batch, quads = [], 0
        batch.append(name)
        quads += listed.quads[name]
    if batch:
        yield batch


def _sort(quads: Iterable[Quad], held: Held, kept: Kept, known: Mapping[NamedNode, Graph]) -> None:
    """Sort quads by their graphs, and keep those that are what a catalogue tells."""
    graphs: dict[NamedNode, list[Quad]] = {}
    for quad in quads:
        graphs.setdefault(cast("NamedNode", quad.graph_name), []).append(quad)
    for name, one in graphs.items():
        written = canonical.canonical(one)
        digest = content(hashlib.sha256(written).digest())
        graph = Graph(name.value, digest, written.count(b"\n"))
        held.graphs[name], held.fetched[name] = graph, len(written)
        if graph != known.get(name) or not kept.keep(graph, written):
            held.loose[graph] = written


def _at_once(told: Told) -> Held:
    """Take all that a lab holds out of one answer, and keep nothing."""
    graphs = {name: Graph(str(name), "", 0) for name in told.graphs}
    return Held(graphs=graphs, quads=renamed(told.quads))
