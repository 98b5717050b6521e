# SPDX-License-Identifier: Apache-2.0
"""A real ``oxigraph serve`` on a free port of this machine, for as long as a block lasts."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import httpx
from parts import program
from pyoxigraph import (
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)  # fmt: skip
from pyoxigraph import QueryResultsFormat as Results

from dlprov_rdf.store.base import Found, Rows

_WAIT = 20.0


class Served:
    """A service: quads in and out, and queries."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._http = httpx.Client(base_url=address, timeout=60, trust_env=False)

    def load(self, quads: Iterable[Quad]) -> None:
        """Hold these quads and no others."""
        written = serialize(quads, format=RdfFormat.N_QUADS) or b""
        headers = {"content-type": "application/n-quads"}
        self._http.put("/store", content=written, headers=headers).raise_for_status()

    def quads(self) -> set[Quad]:
        """Give all that it holds."""
        answer = self._http.get("/store", headers={"accept": "application/n-quads"})
        return set(parse(answer.raise_for_status().content, format=RdfFormat.N_QUADS))

    def graph(self, name: NamedNode) -> Iterator[Quad]:
        """Give what one graph holds."""
        answer = self._http.get(
            "/store", params={"graph": name.value}, headers={"accept": "application/n-triples"}
        )
        for one in parse(answer.raise_for_status().content, format=RdfFormat.N_TRIPLES):
            yield Quad(one.subject, one.predicate, one.object, name)

    def query(self, query: str, prefixes: dict[str, str] | None = None) -> Found:
        """Ask a SELECT or ASK query over the union of its graphs."""
        declared = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in (prefixes or {}).items())
        headers = {
            "content-type": "application/sparql-query",
            "accept": "application/sparql-results+json",
        }
        answer = self._http.post("/query", content=(declared + query).encode(), headers=headers)
        found = parse_query_results(answer.raise_for_status().content, format=Results.JSON)
        if isinstance(found, QueryBoolean):
            return bool(found)
        assert isinstance(found, QuerySolutions)
        return Rows([one.value for one in found.variables], (tuple(row) for row in found))

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()


@contextmanager
def served(*options: str) -> Iterator[Served]:
    """Start a service that holds nothing, and stop it in the end.

    Args:
        options: Said in the place of ``--union-default-graph``.
    """
    found = program("oxigraph")
    assert found is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{free.getsockname()[1]}"
    command = [found, "serve", "--bind", where, *(options or ["--union-default-graph"])]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    service = Served(f"http://{where}")
    try:
        _wait(service, process)
        yield service
    finally:
        service.close()
        process.terminate()
        process.wait()


def _wait(service: Served, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _WAIT
    while True:
        try:
            service.quads()
        except httpx.TransportError:
            assert process.poll() is None, "oxigraph serve ended"
            assert time.monotonic() < until, "oxigraph serve does not answer"
            time.sleep(0.05)
        else:
            return
