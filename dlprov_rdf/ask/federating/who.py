# SPDX-License-Identifier: Apache-2.0
"""Says of each row of an answer which labs assert it, and which of their graphs.

A lab asserts a row if it gives it when it is asked alone. Where none does, the row is of
several labs together: of those without which it would not be there. Its graphs are those that
say something of everything that the row names by an IRI; if no graph does, of anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, cast

from pyoxigraph import Literal, NamedNode, Quad

from dlprov_rdf.ask.answer import Answer, AnyTerm
from dlprov_rdf.errors import OnlyRead, QuestionError
from dlprov_rdf.store.base import Change, Found, Rows, Store

if TYPE_CHECKING:
    from dlprov_rdf.ask.federate import Federation

_Row: TypeAlias = tuple[AnyTerm | None, ...]

COLUMNS = ("asserted_by", "in_graph")


def asserted(federation: Federation, answer: Answer, ask: Callable[[Store], object]) -> Answer:
    """Put two columns beside an answer: the labs that assert a row, and the graphs.

    Args:
        federation: Who was asked.
        answer: What was found.
        ask: Asks the same of a store; gives an answer.
    """
    names = [lab.name for lab in federation.labs]
    alone = {name: _rows(ask, _Part(federation, (name,))) for name in names}
    others = {
        name: _rows(ask, _Part(federation, tuple(one for one in names if one != name)))
        for name in names
    }  # fmt: skip
    terms = []
    for row in answer.terms:
        by = [name for name in names if row in alone[name]]
        together = by or [name for name in names if row not in others[name]] or names
        said = ("; " if by else " + ").join(together)
        graphs = " ".join(sorted(graph.value for graph in _graphs(federation, row, together)))
        terms.append((*row, Literal(said), Literal(graphs)))
    return replace(answer, columns=(*answer.columns, *COLUMNS), terms=tuple(terms))


def _rows(ask: Callable[[Store], object], part: _Part) -> set[_Row]:
    """Ask a part of the labs; a name that they do not know gives no row."""
    try:
        return set(cast("Answer", ask(part)).terms)
    except QuestionError:
        return set()


def _graphs(federation: Federation, row: _Row, labs: Sequence[str]) -> set[NamedNode]:
    found = [
        _saying(federation, term) & {*federation.held_by(*labs)}
        for term in row
        if isinstance(term, NamedNode)
    ]
    return set.intersection(*found) or set.union(*found) if found else set()


def _saying(federation: Federation, thing: NamedNode) -> set[NamedNode]:
    """Find the graphs that say something of a thing, or are that thing."""
    sparql = f"SELECT DISTINCT ?g {{ GRAPH ?g {{ {thing} ?p ?o }} }}"
    rows = cast("Rows", federation.query(sparql))
    return {cast("NamedNode", row[0]) for row in rows}


class _Part:
    """The graphs of some labs alone, as a store."""

    def __init__(self, federation: Federation, labs: tuple[str, ...]) -> None:
        self._federation, self._labs = federation, labs

    def query(self, sparql: str, prefixes: dict[str, str] | None = None) -> Found:
        """See ``Store.query``."""
        self._federation.query(sparql, prefixes)  # so that all that it needs was fetched
        return self._federation.query(sparql, prefixes, self._federation.held_by(*self._labs))

    def graphs(self) -> Iterator[NamedNode]:
        """See ``Store.graphs``."""
        yield from self._federation.held_by(*self._labs)

    def graph(self, name: NamedNode) -> Iterator[Quad]:
        """See ``Store.graph``."""
        whole = list(self._federation.graph(name))
        yield from whole if name in self._federation.held_by(*self._labs) else []

    def count(self) -> int:
        """See ``Store.count``."""
        return sum(1 for name in self.graphs() for _ in self.graph(name))

    def replace(self, graph: NamedNode, quads: Iterable[Quad]) -> Change:  # noqa: ARG002 -- Store's
        """Refuse: several labs are only read."""
        raise OnlyRead

    def drop(self, graph: NamedNode) -> None:  # noqa: ARG002 -- Store's
        """Refuse: several labs are only read."""
        raise OnlyRead

    def close(self) -> None:
        """Leave the labs open."""
