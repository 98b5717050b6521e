# SPDX-License-Identifier: Apache-2.0
"""A store in memory whose default graph is the union of its graphs as SPARQL has it: a set.

Oxigraph makes a union as it is asked, and a triple that two graphs state is there twice; here
it is once, so that ``COUNT`` and ``AVG`` over what many labs share are right.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from dlprov_rdf.store.embedded import EmbeddedStore


class MergedStore(EmbeddedStore):
    """A store in memory, to be filled; a triple that many graphs state is counted once."""

    by_union = False

    def __init__(self) -> None:
        super().__init__(Path("memory"), ox.Store)

    def fill(self, quads: Iterable[ox.Quad], merged: Iterable[ox.Quad] | None = None) -> None:
        """See ``EmbeddedStore.fill``.

        Args:
            quads: What to put in.
            merged: The same triples in the default graph, if they are at hand.
        """
        quads = list(quads)
        with self._writing():
            self._open.extend(quads)
            self._open.extend(map(_merged, quads) if merged is None else merged)

    def drop(self, graph: ox.NamedNode) -> None:
        """See ``Store.drop``."""
        super().drop(graph)
        with self._writing():
            self._open.update("DROP DEFAULT ; INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")

    def count(self) -> int:
        """See ``Store.count``."""
        return sum(1 for name in self.graphs() for _ in self.graph(name))


def _merged(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object)
