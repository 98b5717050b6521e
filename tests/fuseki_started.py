# SPDX-License-Identifier: Apache-2.0
"""A real Fuseki on a free port of this machine, for as long as a block or a test session lasts.

It is brought up as users bring it up. Starting takes seconds, so tests share one a session and
find it empty, by the fixture ``fuseki`` (in conftest). ``started(folder)`` is one of its own, for
tests of several labs, or of one that is killed. Say ``require("fuseki")`` first.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from dlprov_rdf.store import fuseki


@dataclass(frozen=True)
class Fuseki:
    """A Fuseki that runs: its data set's address, and who may write."""

    address: str
    user: str
    password: str
    folder: Path
    pid: int

    @property
    def server(self) -> str:
        """The address above the data set's."""
        return self.address.rpartition("/")[0]

    @property
    def log(self) -> str:
        """What it has said."""
        return (self.folder / "fuseki" / "fuseki.log").read_text(encoding="utf-8")

    def http(self) -> httpx.Client:
        """Give a client that may write."""
        return httpx.Client(auth=(self.user, self.password), timeout=60, trust_env=False)

    def update(self, update: str) -> None:
        """Change something."""
        with self.http() as http:
            http.post(f"{self.address}/update", data={"update": update}).raise_for_status()

    def load(self, quads: bytes) -> None:
        """Add N-Quads."""
        kind = {"content-type": "application/n-quads"}
        with self.http() as http:
            answer = http.post(f"{self.address}/data", content=quads, headers=kind)
            answer.raise_for_status()

    def select(self, query: str) -> list[dict[str, str]]:
        """Ask without the password; give each row's values as text."""
        accept = {"accept": "application/sparql-results+json"}
        answer = httpx.get(
            f"{self.address}/sparql", params={"query": query}, headers=accept, trust_env=False
        )
        rows = json.loads(answer.raise_for_status().content)["results"]["bindings"]
        return [{name: cell["value"] for name, cell in row.items()} for row in rows]

    def empty(self) -> None:
        """Take everything out."""
        self.update("DROP ALL")


def free_port() -> int:
    """Find a port that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def free_ports(count: int) -> int:
    """Find the first of some ports, one after the other, that nobody has."""
    while True:
        first = free_port()
        try:
            for port in range(first + 1, first + count):
                with socket.socket() as free:
                    free.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            continue
        return first


def start(folder: Path, port: int | None = None, dataset: str | None = None) -> Fuseki:
    """Bring up the Fuseki of a folder; it needs no knowledge base in it."""
    status = fuseki.up(folder, port=port or free_port(), dataset=dataset, heap=512 * 2**20)
    access = fuseki.credentials(folder)
    assert access is not None
    assert status.endpoint is not None
    assert status.pid is not None
    return Fuseki(status.endpoint, *access, folder, status.pid)


@contextmanager
def started(folder: Path, port: int | None = None, dataset: str | None = None) -> Iterator[Fuseki]:
    """Give a Fuseki of its own for as long as the block lasts; its data stay in the folder."""
    try:
        yield start(folder, port, dataset)
    finally:
        fuseki.down(folder)
