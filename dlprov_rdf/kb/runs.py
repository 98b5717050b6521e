# SPDX-License-Identifier: Apache-2.0
"""The runs of a knowledge base: built, listed, found as people name them, and their graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, Self

from pyoxigraph import NamedNode, Quad

from dlprov_rdf import pipeline, settings
from dlprov_rdf.errors import Ambiguous, NotFound
from dlprov_rdf.pipeline import OnWarning, ignore
from dlprov_rdf.store.base import Store

#: How a run may be named, from the surest to the loosest.
_WAYS: tuple[Callable[[pipeline.RunInfo, str], bool], ...] = (
    lambda run, text: text in {run.id, run.iri, f"{run.iri}/graph"},
    lambda run, text: bool(text) and run.name == text,
    lambda run, text: bool(text) and (run.id.startswith(text) or run.id.endswith(text)),
)


class Captured(Protocol):
    """A run that is being captured in this process."""

    @property
    def run_id(self) -> str:
        """Its id."""
        ...


#: A run as people name one, as it was listed, or as it is captured.
AnyRun = str | pipeline.RunInfo | Captured


class Runs:
    """The runs of a knowledge base: built, listed, found by name, and their graphs.

    Attributes:
        folder: Where it lies.
        settings: What its ``kb.toml`` says.
        on_warning: Is told, in words, of faults met on the way to an answer.
    """

    def __init__(self, folder: Path, on_warning: OnWarning = ignore) -> None:
        self.folder, self.on_warning = folder, on_warning
        self.settings = settings.load(folder)

    @classmethod
    def open(cls, folder: Path | str | None = None, on_warning: OnWarning = ignore) -> Self:
        """Open a knowledge base: the folder given, ``$DLPROV_KB``, or ``./dlprov-kb``.

        Raises:
            NoKnowledgeBase: There is none.
            FaultySettings: Its ``kb.toml`` cannot be used.
        """
        return cls(settings.locate(folder), on_warning)

    def build(
        self, on_warning: OnWarning | None = None, on_progress: pipeline.OnProgress | None = None
    ) -> list[pipeline.Built]:
        """Take into the store what the logs have new.

        Args:
            on_warning: Is told of faults, in words; else the knowledge base's own is.
            on_progress: Is told how many runs are done, out of how many.

        Returns:
            One for each run that was built or quarantined.

        Raises:
            StoreBusy: Another process is at it and did not end in time.
        """
        warn = on_warning or self.on_warning
        return pipeline.build(self.folder, self.settings, warn, on_progress)

    def rebuild(
        self, on_warning: OnWarning | None = None, on_progress: pipeline.OnProgress | None = None
    ) -> list[pipeline.Built]:
        """Make the whole store afresh from the logs; else as ``build``."""
        warn = on_warning or self.on_warning
        return pipeline.rebuild(self.folder, self.settings, warn, on_progress)

    @contextmanager
    def store(
        self, *, entailed: bool = False, reasoner: pipeline.Reasoner = "rules"
    ) -> Iterator[Store]:
        """Read the store, as new as can be had now.

        Args:
            entailed: Together with what follows by the axioms of the ontologies.
            reasoner: Who works that out: ``rules``, or ``owlrl`` where it is installed.
        """
        if entailed:
            opened = pipeline.reading_entailed(
                self.folder, self.settings, self.on_warning, reasoner
            )
        else:
            opened = pipeline.reading(self.folder, self.settings, self.on_warning)
        with opened as store:
            yield store

    def runs(self, study: str | None = None) -> list[pipeline.RunInfo]:
        """List the runs, or those of a study, newest first, with their states as they are now."""
        with self.store():
            every = pipeline.runs(self.folder, self.settings)
        return every if study is None else [run for run in every if run.study == study]

    def resolve_run(self, run: AnyRun) -> pipeline.RunInfo:
        """Find a run as people name one.

        Args:
            run: Its id, a unique beginning or ending of it, its IRI, a unique name, or
                ``@latest``; or a run that was listed, or one that is being captured.

        Raises:
            NotFound: No run is called so.
            Ambiguous: Several are.
        """
        if isinstance(run, pipeline.RunInfo):
            return run
        name = run if isinstance(run, str) else run.run_id
        runs = self.runs()
        if name == "@latest" and runs:
            return runs[0]
        for test in _WAYS:
            found = [run for run in runs if test(run, name)]
            if len(found) == 1:
                return found[0]
            if found:
                raise Ambiguous("run", name, tuple(f"{run.id} ({run.name})" for run in found))
        raise NotFound("run", name, "See: dlprov runs")

    def graph(self, run: AnyRun) -> list[Quad]:
        """Give all that a run's graph says."""
        name = NamedNode(f"{self.resolve_run(run).iri}/graph")
        with self.store() as store:
            return list(store.graph(name))

    def _told(self, run: pipeline.RunInfo) -> list[Quad]:
        """Give a run's graph as its log says it now, quarantined or not."""
        return pipeline.quads_of(self.folder, self.settings, run.id)

    def _folder_of(self, run: str) -> Path | None:
        """Find the folder of a run's log by the run's IRI; None of a run that is not here."""
        name = run.removeprefix(f"{self.settings.base}run/")
        folder = self.folder / "logs" / name
        return folder if "/" not in name and folder.is_dir() else None
