# SPDX-License-Identifier: Apache-2.0
"""A store of versions in a test: one value said, published, and read again."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from dlprov_rdf.store.base import Rows
from dlprov_rdf.store.embedded import EmbeddedStore

GRAPH = NamedNode("https://lab.example/run/1/graph")
VERSION = NamedNode("https://lab.example/version")
EVERY = "SELECT DISTINCT ?v { ?s ?p ?v }"


def quad(value: object) -> Quad:
    """Make a quad that says a value."""
    return Quad(NamedNode("x:0"), VERSION, Literal(value), GRAPH)


def published(folder: Path, value: object = "old") -> None:
    """Publish a store that says one value."""
    with EmbeddedStore.writer(folder) as store:
        store.replace(GRAPH, [quad(value)])
        store.write_note("{}")
        store.publish()


def values(store: EmbeddedStore) -> list[str]:
    """Read which values a store says."""
    rows = store.query(EVERY)
    assert isinstance(rows, Rows)
    return sorted(row[0].value for row in rows)  # type: ignore[union-attr]
