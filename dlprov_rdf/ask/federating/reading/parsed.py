# SPDX-License-Identifier: Apache-2.0
"""Has rdflib read a query, once: that takes it a tenth of a second."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

from dlprov_rdf.ask.federating.reading.expressions import translated

#: What a query may use without declaring it, by the names.
Prefixes: TypeAlias = tuple[tuple[str, str], ...]


class Parsed(NamedTuple):
    """A query as rdflib reads it.

    Attributes:
        algebra: Its top operator.
        prefixes: Those that it may use, and those that it declares.
        base: What it declares that names are relative to.
    """

    algebra: Any
    prefixes: Prefixes
    base: str | None


@lru_cache(maxsize=512)
def parse(sparql: str, prefixes: Prefixes) -> Parsed:
    """Read a query.

    Raises:
        Exception: rdflib's, pyparsing's, or RecursionError: it is beyond them.
    """
    query = translateQuery(parseQuery(sparql), initNs=dict(prefixes))
    translated(query.algebra)
    declared = query.prologue.namespace_manager.namespaces()
    known = dict(prefixes) | {name: str(iri) for name, iri in declared}
    base = str(query.prologue.base) if query.prologue.base else None
    return Parsed(query.algebra, tuple(known.items()), base)
