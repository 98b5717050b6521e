# SPDX-License-Identifier: Apache-2.0
"""What can be asked of the runs: named questions, any query, a run's page, a series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

from pyoxigraph import NamedNode, Triple

from dlprov_rdf import pipeline
from dlprov_rdf.ask import questions, terms
from dlprov_rdf.ask.answer import Answer, make
from dlprov_rdf.ask.observations import observations
from dlprov_rdf.ask.page import RunPage, page
from dlprov_rdf.ask.page import series as page_series
from dlprov_rdf.ask.sparql import PREFIXES, rows, text
from dlprov_rdf.columns import Column
from dlprov_rdf.errors import FaultyQuery, NotFound
from dlprov_rdf.kb.runs import AnyRun, Runs
from dlprov_rdf.store.base import Rows, Store
from dlprov_rdf.store.embedded import EmbeddedStore

#: The graphs that sum up long series.
_WITH_SERIES = "SELECT DISTINCT ?graph { GRAPH ?graph { ?series a dlprov:MetricSeries } }"


class Asking(Runs):
    """What can be asked of the runs."""

    def show(self, run: AnyRun) -> RunPage:
        """Tell what one run did: its steps and trainings in order, and what it used."""
        info = self.resolve_run(run)
        graph = NamedNode(f"{info.iri}/graph")
        with self.store() as store, EmbeddedStore.memory() as alone:
            alone.replace(graph, store.graph(graph))  # or each query goes through all runs
            return page(alone, info.iri)

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
            Rows of a SELECT, the truth of an ASK, the triples of a CONSTRUCT or DESCRIBE. Where
            a SELECT finds nothing (or counts none), its notes name the terms of ours in the
            query that there are not.

        Raises:
            FaultyQuery: The query has an error, with where it is.
        """
        opened = self.store(entailed=entailed, reasoner=reasoner)
        with opened as store, self._asked(store, series) as asked:
            try:
                found = asked.query(query, PREFIXES)
            except FaultyQuery as fault:
                raise _with_prefixes(fault) from fault
            if isinstance(found, Rows):
                answer = make(query, found.variables, found)
                told = any(cell for row in answer.rows for cell in row)
                return answer if told else replace(answer, notes=terms.unknown(query))
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


def _with_prefixes(fault: FaultyQuery) -> FaultyQuery:
    """Tell which prefixes need no declaration, where one is unknown."""
    if not fault.reason.endswith("its prefix is not declared"):
        return fault
    known = ", ".join(sorted(PREFIXES))
    return FaultyQuery(fault.where, f"{fault.reason}; known without a declaration: {known}")
