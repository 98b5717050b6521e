# SPDX-License-Identifier: Apache-2.0
"""A question to a service by hand, and answers that are always the same."""

from __future__ import annotations

from served_by_hand import JSON, ROW, ROWS, Answers, ByHand

from dlprov_rdf.store.base import Rows
from dlprov_rdf.store.remote import Limits, RemoteStore

QUERY = "SELECT ?v { ?s ?p ?v }"
BEGUN = ROWS.split(b"%s")[0] + ROW
ONCE = Limits(tries=1)


def ask(server: ByHand, limits: Limits = ONCE, **more: float) -> list[object]:
    """Ask a service for a column."""
    with RemoteStore.at(server.address, limits=limits) as store:
        rows = store.query(QUERY, **more)  # type: ignore[arg-type]
        assert isinstance(rows, Rows)
        return [row[0] for row in rows]


def answers(status: int, body: bytes = b"", kind: str = JSON, **headers: str) -> Answers:
    """Answer always the same."""
    return lambda request: request.give(status, body, kind, **headers)
