# SPDX-License-Identifier: Apache-2.0
"""How runs come to others: pushed to a SPARQL service."""

from __future__ import annotations

from collections.abc import Sequence

from dlprov_rdf import pipeline
from dlprov_rdf.kb.runs import AnyRun, Runs
from dlprov_rdf.store import fuseki
from dlprov_rdf.store.remote import Access, RemoteStore


class Sharing(Runs):
    """How runs come to others."""

    def push(
        self, to: str, runs: Sequence[AnyRun] | None = None, *,
        verify: bool = False, prune: bool = False, again: bool = False, beside: bool = False,
        on_progress: pipeline.OnProgress | None = None,
    ) -> pipeline.Pushed:  # fmt: skip
        """Bring the graphs of runs to a SPARQL 1.1 service, those that it lacks or has otherwise.

        Args:
            to: The service's address, ``http://localhost:3030/dataset`` say, or the name that
                ``kb.toml`` has for it. Our own Fuseki's password is known, and it is
                compacted when it takes much more room than it needs.
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
        own = self._is_own(to)
        with self._service(to, own=own) as service:
            pushed = pipeline.push(
                self.folder, self.settings, service, ids, wishes, self.on_warning, on_progress
            )
        if own and pushed.requests and fuseki.pays(self.folder, pushed.held):
            self._compact()
        return pushed

    def _compact(self) -> None:
        """Compact our own Fuseki, unless it is what others have there that takes the room."""
        held = fuseki.status(self.folder).triples
        if held is not None and fuseki.pays(self.folder, held):
            fuseki.compact(self.folder)

    def _is_own(self, address: str) -> bool:
        """Tell whether an address is that of the Fuseki that was brought up for us."""
        own = fuseki.last_address(self.folder)
        return own is not None and own == address.rstrip("/")

    def _service(self, to: str, *, own: bool) -> RemoteStore:
        known = fuseki.credentials(self.folder) if own else None
        if known is not None:
            return RemoteStore.at(to, access=Access(*known))
        return RemoteStore.named(to, self.settings.endpoints)
