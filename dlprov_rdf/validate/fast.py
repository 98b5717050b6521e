# SPDX-License-Identifier: Apache-2.0
"""The engine for SHACL that is asked unless another is named, pyshifty: its fast ways to a report.

It tells quickly which shapes a graph breaks, and slowly what a W3C report says of it (21 ms and
52 ms for a run of 2,700 triples by every rule). So it is asked for the first, and then for the
report by the shapes that are broken: 5 of 99, as a rule, or none. It is given only the triples
at which its shapes can look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import pyoxigraph as ox
from shifty._shifty import PreparedValidator  # the public one hands reports over as rdflib graphs

from dlprov_rdf.errors import FaultyShapes
from dlprov_rdf.validate import shapes as shapes_files
from dlprov_rdf.validate.shapes import Shapes

_ASKED = {
    "data_format": "turtle",
    "graph_mode": "data",
    "run_infer": False,
    "on_unsupported": "error",
}


def report(quads: Sequence[ox.Quad | ox.Triple], rules: Shapes) -> bytes | None:
    """Check triples against shapes: the W3C report as Turtle, or None where nothing is wrong.

    Raises:
        FaultyShapes: The shapes cannot be used.
    """
    try:
        validator = _prepared(rules.triples)
        if validator.diagnostics:
            raise _faulty(rules, "; ".join(validator.diagnostics))
        found = validator.validate_algebra(**_ASKED, data=_seen(quads, rules), sort_results=False)
        if found.conforms:
            return None
        broken = rules.only(frozenset(one.shape_name or "" for one in found.violations))
        told = _prepared(broken.triples).validate_w3c(**_ASKED, data=_seen(quads, broken))
    except (ValueError, RuntimeError) as error:
        raise _faulty(rules, str(error)) from error
    written: str = told.report_turtle
    return written.encode()


def _seen(quads: Iterable[ox.Quad | ox.Triple], rules: Shapes) -> bytes:
    return ox.serialize(rules.seen(quads), format=ox.RdfFormat.TURTLE) or b""


def _faulty(rules: Shapes, words: str) -> FaultyShapes:
    """Say which file the engine means, and which shape, where it names one."""
    shape = re.search(r"\(<([^>]+)>\)", words)
    path = shapes_files.at_fault(rules, _usable)
    return FaultyShapes(path, words, shape=shape[1] if shape else None)


def _usable(triples: bytes) -> bool:
    try:
        return not _prepared(triples).diagnostics
    except (ValueError, RuntimeError):
        return False


@lru_cache(maxsize=32)
def _prepared(triples: bytes) -> PreparedValidator:
    return PreparedValidator(triples, None, "ntriples", None)
