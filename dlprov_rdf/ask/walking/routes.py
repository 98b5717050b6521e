# SPDX-License-Identifier: Apache-2.0
"""Paths from some things to others that lead through what they must and past what they must not.

A thing lies on such a path if it can be reached from a source, and a target from it, with
all that must lie on the path passed on the way. That is searched for in the walk, each node
taken together with what was passed so far.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import NamedNode

from dlprov_rdf.ask.lineage import Edge, Node, Walk, walk_from
from dlprov_rdf.ask.naming import measures, names, near
from dlprov_rdf.ask.sparql import rows, text
from dlprov_rdf.ask.walking import kinds
from dlprov_rdf.ask.walking.listing import Listed
from dlprov_rdf.ask.walking.paths import trainings_of, without_epochs
from dlprov_rdf.errors import Ambiguous, NotFound, TooMany

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

#: Things that paths may begin at in one question.
_SOURCES = 500

_OF_KIND = "SELECT DISTINCT ?thing { VALUES ?kind { UNDEF } ?thing a ?kind } ORDER BY ?thing"

_NAMED = """
SELECT DISTINCT ?thing {
  VALUES ?name { "" } ?thing rdfs:label|foaf:name|dlprov:path ?name
} ORDER BY ?thing"""

#: A node, with which of the things that must be passed were passed on the way to it.
_State: TypeAlias = tuple[str, frozenset[int]]


@dataclass(frozen=True)
class Wish:
    """Which paths are wanted. Each set is of names, IRIs, kinds (``data``), or kind and name.

    ``through`` must all lie on a path, and nothing of ``past`` may. ``shortest``: one path
    is enough, of the fewest steps. ``run`` keeps the sources to one run's things.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    through: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    shortest: bool = False
    run: str | None = None


@dataclass(frozen=True)
class Routes:
    """What lies on the paths: a part of a walk, and each node with the step that led to it.

    ``rows`` are in the order of the paths, the sources first; a node's distance is that on
    the shortest of the paths wanted.
    """

    walk: Walk
    rows: tuple[Listed, ...]


def find(store: Store, base: str, wish: Wish) -> Routes:
    """Find the paths: against time, to what the sources depend on; else along it.

    Raises:
        NotFound: No source has this name.
        TooMany: The sources are more than paths are searched from.
    """
    sources = _sources(store, base, wish)
    found = Routes(Walk(sources[0]), ())
    for upward in (True, False):
        walk = walk_from(store, sources, upward=upward)
        marks = [*wish.targets, *wish.through, *wish.past]
        folded = trainings_of(walk)
        if not any(_is(walk.nodes[iri], mark) for iri in folded for mark in marks):
            walk = without_epochs(walk)
        found = _routes(walk, sources, wish)
        if found.rows:
            break
    return found


def check(store: Store, base: str, wish: Wish) -> None:
    """Check that each word means something: no path to what there is not is no answer.

    Raises:
        NotFound: Nothing has the name of a target, or of what must or must not lie on a path.
    """
    for mark in (*wish.targets, *wish.through, *wish.past):
        if kinds.classes(mark) or kinds.classes(mark.partition(" ")[0]):
            continue
        try:
            _named(store, base, mark)
        except Ambiguous:
            continue
        except NotFound:
            remedy = f"Give an IRI, a label, or a kind: {', '.join(kinds.words())}."
            hint = near.meant(store, mark, remedy, a_kind=True)
            raise NotFound("thing or kind of thing", mark, hint) from None


def _sources(store: Store, base: str, wish: Wish) -> list[str]:
    """List the things that the sources name, each once."""
    found: dict[str, None] = {}
    for word in wish.sources:
        meant = _named(store, base, word)
        if wish.run is not None:
            meant = [iri for iri in meant if iri == wish.run or iri.startswith(f"{wish.run}/")]
        if not meant:
            raise NotFound("thing", word, "Give an IRI, a label that a table shows, or a kind.")
        found.update(dict.fromkeys(meant))
    if len(found) > _SOURCES:
        raise TooMany("things to begin at", len(found), _SOURCES, "name them, or give a run")
    return list(found)


def _named(store: Store, base: str, word: str) -> list[str]:
    """Find all that a word means: everything of a kind, of a name, of both, else one thing."""
    kind, _, name = word.partition(" ")
    if name and (of_kind := _of_kind(store, kind)):
        both = set(of_kind) & set(_called(store, name))
        if both:
            return sorted(both)
    found = [*_of_kind(store, word), *_called(store, word)]
    return found or [_one(store, base, word)]


def _one(store: Store, base: str, word: str) -> str:
    """Find the one thing, or the newest test metric, that a word means."""
    try:
        return names.thing(store, base, word).value
    except NotFound as nothing:
        try:
            return measures.metrics(store, word, None, single=True)[0][0].value
        except NotFound:
            raise nothing from None


def _of_kind(store: Store, word: str) -> list[str]:
    classes = [NamedNode(iri) for iri in kinds.classes(word)]
    found = rows(store, _OF_KIND, {"kind": classes}) if classes else []
    return [text(row[0]) for row in found]


def _called(store: Store, name: str) -> list[str]:
    return [text(row[0]) for row in rows(store, _NAMED, {"name": (names.literal("thing", name),)})]


def _routes(walk: Walk, sources: Sequence[str], wish: Wish) -> Routes:
    """Search a walk, and keep what lies on the paths."""
    came = _reached(walk, sources, wish)
    everything = frozenset(range(len(wish.through)))
    ends = [
        state for state, earlier in came.items()
        if state[1] == everything and earlier and _any(walk.nodes[state[0]], wish.targets)
    ]  # fmt: skip
    if wish.shortest:
        came = {
            state: [] if state[0] in sources else earlier[:1] for state, earlier in came.items()
        }
        ends = [end for end in ends if end[0] not in sources][:1]
    kept = _back(came, ends)
    order = [state for state in came if state in kept]
    distances = _distances(order, kept, sources)
    listed: dict[str, Listed] = {}
    for state in order:
        relation = next((edge.relation for _, edge in kept[state]), "")
        node = replace(walk.nodes[state[0]], distance=distances[state])
        listed.setdefault(node.iri, (node, kinds.short(relation)))
    edges = tuple(dict.fromkeys(edge for found in kept.values() for _, edge in found))
    part = replace(
        walk,
        start=next(iter(listed), walk.start),
        also=tuple(iri for iri in sources if iri in listed),
        nodes={iri: node for iri, (node, _) in listed.items()},
        edges=edges,
    )
    return Routes(part, tuple(sorted(listed.values(), key=lambda row: row[0].distance)))


def _reached(
    walk: Walk, sources: Sequence[str], wish: Wish
) -> dict[_State, list[tuple[_State, Edge]]]:
    """Go from the sources, nearest first; give for each state the states before it."""
    steps = walk.steps()
    allowed = {iri for iri, node in walk.nodes.items() if not _any(node, wish.past)}
    came: dict[_State, list[tuple[_State, Edge]]] = {}
    for iri in sources:
        if iri in allowed:
            came.setdefault((iri, _passed(walk.nodes[iri], wish)), [])
    queue = deque(came)
    while queue:
        here = queue.popleft()
        for there, edge in sorted(steps.get(here[0], [])):
            if there not in allowed:
                continue
            state = (there, here[1] | _passed(walk.nodes[there], wish))
            if state not in came:
                came[state] = []
                queue.append(state)
            came[state].append((here, edge))
    return came


def _back(
    came: dict[_State, list[tuple[_State, Edge]]], ends: Sequence[_State]
) -> dict[_State, list[tuple[_State, Edge]]]:
    """Go back from the ends: what is met lies on a path."""
    kept: dict[_State, list[tuple[_State, Edge]]] = {}
    queue = deque(ends)
    while queue:
        here = queue.popleft()
        if here not in kept:
            kept[here] = came[here]
            queue.extend(earlier for earlier, _ in came[here])
    return kept


def _distances(
    order: Sequence[_State],
    kept: dict[_State, list[tuple[_State, Edge]]],
    sources: Sequence[str],
) -> dict[_State, int]:
    """Count the steps to each state on the shortest way there."""
    distances: dict[_State, int] = {}
    for state in order:
        before = [distances[one] for one, _ in kept[state] if one in distances]
        distances[state] = 0 if state[0] in sources else min(before) + 1
    return distances


def _passed(node: Node, wish: Wish) -> frozenset[int]:
    return frozenset(index for index, mark in enumerate(wish.through) if _is(node, mark))


def _any(node: Node, marks: Sequence[str]) -> bool:
    return any(_is(node, mark) for mark in marks)


def _is(node: Node, mark: str) -> bool:
    """Say whether a mark means a node: by IRI, label, kind, both, or as a table shows it."""
    if mark in {node.iri, node.label, node.kind, f"{node.kind} {node.label}"}:
        return True
    return "/" in mark and node.iri.endswith(mark if mark[0] == "/" else _ending(node, mark))


def _ending(node: Node, mark: str) -> str:
    """Spell a mark as an IRI ends: ``data/12`` is a whole local name, a run's ending a part."""
    first = mark.partition("/")[0]
    run = (node.run or "").rpartition("/")[2]
    return mark if first and run.endswith(first) else f"/{mark}"
