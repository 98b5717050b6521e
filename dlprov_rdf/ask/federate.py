# SPDX-License-Identifier: Apache-2.0
"""Asks several labs as one: the rows are those of a store that holds all their graphs once.

What a query needs is fetched from every lab into a store in memory, and the query is answered
there. So counts, paths, MINUS and all else are right whatever lab holds what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TypeVar, cast

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.ask.answer import Answer
from dlprov_rdf.ask.federating.fetching.fetched import Fetched
from dlprov_rdf.ask.federating.fetching.fetcher import Fetcher, Lost
from dlprov_rdf.ask.federating.fetching.labs import Lab
from dlprov_rdf.ask.federating.fetching.parts import EVERYTHING, Part
from dlprov_rdf.ask.federating.fetching.pushing import PushDown
from dlprov_rdf.ask.federating.fetching.sources import Sources
from dlprov_rdf.ask.federating.fetching.strategies import Plan, Strategy
from dlprov_rdf.ask.federating.fetching.ways import OF_ANYTHING, OF_DATA, ON_ANYTHING, Walk
from dlprov_rdf.ask.federating.reading.needs import Needs
from dlprov_rdf.errors import DlprovError, MissingExtra, OnlyRead
from dlprov_rdf.store.base import Change, Found, Rows
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.kept import Kept

_Answer = TypeVar("_Answer")

__all__ = ["Federation", "Lab"]


class Federation:
    """Several labs, asked as one store for the length of one question.

    What was fetched is kept, so that what a question looks up twice is asked for once.
    """

    def __init__(
        self,
        labs: Sequence[Lab],
        *,
        seconds: float | None = None,
        strategy: Strategy | None = None,
        kept: Kept | None = None,
        sources: Sources | None = None,
    ) -> None:
        self._fetcher = Fetcher(labs, seconds, kept, sources or Sources())
        self._strategy = strategy or PushDown()
        self._aggregates = strategy is None

    @property
    def labs(self) -> list[Lab]:
        """Those that have not failed."""
        return self._fetcher.labs

    @property
    def faults(self) -> dict[str, str]:
        """Why a lab is not in the answer, by its name."""
        return self._fetcher.faults

    @property
    def fetched(self) -> Fetched:
        """What was fetched."""
        return self._fetcher.fetched

    def query(
        self,
        sparql: str,
        prefixes: dict[str, str] | None = None,
        graphs: Sequence[NamedNode] | None = None,
    ) -> Found:
        """See ``Store.query``; over some of the graphs alone, if they are given.

        Raises:
            NotFederated: The query says FROM or SERVICE.
            NoLabAnswered: Every lab failed.
        """
        EmbeddedStore.memory().query(sparql, prefixes)  # for its errors

        def ask() -> Found:
            asked = self._with_aggregates(sparql, prefixes or {}) if graphs is None else sparql
            for plan in self._rounds(_needs(asked, prefixes)):
                self._carry_out(plan)
            return self.fetched.store.query(asked, prefixes, graphs)

        return self._whatever_is_lost(ask)

    def foresee(self, queries: Iterable[str]) -> None:
        """Fetch what some queries need that will be asked, all at once, round by round.

        A query that cannot be read is passed over: it says so itself once it is asked.
        """
        readable = []
        for sparql in queries:
            with suppress(DlprovError):
                readable.append(self._rounds(_needs(sparql, None)))
        with suppress(Lost):
            while plans := [plan for rounds in readable if (plan := next(rounds, None))]:
                if any(plan.why for plan in plans):
                    return
                self._fetcher.fetch(one for plan in plans for one in plan.wanted)

    def reach(self, things: Iterable[NamedNode], *, upward: bool, of_data: bool) -> None:
        """Fetch what lies behind some things, or before them, for it will be walked.

        Args:
            things: Where the walk is.
            upward: To what they depend on.
            of_data: Whether only what data may come from is walked to.
        """
        if not isinstance(self._strategy, PushDown):
            return
        way = (OF_DATA if of_data else OF_ANYTHING) if upward else ON_ANYTHING
        known = self.fetched.behind.whole if upward else self.fetched.behind.reached(way)
        walk = Walk(frozenset(things) - known, way)
        with suppress(Lost):
            self._fetcher.walk(walk, merged=not self._strategy.graphs)

    def held_by(self, *labs: str) -> list[NamedNode]:
        """Name the graphs of which something was fetched from one of some labs."""
        return self.fetched.held_by(labs)

    def graphs(self) -> Iterator[NamedNode]:
        """See ``Store.graphs``."""
        found = self.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
        yield from (cast("NamedNode", row[0]) for row in cast("Rows", found))

    def graph(self, name: NamedNode) -> Iterator[Quad]:
        """See ``Store.graph``."""
        self._whatever_is_lost(lambda: self._fetcher.fetch((Part(graph=frozenset((name,))),)))
        yield from self.fetched.store.graph(name)

    def count(self) -> int:
        """See ``Store.count``."""
        self._whatever_is_lost(lambda: self._fetcher.fetch((EVERYTHING,)))
        return self.fetched.store.count()

    def replace(self, graph: NamedNode, quads: Iterable[Quad]) -> Change:  # noqa: ARG002 -- Store's
        """Refuse: several labs are only read."""
        raise OnlyRead

    def drop(self, graph: NamedNode) -> None:  # noqa: ARG002 -- Store's
        """Refuse: several labs are only read."""
        raise OnlyRead

    def steadily(self, ask: Callable[[], _Answer]) -> _Answer:
        """Ask, and again from the beginning whenever a lab is lost on the way.

        What was asked before it was lost, a name that only it knew say, would else be mixed
        with what came after.
        """
        while True:
            lost = self._fetcher.lost
            try:
                answer = ask()
            except DlprovError as error:
                if self._fetcher.lost == lost or not self.labs:
                    for words in self.told():
                        error.add_note(words)
                    raise
            else:
                if self._fetcher.lost == lost:
                    return answer

    def told(self) -> list[str]:
        """Say what to know of the answer: how it was found, and which labs are not in it."""
        return [
            *self._fetcher.notes,
            *(f"partial: {name} is left out: {why}" for name, why in self.faults.items()),
        ]

    def marked(self, answer: Answer) -> Answer:
        """Say in an answer which labs are not in it, and what to know of it."""
        missing = tuple(self.faults.items())
        return replace(answer, notes=(*answer.notes, *self.told()), missing=missing)

    def close(self) -> None:
        """Let go of what was fetched; the labs' own stores stay open."""
        self._fetcher.close()

    def _rounds(self, needs: Needs) -> Iterator[Plan]:
        if isinstance(self._strategy, PushDown):
            self._fetcher.sources.expect(needs)
        return self._strategy.rounds(needs, self.fetched.seen)

    def _carry_out(self, plan: Plan) -> None:
        if plan.why:
            self._fetcher.note(f"all graphs were fetched whole: {plan.why}")
        self._fetcher.fetch(plan.wanted)

    def _with_aggregates(self, sparql: str, prefixes: dict[str, str]) -> str:
        """Put what the labs aggregate into a query, unless all that they hold is here."""
        if not self._aggregates or self.fetched.everything:
            return sparql
        with _rdflib():
            from dlprov_rdf.ask.federating.aggregating import aggregates
        return aggregates.put_in(sparql, prefixes, self._fetcher.rows)

    @staticmethod
    def _whatever_is_lost(ask: Callable[[], _Answer]) -> _Answer:
        """Do something, and anew whenever a lab is lost on the way."""
        while True:
            with suppress(Lost):
                return ask()


def _needs(sparql: str, prefixes: dict[str, str] | None) -> Needs:
    """Read a query."""
    with _rdflib():
        from dlprov_rdf.ask.federating.reading import algebra
    return algebra.needs(sparql, prefixes)


@contextmanager
def _rdflib() -> Iterator[None]:
    """Import what reads queries: only here is rdflib needed."""
    try:
        yield
    except ImportError as error:
        raise MissingExtra("rdflib, which asks several labs at once,", "rdflib") from error
