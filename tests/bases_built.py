# SPDX-License-Identifier: Apache-2.0
"""A knowledge base in a test, built and read, and what was warned of while it was."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
from told_runs import whole_tale, write

from dlprov_rdf import pipeline, settings
from dlprov_rdf.settings import Settings
from dlprov_rdf.store.base import Rows, Store
from dlprov_rdf.store.embedded import EmbeddedStore

RUNS = "SELECT DISTINCT ?r { ?r a <https://w3id.org/dlprov-rdf/ontology#WorkflowRun> } ORDER BY ?r"


class Base:
    """A knowledge base in a test, and every warning that was told of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings: Settings = settings.make(folder)
        self.warnings: list[str] = []

    def build(self) -> list[pipeline.Built]:
        """Bring the store up to date."""
        return pipeline.build(self.folder, self.settings, self.warnings.append)

    def rebuild(self) -> list[pipeline.Built]:
        """Make the store afresh."""
        return pipeline.rebuild(self.folder, self.settings, self.warnings.append)

    def stored(self) -> list[ox.Quad]:
        """Give all that the newest snapshot holds."""
        with EmbeddedStore.reader(self.folder / "store") as store:
            return [quad for graph in store.graphs() for quad in store.graph(graph)]

    def runs_stored(self) -> list[str]:
        """Tell which runs the newest snapshot holds, by the ends of their names."""
        with EmbeddedStore.reader(self.folder / "store") as store:
            return runs_in(store)

    def quarantine(self, run: str) -> Path:
        """Tell where a run's quarantine is."""
        return self.folder / "quarantine" / run


def runs_in(store: Store) -> list[str]:
    """Tell which runs a store holds, by the ends of their names."""
    rows = store.query(RUNS)
    assert isinstance(rows, Rows)
    return [str(row[0]).rstrip(">").rpartition("/")[2] for row in rows]


def cut_off(kb: Base, run: str) -> None:
    """Write a log whose first lines are lost: nobody knows what the run was or when it began."""
    write(kb.folder, run, whole_tale(run).told[5:])
