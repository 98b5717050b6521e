# SPDX-License-Identifier: Apache-2.0
"""Names blank nodes by what is said of them, so that a graph held at two labs is one graph.

Graphs that share a blank node are named together; else each graph by itself, by RDFC-1.0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad


def renamed(quads: Sequence[Quad]) -> list[Quad]:
    """Give the quads of a lab's whole graphs with names for their blank nodes."""
    blank = {str(quad.graph_name) for quad in quads if any(_blank_in(quad))}
    if not blank:
        return list(quads)
    done = [quad for quad in quads if str(quad.graph_name) not in blank]
    for group in _groups(quads, blank):
        some = [quad for quad in quads if str(quad.graph_name) in group]
        dataset = Dataset(some)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        place = hashlib.sha256(" ".join(sorted(group)).encode()).hexdigest()[:16]
        done += (_placed(quad, place) for quad in dataset)
    return done


def _groups(quads: Iterable[Quad], blank: set[str]) -> list[set[str]]:
    """Put graphs that share a blank node together."""
    where: dict[str, set[str]] = {}
    for quad in quads:
        for node in _blank_in(quad):
            where.setdefault(node.value, set()).add(str(quad.graph_name))
    groups = [{name} for name in sorted(blank)]
    for shared in where.values():
        joined = [group for group in groups if group & shared]
        groups = [group for group in groups if not group & shared]
        groups.append(set().union(*joined))
    return groups


def _blank_in(quad: Quad) -> list[BlankNode]:
    ends = (quad.subject, quad.object, quad.graph_name)
    return [end for end in ends if isinstance(end, BlankNode)]


def _placed(quad: Quad, place: str) -> Quad:
    subject, value = quad.subject, quad.object
    if isinstance(subject, BlankNode):
        subject = BlankNode(place + subject.value)
    if isinstance(value, BlankNode):
        value = BlankNode(place + value.value)
    return Quad(subject, quad.predicate, value, quad.graph_name)
