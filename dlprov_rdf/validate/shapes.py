# SPDX-License-Identifier: Apache-2.0
"""Finds and reads shapes: those of a profile that ships with the software, and a user's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from dlprov_rdf import assets
from dlprov_rdf.errors import FaultyShapes, UnknownProfile
from dlprov_rdf.validate.report import sh


class Shapes(NamedTuple):
    """Shapes as N-Triples, where they come from, and what their rules are called."""

    triples: bytes
    paths: tuple[Path, ...]
    names: dict[str, str]


def profiles() -> list[str]:
    """List the profiles that ship with the software."""
    return [Path(name).stem for name in assets.names("shapes", ".ttl")]


def load(profile: str, own: Sequence[Path] = ()) -> Shapes:
    """Read the shapes of a profile, and a user's own beside them.

    Raises:
        UnknownProfile: No profile has this name.
        FaultyShapes: A file cannot be read, or is no RDF.
    """
    if profile not in profiles():
        raise UnknownProfile(profile, tuple(profiles()))
    paths = (assets.path(f"shapes/{profile}.ttl"), *own)
    return _load(tuple((path, _version(path)) for path in paths))


def _version(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise FaultyShapes(path, error.strerror or str(error)) from error
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=16)
def _load(versions: tuple[tuple[Path, tuple[int, int]], ...]) -> Shapes:
    paths = tuple(path for path, _ in versions)
    triples = [triple for path in paths for triple in _triples(path)]
    written = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return Shapes(written, paths, _names(triples))


def _triples(path: Path) -> list[ox.Triple]:
    form = ox.RdfFormat.from_extension(path.suffix.removeprefix(".")) or ox.RdfFormat.TURTLE
    try:
        parsed = ox.parse(path=path, format=form, rename_blank_nodes=True)
        return [quad.triple for quad in parsed]
    except (OSError, SyntaxError) as error:
        raise FaultyShapes(path, str(error)) from error


def _names(triples: Iterable[ox.Triple]) -> dict[str, str]:
    return {
        triple.subject.value: triple.object.value
        for triple in triples
        if triple.predicate == sh("name")
        and isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.Literal)
    }
