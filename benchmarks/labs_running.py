# SPDX-License-Identifier: Apache-2.0
"""Labs that are real Fusekis on this machine, among which the runs of a study are dealt."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, Self, cast

import httpx
from pyoxigraph import NamedNode, Quad, RdfFormat, serialize

from dlprov_rdf.graph import canonical, catalogue
from dlprov_rdf.graph.catalogue import Held
from dlprov_rdf.process import process_of
from dlprov_rdf.settings import Settings
from dlprov_rdf.store import fuseki
from dlprov_rdf.store.embedded import EmbeddedStore

sys.path.insert(0, str(Path(__file__).parent))
from fuseki_speed import free_port

LABS = 3
HEAP = 2**30


class Service(NamedTuple):
    """A Fuseki that runs, and what it holds."""

    folder: Path
    address: str
    quads: list[Quad]


class Traffic:
    """Counts the requests of this process and the bytes that came."""

    def __init__(self) -> None:
        self._answers: list[httpx.Response] = []
        self._send = httpx.Client.send

    def __enter__(self) -> Self:
        def send(client: httpx.Client, *told: Any, **more: Any) -> httpx.Response:
            answer = self._send(client, *told, **more)
            self._answers.append(answer)
            return answer

        httpx.Client.send = send  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        httpx.Client.send = self._send  # type: ignore[method-assign]

    @property
    def requests(self) -> int:
        """How many were sent."""
        return len(self._answers)

    @property
    def moved(self) -> int:
        """How many bytes of answers came."""
        return sum(answer.num_bytes_downloaded for answer in self._answers)


def dealt(store: EmbeddedStore, labs: int = LABS) -> list[list[Quad]]:
    """Deal the runs to so many labs, every fourth to a second one."""
    held: list[list[Quad]] = [[] for _ in range(labs)]
    for name in sorted(store.graphs(), key=lambda name: name.value):
        chance = hashlib.sha256(name.value.encode()).digest()[0]
        quads = list(store.graph(name))
        for lab in {chance % labs, (chance + (chance // labs % 4 == 0)) % labs}:
            held[lab] += quads
    return held


def with_catalogue(quads: list[Quad]) -> list[Quad]:
    """Give what a lab holds with its catalogue, as it would be pushed."""
    base = f"https://example.org/{canonical.digest(quads)[-8:]}/"
    graphs: dict[NamedNode, list[Quad]] = {}
    for quad in quads:
        graphs.setdefault(cast("NamedNode", quad.graph_name), []).append(quad)
    entries = {name: Held(canonical.digest(graph), 1) for name, graph in graphs.items()}
    told = (catalogue.catalogue_quads(Settings(base=base)), catalogue.entry_quads(base, entries))
    return [*quads, *chain(*told)]


@contextmanager
def services(held: list[list[Quad]], folder: Path) -> Iterator[list[Service]]:
    """Start a Fuseki for each and load it."""
    with ExitStack() as stack:
        running = []
        for number, quads in enumerate(held):
            place = folder / f"fuseki {number}"
            stack.callback(fuseki.down, place)
            status = fuseki.up(place, port=free_port(), heap=HEAP)
            assert status.endpoint is not None
            kind = {"content-type": "application/n-quads"}
            httpx.post(
                f"{status.endpoint}/data", headers=kind, auth=fuseki.credentials(place),
                content=serialize(quads, format=RdfFormat.N_QUADS), timeout=900, trust_env=False,
            ).raise_for_status()  # fmt: skip
            running.append(Service(place, status.endpoint, quads))
        yield running


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """Let a process of ours stand still."""
    process_of(pid)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
