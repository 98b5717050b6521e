# SPDX-License-Identifier: Apache-2.0
"""Puts values into a query: rows of its ``VALUES`` blocks, and marked limits, are replaced.

A query file runs as it stands, with the demonstration's values in the ``VALUES`` blocks of
its parameters. Only serialised terms enter, never a user's text, and they enter where they
restrict: each block keeps its place, inside a sub-select too. A limit, which SPARQL wants as a
number, is marked by a comment: ``LIMIT 3 # ?k``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

#: What can stand in a row of a ``VALUES`` block; None is written ``UNDEF``.
Term: TypeAlias = NamedNode | Literal

#: Comments, IRIs and strings are tokens too, so that a brace inside one is not a brace.
_TOKEN = re.compile(
    r"""
      (?P<comment> \#[^\n]* )
    | (?P<iri>     <[^<>"{}|^`\\\x00-\x20]*> )
    | (?P<string>  \"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
                 | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
    | (?P<variable> [?$]\w+ )
    | (?P<word>    [A-Za-z_][\w:.%-]* )
    | (?P<mark>    [{}()] )
    """,
    re.VERBOSE | re.DOTALL,
)

#: How the text of a whole number ends.
_INTEGER = '"^^<http://www.w3.org/2001/XMLSchema#integer>'

#: A limit that a parameter sets: what stands before the number, behind it, and the name.
_LIMIT = re.compile(r"(\bLIMIT\s+)\d+(\s*#\s*\?(\w+)\b)")


@dataclass(frozen=True)
class Block:
    """One ``VALUES`` block: where it begins and ends, and where its rows do."""

    variables: tuple[str, ...]
    start: int
    rows_start: int
    rows_end: int
    end: int


def bind(sparql: str, values: Mapping[str, Sequence[Term] | None]) -> str:
    """Replace the rows of the blocks whose variables have values.

    Args:
        sparql: A query as it stands in its file.
        values: For each parameter its terms, one a row, or None where it does not restrict:
            a block in which no variable restricts goes, in another it is ``UNDEF``. A block
            of several parameters gets every combination. No terms at all match nothing.

    Returns:
        The query to ask. A block with a variable that is no parameter stays as it is.
    """
    chosen = {name: None if terms is None else tuple(terms) for name, terms in values.items()}
    sparql = _limited(sparql, chosen)

    def rows(variables: tuple[str, ...]) -> list[tuple[Term | None, ...]] | None:
        columns = [chosen[name] for name in variables]
        if all(column is None for column in columns):
            return None
        return list(product(*((None,) if column is None else column for column in columns)))

    blocks = [block for block in blocks_of(sparql) if set(block.variables) <= set(chosen)]
    return _rewrite(sparql, blocks, {one: rows(one) for one in {b.variables for b in blocks}})


def bind_table(
    sparql: str, variables: tuple[str, ...], rows: Sequence[tuple[Term | None, ...]]
) -> str:
    """Replace the rows of the block with exactly these variables, in this order, by a table."""
    return bind_tables(sparql, {variables: rows})


def bind_tables(
    sparql: str, tables: Mapping[tuple[str, ...], Sequence[tuple[Term | None, ...]]]
) -> str:
    """Replace the rows of several blocks, each found by its variables, as ``bind_table`` does."""
    blocks = [block for block in blocks_of(sparql) if block.variables in tables]
    return _rewrite(sparql, blocks, tables)


@lru_cache(maxsize=128)
def blocks_of(sparql: str) -> tuple[Block, ...]:
    """Find the ``VALUES`` blocks of a query, from first to last."""
    return tuple(_blocks(sparql))


def _blocks(sparql: str) -> Iterator[Block]:
    tokens = tokens_of(sparql)
    for index, token in enumerate(tokens):
        if token.lastgroup != "word" or token[0].upper() != "VALUES":
            continue
        opening = next(i for i in range(index, len(tokens)) if tokens[i][0] == "{")
        closing = next(i for i in range(opening, len(tokens)) if tokens[i][0] == "}")
        yield Block(
            variables=tuple(
                found[0][1:] for found in tokens[index:opening] if found.lastgroup == "variable"
            ),
            start=token.start(),
            rows_start=tokens[opening].end(),
            rows_end=tokens[closing].start(),
            end=tokens[closing].end(),
        )


def tokens_of(sparql: str) -> list[re.Match[str]]:
    """List the names, strings, words and brackets of a query, without its comments."""
    return [token for token in _TOKEN.finditer(sparql) if token.lastgroup != "comment"]


def _limited(sparql: str, chosen: Mapping[str, tuple[Term, ...] | None]) -> str:
    """Put counts where a limit is marked; one that is not given stays as the file has it."""

    def limit(found: re.Match[str]) -> str:
        terms = chosen.get(found[3]) or ()
        return f"{found[1]}{int(terms[0].value)}{found[2]}" if terms else found[0]

    return _LIMIT.sub(limit, sparql)


def _rewrite(
    sparql: str,
    blocks: Sequence[Block],
    rows: Mapping[tuple[str, ...], Sequence[tuple[Term | None, ...]] | None],
) -> str:
    """Write the query again with the rows for each block's variables, or without it (None)."""
    written = {names: None if of is None else _written(names, of) for names, of in rows.items()}
    parts: list[str] = []
    done = 0
    for block in blocks:
        text = written[block.variables]
        if text is None:
            parts.append(sparql[done : block.start])
        else:
            parts += (sparql[done : block.rows_start], text, sparql[block.rows_end : block.end])
        done = block.end
    parts.append(sparql[done:])
    return "".join(parts)


def _written(variables: tuple[str, ...], rows: Sequence[tuple[Term | None, ...]]) -> str:
    """Write rows in SPARQL, in the short form where a block has it."""
    lines = [" ".join(["UNDEF" if term is None else _term(term) for term in row]) for row in rows]
    bracketed = len(variables) != 1
    return "".join(f" ({line})" if bracketed else f" {line}" for line in lines) + " "


def _term(term: Term) -> str:
    """Write a term; a whole number bare, which is read in half the time and is the same term."""
    text = str(term)
    digits = text[1 : -len(_INTEGER)]
    return digits if digits.isdecimal() and digits.isascii() and text.endswith(_INTEGER) else text
