# SPDX-License-Identifier: Apache-2.0
"""A Fuseki of the knowledge base's own: brought up, taken down, asked how it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dlprov_rdf.kb.runs import Runs

if TYPE_CHECKING:
    from dlprov_rdf.store.fuseki import Status


class Serving(Runs):
    """A Fuseki of the knowledge base's own."""

    def fuseki_up(
        self, *, port: int | None = None, host: str = "localhost", dataset: str | None = None,
        heap: int | None = None, seconds: float | None = None, jar_file: Path | None = None,
        on_progress: Callable[[str], object] = lambda _: None,
    ) -> Status:  # fmt: skip
        """Start it, or find the one that runs, and wait until it answers.

        Args:
            port: Where it listens; else where it did last, else 3030.
            host: Which of this machine's addresses it listens at; ``0.0.0.0`` is all of them.
            dataset: The name of the data set, at the first start; else ``dlprov``.
            heap: Bytes that Java's objects may take; else a quarter of the memory, 0.5 to 4 GiB.
            seconds: That a query may take, at the first start; else 120.
            jar_file: Fuseki itself, where it cannot be fetched.
            on_progress: Is told, in words, what takes long.

        Raises:
            FusekiError: It cannot be had or started; each fault has a class of its own.
            MissingExtra: The extra ``fuseki`` is not installed.
        """
        from dlprov_rdf.store import fuseki

        return fuseki.up(
            self.folder, port=port, host=host, dataset=dataset, heap=heap, seconds=seconds,
            jar_file=jar_file, on_progress=on_progress,
        )  # fmt: skip

    def fuseki_down(self) -> int | None:
        """End it, and wait until it has ended; tell its process, None where none ran."""
        from dlprov_rdf.store import fuseki

        return fuseki.down(self.folder)

    def fuseki_status(self) -> Status:
        """Tell whether it runs, where, and how much it holds."""
        from dlprov_rdf.store import fuseki

        return fuseki.status(self.folder)
