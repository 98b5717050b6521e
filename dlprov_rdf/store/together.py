# SPDX-License-Identifier: Apache-2.0
"""A store that holds graphs of several labs together, in memory or in a folder that is only read.

Its default graph is a set, as that of ``MergedStore``. A million quads are loaded into memory
in 12 s and take 1 GB; a folder that holds them is open in 0.02 s. What is loaded comes in
pieces, so that making the folder needs 200 MB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.lock import Lock
from dlprov_rdf.store.merged import MergedStore

#: Bytes of N-Quads that are loaded at once.
_PIECE = 2**25


class Piece(NamedTuple):
    """A graph without blank nodes, as N-Quads."""

    graph: ox.NamedNode
    told: bytes


class Together(MergedStore):
    """A store of graphs that were fetched whole."""

    def __init__(self, where: Path, open_quads: Callable[[], ox.Store], held: Lock | None) -> None:
        EmbeddedStore.__init__(self, where, open_quads)
        self._held = held

    def close(self) -> None:
        """See ``Store.close``; the folder may be removed then."""
        super().close()
        if self._held is not None:
            self._held.close()


def in_memory(pieces: Iterable[Piece]) -> Together:
    """Make a store of graphs that lives as long as this object."""
    quads = ox.Store()
    _load(quads, pieces)
    return Together(Path("memory"), lambda: quads, None)


def write(folder: Path, pieces: Iterable[Piece]) -> None:
    """Make a store of graphs in a folder that is not there yet.

    Raises:
        OSError: It cannot be written.
    """
    try:
        quads = ox.Store(str(folder))
        _load(quads, pieces)
        quads.optimize()
        quads.flush()
    except RuntimeError as error:
        raise OSError(str(error)) from error


def read(folder: Path, held: Lock) -> Together:
    """Open the store in a folder, which may go when the lock is let go of.

    Raises:
        OSError: It cannot be opened.
    """
    try:
        quads = ox.Store.read_only(str(folder))
    except RuntimeError as error:
        raise OSError(str(error)) from error
    return Together(folder, lambda: quads, held)


def _load(quads: ox.Store, pieces: Iterable[Piece]) -> None:
    """Load graphs, each quad as it is and as a triple of the default graph."""
    lines: list[bytes] = []
    size = 0
    for graph, told in pieces:
        lines += (told, told.replace(f" {graph} .\n".encode(), b" .\n"))
        size += len(told)
        if size > _PIECE:
            quads.bulk_load(b"".join(lines), format=ox.RdfFormat.N_QUADS)
            lines, size = [], 0
    quads.bulk_load(b"".join(lines), format=ox.RdfFormat.N_QUADS)
