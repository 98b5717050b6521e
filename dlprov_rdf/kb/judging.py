# SPDX-License-Identifier: Apache-2.0
"""Whether runs are complete, and whether they can have happened so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from dlprov_rdf import pipeline
from dlprov_rdf.kb.runs import AnyRun, Runs
from dlprov_rdf.validate import shacl
from dlprov_rdf.validate.constraints import Report as Contradictions
from dlprov_rdf.validate.constraints import check_quads
from dlprov_rdf.validate.report import Report


class Judging(Runs):
    """Whether runs are complete, and whether they can have happened so."""

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
