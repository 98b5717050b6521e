# SPDX-License-Identifier: Apache-2.0
"""What a name that stands for nothing may have meant, and candidates as people know them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from dlprov_rdf.ask.lineage import described
from dlprov_rdf.ask.sparql import rows, text
from dlprov_rdf.ask.walking import kinds

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

#: Labels that are looked at, at the most: a fraction of a second.
_MOST = 5_000

#: Kinds that people name; of the others (metrics, epochs, packages) there are too many.
_NAMED = ("data", "model", "architecture", "training", "prediction", "file", "run", "study",
          "step", "acquisition", "preprocessing", "splitting", "evaluation", "selection",
          "deployment", "inference", "person")  # fmt: skip

_LABELS = f"""
SELECT DISTINCT ?name {{
  VALUES ?kind {{ UNDEF }}
  ?thing a ?kind ; rdfs:label|foaf:name ?name .
}} LIMIT {_MOST}"""


def alike(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Give the names that are written much like one, the nearest first, three at most."""
    by_face: dict[str, str] = {}
    for one in known:
        by_face.setdefault(one.casefold(), one)
    found = difflib.get_close_matches(name.casefold(), by_face, n=3, cutoff=0.7)
    return tuple(by_face[face] for face in found)


def meant(store: Store, name: str, otherwise: str, *, a_kind: bool = False) -> str:
    """Say which things a name may have meant.

    Args:
        store: Where labels are looked up.
        name: It stands for nothing.
        otherwise: What to say where nothing is called alike.
        a_kind: The name may be one of a kind of thing too.
    """
    classes = [NamedNode(iri) for kind in _NAMED for iri in kinds.classes(kind)]
    labels = [text(row[0]) for row in rows(store, _LABELS, {"kind": classes})]
    found = alike(name, [*(kinds.words() if a_kind else ()), *labels])
    return f"Did you mean {' or '.join(map(repr, found))}?" if found else otherwise


def told_apart(store: Store, candidates: Sequence[str]) -> tuple[str, ...]:
    """Say of each of several IRIs what it is, and the name of the run whose it is."""
    nodes = described(store, dict.fromkeys(candidates, 0))
    runs = described(store, {node.run: 0 for node in nodes.values() if node.run})
    return tuple(
        f"{iri} ({node.kind} of run {runs[node.run].label})"
        if node.run and node.run != iri
        else f"{iri} ({node.kind})"
        for iri, node in nodes.items()
    )
