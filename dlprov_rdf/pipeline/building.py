# SPDX-License-Identifier: Apache-2.0
"""From logs to store: each run whose logs changed is read, graphed, checked and stored.

Every graph is a function of the logs, BASE and this software, so a build can be cut off
anywhere and done again: only what differs is written. One bad run never stops the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pyoxigraph as ox
from msgspec import Struct

from dlprov_rdf.errors import DlprovError, StoreCorrupt, StoreError
from dlprov_rdf.graph import canonical
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.graph.quads import run_quads
from dlprov_rdf.log import let_pass
from dlprov_rdf.pipeline import inventory, liveness, quarantine, series, told
from dlprov_rdf.pipeline.inventory import Entry, Inventory
from dlprov_rdf.pipeline.told import FileMark, Told
from dlprov_rdf.settings import Settings
from dlprov_rdf.store.base import Change
from dlprov_rdf.store.embedded import EmbeddedStore, Writer
from dlprov_rdf.validate.constraints import check_quads
from dlprov_rdf.validate.report import Report, conforming
from dlprov_rdf.validate.shacl import faults

#: Seconds that a build waits for another one.
WAIT = 10.0

#: More runs than this are loaded in bulk.
_MANY = 20

#: Quads after which a build that may be cut off loads them and writes down how far it came.
_STRETCH = 100_000

OnWarning = Callable[[str], object]

#: Is told how many runs are done, out of how many.
OnProgress = Callable[[int, int], object]


class Built(Struct, frozen=True):
    """One run that was built; ``broken`` says in words which rules it breaks."""

    run: str
    name: str | None
    status: str
    quads: int
    added: int
    removed: int
    quarantined: bool = False
    broken: tuple[str, ...] = ()


class _Outdated(Exception):
    """The store was made by another software or for another BASE."""


def ignore(_words: str) -> None:
    """Say nothing."""


def build(
    kb: Path,
    settings: Settings,
    on_warning: OnWarning = ignore,
    on_progress: OnProgress | None = None,
    wait: float = WAIT,
) -> list[Built]:
    """Take into the store what the logs have new, and publish it.

    A store that is damaged, or was made by another version or for another BASE, is made
    afresh from the logs, and a warning says so.

    Args:
        kb: The knowledge base's folder.
        settings: What its ``kb.toml`` says.
        on_warning: Is told, in words, what is wrong with a log, a graph or the store.
        on_progress: Is told how far it is.
        wait: Seconds to wait for another process that is building.

    Returns:
        One for each run that was built or quarantined; none where nothing is new.

    Raises:
        StoreBusy: Another process was building all that time.
        StoreUnwritable: The store's folder cannot be written.
    """
    try:
        with EmbeddedStore.writer(kb / "store", wait) as store:
            return _Building(kb, settings, store, on_warning).run(on_progress)
    except StoreCorrupt as damage:
        on_warning(f"{damage.path}: the store is damaged; it is made afresh from the logs.")
    except _Outdated:
        on_warning(f"{kb / 'store'}: made by another version or base; it is made afresh.")
    return rebuild(kb, settings, on_warning, on_progress, wait)


def rebuild(
    kb: Path,
    settings: Settings,
    on_warning: OnWarning = ignore,
    on_progress: OnProgress | None = None,
    wait: float = WAIT,
) -> list[Built]:
    """Make the whole store afresh from the logs; until it is whole, the old one stays.

    Args and Raises are those of ``build``.

    Returns:
        One for each run.
    """
    with EmbeddedStore.afresh(kb / "store", wait) as store:
        return _Building(kb, settings, store, on_warning).run(on_progress)


def run_folders(kb: Path) -> dict[Path, tuple[FileMark, ...]]:
    """List the folders of runs that have a log, oldest name first, with where it ends now."""
    marked = ((folder, told.marks(folder)) for folder in sorted((kb / "logs").glob("*")))
    return {folder: files for folder, files in marked if files}


def quads_of(kb: Path, settings: Settings, run: str) -> list[ox.Quad]:
    """Make a run's graph from what its logs say now, stored or not, valid or not."""
    folder = kb / "logs" / run
    files = told.with_lines(folder, told.marks(folder))
    return list(run_quads(partial(told.events, folder, files, let_pass), Iris(settings.base, run)))


class _Building:
    """One build of one store."""

    def __init__(self, kb: Path, settings: Settings, store: Writer, on_warning: OnWarning) -> None:
        self._kb, self._base, self._store = kb, settings.base, store
        self._warn = on_warning
        found = inventory.read(store.note(), settings.base)
        if found is None:
            raise _Outdated
        self._built_before: Inventory = found
        self._in_bulk = False
        self._waiting: list[ox.Quad] = []
        self._waiting_entries: dict[str, Entry] = {}

    def run(self, on_progress: OnProgress | None) -> list[Built]:
        """Build what is due, and publish."""
        folders = run_folders(self._kb)
        due = [folder for folder, files in folders.items() if self._is_due(folder.name, files)]
        gone = self._built_before.runs.keys() - {folder.name for folder in folders}
        if not due and not gone:
            self._store.publish_unchanged()
            return []
        for run in sorted(gone):
            self._forget(run)
        self._in_bulk = len(due) > _MANY
        built = list(self._built(due, on_progress))
        self._write_down()
        self._store.publish()
        return built

    def _write_down(self) -> None:
        """Store what waits for it, and only then say that it is there."""
        if self._waiting:
            self._store.load(self._waiting)
        self._built_before.runs |= self._waiting_entries
        self._waiting, self._waiting_entries = [], {}
        self._store.write_note(inventory.write(self._built_before))

    def _is_due(self, run: str, files: tuple[FileMark, ...]) -> bool:
        """Tell whether a run's logs changed, or its process died, since it was built."""
        entry = self._built_before.runs.get(run)
        if entry is None or not told.same(entry.files, files):
            return True
        return liveness.is_dead(entry.told)

    def _forget(self, run: str) -> None:
        """Drop a run whose logs are gone."""
        self._leave_out(run)
        del self._built_before.runs[run]

    def _leave_out(self, run: str) -> None:
        """Keep nothing of a run whose logs tell nothing, as a rebuild would not."""
        self._store.drop(Iris(self._base, run).graph)
        quarantine.release(self._quarantine(run))

    def _built(self, due: list[Path], on_progress: OnProgress | None) -> Iterator[Built]:
        for done, folder in enumerate(due, start=1):
            try:
                built = self._take(folder)
            except StoreError:
                raise
            except Exception as fault:  # noqa: BLE001 -- one bad run never stops the others
                self._warn(f"{folder}: this run could not be built ({_words(fault)}).")
            else:
                if built is not None:
                    yield built
            if len(self._waiting) > _STRETCH:
                self._write_down()
            if on_progress is not None:
                on_progress(done, len(due))

    def _take(self, folder: Path) -> Built | None:
        """Build one run: read, graph, check, store or quarantine."""
        files, facts = self._read(folder)
        iris = Iris(self._base, folder.name)
        if not facts.events:
            self._leave_out(folder.name)
            self._waiting_entries[folder.name] = Entry(files, facts)
            return None
        keep = series.keeper(folder, self._warn)
        quads = list(run_quads(partial(told.events, folder, files, let_pass), iris, keep))
        report = _judged(quads)
        change = self._put(folder.name, iris.graph, quads, report)
        entry = Entry(files, facts, not report.conforms)
        if report.conforms:
            entry = Entry(files, facts, digest=canonical.digest(quads), quads=len(quads))
        self._waiting_entries[folder.name] = entry
        return Built(
            run=folder.name,
            name=facts.name,
            status=liveness.status(facts),
            quads=len(quads),
            added=change.added,
            removed=change.removed,
            quarantined=not report.conforms,
            broken=tuple(result.words() for result in report.violations),
        )

    def _read(self, folder: Path) -> tuple[tuple[FileMark, ...], Told]:
        """Read what a run's logs tell, and tell them first if it was found dead."""
        files = told.with_lines(folder, told.marks(folder))
        facts = told.told(folder, files, lambda fault: self._warn(str(fault)))
        if not liveness.is_dead(facts):
            return files, facts
        try:
            declared = liveness.declare_dead(folder)
        except OSError as fault:
            self._warn(f"{folder}: found dead, which could not be written down ({fault}).")
            return files, facts
        if declared:
            self._warn(f"{folder}: the run's process is gone and told no end: interrupted.")
        files = told.with_lines(folder, told.marks(folder))
        return files, told.told(folder, files, let_pass)

    def _put(self, run: str, graph: ox.NamedNode, quads: list[ox.Quad], report: Report) -> Change:
        """Store a graph that conforms; quarantine one that does not."""
        if report.conforms:
            quarantine.release(self._quarantine(run))
            for result in report.results:
                self._warn(result.words())
            if not self._in_bulk or self._store.holds(graph):
                return self._store.replace(graph, quads)
            self._waiting += quads
            return Change(len(set(quads)), 0)
        quarantine.put(self._quarantine(run), quads, report)
        held = sum(1 for _ in self._store.graph(graph))
        self._store.drop(graph)
        self._warn(
            f"{self._quarantine(run)}: this run breaks {len(report.violations)} rule(s) and is "
            f"kept out of the store: {report.violations[0].words()}"
        )
        return Change(0, held)

    def _quarantine(self, run: str) -> Path:
        return self._kb / "quarantine" / run


def _judged(quads: list[ox.Quad]) -> Report:
    """Check a graph against the core shapes, and its history for contradictions."""
    results = (*faults(quads), *check_quads(lambda: quads).results())
    return Report(conforming(results), results)


def _words(fault: Exception) -> str:
    return str(fault) if isinstance(fault, DlprovError) else f"{type(fault).__name__}: {fault}"
