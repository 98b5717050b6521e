# SPDX-License-Identifier: Apache-2.0
"""Fetches from every lab what a question needs, and goes on without those that fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar, cast

from pyoxigraph import NamedNode

from dlprov_rdf.ask.federating.fetching import requests, rows, whole
from dlprov_rdf.ask.federating.fetching.beyond import beyond
from dlprov_rdf.ask.federating.fetching.fetched import Fetched
from dlprov_rdf.ask.federating.fetching.joins import Join
from dlprov_rdf.ask.federating.fetching.labs import Lab, Threads
from dlprov_rdf.ask.federating.fetching.parts import EVERYTHING, Part
from dlprov_rdf.ask.federating.fetching.requests import Row, Told, Wanted
from dlprov_rdf.ask.federating.fetching.sources import Sources
from dlprov_rdf.ask.federating.fetching.ways import Walk
from dlprov_rdf.errors import NoLabAnswered
from dlprov_rdf.store.kept import Kept

_Asked = TypeVar("_Asked")


class Lost(Exception):
    """A lab failed that had told something before, so that all was forgotten."""


class Fetcher:
    """The labs of one question, and what they told.

    Attributes:
        labs: Those that have not failed.
        faults: Why a lab is not in the answer, by its name.
        notes: What to know of how the answer was found.
        lost: How often a lab failed that had told something before.
        fetched: What was fetched since.
        sources: What the labs have.
    """

    def __init__(
        self, labs: Sequence[Lab], seconds: float | None, kept: Kept | None, sources: Sources
    ) -> None:
        self.labs = list(labs)
        self.faults: dict[str, str] = {}
        self.notes: list[str] = []
        self.lost = 0
        self.fetched = Fetched()
        self.sources = sources
        self._seconds = seconds
        self._until = None if seconds is None else time.monotonic() + seconds
        self._threads = Threads()
        self._kept = kept
        self._told: dict[str, dict[str, list[Row]]] = {}
        self._names = [lab.name for lab in self.labs]

    def fetch(self, wanted: Iterable[Wanted]) -> None:
        """Fetch from every lab what is not here yet.

        Raises:
            Lost: A lab failed that had told something before.
            NoLabAnswered: Every lab failed.
        """
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
                self.note("all graphs were fetched whole: they have blank nodes")
                self.fetch((EVERYTHING,))
                return
            asked = ()
        self.fetched.note(missing)
        if steps := self.fetched.behind.respelled(ways):
            self.fetch(steps)

    def walk(self, walk: Walk, *, merged: bool) -> None:
        """Fetch all that lies on a way, and where it goes on by content.

        Args:
            walk: From where, and which way.
            merged: Whether the triples are enough, without their graphs.

        Raises:
            Lost: A lab failed that had told something before.
            NoLabAnswered: Every lab failed.
        """
        while not walk.empty:
            self.fetch((walk,))
            reached = self.fetched.reached(walk)
            further = beyond(
                reached, walk.way, seen=self.fetched.seen, fetch=self.fetch, merged=merged
            )
            walk = Walk(further, walk.way)

    def rows(self, select: str, columns: Sequence[str]) -> list[list[Row]]:
        """Ask every lab for rows with these columns, of which the first is a graph; once."""
        request = rows.to_the_end(select, columns)

        def ask(lab: Lab, seconds: float | None) -> list[Row]:
            return rows.read(lab.rows(request, seconds), columns, lab.name)

        if request not in self._told:
            self._told[request] = self._ask(self.labs, ask)
            for name, told in self._told[request].items():
                self.fetched.hold(name, {cast("NamedNode", row[0]) for row in told})
        here = {lab.name for lab in self.labs}
        return [told for name, told in self._told[request].items() if name in here]

    def note(self, words: str) -> None:
        """Note once what is to be known of how the answer was found."""
        if words not in self.notes:
            self.notes.append(words)

    def close(self) -> None:
        """Let go of what was fetched; the labs' own stores stay open."""
        self._threads.close()
        self.fetched.store.close()

    def _round(self, wanted: tuple[Part | Join, ...], due: Mapping[str, list[Walk]]) -> bool:
        """Ask each lab for what is wanted, and for its walks; tell if there are blank nodes.

        No two answers name a blank node alike.
        """
        asked = {
            lab.name: self.sources.asked(
                lab.name,
                (*wanted, *(one for walk in walks for one in walk.way.asked(walk.starts))),
            )
            for lab in self.labs
            if (walks := due.get(lab.name, [])) or wanted
        }

        worded = {those: requests.request(those) for those in {*asked.values()} if those}

        def ask(lab: Lab, seconds: float | None) -> Told:
            rows = lab.rows(worded[asked[lab.name]], seconds)
            return requests.told(asked[lab.name], rows, lab.name)

        found = {name: Told() for name, those in asked.items() if not those}
        found |= self._ask([lab for lab in self.labs if asked.get(lab.name)], ask)
        if any(told.blank for told in found.values()) and wanted != (EVERYTHING,):
            return True
        for lab, told in found.items():
            self.fetched.take(lab, told)
            self.sources.told(lab, asked[lab], told.has)
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
            self.note(words)

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
            Lost: One had told something before; it stands among what the others told, so all
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
            raise Lost
