# SPDX-License-Identifier: Apache-2.0
"""What every store of runs can do: hold one named graph a run, replace it, answer questions.

A question's default graph is the union of all named graphs, and it may only read.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

#: What a variable of an answer is bound to.
Term = NamedNode | BlankNode | Literal | Triple


class Change(NamedTuple):
    """How many quads a replacement added to a graph, and how many it took away."""

    added: int
    removed: int


class Rows:
    """The rows that a SELECT found, to be gone through once; None is an unbound variable."""

    def __init__(self, variables: list[str], rows: Iterable[tuple[Term | None, ...]]) -> None:
        self.variables = variables
        self._rows = iter(rows)

    def __iter__(self) -> Iterator[tuple[Term | None, ...]]:
        return self._rows

    def close(self) -> None:
        """Read no more; a service that still sends rows is told to stop."""
        close = getattr(self._rows, "close", None)
        if close is not None:
            close()


class Closing(ABC):
    """What is closed at the end of the ``with`` block that it begins."""

    @abstractmethod
    def close(self) -> None:
        """See ``Store.close``."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


#: What a question gives: rows of a SELECT, the truth of an ASK, triples of the others.
Found = Rows | bool | Iterator[Triple]


class Store(Protocol):
    """A store of named graphs."""

    def replace(self, graph: NamedNode, quads: Iterable[Quad]) -> Change:
        """Make a graph hold these quads and no others, at once or not at all.

        Nobody sees a graph that is half old and half new, and doing it again changes
        nothing. Only what differs is written.

        Args:
            graph: The graph's name.
            quads: All of what it is to hold, each in that graph.

        Raises:
            StoreError: It could not be written; the graph is what it was.
        """
        ...

    def drop(self, graph: NamedNode) -> None:
        """Take a graph away; one that is not there is no fault."""
        ...

    def graphs(self) -> Iterator[NamedNode]:
        """Yield the names of the graphs."""
        ...

    def graph(self, name: NamedNode) -> Iterator[Quad]:
        """Yield what a graph holds, in no order."""
        ...

    def query(self, sparql: str, prefixes: dict[str, str] | None = None) -> Found:
        """Answer a SPARQL query over the union of the graphs.

        Args:
            sparql: The query.
            prefixes: Those that it may use without declaring them.

        Raises:
            FaultyQuery: The query has an error, or would change or contact anything.
        """
        ...

    def count(self) -> int:
        """Count the quads of all graphs."""
        ...

    def close(self) -> None:
        """Let go of files, locks and connections; doing it again is no fault."""
        ...
