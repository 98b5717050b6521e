# SPDX-License-Identifier: Apache-2.0
"""The store that needs nothing installed: Oxigraph in this process, in a folder or in memory.

One process at a time is the writer; it alone opens the writer's directory. Others read the
snapshots that it publishes, each a consistent view that does not move under them.

Oxigraph's transaction in Python is one ``extend`` or one update request: a graph that is
new or only grows is extended (6 ms for 1,000 quads), any other is changed by one
``DELETE DATA … ; INSERT DATA …`` of serialised terms (10 ms); many new graphs at once are
loaded in bulk, which is three times as fast and no transaction. It respells literals when
it stores them (``1.0`` becomes ``1``), so a difference is taken after respelling.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from dlprov_rdf.errors import FaultyQuery, StoreCorrupt, StoreUnwritable
from dlprov_rdf.store import lock, snapshots, wording
from dlprov_rdf.store.base import Change, Closing, Found, Rows, Term
from dlprov_rdf.store.layers import Layers
from dlprov_rdf.store.offline import refuse_service
from dlprov_rdf.store.owned import Owned
from dlprov_rdf.store.syntax import expected

_NOTE = "built.json"


class EmbeddedStore(Closing):
    """A store of named graphs, made by ``memory``, ``writer``, ``afresh`` or ``reader``."""

    #: Whether the default graph is made of the others as it is asked.
    by_union = True

    def __init__(self, where: Path, open_quads: Callable[[], ox.Store]) -> None:
        self._where = where
        self._open_quads = open_quads
        self._quads: ox.Store | None = None

    @staticmethod
    def memory() -> EmbeddedStore:
        """Make an empty store that lives as long as this object."""
        return EmbeddedStore(Path("memory"), ox.Store)

    @staticmethod
    def writer(folder: Path, wait: float = 0.0) -> Writer:
        """Become the writer of the store in a folder, made where it is not there.

        Args:
            folder: The store's folder, ``KB/store``.
            wait: Seconds to wait for another writer.

        Raises:
            StoreBusy: Another process is its writer, and the error says which.
            StoreUnwritable: The folder cannot be written.
        """
        held = _become_writer(folder, wait)
        with _or_let_go(folder, held):
            live = snapshots.live(folder)
            if live is None:
                live = snapshots.new_live(folder)
                snapshots.switch_live(folder, live)
        return Writer(folder, live, held)

    @staticmethod
    def afresh(folder: Path, wait: float = 0.0) -> Writer:
        """Become the writer of an empty store that takes the old one's place when published.

        Raises:
            StoreBusy: Another process is its writer, and the error says which.
            StoreUnwritable: The folder cannot be written.
        """
        held = _become_writer(folder, wait)
        with _or_let_go(folder, held):
            live = snapshots.new_live(folder)
        return Writer(folder, live, held)

    @staticmethod
    def reader(folder: Path) -> Reader:
        """Open the newest snapshot of the store in a folder.

        Raises:
            NothingBuilt: There is none.
            StoreCorrupt: It cannot be opened.
        """
        reader = Reader(snapshots.hold_newest(folder))
        try:
            reader.open()
        except StoreCorrupt:
            reader.close()
            raise
        return reader

    def replace(self, graph: ox.NamedNode, quads: Iterable[ox.Quad]) -> Change:
        """See ``Store.replace``."""
        old = set(self.graph(graph))
        new = set(quads)
        if old:
            new = (new & old) | _respelled(new - old)
        added, removed = new - old, old - new
        with self._writing():
            if old and not new:
                self._open.update(f"DROP GRAPH {graph}")
            elif removed:
                self._open.update(wording.change(graph, removed, added))
            elif added:
                self._open.extend(added)
        return Change(len(added), len(removed))

    def fill(self, quads: Iterable[ox.Quad]) -> None:
        """Put quads into a store in memory, as they come; what is there already stays."""
        with self._writing():
            self._open.bulk_extend(quads)

    def drop(self, graph: ox.NamedNode) -> None:
        """See ``Store.drop``."""
        with self._writing():
            self._open.update(f"DROP SILENT GRAPH {graph}")

    def graphs(self) -> Iterator[ox.NamedNode]:
        """See ``Store.graphs``."""
        with self._reading():
            for name in Owned(self._open.named_graphs()):
                if isinstance(name, ox.NamedNode):
                    yield name

    def graph(self, name: ox.NamedNode) -> Iterator[ox.Quad]:
        """See ``Store.graph``."""
        with self._reading():
            yield from Owned(self._open.quads_for_pattern(None, None, None, name))

    def count(self) -> int:
        """See ``Store.count``."""
        with self._reading():
            return len(self._open)

    def query(
        self,
        sparql: str,
        prefixes: dict[str, str] | None = None,
        graphs: Sequence[ox.NamedNode] | None = None,
    ) -> Found:
        """See ``Store.query``; over some of the graphs alone, if they are given."""
        refuse_service(sparql)
        with self._reading():
            if graphs is None:
                found = self._open.query(
                    sparql, prefixes=prefixes, use_default_graph_as_union=self.by_union
                )
            else:
                found = self._open.query(
                    sparql, prefixes=prefixes, default_graph=[*graphs], named_graphs=[*graphs]
                )
        if isinstance(found, ox.QueryBoolean):
            return bool(found)
        if isinstance(found, ox.QuerySolutions):
            return Rows([variable.value for variable in found.variables], self._rows(Owned(found)))
        return self._triples(Owned(found))

    def close(self) -> None:
        """See ``Store.close``."""
        self._quads = None
        self._open_quads = _closed

    def open(self) -> None:
        """Open the files now, and not when they are first wanted.

        Raises:
            StoreCorrupt: They cannot be opened.
        """
        self._quads = self._open

    @property
    def _open(self) -> ox.Store:
        """The quads themselves, opened when they are first wanted."""
        if self._quads is None:
            self._quads = self._open_quads()
        return self._quads

    def _rows(self, found: Owned[ox.QuerySolution]) -> Iterator[tuple[Term | None, ...]]:
        with self._reading():
            yield from map(tuple, cast("Iterable[Iterable[Term | None]]", found))

    def _triples(self, found: Owned[ox.Triple]) -> Iterator[ox.Triple]:
        with self._reading():
            yield from found

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Say in our words what Oxigraph says of a query or of a damaged file."""
        try:
            yield
        except SyntaxError as error:
            raise FaultyQuery("query", expected(str(error))) from error
        except UnicodeError as error:
            raise FaultyQuery("query", "it is not UTF-8 text") from error
        except OSError as error:
            raise StoreCorrupt(self._where, str(error)) from error
        except RuntimeError as error:
            if str(error).startswith("Corruption"):
                raise StoreCorrupt(self._where, str(error)) from error
            raise FaultyQuery("query", str(error)) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, RuntimeError) as error:
            if str(error).startswith("Corruption"):
                raise StoreCorrupt(self._where, str(error)) from error
            raise StoreUnwritable(self._where, str(error)) from error


class Writer(EmbeddedStore):
    """The one process's store that may change; others see what it did when it publishes.

    Nothing is opened before it is wanted, so that a writer that finds nothing to do is quick.
    """

    def __init__(self, folder: Path, live: Path, held: lock.Lock) -> None:
        super().__init__(live, self._open_live)
        self._folder, self._live, self._held = folder, live, held
        self._layers = Layers(live)

    def holds(self, graph: ox.NamedNode) -> bool:
        """Tell whether a graph is there."""
        with self._reading():
            return self._open.contains_named_graph(graph)

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Put many graphs that are not there yet: fast, and not a transaction.

        A process that is killed on the way leaves some of it, which readers never see
        because it was not published, and which ``replace`` puts right.
        """
        with self._writing():
            self._open.bulk_extend(self._layers.counted(quads))

    def replace(self, graph: ox.NamedNode, quads: Iterable[ox.Quad]) -> Change:
        """See ``Store.replace``."""
        change = super().replace(graph, quads)
        self._layers.changed += change.added + change.removed
        return change

    def note(self) -> str | None:
        """Give the text that was last written down about what the store holds."""
        return _note_in(self._live)

    def write_note(self, text: str) -> None:
        """Write down what the store holds; every snapshot gets a copy."""
        self.open()  # which makes the quads' directory: a note without one tells of damage
        with self._writing():
            draft = self._live / f"{_NOTE}.new"
            draft.write_text(text, encoding="utf-8")
            draft.replace(self._live / _NOTE)

    def publish(self) -> None:
        """Show readers what the store holds now; those that read go on with what they have."""
        with self._writing():
            self._layers.settle(self._open.optimize, self.count)
            snapshots.switch_live(self._folder, self._live)
            draft = snapshots.draft(self._folder)
            self._open.backup(str(draft / snapshots.QUADS))
            if (note := self.note()) is not None:
                (draft / _NOTE).write_text(note, encoding="utf-8")
            snapshots.switch_current(self._folder, draft)

    def publish_unchanged(self) -> None:
        """Say that nothing has changed: the newest snapshot is up to date as of now.

        A writer may have been killed after its last change and before it published.
        """
        path = snapshots.newest(self._folder)
        if path is not None and _note_in(path) == self.note():
            snapshots.still_current(self._folder)
        else:
            self.publish()

    def close(self) -> None:
        """See ``Store.close``; another process may be the writer then."""
        super().close()
        self._held.close()

    def _open_live(self) -> ox.Store:
        path = self._live / snapshots.QUADS
        if self.note() is not None and not (path / "CURRENT").exists():
            raise StoreCorrupt(self._live, "its quads are gone")
        return _opened(path, ox.Store)


class Reader(EmbeddedStore):
    """A snapshot, as it was when it was published; it stays as long as it is open."""

    def __init__(self, snapshot: snapshots.Snapshot) -> None:
        super().__init__(snapshot.path, lambda: _opened(snapshot.quads, ox.Store.read_only))
        self._snapshot = snapshot

    @property
    def age(self) -> float:
        """Seconds since the snapshot was last known to hold all that the logs held."""
        return max(0.0, time.time() - self._snapshot.checked)

    def note(self) -> str | None:
        """Give the text that says what the snapshot holds."""
        return _note_in(self._snapshot.path)

    def close(self) -> None:
        """See ``Store.close``; the snapshot may be removed then."""
        super().close()
        self._snapshot.held.close()


def last_note(folder: Path) -> str | None:
    """Give the note of the newest snapshot, without opening it; None where there is none."""
    path = snapshots.newest(folder)
    return _note_in(path) if path else None


def _note_in(path: Path) -> str | None:
    try:
        return (path / _NOTE).read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return None


def _become_writer(folder: Path, wait: float) -> lock.Lock:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return lock.exclusive(folder / "writer.lock", wait)
    except OSError as error:
        raise StoreUnwritable(folder, str(error)) from error


@contextmanager
def _or_let_go(folder: Path, held: lock.Lock) -> Iterator[None]:
    """Let go of the lock where the writer's directory cannot be made."""
    try:
        yield
    except OSError as error:
        held.close()
        raise StoreUnwritable(folder, str(error)) from error


def _opened(path: Path, open_quads: Callable[[str], ox.Store]) -> ox.Store:
    try:
        return open_quads(str(path))
    except (OSError, RuntimeError) as error:
        raise StoreCorrupt(path.parent, str(error)) from error


def _closed() -> ox.Store:
    raise ValueError("this store was closed")


def _respelled(quads: set[ox.Quad]) -> set[ox.Quad]:
    """Spell quads as Oxigraph's store spells them."""
    if not quads:
        return quads
    through = ox.Store()
    through.extend(quads)
    return set(through)
