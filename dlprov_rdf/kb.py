# SPDX-License-Identifier: Apache-2.0
"""The knowledge base a user opens: what it holds is as new as the logs, whenever it is asked.

Whoever asks first brings the store up to date; if another process is at it, the newest
published snapshot is read, and a note says how old that is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from pyoxigraph import NamedNode, Quad, Triple

from dlprov_rdf import pipeline, settings
from dlprov_rdf.ask import names, questions
from dlprov_rdf.ask.answer import Answer, make
from dlprov_rdf.ask.lineage import Walk, impact, lineage
from dlprov_rdf.ask.page import RunPage, page
from dlprov_rdf.ask.sparql import PREFIXES
from dlprov_rdf.errors import Ambiguous, NotFound
from dlprov_rdf.store.base import Rows, Store
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.validate import shacl
from dlprov_rdf.validate.constraints import Report as Contradictions
from dlprov_rdf.validate.constraints import check_quads
from dlprov_rdf.validate.report import Report

OnWarning = Callable[[str], object]

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


def _ignore(words: str) -> None:
    """Say nothing."""


class KnowledgeBase:
    """A folder of runs that can be asked.

    Attributes:
        folder: Where it lies.
        settings: What its ``kb.toml`` says.
        on_warning: Is told, in words, of faults met on the way to an answer.
    """

    def __init__(self, folder: Path, on_warning: OnWarning = _ignore) -> None:
        self.folder, self.on_warning = folder, on_warning
        self.settings = settings.load(folder)

    @classmethod
    def open(
        cls, folder: Path | str | None = None, on_warning: OnWarning = _ignore
    ) -> KnowledgeBase:
        """Open a knowledge base: the folder given, ``$DLPROV_KB``, or ``./dlprov-kb``.

        Raises:
            NoKnowledgeBase: There is none.
            FaultySettings: Its ``kb.toml`` cannot be used.
        """
        return cls(settings.locate(folder), on_warning)

    # ── from logs to store ──

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
    def store(self) -> Iterator[Store]:
        """Read the store, as new as can be had now."""
        with pipeline.reading(self.folder, self.settings, self.on_warning) as store:
            yield store

    # ── what is there ──

    def runs(self) -> list[pipeline.RunInfo]:
        """List the runs, newest first, with their states as they are now."""
        with self.store():
            return pipeline.runs(self.folder, self.settings)

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
        text = run if isinstance(run, str) else run.run_id
        runs = self.runs()
        if text == "@latest" and runs:
            return runs[0]
        for test in _WAYS:
            found = [run for run in runs if test(run, text)]
            if len(found) == 1:
                return found[0]
            if found:
                raise Ambiguous("run", text, tuple(f"{run.id} ({run.name})" for run in found))
        raise NotFound("run", text, "See: dlprov runs")

    def show(self, run: AnyRun) -> RunPage:
        """Tell what one run did: its steps and trainings in order, and what it used."""
        info = self.resolve_run(run)
        graph = NamedNode(f"{info.iri}/graph")
        with self.store() as store, EmbeddedStore.memory() as alone:
            alone.replace(graph, store.graph(graph))  # or each query goes through all runs
            return page(alone, info.iri)

    def graph(self, run: AnyRun) -> list[Quad]:
        """Give all that a run's graph says."""
        name = NamedNode(f"{self.resolve_run(run).iri}/graph")
        with self.store() as store:
            return list(store.graph(name))

    # ── questions ──

    def questions(self) -> list[questions.Question]:
        """List the named questions."""
        return questions.questions()

    def ask(self, question: str, /, **given: object) -> Answer:
        """Ask a named question.

        Args:
            question: Its name or identifier (``best-initial-learning-rate``, ``K4``).
            given: Its parameters, as people say them: ``model="cnn"``, ``run="@latest"``.

        Raises:
            QuestionError: The question or a parameter is unknown, wrong or ambiguous.
        """
        with self.store() as store:
            known = {name: getattr(value, "run_id", value) for name, value in given.items()}
            return questions.ask(store, self.settings.base, question, **known)

    def sparql(self, query: str) -> Answer | bool | list[Triple]:
        """Ask a SPARQL query over the union of all runs' graphs.

        Args:
            query: The query; the prefixes of our vocabularies need no declaration in it.

        Returns:
            Rows of a SELECT, the truth of an ASK, the triples of a CONSTRUCT or DESCRIBE.

        Raises:
            FaultyQuery: The query has an error, with where it is.
        """
        with self.store() as store:
            found = store.query(query, PREFIXES)
            if isinstance(found, Rows):
                return make(query, found.variables, found)
            return found if isinstance(found, bool) else list(found)

    def lineage(self, thing: str) -> Walk:
        """Walk to everything that a thing depends on: an IRI, a content, or a unique name."""
        with self.store() as store:
            return lineage(store, names.thing(store, self.settings.base, thing))

    def impact(self, thing: str) -> Walk:
        """Walk to everything that depends on a thing: an IRI, a content, or a unique name."""
        with self.store() as store:
            return impact(store, names.thing(store, self.settings.base, thing))

    # ── validity ──

    def check(
        self, run: AnyRun = "@latest", *, profile: str = "core", engine: shacl.Engine = "pyshifty"
    ) -> Report:
        """Check a run against the shapes of a profile.

        Args:
            run: Which.
            profile: ``core``.
            engine: ``pyshifty``, or ``pyshacl`` where it is installed.
        """
        quads = self._told(self.resolve_run(run))
        return shacl.check(quads, profile=profile, engine=engine)

    def check_all(
        self, runs: Sequence[AnyRun] = (), *, profile: str = "core",
        engine: shacl.Engine = "pyshifty",
    ) -> list[tuple[str, Report]]:  # fmt: skip
        """Check several runs, or all; give a name and a report for each, the newest first."""
        chosen = [self.resolve_run(run) for run in runs] or self.runs()
        return [(run.name, self.check(run, profile=profile, engine=engine)) for run in chosen]

    def constraints(self, run: AnyRun = "@latest") -> Contradictions:
        """Check the history that a run's graph tells for contradictions (PROV-CONSTRAINTS)."""
        quads = self._told(self.resolve_run(run))
        return check_quads(lambda: quads)

    def constraints_of_union(self) -> Contradictions:
        """Check the histories of all runs together: what each says may contradict another."""
        with self.store() as store:
            return check_quads(
                lambda: (quad for graph in store.graphs() for quad in store.graph(graph))
            )

    def _told(self, run: pipeline.RunInfo) -> list[Quad]:
        """Give a run's graph as its log says it now, quarantined or not."""
        return pipeline.quads_of(self.folder, self.settings, run.id)


def open_kb(folder: Path | str | None = None) -> KnowledgeBase:
    """Open a knowledge base: the folder given, ``$DLPROV_KB``, or ``./dlprov-kb``."""
    return KnowledgeBase.open(folder)
