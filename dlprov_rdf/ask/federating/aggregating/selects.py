# SPDX-License-Identifier: Apache-2.0
"""Finds the SELECTs of a query by their places in its text, and what each asks of its group.

What is worked out at the labs is put in the place of a group, and of the aggregates above it;
all else of the query stays as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dlprov_rdf.ask.binding import tokens_of

_ONE = re.compile(r"\s*(DISTINCT\b)?\s*(\*|[?$]\w+)\s*", re.IGNORECASE)
_AGGREGATES = {"COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"}
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_ENDS = {"HAVING", "ORDER", "LIMIT", "OFFSET"}


@dataclass(frozen=True)
class Aggregate:
    """An aggregate of one variable, or of none.

    Attributes:
        kind: ``COUNT``, ``SUM``, ``AVG``, ``MIN`` or ``MAX``.
        distinct: Whether each value counts once.
        of: The variable; ``*`` for none.
        start: Where it begins in the query.
        end: Where it ends.
    """

    kind: str
    distinct: bool
    of: str
    start: int
    end: int


@dataclass(frozen=True)
class Select:
    """A SELECT: where its group lies, and what it asks of it.

    Attributes:
        prologue: What the query declares.
        start: Where its group begins.
        end: Where its group ends.
        before: How it was written from its first word to its group.
        after: How it was written from its group to its end.
        inner: Whether it stands in another group.
        keys: The variables by which it groups.
        aggregates: All of them, from first to last.
    """

    prologue: str
    start: int
    end: int
    before: str
    after: str
    inner: bool
    keys: tuple[str, ...]
    aggregates: tuple[Aggregate, ...]


def selects(sparql: str) -> Iterator[Select]:
    """Find the SELECTs of which it is plain what they ask of their groups.

    In a query that is to be refused none is found.

    Args:
        sparql: A query without an error.
    """
    tokens = tokens_of(sparql)
    if any(token[0].upper() in {"FROM", "SERVICE"} for token in tokens):
        return
    pairs = _pairs(tokens)
    first = next(token for token in tokens if token[0].upper() in _FORMS)
    for index, token in enumerate(tokens):
        if token[0].upper() != "SELECT" or token.lastgroup != "word":
            continue
        outer = _outer(pairs, index)
        if any(tokens[one - 1][0].upper() == "EXISTS" for one in outer if one):
            continue
        opening = _body(tokens, index)
        closing = pairs[opening]
        last = pairs[outer[-1]] if outer else len(tokens)
        around = [*tokens[index + 1 : opening], *tokens[closing + 1 : last]]
        found = None if any(map(_unclear, around)) else _read(sparql, around)
        if found is not None:
            start, end = tokens[opening].start(), tokens[closing].end()
            finish = tokens[last].start() if outer else len(sparql)
            before, after = sparql[token.start() : start], sparql[end:finish]
            yield Select(sparql[: first.start()], start, end, before, after, bool(outer), *found)


def _read(
    sparql: str, around: Sequence[re.Match[str]]
) -> tuple[tuple[str, ...], tuple[Aggregate, ...]] | None:
    """Read what stands around a group; None: it is not plain."""
    aggregates: list[Aggregate] = []
    keys: list[str] = []
    grouping = False
    index = 0
    while index < len(around):
        token = around[index]
        word = token[0].upper() if token.lastgroup == "word" else ""
        if word in _AGGREGATES:
            one = _aggregate(sparql, around, index)
            if one is None:
                return None
            aggregates.append(one)
            while around[index].end() < one.end:
                index += 1
        elif word in {"GROUP", *_ENDS}:
            grouping = word == "GROUP"
        elif grouping and token.lastgroup == "variable":
            keys.append(token[0][1:])
        elif grouping and word != "BY":
            return None
        index += 1
    return tuple(keys), tuple(aggregates)


def _aggregate(sparql: str, around: Sequence[re.Match[str]], index: int) -> Aggregate | None:
    closing = next((one for one in around[index:] if one[0] == ")"), None)
    if closing is None or around[index + 1][0] != "(":
        return None
    inner = _ONE.fullmatch(sparql, around[index + 1].end(), closing.start())
    kind = around[index][0].upper()
    if inner is None or kind in {"SAMPLE", "GROUP_CONCAT"} or (inner[1] and inner[2] == "*"):
        return None
    return Aggregate(kind, bool(inner[1]), inner[2].lstrip("?$"), around[index].start(),
                     closing.end())  # fmt: skip


def _pairs(tokens: Sequence[re.Match[str]]) -> dict[int, int]:
    """Tell for each brace that opens which one closes."""
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for index, token in enumerate(tokens):
        if token[0] == "{":
            waiting.append(index)
        elif token[0] == "}":
            pairs[waiting.pop()] = index
    return pairs


def _outer(pairs: dict[int, int], index: int) -> list[int]:
    """Give the braces that are open at a token, from the outermost to the innermost."""
    return sorted(one for one, other in pairs.items() if one < index < other)


def _body(tokens: Sequence[re.Match[str]], index: int) -> int:
    """Find where the group of a SELECT opens; a brace in brackets is in an expression."""
    depth = 0
    for place in range(index, len(tokens)):
        mark = tokens[place][0]
        depth += (mark == "(") - (mark == ")")
        if mark == "{" and depth == 0:
            return place
    raise ValueError(index)


def _unclear(token: re.Match[str]) -> bool:
    """Tell what may be more than it seems: a group in an expression, a comparison as an IRI."""
    swallowed = token.lastgroup == "iri" and re.search("[()&?]", token[0])
    return token[0] in {"{", "}"} or bool(swallowed)
