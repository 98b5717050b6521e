# SPDX-License-Identifier: Apache-2.0
"""What a property path can touch, as patterns: each step of it, and the ends where they are held.

A step that is repeated (``p*``, ``p+``) can be taken anywhere, so all triples of its
predicates are needed; a step at an end of the path is held by what is known of that end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from pyoxigraph import NamedNode
from rdflib import URIRef
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, Path, SequencePath

from dlprov_rdf.ask.federating.reading.needs import Pattern, Position, Step, back

_numbers = count()

#: How a variable begins that no query can have.
_FRESH = "~"

#: What a prefixed name escapes (``r1:data\/2``), which rdflib leaves in the IRI.
_ESCAPED = re.compile(r"\\(.)")


def iri(term: URIRef) -> NamedNode:
    """Read an IRI as the query means it."""
    return NamedNode(_ESCAPED.sub(r"\1", term))


def fresh() -> str:
    """Give a variable that no query has."""
    return f"{_FRESH}{next(_numbers)}"


def leads_away(pattern: Pattern) -> bool:
    """Tell whether a pattern of a path has an end that lies somewhere on its way."""
    ends = (pattern.subject, pattern.object)
    return any(isinstance(one, str) and one.startswith(_FRESH) for one in ends)


def patterns(path: object, start: Position, end: Position) -> Iterator[Pattern]:
    """Give patterns that match every triple which a path can touch.

    Args:
        path: A predicate, or a path of rdflib's.
        start: Where the path begins.
        end: Where it ends.

    Raises:
        NotImplementedError: It is of a kind that is not known here.
    """
    if isinstance(path, URIRef):
        yield Pattern(start, iri(path), end)
    elif isinstance(path, InvPath):
        yield from patterns(path.arg, end, start)
    elif isinstance(path, AlternativePath):
        for one in path.args:
            yield from patterns(one, start, end)
    elif isinstance(path, SequencePath):
        between = [fresh() for _ in path.args[1:]]
        for one, begin, finish in zip(path.args, [start, *between], [*between, end], strict=True):
            yield from patterns(one, begin, finish)
    elif isinstance(path, MulPath):
        ends = (fresh(), fresh()) if path.more else (start, end)
        yield from patterns(path.path, *ends)
    elif isinstance(path, NegatedPath):
        yield Pattern(start, fresh(), end)
        if not all(isinstance(one, URIRef) for one in path.args):
            yield Pattern(end, fresh(), start)
    else:
        raise NotImplementedError(f"a path of the kind {type(path).__name__}")


def steps(path: object) -> frozenset[Step] | None:
    """Give the relations that a path can take, in whatever order; None: any but some.

    Raises:
        NotImplementedError: It is of a kind that is not known here.
    """
    if isinstance(path, URIRef):
        return frozenset((Step(iri(path), forward=True),))
    if isinstance(path, InvPath):
        forward = steps(path.arg)
        return None if forward is None else back(forward)
    if isinstance(path, MulPath):
        return steps(path.path)
    if isinstance(path, AlternativePath | SequencePath):
        found = [steps(one) for one in path.args]
        known = [one for one in found if one is not None]
        return frozenset[Step]().union(*known) if len(known) == len(found) else None
    if isinstance(path, NegatedPath):
        return None
    raise NotImplementedError(f"a path of the kind {type(path).__name__}")


def is_plain(path: object) -> bool:
    """Tell whether the patterns of a path, joined, are the path: predicates in a row."""
    if isinstance(path, SequencePath):
        return all(map(is_plain, path.args))
    return isinstance(path, URIRef) or (isinstance(path, InvPath) and is_plain(path.arg))


def may_be_empty(path: object) -> bool:
    """Tell whether a path leads from a thing to itself without any triple."""
    if isinstance(path, MulPath):
        return bool(path.zero) or may_be_empty(path.path)
    if isinstance(path, SequencePath):
        return all(map(may_be_empty, path.args))
    if isinstance(path, AlternativePath):
        return any(map(may_be_empty, path.args))
    return isinstance(path, InvPath) and may_be_empty(path.arg)


def text(path: object) -> str:
    """Write a path so that SPARQL reads it as it is meant.

    Raises:
        NotImplementedError: It is of a kind that is not known here.
    """
    if isinstance(path, URIRef):
        return str(iri(path))
    if isinstance(path, InvPath):
        return f"^({text(path.arg)})"
    if isinstance(path, MulPath):
        return f"({text(path.path)}){path.mod}"
    if isinstance(path, AlternativePath | SequencePath):
        between = "|" if isinstance(path, AlternativePath) else "/"
        return f"({between.join(map(text, path.args))})"
    if isinstance(path, NegatedPath):
        names = (
            f"^{text(one.arg)}" if isinstance(one, InvPath) else text(one) for one in path.args
        )
        return f"!({'|'.join(names)})"
    raise NotImplementedError(f"a path of the kind {type(path).__name__}")


def words(path: Path) -> str:
    """Write a path as SPARQL does, each name by its last part."""
    return re.sub(r"<[^<>]*[/#]([^<>/#]+)>", r"\1", path.n3())
