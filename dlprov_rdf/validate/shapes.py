# SPDX-License-Identifier: Apache-2.0
"""Finds and reads shapes: those of a profile that ships with the software, and a user's own.

A profile holds what its file says and what that imports (``owl:imports``): ``fair`` imports
``reproducible``, which imports ``core``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from dlprov_rdf import assets
from dlprov_rdf.errors import FaultyShapes, UnknownProfile
from dlprov_rdf.validate import reach, wellformed
from dlprov_rdf.validate.rules import Rule, read, sh

#: The profiles that ship with the software, each within the next.
PROFILES = ("core", "reproducible", "fair")

_BASE = "https://w3id.org/dlprov-rdf/shapes/"
_TARGETS = {sh(f"target{kind}") for kind in ("Class", "Node", "SubjectsOf", "ObjectsOf")}
_IMPORTS = ox.NamedNode("http://www.w3.org/2002/07/owl#imports")


class Shapes(NamedTuple):
    """Shapes as N-Triples, where they come from, their rules by IRI, and at what they look."""

    triples: bytes
    paths: tuple[Path, ...]
    rules: dict[str, Rule]
    looks_at: frozenset[ox.NamedNode] | None

    def seen(self, quads: Iterable[ox.Quad | ox.Triple]) -> list[ox.Triple]:
        """List the triples at which these shapes may look, whichever graph they stand in."""
        named = self.looks_at
        return [
            quad.triple if isinstance(quad, ox.Quad) else quad
            for quad in quads
            if named is None or quad.predicate in named
        ]

    def only(self, names: frozenset[str]) -> Shapes:
        """Keep the shapes of these names and what they lead to, without the rules they state.

        A graph breaks those as it breaks them among the others. All are kept where a name is
        of none that says itself which nodes it picks, as the empty name of a blank one.
        """
        return _only(self.triples, names, self.paths) or self


def profiles() -> list[str]:
    """List the profiles that ship with the software, each within the next."""
    return list(PROFILES)


def load(profile: str, own: Sequence[Path] = ()) -> Shapes:
    """Read the shapes of a profile, and a user's own beside them.

    Raises:
        UnknownProfile: No profile has this name.
        FaultyShapes: A file cannot be read, is no RDF, or says what SHACL does not know.
    """
    if profile not in PROFILES:
        raise UnknownProfile(profile, PROFILES)
    paths = (*_contained(profile), *own)
    return _load(tuple((path, _version(path)) for path in paths), len(own))


def at_fault(rules: Shapes, usable: Callable[[bytes], bool]) -> Path:
    """Tell which file makes shapes unusable: the last that is not usable by itself."""
    for path in reversed(rules.paths):
        alone = ox.serialize(_triples(path), format=ox.RdfFormat.N_TRIPLES) or b""
        if not usable(alone):
            return path
    return rules.paths[-1]


@lru_cache(maxsize=16)
def _contained(profile: str) -> tuple[Path, ...]:
    """List the files of a profile: those that it imports, and then its own."""
    path = assets.path(f"shapes/{profile}.ttl")
    imported = [
        triple.object.value.removeprefix(_BASE)
        for triple in _triples(path)
        if triple.predicate == _IMPORTS and isinstance(triple.object, ox.NamedNode)
    ]
    smaller = [one for name in imported if name in PROFILES for one in _contained(name)]
    return (*smaller, path)


def _version(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise FaultyShapes(path, error.strerror or str(error)) from error
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=16)
def _load(versions: tuple[tuple[Path, tuple[int, int]], ...], own: int) -> Shapes:
    paths = tuple(path for path, _ in versions)
    triples: list[ox.Triple] = []
    rules: dict[str, Rule] = {}
    for path in paths[: len(paths) - own]:
        found = _triples(path)
        rules |= read(found, path.stem)
        triples += found
    for path in paths[len(paths) - own :]:
        found = _triples(path)
        for shape, reason in wellformed.faults(found):
            raise FaultyShapes(path, reason, shape=shape)
        more = read(found, path.name)
        for shape in more.keys() & rules.keys():
            raise FaultyShapes(path, f"{rules[shape].profile} states this rule too", shape=shape)
        rules |= more
        triples += found
    written = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return Shapes(written, paths, rules, reach.properties(triples))


@lru_cache(maxsize=32)
def _only(triples: bytes, names: frozenset[str], paths: tuple[Path, ...]) -> Shapes | None:
    if "" in names:
        return None
    said: defaultdict[object, list[ox.Triple]] = defaultdict(list)
    for quad in ox.parse(triples, format=ox.RdfFormat.N_TRIPLES):
        said[quad.subject].append(quad.triple)
    reached: dict[object, None] = dict.fromkeys(map(ox.NamedNode, names))
    if not all(any(one.predicate in _TARGETS for one in said[node]) for node in reached):
        return None
    waiting = list(reached)
    while waiting:
        more = {triple.object for triple in said[waiting.pop()]} & said.keys() - reached.keys()
        reached |= dict.fromkeys(more)
        waiting += more
    kept = [triple for node in reached for triple in said[node]]
    written = ox.serialize(kept, format=ox.RdfFormat.N_TRIPLES) or b""
    return Shapes(written, paths, {}, reach.properties(kept))


def _triples(path: Path) -> list[ox.Triple]:
    form = ox.RdfFormat.from_extension(path.suffix.removeprefix(".")) or ox.RdfFormat.TURTLE
    try:
        parsed = ox.parse(path=path, format=form, rename_blank_nodes=True)
        return [quad.triple for quad in parsed]
    except SyntaxError as error:
        raise FaultyShapes(path, error.msg or str(error), line=error.lineno) from error
    except OSError as error:
        raise FaultyShapes(path, error.strerror or str(error)) from error
