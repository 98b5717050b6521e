# SPDX-License-Identifier: Apache-2.0
"""What is kept of labs' graphs in the user's cache, of so many bytes at most.

A graph is a file of its canonical N-Quads, and these must have the digest that its lab tells;
one that two labs hold is there once. Beside them are stores that hold such graphs together.
What was not used for the longest time goes first, and never what the question at hand needs.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from dlprov_rdf.errors import FaultyCacheLimit
from dlprov_rdf.events.contents import content
from dlprov_rdf.store import entries, together
from dlprov_rdf.store.fuseki.jar import cache
from dlprov_rdf.store.together import Piece, Together

#: The environment variable that says how many bytes may be kept, and how many else.
LIMIT = "DLPROV_CACHE_BYTES"
BYTES = 2_000_000_000

#: The most bytes that a store takes for one of its graphs' N-Quads.
_STORED = 1.5


class Graph(NamedTuple):
    """A graph, by its name, the digest of its canonical form, and how many quads it has."""

    name: str
    digest: str
    quads: int


class Kept:
    """What is kept, as one question uses it, from several threads.

    Attributes:
        fault: Why nothing can be written; empty as long as it can.
    """

    def __init__(self, folder: Path, limit: int = BYTES, fault: str = "") -> None:
        self.folder, self.limit = folder, limit
        self.fault = fault
        self._wanted: dict[Path, int] = {}
        self._held: int | None = None
        self._writing = threading.Lock()

    @staticmethod
    def of_user() -> Kept:
        """Give what the user's own cache keeps.

        Raises:
            FaultyCacheLimit: The environment variable is no number of bytes.
        """
        told = os.environ.get(LIMIT, "").strip()
        if told and not (told.isascii() and told.isdigit()):
            raise FaultyCacheLimit(LIMIT, told)
        try:
            return Kept(cache() / "graphs", int(told) if told else BYTES)
        except RuntimeError as error:  # this user has no home
            return Kept(Path(), 0, str(error))

    def afresh(self, *, nothing: bool = False) -> Kept:
        """Give the same for another question, which may use nothing that is there."""
        return Kept(self.folder, 0 if nothing else self.limit, self.fault)

    def size(self, graph: Graph) -> int | None:
        """Tell how many bytes a graph has, if it is there; it stays until the question ends."""
        path = self._path(graph)
        try:
            size = path.stat().st_size if self.limit else None
        except OSError:
            return None
        if size is not None:
            self._want(path, size)
        return size

    def read(self, graph: Graph) -> bytes | None:
        """Give a graph's canonical N-Quads; one that is damaged is removed."""
        path = self._path(graph)
        try:
            told = path.read_bytes()
        except OSError:
            return None
        if content(hashlib.sha256(told).digest()) == graph.digest:
            return told
        entries.remove(path)
        return None

    def keep(self, graph: Graph, told: bytes) -> bool:
        """Keep a graph where there is room for it, and tell whether it is there now."""
        path = self._path(graph)
        with self._writing:
            if path in self._wanted:
                return True
            if not self._room(len(told)):
                return False
            try:
                entries.write_file(path, told)
            except OSError as error:
                self.fault = str(error)
                return False
            self._held = (self._held or 0) + len(told)
            self._want(path, len(told))
        return True

    def together(self, key: str, pieces: Callable[[], Iterable[Piece]], size: int) -> Together:
        """Give a store that holds graphs together; it is made where it is not there.

        Args:
            key: What names all that is in it.
            pieces: Reads the graphs, where it is to be made; what it raises is raised.
            size: Their bytes.
        """
        path = self.folder / f"{key}.store"
        if self.limit:
            found = self._open(path)
            if found is None and self._room(int(size * _STORED)):
                try:
                    entries.write_folder(path, partial(together.write, pieces=pieces()))
                except OSError as error:
                    self.fault = str(error)
                found = self._open(path)
            self._make_room(0)
            if found is not None:
                return found
        return together.in_memory(pieces())

    def _open(self, path: Path) -> Together | None:
        held = entries.hold(path)
        if held is None:
            return None
        try:
            found = together.read(path / entries.QUADS, held)
            self._want(path, entries.size(path))
        except OSError:
            held.close()
            return None
        return found

    def _path(self, graph: Graph) -> Path:
        name = hashlib.sha256(" ".join(map(str, graph)).encode()).hexdigest()
        return self.folder / f"{name}.nq"

    def _want(self, path: Path, size: int) -> None:
        self._wanted[path] = size
        with suppress(OSError):
            os.utime(path)

    def _room(self, size: int) -> bool:
        """Tell whether so many bytes can be written; room is made, but not of what is wanted."""
        if self.fault or sum(self._wanted.values()) + size > self.limit:
            return False
        if self._held is None or self._held + size > self.limit:
            self._make_room(size)
        return True

    def _make_room(self, size: int) -> None:
        held = entries.entries(self.folder)
        left = sum(one.size for one in held)
        for one in held:
            if left + size <= self.limit:
                break
            if one.path not in self._wanted and entries.remove(one.path):
                left -= one.size
        self._held = left
