# SPDX-License-Identifier: Apache-2.0
"""How runs come to others: pushed to a SPARQL service."""

from __future__ import annotations

from collections.abc import Sequence

from dlprov_rdf import pipeline
from dlprov_rdf.kb.runs import AnyRun, Runs
from dlprov_rdf.store.remote import RemoteStore


class Sharing(Runs):
    """How runs come to others."""

    def push(
        self, to: str, runs: Sequence[AnyRun] | None = None, *,
        verify: bool = False, prune: bool = False, again: bool = False, beside: bool = False,
        on_progress: pipeline.OnProgress | None = None,
    ) -> pipeline.Pushed:  # fmt: skip
        """Bring the graphs of runs to a SPARQL 1.1 service, those that it lacks or has otherwise.

        Args:
            to: The service's address, ``http://localhost:3030/dataset`` say.
            runs: Which; all if None.
            verify: Read them back, and compare digests.
            prune: Take away there what the knowledge base no longer has.
            again: Send them all, whatever the service says that it has.
            beside: Another knowledge base may be in the same dataset.
            on_progress: Is told how many graphs have arrived, out of how many.

        Raises:
            NotFound: No run is called so.
            PushError: It would do harm there; the message says what to do.
            ServiceError: The service cannot be reached, or refuses.
        """
        ids = None if runs is None else [self.resolve_run(run).id for run in runs]
        wishes = pipeline.PushWishes(again=again, prune=prune, beside=beside, verify=verify)
        with RemoteStore.at(to) as service:
            return pipeline.push(
                self.folder, self.settings, service, ids, wishes, self.on_warning, on_progress
            )
