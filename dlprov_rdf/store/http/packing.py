# SPDX-License-Identifier: Apache-2.0
"""Quads as the body of a request, packed by gzip where that is worth it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import islice

import pyoxigraph as ox

#: Bytes below which packing saves nothing.
SMALL = 8_192

PACKED = {"content-encoding": "gzip"}

#: Quads that are put into words at a time.
_BATCH = 5_000

#: The level of zlib: a quarter of the octets of N-Quads are left by 1, and a sixth by 9.
_LEVEL = 1
_GZIP = 31


def packed(content: bytes) -> bytes:
    """Pack the whole body of a request."""
    return b"".join(packing([content]))


def packing(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pack a body as it comes.

    Source:
        RFC 1952, GZIP file format.
    """
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    for piece in pieces:
        if done := packer.compress(piece):
            yield done
    yield packer.flush()


def n_quads(quads: Iterable[ox.Quad]) -> Iterator[bytes]:
    """Put quads into words as they come."""
    each = iter(quads)
    while batch := list(islice(each, _BATCH)):
        yield ox.serialize(batch, format=ox.RdfFormat.N_QUADS) or b""
