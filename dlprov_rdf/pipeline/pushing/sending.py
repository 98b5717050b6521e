# SPDX-License-Identifier: Apache-2.0
"""Sends graphs to a service, many a request, each with its entry in the catalogue.

A service does a request wholly or not at all, so a graph and its entry appear together: who
is killed on the way sends what is missing the next time, and nobody reads half a graph. What
is new is added by one POST of N-Quads, the fastest way in (1 M quads as 1,001 graphs took
Fuseki 34 s, as one POST 10 s), and sent while it is read; what is there is replaced by one
update.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.errors import ServiceRefused
from dlprov_rdf.graph import catalogue
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.catalogue import Held
from dlprov_rdf.pipeline.pushing import there
from dlprov_rdf.settings import Settings
from dlprov_rdf.store import wording
from dlprov_rdf.store.base import Store
from dlprov_rdf.store.remote import RemoteStore

#: Quads in a request that adds, and in one that replaces, if one graph alone has not more.
#: Fuseki writes its indexes anew for each: 277,000 quads took 11 % more room on the disk by
#: three requests than by one POST, 7 % more by two, and 0.5 % by one.
ADDED = 500_000
REPLACED = 50_000

_TOO_LARGE = 413
_NO_GRAPH_STORE = frozenset({404, 405, 415, 501})


class Sending:
    """Brings graphs out of a store to a service."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        service: RemoteStore,
        sizes: Mapping[NamedNode, int],
    ) -> None:
        self._settings, self._store, self._service = settings, store, service
        self._sizes = sizes
        self._catalogue = catalogue.name(settings.base)
        self.requests = 0

    def head(self, known: frozenset[tuple[object, object]]) -> None:
        """Make the catalogue say of the knowledge base what is so now."""
        head = list(catalogue.catalogue_quads(self._settings))
        if {(quad.predicate, quad.object) for quad in head} == known:
            return
        forget = (
            f"DELETE {{ GRAPH {self._catalogue} {{ {self._catalogue} ?p ?o }} }} "
            f"WHERE {{ GRAPH {self._catalogue} {{ {self._catalogue} ?p ?o }} "
            f"FILTER(?p != {v.DCAT_DATASET_PROPERTY}) }}"
        )
        self._update([forget, _inserted(head)])

    def add(self, graphs: Mapping[NamedNode, Held]) -> Iterator[NamedNode]:
        """Send graphs that the catalogue does not know; yield each when it is there."""
        for batch in self._batches(graphs, ADDED):
            stray = there.present(self._service, batch)
            if stray:
                yield from self.replace({one: graphs[one] for one in batch if one in stray})
            fresh = [one for one in batch if one not in stray]
            if fresh:
                self._add(fresh, graphs)
                yield from fresh

    def replace(self, graphs: Mapping[NamedNode, Held]) -> Iterator[NamedNode]:
        """Send graphs that are there in another form; yield each when it is there."""
        for batch in self._batches(graphs, REPLACED):
            self._replace(batch, graphs)
            yield from batch

    def remove(self, graphs: Iterable[NamedNode]) -> None:
        """Take graphs and their entries away."""
        forget = [part for graph in graphs for part in self._forget(graph)]
        if forget:
            self._update(forget)

    def _add(self, batch: list[NamedNode], graphs: Mapping[NamedNode, Held]) -> None:
        try:
            self._service.load(self._quads(batch, graphs))
        except ServiceRefused as refused:
            if refused.status == _TOO_LARGE and len(batch) > 1:
                self._add(batch[: len(batch) // 2], graphs)
                self._add(batch[len(batch) // 2 :], graphs)
                return
            if refused.status not in _NO_GRAPH_STORE:
                raise
            self._replace(batch, graphs)
            return
        self.requests += 1

    def _replace(self, batch: list[NamedNode], graphs: Mapping[NamedNode, Held]) -> None:
        forget = [part for graph in batch for part in self._forget(graph)]
        try:
            self._update([*forget, _inserted(self._quads(batch, graphs))])
        except ServiceRefused as refused:
            if refused.status != _TOO_LARGE or len(batch) == 1:
                raise
            self._replace(batch[: len(batch) // 2], graphs)
            self._replace(batch[len(batch) // 2 :], graphs)

    def _quads(self, batch: list[NamedNode], graphs: Mapping[NamedNode, Held]) -> Iterator[Quad]:
        entries = {graph: graphs[graph] for graph in batch}
        yield from chain.from_iterable(self._store.graph(graph) for graph in batch)
        yield from catalogue.entry_quads(self._settings.base, entries)

    def _forget(self, graph: NamedNode) -> tuple[str, str, str]:
        entry, listed = f"{graph} ?p ?o", f"?catalogue {v.DCAT_DATASET_PROPERTY} {graph}"
        return (
            f"DROP SILENT GRAPH {graph}",
            f"DELETE WHERE {{ GRAPH {self._catalogue} {{ {entry} }} }}",
            f"DELETE WHERE {{ GRAPH {self._catalogue} {{ {listed} }} }}",
        )

    def _update(self, parts: list[str]) -> None:
        self._service.update(" ;\n".join(parts))
        self.requests += 1

    def _batches(self, graphs: Iterable[NamedNode], most: int) -> Iterator[list[NamedNode]]:
        """Put graphs together until they hold as many quads as a request may have."""
        batch: list[NamedNode] = []
        held = 0
        for graph in graphs:
            size = self._sizes[graph]
            if batch and held + size > most:
                yield batch
                batch, held = [], 0
            batch.append(graph)
            held += size
        if batch:
            yield batch


def _inserted(quads: Iterable[Quad]) -> str:
    return b"".join(wording.inserted(quads)).decode()
