# SPDX-License-Identifier: Apache-2.0
"""Words quads for an update request, out of serialised terms alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, serialize


def triples(quads: Iterable[Quad]) -> str:
    """Write what quads say, whatever graph they are in, as N-Triples."""
    said = (quad.triple for quad in quads)
    return (serialize(said, format=RdfFormat.N_TRIPLES) or b"").decode()


def change(graph: NamedNode, removed: Iterable[Quad], added: Iterable[Quad]) -> str:
    """Word a change of one graph as one update request."""
    parts = [f"DELETE DATA {{ GRAPH {graph} {{ {triples(removed)} }} }}"]
    if added := list(added):
        parts.append(f"INSERT DATA {{ GRAPH {graph} {{ {triples(added)} }} }}")
    return " ;\n".join(parts)


def inserted(quads: Iterable[Quad]) -> Iterator[bytes]:
    """Word an update that adds quads, as they come."""
    yield b"INSERT DATA {\n"
    for graph, said in groupby(quads, key=lambda quad: quad.graph_name):
        if isinstance(graph, DefaultGraph):
            yield triples(said).encode()
        else:
            yield f"GRAPH {graph} {{\n{triples(said)}}}\n".encode()
    yield b"}"
