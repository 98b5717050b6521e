# SPDX-License-Identifier: Apache-2.0
"""Shows how far a long command is: a bar on a terminal, and nothing of it elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from dlprov_rdf.cli import output


def _bar() -> Progress:
    """Make a bar that is drawn on a terminal's standard error, and goes when it is done."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True, disable=not output.at_terminal(),
    )  # fmt: skip


@contextmanager
def runs_done(what: str = "building runs") -> Iterator[Callable[[int, int], None]]:
    """Show how many runs are done, out of how many."""
    with _bar() as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class Stages:
    """Tells of stages on standard error, and of words and tables on standard output."""

    def __init__(self, stages: int) -> None:
        self._bar = _bar()
        self._task = self._bar.add_task("starting", total=stages)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def stage(self, name: str) -> None:
        """Say that a stage begins."""
        self._bar.update(self._task, description=name, advance=1)
        if not output.at_terminal():
            output.remark(name)

    def say(self, words: str) -> None:
        """Say a line."""
        self._bar.stop()
        output.text(words)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]], title: str) -> None:
        """Show an answer below its question."""
        self._bar.stop()
        output.text("")
        if rows:
            output.table(columns, rows, title)
        else:
            output.heading(title)
