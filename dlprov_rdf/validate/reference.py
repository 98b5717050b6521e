# SPDX-License-Identifier: Apache-2.0
"""The reference engine for SHACL, pyshacl: slow, and what the fast one is compared with."""

from __future__ import annotations

from functools import lru_cache

import pyshacl
import rdflib

from dlprov_rdf.errors import FaultyShapes
from dlprov_rdf.validate.shapes import Shapes
from dlprov_rdf.validate.untouched import literals_as_they_are

_FAULTS = (
    pyshacl.errors.ShapeLoadError,
    pyshacl.errors.ConstraintLoadError,
    pyshacl.errors.RuleLoadError,
    pyshacl.errors.ReportableRuntimeError,
)


def report(data: bytes, rules: Shapes) -> bytes:
    """Check N-Triples against shapes, and give the W3C report as N-Triples.

    Raises:
        FaultyShapes: The shapes cannot be used.
    """
    with literals_as_they_are():
        try:
            _, found, text = pyshacl.validate(
                _graph(data),
                shacl_graph=_shapes(rules.triples),
                inference="none",
                advanced=False,
                meta_shacl=False,
            )
        except _FAULTS as error:
            raise FaultyShapes(rules.paths[-1], str(error)) from error
    if not isinstance(found, rdflib.Graph):
        raise FaultyShapes(rules.paths[-1], text)
    written: bytes = found.serialize(format="nt", encoding="utf-8")
    return written


@lru_cache(maxsize=4)
def _shapes(triples: bytes) -> rdflib.Graph:
    """Parse shapes once: that takes longer than to check a small graph."""
    return _graph(triples)


def _graph(triples: bytes) -> rdflib.Graph:
    return rdflib.Graph().parse(data=triples, format="nt")
