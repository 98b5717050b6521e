# SPDX-License-Identifier: Apache-2.0
"""Finds where a service takes queries, updates and graphs, under the address that is named."""

from __future__ import annotations

from functools import cached_property

from dlprov_rdf.errors import ServiceFault, ServiceRefused
from dlprov_rdf.store.http.asking import Asking

QUERY = {"content-type": "application/sparql-query"}
UPDATE = {"content-type": "application/sparql-update"}

#: Another address under the one named is tried after these.
_ELSEWHERE = frozenset({400, 404, 405, 415})


class Service:
    """Where a service takes queries, updates and graphs; each is looked for when first wanted."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        named = asking.address.rstrip("/")
        head, _, tail = named.rpartition("/")
        self._under = head if tail in {"sparql", "query"} else named

    @cached_property
    def query(self) -> str:
        """Where it takes queries."""
        headers = QUERY | {"accept": "application/sparql-results+json"}
        return self._first(("sparql", "query", ""), "queries", "POST", headers, b"ASK {}")

    @cached_property
    def update(self) -> str:
        """Where it takes updates; found by one that does nothing."""
        return self._first(("update", "statements", "sparql", ""), "updates", "POST", UPDATE, b" ")

    @cached_property
    def data(self) -> str:
        """Where it takes and gives graphs.

        Source:
            SPARQL 1.1 Graph Store HTTP Protocol, section 4.2 (indirect identification).
        """
        headers = {"connection": "close"}  # Oxigraph sends a text after its refusal of HEAD
        return self._first(("data", "store", "rdf-graph-store", ""), "graphs", "HEAD", headers, b"")

    def _first(
        self, names: tuple[str, ...], what: str, method: str, headers: dict[str, str], body: bytes
    ) -> str:
        refused: ServiceRefused | None = None
        for name in names:
            url = f"{self._under}/{name}".rstrip("/")
            params = {"default": ""} if method == "HEAD" else None
            try:
                self._asking.send(method, url, params=params, headers=headers, content=body).close()
            except ServiceRefused as error:
                if error.status not in _ELSEWHERE:
                    raise
                refused = refused or error
            else:
                return url
        raise ServiceFault(self._asking.address, f"it takes no {what}") from refused
