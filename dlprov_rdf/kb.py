# SPDX-License-Identifier: Apache-2.0
"""The knowledge base a user opens: what it holds is as new as the logs, whenever it is asked.

Whoever asks first brings the store up to date; if another process is at it, the newest
published snapshot is read, and a note says how old that is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

from pyoxigraph import NamedNode, Quad, Triple

from dlprov_rdf import pipeline, settings
from dlprov_rdf.ask import domain, names, parameters, prepared, questions, records
from dlprov_rdf.ask.answer import Answer, make
from dlprov_rdf.ask.compare import Comparison, compare
from dlprov_rdf.ask.lineage import Walk, impact, lineage
from dlprov_rdf.ask.observations import observations
from dlprov_rdf.ask.page import RunPage, page
from dlprov_rdf.ask.page import series as page_series
from dlprov_rdf.ask.sparql import PREFIXES, rows, text
from dlprov_rdf.ask.told import Told
from dlprov_rdf.capture.attaching import Rdf
from dlprov_rdf.columns import Column
from dlprov_rdf.errors import Ambiguous, AnnotationError, FaultyWords, NotFound, QuestionError
from dlprov_rdf.pipeline import saying
from dlprov_rdf.store.base import Rows, Store
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.validate import shacl
from dlprov_rdf.validate.constraints import Report as Contradictions
from dlprov_rdf.validate.constraints import check_quads
from dlprov_rdf.validate.report import Report

OnWarning = Callable[[str], object]

#: The graphs that sum up long series.
_WITH_SERIES = "SELECT DISTINCT ?graph { GRAPH ?graph { ?series a dlprov:MetricSeries } }"

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

    # ── what is there ──

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

    def ask(self, question: str, /, *, entailed: bool = False, **given: object) -> Answer:
        """Ask a named question.

        Args:
            question: Its name or identifier (``best-initial-learning-rate``, ``K4``).
            entailed: Whether what follows by the axioms counts too.
            given: Its parameters, as people say them: ``model="cnn"``, ``run="@latest"``.

        Raises:
            QuestionError: The question or a parameter is unknown, wrong or ambiguous.
        """
        with self.store(entailed=entailed) as store:
            known = {name: getattr(value, "run_id", value) for name, value in given.items()}
            return questions.ask(store, self.settings.base, question, **known)

    def sparql(
        self, query: str, *, entailed: bool = False, reasoner: pipeline.Reasoner = "rules",
        series: bool | Sequence[AnyRun] = False,
    ) -> Answer | bool | list[Triple]:  # fmt: skip
        """Ask a SPARQL query over the union of all runs' graphs.

        Args:
            query: The query; the prefixes of our vocabularies need no declaration in it.
            entailed: Whether what follows by the axioms of the ontologies counts too.
            reasoner: Who works that out: ``rules``, or ``owlrl`` where it is installed.
            series: Tell the observations of long series one by one, too, for this query: of
                these runs, whose graphs are then the only ones asked; or True, of every run.
                It takes the time of reading their logs, and memory for each observation.

        Returns:
            Rows of a SELECT, the truth of an ASK, the triples of a CONSTRUCT or DESCRIBE.

        Raises:
            FaultyQuery: The query has an error, with where it is.
        """
        opened = self.store(entailed=entailed, reasoner=reasoner)
        with opened as store, self._asked(store, series) as asked:
            found = asked.query(query, PREFIXES)
            if isinstance(found, Rows):
                return make(query, found.variables, found)
            return found if isinstance(found, bool) else list(found)

    @contextmanager
    def _asked(self, store: Store, series: object) -> Iterator[Store]:
        """Give the store; or one in memory, with series told one by one."""
        if series is False:
            yield store
            return
        given = cast("Sequence[AnyRun]", [series] if isinstance(series, str) else series)
        told = None if series is True else {self.resolve_run(run).iri for run in given}
        long = {text(row[0]) for row in rows(store, _WITH_SERIES)}
        with EmbeddedStore.memory() as whole:
            for graph in store.graphs():
                run = graph.value.removesuffix("/graph")
                if told is not None and run not in told:
                    continue
                if graph.value in long:
                    run_id = run.rpartition("/")[2]
                    whole.fill(pipeline.one_by_one(self.folder, self.settings, run_id))
                else:
                    whole.fill(store.graph(graph))
            yield whole

    def series(self, run: AnyRun, name: str | None = None) -> Answer:
        """Give the observations of a run's long series, in the order of the log.

        Args:
            run: Which.
            name: The name that they were reported under; else all of them.

        Returns:
            One row an observation: its number in the log, time, step, batch, epoch, value,
            and the series' IRI. What was not said is None.

        Raises:
            NotFound: No long series is called so.
        """
        info = self.resolve_run(run)
        with self.store() as store:
            listed = [one for one in page_series(store, info.iri).rows if name in {None, one[0]}]
        if not listed:
            raise NotFound("long series", name or "", "See: dlprov show RUN")
        tables = (
            (NamedNode(str(iri)), self._table(info.id, str(path), str(digest)))
            for *_, path, digest, iri in listed
        )
        return observations(name or "series", tables)

    def _table(self, run: str, path: str, digest: str) -> dict[str, Column]:
        return pipeline.table_of(self.folder, self.settings, run, path, digest)

    def lineage(self, thing: str, *, show: Sequence[str] = ()) -> Walk:
        """Walk to everything that a thing depends on: an IRI, a content, or a unique name.

        Args:
            thing: Where the walk starts.
            show: Properties whose values each node is to have in ``Walk.shown``: IRIs, names
                with a known prefix (``geo:lat``), or names of attributes (``instrument``).
        """
        with self.store() as store:
            walk = lineage(store, names.thing(store, self.settings.base, thing))
            return domain.shown(store, walk, show)

    def impact(self, thing: str, *, show: Sequence[str] = (), limit: int | None = None) -> Walk:
        """Walk to everything that depends on a thing.

        Args:
            thing: Where the walk starts, as in ``lineage``.
            show: As in ``lineage``.
            limit: How many nodes to reach at most; ``Walk.cut`` says whether there are more.
        """
        with self.store() as store:
            walk = impact(store, names.thing(store, self.settings.base, thing), limit)
            return domain.shown(store, walk, show)

    # ── said later ──

    def annotate(
        self, thing: AnyRun, *, run: AnyRun | None = None, by: str | None = None, **said: Any
    ) -> list[str]:
        """Say something of a run, or of a thing in one, that nobody saw while it ran.

        It is written beside the run's log, with who says it and when. A later word of the
        same person about the same property takes the place of the earlier one; notes and
        creators add up.

        Args:
            thing: A run as people name one, or anything in a run: its IRI, a name that is
                unique, ``data/12``.
            run: In which run, for a thing that several speak of: a person, a content.
            by: Who says it: a name, an ORCID, or both (``Ada <0000-0002-1825-0097>``); else
                kb.toml's person, else git's.
            said: ``licence`` (an SPDX name or an IRI), ``orcid`` (of the person), ``purpose``,
                ``description``, ``title``, ``note`` (one or several), ``seed`` (a value, or a
                mapping from what it seeds), ``source``, ``direction`` (higher or lower, of a
                measure; of a run a mapping from names), ``access_url``, ``access_rights``,
                ``creator`` (one or several), ``attributes`` (a mapping) with ``term`` and
                ``unit``, ``retract`` (True: the thing is an annotation to take back), ``rdf``
                with ``rdf_format`` (see `attach`).

        Returns:
            The IRIs of the annotations.

        Raises:
            AnnotationError: Nothing is said, or it cannot be so; then nothing is written.
            QuestionError: No such thing is known, or several are.
        """
        speaker = saying.speaker(self.settings, by)
        told = saying.events_of(saying.Saying(**said), speaker)
        return pipeline.annotate(self.folder, self.settings.base, [(self._place(thing, run), told)])

    def annotate_from(self, file: Path, *, by: str | None = None) -> list[str]:
        """Say all that a TOML file says: each ``[[annotation]]`` of a thing, ``of`` it.

        Args:
            file: The keys of an ``[[annotation]]`` are ``of``, ``run`` and those of `annotate`.
            by: As in `annotate`.

        Returns:
            The IRIs of the annotations.

        Raises:
            FaultyWords: Something in it cannot be so; then nothing of it is written.
        """
        speaker = saying.speaker(self.settings, by)
        written = []
        for place in saying.read(file):
            try:
                told = saying.events_of(place.said, speaker)
                written.append((self._place(place.of, place.run), told))
            except (AnnotationError, QuestionError) as fault:
                raise FaultyWords(f"{file}: annotation {place.number}", str(fault)) from fault
        return pipeline.annotate(self.folder, self.settings.base, written)

    def attach(
        self, thing: AnyRun, rdf: Rdf, *, format: str | None = None,  # noqa: A002 -- the word for it everywhere
        run: AnyRun | None = None, by: str | None = None,
    ) -> str:  # fmt: skip
        """Attach RDF of your own field to a run, or to a thing in one.

        Args:
            thing: As in `annotate`; ``<>`` in the RDF is this thing.
            rdf: A file, RDF text, or a function that returns RDF text; at most 1 MiB.
            format: turtle, trig, ntriples, nquads, jsonld or rdfxml; else by the file's ending
                or the text's beginning.
            run: As in `annotate`.
            by: As in `annotate`.

        Returns:
            The attachment's IRI.

        Raises:
            FaultyRdf: It cannot be read; nothing is written.
        """
        (made,) = self.annotate(thing, run=run, by=by, rdf=rdf, rdf_format=format)
        return made

    def _place(self, thing: AnyRun, run: AnyRun | None) -> pipeline.Place:
        """Find what is spoken of, and the run in which it is."""
        within = None if run is None else self.resolve_run(run)
        text = thing if isinstance(thing, str) else self.resolve_run(thing).iri
        runs = self.runs()
        with self.store() as store:
            return pipeline.place(
                store, self.settings.base, runs, text, within, self._told, self.resolve_run
            )

    def paths(self, **given: object) -> Walk:
        """Give what lies on the paths that the question ``path`` asks for, as a walk.

        Args:
            given: ``from``, ``to``, ``through``, ``not_through``, ``paths``, ``run``: names,
                IRIs or kinds of things, each one or a list.
        """
        with self.store() as store:
            base = self.settings.base
            resolved = parameters.resolve(store, base, questions.find("path"), given)
            return prepared.route(store, base, resolved).walk

    def compare(self, first: AnyRun, second: AnyRun) -> Comparison:
        """Tell what differs between two runs, and which of it could explain which."""
        runs = [self.resolve_run(run) for run in (first, second)]
        one, other = (Told(run.iri, self._told(run)) for run in runs)
        return compare(one, other)

    def rows(self, thing: str, row: int, *, upward: bool = True) -> Walk:
        """Walk from one row of data to the rows that it was made from, across runs.

        Args:
            thing: The data: an IRI, a unique name, ``@prediction``.
            row: The row's number, counted from 0.
            upward: To its origins; else to all data, trainings and models that it went into.

        Returns:
            The walk; its nodes are rows (`dlprov_rdf.ask.records.RowNode`).

        Raises:
            NoSuchRow: The data have no such row.
            FaultyColumns: A file that tells of rows is cut or changed.
        """
        with self.store() as store:
            data = names.thing(store, self.settings.base, thing)
            return records.rows(store, self._folder_of, data, row, upward=upward)

    def _folder_of(self, run: str) -> Path | None:
        """Find the folder of a run's log by the run's IRI; None of a run that is not here."""
        name = run.removeprefix(f"{self.settings.base}run/")
        folder = self.folder / "logs" / name
        return folder if "/" not in name and folder.is_dir() else None

    # ── validity ──

    def check(
        self, run: AnyRun = "@latest", *, profile: str = "core",
        engine: shacl.Engine = "pyshifty", shapes: Sequence[Path] = (),
    ) -> Report:  # fmt: skip
        """Check a run against the shapes of a profile, and those that ``kb.toml`` names.

        Args:
            run: Which.
            profile: ``core``, ``reproducible`` or ``fair``, each within the next.
            engine: ``pyshifty``, or ``pyshacl`` where it is installed.
            shapes: Files with more rules of your own.

        Raises:
            FaultyShapes: A shapes file cannot be used; the error says where.
        """
        quads = self._told(self.resolve_run(run))
        return shacl.check(quads, profile, engine, [*self.own_shapes(), *shapes])

    def check_each(
        self, runs: Sequence[AnyRun] = (), *, profile: str = "core",
        engine: shacl.Engine = "pyshifty", shapes: Sequence[Path] = (),
    ) -> Iterator[tuple[pipeline.RunInfo, Report | OSError]]:  # fmt: skip
        """Check several runs, or all, the newest first; one that cannot be read stops no other.

        Args are those of ``check``.

        Yields:
            Each run with its report, or with what is wrong with its log.
        """
        for run in [self.resolve_run(run) for run in runs] or self.runs():
            try:
                yield run, self.check(run, profile=profile, engine=engine, shapes=shapes)
            except OSError as fault:
                yield run, fault

    def check_all(
        self, runs: Sequence[AnyRun] = (), *, profile: str = "core",
        engine: shacl.Engine = "pyshifty", shapes: Sequence[Path] = (),
    ) -> list[tuple[str, Report]]:  # fmt: skip
        """Check several runs, or all; give a name and a report for each, the newest first.

        A run whose log cannot be read is told to ``on_warning`` and left out.
        """
        found = []
        each = self.check_each(runs, profile=profile, engine=engine, shapes=shapes)
        for run, report in each:
            if isinstance(report, Report):
                found.append((run.name, report))
            else:
                self.on_warning(f"{run.id}: this run cannot be read ({report}).")
        return found

    def own_shapes(self) -> list[Path]:
        """List the shapes files that ``kb.toml`` names, relative to the knowledge base."""
        return [self.folder / name for name in self.settings.check.shapes]

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
