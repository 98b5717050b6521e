# SPDX-License-Identifier: Apache-2.0
"""The files of long series: made from the log beside it, wherever one is missing or another.

A file is never the only place where a value stands. It is replaced whole or not at all, so
that a process that is killed leaves the old file, or none, and the next build makes it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from pyoxigraph import Quad

from dlprov_rdf import columns
from dlprov_rdf.errors import FaultyColumns
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.graph.quads import run_quads
from dlprov_rdf.graph.series_file import OnSeries, SeriesFile
from dlprov_rdf.pipeline import told
from dlprov_rdf.settings import Settings


def keeper(run_folder: Path, on_warning: Callable[[str], object]) -> OnSeries:
    """Make what keeps the files of one run's series.

    Args:
        run_folder: ``logs/RUN``.
        on_warning: Is told of a file that could not be written; the log still has its values.
    """

    def keep(made: SeriesFile) -> None:
        path = run_folder / made.path
        try:
            if _holds(path, made.digest):
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            partial_ = path.with_name(f"{path.name}.{os.getpid()}.part")
            partial_.write_bytes(made.octets)
            partial_.replace(path)
        except OSError as fault:
            on_warning(f"{path}: the series could not be written ({fault}); its log has it.")

    return keep


def table_of(
    kb: Path, settings: Settings, run: str, path: str, digest: str
) -> dict[str, columns.Column]:
    """Give a series as a table, by column.

    The file is read where it has the content that the graph states; else the log is.

    Args:
        kb: The knowledge base's folder.
        settings: What its ``kb.toml`` says.
        run: The run's id.
        path: Where the file lies, below the run's folder.
        digest: Of its octets.

    Raises:
        FaultyColumns: The file is another, and the log does not tell of the series any more.
    """
    file = kb / "logs" / run / path
    if _holds(file, digest):
        return columns.read(file)
    made: dict[str, SeriesFile] = {}
    for _ in _telling(kb, settings, run, lambda one: made.update({one.path: one})):
        pass
    if path not in made:
        raise FaultyColumns(file, "the log does not tell of this series")
    return columns.table(made[path].octets)


def one_by_one(kb: Path, settings: Settings, run: str) -> Iterator[Quad]:
    """Yield a run's graph as its log tells it now, with each observation of each series."""
    return _telling(kb, settings, run, None, one_by_one=True)


def _telling(
    kb: Path, settings: Settings, run: str, on_series: OnSeries | None, *, one_by_one: bool = False
) -> Iterator[Quad]:
    folder = kb / "logs" / run
    files = told.with_lines(folder, told.marks(folder))
    read = partial(told.events, folder, files, lambda _fault: None)
    return run_quads(read, Iris(settings.base, run), on_series, one_by_one=one_by_one)


def _holds(path: Path, digest: str) -> bool:
    """Tell whether a file has a content."""
    return path.is_file() and columns.digest(path.read_bytes()) == digest
