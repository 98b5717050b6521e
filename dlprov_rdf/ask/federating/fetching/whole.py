# SPDX-License-Identifier: Apache-2.0
"""All graphs of all labs, whole: what is kept from before is not fetched again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from pyoxigraph import NamedNode

from dlprov_rdf.ask.federating.fetching import held
from dlprov_rdf.ask.federating.fetching.held import Held
from dlprov_rdf.ask.federating.fetching.labs import Lab, Threads
from dlprov_rdf.store import together
from dlprov_rdf.store.kept import Kept
from dlprov_rdf.store.together import Piece, Together

#: How often graphs that were there, and are gone or damaged when they are read, are looked for.
_TIMES = 2


@dataclass(frozen=True)
class Whole:
    """All graphs of the labs that answered: the store, who holds what, and who failed."""

    store: Together
    holders: dict[NamedNode, set[str]]
    faults: dict[str, str]
    notes: list[str]


class _Torn(Exception):
    """A graph that was kept is gone, or was damaged."""


def fetch(
    threads: Threads, labs: Sequence[Lab], kept: Kept, patience: Callable[[], float | None]
) -> Whole:
    """Fetch what is not kept, and hold it together with what is.

    Args:
        threads: Ask all labs at once.
        labs: Whom to ask.
        kept: What was fetched before.
        patience: Tells how many seconds they have from now on, all of them at once.

    Returns:
        What those hold that did not fail; none may be left.
    """
    faults: dict[str, str] = {}
    for used in (*(kept.afresh() for _ in range(_TIMES)), kept.afresh(nothing=True)):
        left = [lab for lab in labs if lab.name not in faults]
        seconds = patience()
        outcome = threads.ask_all(left, partial(held.of, kept=used, seconds=seconds), seconds)
        faults |= outcome.faults
        with suppress(_Torn):
            store = _together(outcome.told, used)
            break
    holders: dict[NamedNode, set[str]] = {}
    for name, one in outcome.told.items():
        for graph in one.graphs:
            holders.setdefault(graph, set()).add(name)
    return Whole(store, holders, faults, _notes(outcome.told, used))


def _together(told: Mapping[str, Held], kept: Kept) -> Together:
    """Hold together what the labs hold.

    Raises:
        _Torn: A graph that was kept is not there any more.
    """
    labs = [one for one in told.values() if not one.quads]
    loose = {graph: written for one in labs for graph, written in one.loose.items()}
    graphs = sorted({graph for one in labs for graph in one.graphs.values()})

    def pieces() -> Iterator[Piece]:
        for graph in graphs:
            written = loose[graph] if graph in loose else kept.read(graph)
            if written is None:
                raise _Torn
            yield Piece(NamedNode(graph.name), written)

    blank = [quad for one in told.values() for quad in one.quads]
    if blank or not graphs:
        store = together.in_memory(pieces())
        store.fill(blank)
        return store
    key = hashlib.sha256("\n".join(" ".join(map(str, graph)) for graph in graphs).encode())
    size = sum(sum(one.kept.values()) + sum(one.fetched.values()) for one in labs)
    return kept.together(key.hexdigest(), pieces, size)


def _notes(told: Mapping[str, Held], kept: Kept) -> list[str]:
    """Say what came, what was kept, and what could not be."""
    came = [size for one in told.values() for size in one.fetched.values()]
    had = [size for one in told.values() for size in one.kept.values()]
    fetched = f"{len(came)} fetched ({sum(came) / 1e6:.1f} MB)"
    notes = [f"whole graphs: {fetched}, {len(had)} from the cache ({sum(had) / 1e6:.1f} MB)"]
    notes += (
        f"nothing of {name} is kept: its graphs have blank nodes, or changed meanwhile"
        for name, one in told.items()
        if one.quads
    )
    if kept.fault:
        notes.append(f"nothing is kept for the next time: {kept.fault}")
    return notes
