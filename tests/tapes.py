# SPDX-License-Identifier: Apache-2.0
"""Events told one after another, and the graph that is made of them."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, serialize

from dlprov_rdf import events as e
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.graph.quads import run_quads

BASE = "https://lab.example/"
RUN = "r1"
IRIS = Iris(BASE, RUN)
#: 2026-01-01T10:00:00Z
START = 1_767_261_600_000_000_000
SECOND = 1_000_000_000
FIT = "keras.Model.fit"
ADAM = "keras.optimizers.Adam"


class Tape:
    """Events in the order in which they are told, a second and a half apart."""

    def __init__(self, run: str = RUN, rank: str = "0", after: int = 0) -> None:
        self.events: list[e.Event] = []
        self._after = after
        self.tell(e.LogStarted, run=run, format=e.FORMAT, rank=rank, software="dlprov-rdf 0.1.0")

    def tell(self, kind: type[e.Event], noun: str | None = None, **fields: Any) -> str:
        """Tell one event; with a noun it mints a local id, and gives it."""
        seq = len(self.events) + self._after
        name = f"{noun}/{seq}" if noun else str(fields.get("id", ""))
        if noun:
            fields["id"] = name
        at = fields.pop("at", START + seq * 3 * SECOND // 2)
        self.events.append(kind(seq=seq, at=at, **fields))
        return name

    def epoch(self, training: str, number: int, **fields: Any) -> str:
        """Tell a whole epoch."""
        name = f"{training}/epoch/{number}"
        told = {"id": name, "training": training, "number": number}
        self.tell(e.EpochStarted, **told)
        self.tell(e.EpochEnded, seconds=0.5, **told, **fields)
        return name


def ni(words: str) -> str:
    """Name a content by the digest of some words."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(words.encode()).digest())
    return f"ni:///sha-256;{digest.decode().rstrip('=')}"


def quads_of(events: list[e.Event], iris: Iris = IRIS) -> list[Quad]:
    """Make the graph of a run."""
    return list(run_quads(lambda: events, iris))


def canonical(quads: list[Quad]) -> str:
    """Write a graph as canonical N-Quads (RDFC-1.0), sorted."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = serialize(dataset, format=RdfFormat.N_QUADS).decode().splitlines(keepends=True)
    return "".join(sorted(lines))
