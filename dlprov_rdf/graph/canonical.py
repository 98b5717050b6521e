# SPDX-License-Identifier: Apache-2.0
"""A graph's digest: of its canonical form, so that the same graph has the same one anywhere.

The canonical form is N-Quads, each statement once, in the order of their code points. Our
graphs have no blank nodes; where there are some (in RDF that a user attached elsewhere),
they are named first as RDFC-1.0 does.

Source:
    RDF Dataset Canonicalization 1.0: https://www.w3.org/TR/rdf-canon/
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    Quad,
    RdfFormat,
    serialize,
)  # fmt: skip

from dlprov_rdf.events.contents import content


def digest(quads: Iterable[Quad]) -> str:
    """Name the content of a graph: ``ni:///sha-256;…`` of its canonical N-Quads."""
    return content(hashlib.sha256(canonical(quads)).digest())


def canonical(quads: Iterable[Quad]) -> bytes:
    """Write quads as canonical N-Quads, in UTF-8."""
    held = set(quads)
    written = _n_quads(held)
    if b"_:" in written:
        named = Dataset(held)
        named.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        written = _n_quads(named)
    return b"".join(sorted(written.splitlines(keepends=True)))


def _n_quads(quads: Iterable[Quad]) -> bytes:
    return serialize(quads, format=RdfFormat.N_QUADS) or b""
