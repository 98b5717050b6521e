# SPDX-License-Identifier: Apache-2.0
"""Checks an RDF file that somebody has, wherever it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from dlprov_rdf.errors import FaultyDocument
from dlprov_rdf.validate.report import Report
from dlprov_rdf.validate.shacl import Engine, check

_ENDINGS = "ttl, trig, nt, nq, n3, rdf or jsonld"


def is_rdf(path: Path) -> bool:
    """Tell whether a file's ending is one of RDF."""
    return _format(path) is not None


def check_file(
    path: Path,
    profile: str = "core",
    engine: Engine = "pyshifty",
    shapes: Sequence[Path] = (),
) -> Report:
    """Check all graphs of a file together against a profile's rules.

    Args:
        path: Its ending tells its format: .ttl, .trig, .nt, .nq, .n3, .rdf, .jsonld.
        profile: Which rules.
        engine: ``pyshacl`` is the slow reference.
        shapes: Files with rules of the user's own, which must hold too.

    Raises:
        FaultyDocument: It is no RDF of a format that is known, or has an error.
    """
    form = _format(path)
    if form is None:
        raise FaultyDocument(path, f"{path.suffix!r} is no ending of an RDF file", _ENDINGS)
    try:
        quads = list(ox.parse(path=str(path), format=form, base_iri=path.absolute().as_uri()))
    except (SyntaxError, ValueError) as error:
        raise FaultyDocument(path, str(error), _ENDINGS) from error
    return check(quads, profile, engine, shapes)


def _format(path: Path) -> ox.RdfFormat | None:
    return ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
