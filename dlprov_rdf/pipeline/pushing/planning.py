# SPDX-License-Identifier: Apache-2.0
"""What a push has to do: the graphs that a service lacks, has otherwise, or has in vain.

The digests of the inventory here and of the catalogue there tell; no graph is read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from msgspec import Struct
from pyoxigraph import NamedNode

from dlprov_rdf.graph.catalogue import Held
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.pipeline import inventory
from dlprov_rdf.pipeline.inventory import Entry
from dlprov_rdf.pipeline.pushing.there import There
from dlprov_rdf.settings import Settings
from dlprov_rdf.store.embedded import Reader


class PushWishes(Struct, frozen=True):
    """How a push is to be done.

    Attributes:
        again: Send every graph, whatever the service says that it holds.
        prune: Take away what the knowledge base no longer has.
        beside: Another knowledge base may be in the same dataset.
        verify: Read back what the service holds, and compare digests.
    """

    again: bool = False
    prune: bool = False
    beside: bool = False
    verify: bool = False


class Plan(NamedTuple):
    """What is to be done, by graph."""

    new: dict[NamedNode, Held]
    other: dict[NamedNode, Held]
    gone: list[NamedNode]


def built_in(store: Reader, settings: Settings) -> dict[NamedNode, Entry]:
    """Tell the graphs that the store holds, with what was built into each."""
    found = inventory.read(store.note(), settings.base)
    runs = found.runs if found is not None else {}
    return {Iris(settings.base, run).graph: entry for run, entry in runs.items() if entry.digest}


def digests(
    settings: Settings, built: Mapping[NamedNode, Entry], runs: Collection[str] | None
) -> dict[NamedNode, str]:
    """Tell the digests of the graphs that are to be there."""
    chosen = None if runs is None else {Iris(settings.base, run).graph for run in runs}
    return {
        graph: str(entry.digest)
        for graph, entry in built.items()
        if chosen is None or graph in chosen
    }


def plan(
    settings: Settings,
    built: Mapping[NamedNode, Entry],
    known: There,
    runs: Collection[str] | None,
    wishes: PushWishes,
) -> Plan:
    """Compare what is here with what is there."""
    new, other = {}, {}
    for graph, digest in digests(settings, built, runs).items():
        held = known.held.get(graph)
        if held is None:
            new[graph] = Held(digest, 1)
        elif digest != held.digest:
            other[graph] = Held(digest, held.revision + 1)
        elif wishes.again:
            other[graph] = held
    gone = known.held.keys() - built.keys() if runs is None else set()
    return Plan(new, other, sorted(gone, key=str))
