# SPDX-License-Identifier: Apache-2.0
"""Asks several labs as one: the rows are those of a store that holds all their graphs once.

What a query needs is fetched from every lab into a store in memory, and the query is answered
there. So counts, paths, MINUS and all else are right whatever lab holds what.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from pyoxigraph import BlankNode, NamedNode, Quad

from dlprov_rdf.ask.federating import parts
from dlprov_rdf.ask.federating.blank import renamed
from dlprov_rdf.ask.federating.labs import Lab, Outcome, ask_all
from dlprov_rdf.ask.federating.needs import Column, Needs, Term
from dlprov_rdf.ask.federating.parts import EVERYTHING, Part
from dlprov_rdf.ask.federating.strategies import Patterns, Plan, Strategy, WholeGraphs
from dlprov_rdf.errors import FaultyQuery, MissingExtra, NoLabAnswered, OnlyRead
from dlprov_rdf.store.base import Change, Found, Rows
from dlprov_rdf.store.embedded import EmbeddedStore

__all__ = ["Federation", "Lab"]


class Federation:
    """Several labs, asked as one store for the length of one question.

    Attributes:
        faults: Why a lab is not in the answer, by its name.
        notes: What to know of how the answer was found.
    """

    def __init__(
        self, labs: Sequence[Lab], *, seconds: float | None = None, strategy: Strategy | None = None
    ) -> None:
        self.labs = list(labs)
        self.faults: dict[str, str] = {}
        self.notes: list[str] = []
        self._until = None if seconds is None else time.monotonic() + seconds
        self._strategy = strategy or Patterns()
        self._fetched = EmbeddedStore.memory()
        self._known: list[Part] = []
        self._holders: dict[str, set[str]] = {}

    def query(self, sparql: str, prefixes: dict[str, str] | None = None) -> Found:
        """See ``Store.query``.

        Raises:
            NotFederated: The query says FROM or SERVICE.
            NoLabAnswered: Every lab failed.
        """
        EmbeddedStore.memory().query(sparql, prefixes)  # for its errors
        needs = _needs(sparql, prefixes)
        for plan in self._strategy.rounds(needs, self._column):
            self._carry_out(plan)
        return self._fetched.query(sparql, prefixes)

    def graphs(self) -> Iterator[NamedNode]:
        """See ``Store.graphs``."""
        found = self.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
        yield from (cast("NamedNode", row[0]) for row in cast("Rows", found))

    def graph(self, name: NamedNode) -> Iterator[Quad]:
        """See ``Store.graph``."""
        self._fetch((Part(graph=frozenset((name,))),))
        yield from self._fetched.graph(name)

    def count(self) -> int:
        """See ``Store.count``."""
        self._fetch((EVERYTHING,))
        return self._fetched.count()

    def replace(self, graph: NamedNode, quads: Iterable[Quad]) -> Change:  # noqa: ARG002 -- Store's
        """Refuse: several labs are only read."""
        raise OnlyRead

    def drop(self, graph: NamedNode) -> None:  # noqa: ARG002 -- Store's
        """Refuse: several labs are only read."""
        raise OnlyRead

    def close(self) -> None:
        """Let go of what was fetched, and of the labs."""
        self._fetched.close()
        for lab in self.labs:
            lab.store.close()

    def _carry_out(self, plan: Plan) -> None:
        if plan.why:
            self._note(f"all graphs were fetched whole: {plan.why}")
        self._fetch(plan.parts)

    def _fetch(self, wanted: Iterable[Part]) -> None:
        """Fetch from every lab what is not here yet."""
        missing = parts.fewest(wanted, self._known)
        if not missing:
            return
        request = parts.request(missing)

        def ask(lab: Lab) -> list[Quad]:
            found = lab.store.query(request)
            if not isinstance(found, Rows):
                raise FaultyQuery(lab.name, "it answered no rows to a SELECT")
            return list(parts.quads(missing, found.variables, found))

        outcome = ask_all(self.labs, ask, self._until)
        whole = missing == (EVERYTHING,)
        blank = any(map(_blank, (quad for told in outcome.told.values() for quad in told)))
        if blank and not whole:
            plans = WholeGraphs("they have blank nodes").rounds(Needs(), self._column)
            self._carry_out(next(iter(plans)))
            return
        self._take(outcome)
        self._known += missing

    def _take(self, outcome: Outcome[list[Quad]]) -> None:
        for lab, quads in outcome.told.items():
            told = renamed(quads)
            self._fetched.fill(told)
            for graph in {cast("NamedNode", quad.graph_name).value for quad in told}:
                self._holders.setdefault(graph, set()).add(lab)
        if outcome.faults:
            self._lose(outcome.faults)

    def _lose(self, faults: dict[str, str]) -> None:
        """Go on without labs that failed, and without what they alone had told."""
        self.faults |= faults
        self.labs = [lab for lab in self.labs if lab.name not in faults]
        if not self.labs:
            raise NoLabAnswered(tuple(f"{name}: {why}" for name, why in self.faults.items()))

    def _column(self, column: Column) -> frozenset[Term]:
        raise NotImplementedError(column)

    def _note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)


def _blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def _needs(sparql: str, prefixes: dict[str, str] | None) -> Needs:
    """Read a query; only here is rdflib needed."""
    try:
        from dlprov_rdf.ask.federating import algebra
    except ImportError as error:
        raise MissingExtra("rdflib, which asks several labs at once,", "rdflib") from error
    return algebra.needs(sparql, prefixes)
