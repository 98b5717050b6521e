# SPDX-License-Identifier: Apache-2.0
"""Asks several labs as one: the rows are those of a store that holds all their graphs once.

What a query needs is fetched from every lab into a store in memory, and the query is answered
there. So counts, paths, MINUS and all else are right whatever lab holds what.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TypeVar, cast

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.ask.answer import Answer
from dlprov_rdf.ask.federating.fetching import requests, rows, whole
from dlprov_rdf.ask.federating.fetching.behind import OF_ANYTHING, OF_DATA, Walk
from dlprov_rdf.ask.federating.fetching.fetched import Fetched
from dlprov_rdf.ask.federating.fetching.joins import Join
from dlprov_rdf.ask.federating.fetching.labs import Lab, Threads
from dlprov_rdf.ask.federating.fetching.parts import EVERYTHING, Part
from dlprov_rdf.ask.federating.fetching.pushing import PushDown
from dlprov_rdf.ask.federating.fetching.requests import Row, Told, Wanted
from dlprov_rdf.ask.federating.fetching.sources import Sources
from dlprov_rdf.ask.federating.fetching.strategies import Plan, Strategy
from dlprov_rdf.ask.federating.reading.needs import Needs
from dlprov_rdf.errors import DlprovError, MissingExtra, NoLabAnswered, OnlyRead
from dlprov_rdf.store.base import Change, Found, Rows
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.kept import Kept

_Answer = TypeVar("_Answer")
_Asked = TypeVar("_Asked")

__all__ = ["Federation", "Lab"]


class Federation:
    """Several labs, asked as one store for the length of one question.

    What was fetched is kept, so that what a question looks up twice is asked for once.

    Attributes:
        labs: Those that have not failed.
        faults: Why a lab is not in the answer, by its name.
        notes: What to know of how the answer was found.
        lost: How often a lab failed that had told something before.
        fetched: What was fetched since.
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
        self.labs = list(labs)
        self.faults: dict[str, str] = {}
        self.notes: list[str] = []
        self.lost = 0
        self._seconds = seconds
        self._until = None if seconds is None else time.monotonic() + seconds
        self._strategy = strategy or PushDown()
        self._threads = Threads()
        self._kept = kept
        self._aggregates = strategy is None
        self._told: dict[str, dict[str, list[Row]]] = {}
        self._names = [lab.name for lab in self.labs]
        self._sources = sources or Sources()
        self.fetched = Fetched()

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
        with suppress(_Lost):
            while plans := [plan for rounds in readable if (plan := next(rounds, None))]:
                if any(plan.why for plan in plans):
                    return
                self._fetch(one for plan in plans for one in plan.wanted)

    def reach(self, things: Iterable[NamedNode], *, of_data: bool) -> None:
        """Fetch what lies behind some things, for it will be walked.

        Args:
            things: Where the walk is.
            of_data: Whether only what data may come from is walked to.
        """
        starts = frozenset(things) - self.fetched.behind.whole
        walk = Walk(starts, OF_DATA if of_data else OF_ANYTHING)
        if walk.empty or not isinstance(self._strategy, PushDown):
            return
        with suppress(_Lost):
            self._fetch((walk,))
            self.fetched.reached(walk)

    def held_by(self, *labs: str) -> list[NamedNode]:
        """Name the graphs of which something was fetched from one of some labs."""
        return self.fetched.held_by(labs)

    def graphs(self) -> Iterator[NamedNode]:
        """See ``Store.graphs``."""
        found = self.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
        yield from (cast("NamedNode", row[0]) for row in cast("Rows", found))

    def graph(self, name: NamedNode) -> Iterator[Quad]:
        """See ``Store.graph``."""
        self._whatever_is_lost(lambda: self._fetch((Part(graph=frozenset((name,))),)))
        yield from self.fetched.store.graph(name)

    def count(self) -> int:
        """See ``Store.count``."""
        self._whatever_is_lost(lambda: self._fetch((EVERYTHING,)))
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
            lost = self.lost
            try:
                answer = ask()
            except DlprovError as error:
                if self.lost == lost or not self.labs:
                    for words in self.told():
                        error.add_note(words)
                    raise
            else:
                if self.lost == lost:
                    return answer

    def told(self) -> list[str]:
        """Say what to know of the answer: how it was found, and which labs are not in it."""
        return [
            *self.notes,
            *(f"partial: {name} is left out: {why}" for name, why in self.faults.items()),
        ]

    def marked(self, answer: Answer) -> Answer:
        """Say in an answer which labs are not in it, and what to know of it."""
        missing = tuple(self.faults.items())
        return replace(answer, notes=(*answer.notes, *self.told()), missing=missing)

    def close(self) -> None:
        """Let go of what was fetched; the labs' own stores stay open."""
        self._threads.close()
        self.fetched.store.close()

    def _rounds(self, needs: Needs) -> Iterator[Plan]:
        if isinstance(self._strategy, PushDown):
            self._sources.expect(needs)
        return self._strategy.rounds(needs, self.fetched.seen)

    def _carry_out(self, plan: Plan) -> None:
        if plan.why:
            self._note(f"all graphs were fetched whole: {plan.why}")
        self._fetch(plan.wanted)

    def _fetch(self, wanted: Iterable[Wanted]) -> None:
        """Fetch from every lab what is not here yet."""
        wanted = list(wanted)
        missing = self.fetched.missing(wanted)
        if self._kept is not None and EVERYTHING in missing:
            self._fetch_whole(self._kept)
            return
        walks = [one for one in wanted if isinstance(one, Walk) and not self.fetched.everything]
        for walk in walks:
            self.fetched.behind.start(walk)
        ways = {walk.way: None for walk in walks}
        asked: tuple[Part | Join, ...] = missing
        while True:
            due = self.fetched.behind.due([lab.name for lab in self.labs], ways)
            if not asked and not due:
                break
            if self._round(asked, due):
                self._note("all graphs were fetched whole: they have blank nodes")
                self._fetch((EVERYTHING,))
                return
            asked = ()
        self.fetched.note(missing)

    def _round(self, wanted: tuple[Part | Join, ...], due: Mapping[str, list[Walk]]) -> bool:
        """Ask each lab for what is wanted, and for its walks; tell if there are blank nodes.

        No two answers name a blank node alike.
        """
        asked = {
            lab.name: self._sources.asked(
                lab.name,
                (*wanted, *(one for walk in walks for one in walk.way.asked(walk.starts))),
            )
            for lab in self.labs
            if (walks := due.get(lab.name, [])) or wanted
        }

        def ask(lab: Lab, seconds: float | None) -> Told:
            rows = lab.rows(requests.request(asked[lab.name]), seconds)
            return requests.told(asked[lab.name], rows, lab.name)

        found = {name: Told() for name, those in asked.items() if not those}
        found |= self._ask([lab for lab in self.labs if asked.get(lab.name)], ask)
        if any(told.blank for told in found.values()) and wanted != (EVERYTHING,):
            return True
        for lab, told in found.items():
            self.fetched.take(lab, told)
            self._sources.told(lab, asked[lab], told.has)
            for walk in due.get(lab, []):
                self.fetched.behind.told(lab, walk, told.quads)
        return False

    def _ask(
        self, labs: Sequence[Lab], ask: Callable[[Lab, float | None], _Asked]
    ) -> dict[str, _Asked]:
        """Ask some labs at once, and go on without those that fail."""
        seconds = self._patience()
        outcome = self._threads.ask_all(labs, lambda lab: ask(lab, seconds), seconds)
        if outcome.faults:
            self._lose(outcome.faults)
        return outcome.told

    def _fetch_whole(self, kept: Kept) -> None:
        """Fetch all graphs that are not kept, in the place of what was fetched."""
        found = whole.fetch(self._threads, self.labs, kept, self._patience)
        if found.faults:
            self._lose(found.faults)
        self.fetched.replace(found.store, found.holders)
        for words in found.notes:
            self._note(words)

    def _with_aggregates(self, sparql: str, prefixes: dict[str, str]) -> str:
        """Put what the labs aggregate into a query, unless all that they hold is here."""
        if not self._aggregates or self.fetched.everything:
            return sparql
        with _rdflib():
            from dlprov_rdf.ask.federating.aggregating import aggregates
        return aggregates.put_in(sparql, prefixes, self._rows)

    def _rows(self, select: str, columns: Sequence[str]) -> list[list[Row]]:
        """Ask every lab for rows with these columns, of which the first is a graph."""
        request = rows.to_the_end(select, columns)

        def ask(lab: Lab, seconds: float | None) -> list[Row]:
            return rows.read(lab.rows(request, seconds), columns, lab.name)

        if request not in self._told:
            self._told[request] = self._ask(self.labs, ask)
            for name, told in self._told[request].items():
                self.fetched.hold(name, {cast("NamedNode", row[0]) for row in told})
        here = {lab.name for lab in self.labs}
        return [told for name, told in self._told[request].items() if name in here]

    def _patience(self) -> float | None:
        """Tell how long to wait for this round: half of what is left, while there are others.

        So a lab that is silent leaves time to hear the others to the end.
        """
        if self._until is None:
            return None
        left = self._until - time.monotonic()
        if left <= 0:
            raise NoLabAnswered((f"the question took longer than {self._seconds:g} s",))
        return left / 2 if len(self.labs) > 1 else left

    def _lose(self, faults: dict[str, str]) -> None:
        """Go on without labs that failed.

        Raises:
            _Lost: One had told something before; it stands among what the others told, so all
                is forgotten.
        """
        faults = self.faults | faults
        self.faults = {name: faults[name] for name in self._names if name in faults}
        self.labs = [lab for lab in self.labs if lab.name not in faults]
        if not self.labs:
            raise NoLabAnswered(tuple(f"{name}: {why}" for name, why in self.faults.items()))
        if self.fetched.has_of(faults):
            self.lost += 1
            self.fetched.store.close()
            self.fetched = Fetched()
            raise _Lost

    @staticmethod
    def _whatever_is_lost(ask: Callable[[], _Answer]) -> _Answer:
        """Do something, and anew whenever a lab is lost on the way."""
        while True:
            with suppress(_Lost):
                return ask()

    def _note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)


class _Lost(Exception):
    """A lab failed that had told something before."""


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
