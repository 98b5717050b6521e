# SPDX-License-Identifier: Apache-2.0
"""What a graph says of a plan and of its steps, by their names within the run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyoxigraph import NamedNode, Quad
from tapes import BASE

R = f"{BASE}run/r1"


def objects(quads: Iterable[Quad], subject: str, predicate: NamedNode) -> list[Any]:
    """Give what a graph says of one thing of the run, sorted."""
    node = NamedNode(f"{R}/{subject}")
    return sorted(
        q.object.value.removeprefix(f"{R}/")
        for q in quads if q.subject == node and q.predicate == predicate
    )  # fmt: skip


def pairs(quads: Iterable[Quad], predicate: NamedNode) -> dict[str, str]:
    """Give a relation that each thing of the run has once."""
    found = [(q.subject.value, q.object.value) for q in quads if q.predicate == predicate]
    assert len(dict(found)) == len(found)
    return {one.removeprefix(f"{R}/"): other.removeprefix(f"{R}/") for one, other in found}
