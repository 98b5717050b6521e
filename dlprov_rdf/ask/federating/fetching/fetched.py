# SPDX-License-Identifier: Apache-2.0
"""What was fetched from labs for one question, and what of it is known to be all there is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import cast

from pyoxigraph import NamedNode

from dlprov_rdf.ask.federating.fetching.behind import Behind
from dlprov_rdf.ask.federating.fetching.blank import renamed
from dlprov_rdf.ask.federating.fetching.joins import Join
from dlprov_rdf.ask.federating.fetching.parts import EVERYTHING, Part, Place, fewest
from dlprov_rdf.ask.federating.fetching.requests import Told, Wanted
from dlprov_rdf.ask.federating.fetching.strategies import Worded
from dlprov_rdf.ask.federating.fetching.ways import Walk
from dlprov_rdf.ask.federating.reading.needs import Term, safe
from dlprov_rdf.store.base import Rows
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.merged import MergedStore


class Fetched:
    """The quads that are here.

    Attributes:
        store: Holds them; its default graph has each triple once.
        behind: What labs were asked to walk.
        holders: The labs that told something of a graph, by its name.
    """

    def __init__(self) -> None:
        self.store: EmbeddedStore = MergedStore()
        self.behind = Behind()
        self.holders: dict[NamedNode, set[str]] = {}
        self._known: list[Part] = []
        self._joined: list[Join] = []
        self._tellers: set[str] = set()

    @property
    def everything(self) -> bool:
        """Whether all that the labs hold is here."""
        return EVERYTHING in self._known

    def missing(self, wanted: Iterable[Wanted]) -> tuple[Part | Join, ...]:
        """Tell what is not here yet, in as few parts as can be."""
        wished = {self._left(one) if isinstance(one, Part) else one for one in wanted}
        simple = fewest((one for one in wished if isinstance(one, Part)), self._known)
        here = [*self._known, *simple]
        joins = [
            one for one in wished
            if isinstance(one, Join) and not one.empty
            and not any(known.covers(one) for known in self._joined)
            and not all(any(known.covers(part) for known in here) for part in one.parts())
        ]  # fmt: skip
        return (*simple, *sorted(joins, key=Join.words))

    def _left(self, part: Part) -> Part:
        """Leave out of a part the things of which all is here."""
        if part.subject is None or not self.behind.whole:
            return part
        return part._replace(subject=part.subject - self.behind.whole)

    def take(self, lab: str, told: Told) -> None:
        """Put in what a lab told."""
        if told.blank:
            cast("MergedStore", self.store).fill(renamed(told.quads))
        else:
            cast("MergedStore", self.store).fill(told.quads, told.merged)
        if told.merged:
            self._tellers.add(lab)
        self.hold(lab, told.graphs)

    def hold(self, lab: str, graphs: Iterable[NamedNode]) -> None:
        """Note that a lab told something of graphs."""
        for graph in graphs:
            self.holders.setdefault(graph, set()).add(lab)
            self._tellers.add(lab)

    def note(self, whole: Iterable[Part | Join]) -> None:
        """Note what is here as a whole."""
        for one in whole:
            if isinstance(one, Part):
                self._known.append(one)
            else:
                self._joined.append(one)

    def reached(self, walk: Walk) -> frozenset[Term]:
        """Note that all is here that the labs told of some things, and of what lies that way.

        Returns:
            Those things; none if the way was given up.
        """
        reached = self.behind.reached(walk.way)
        if walk.way.whole:
            self.behind.whole |= reached
        self._known += walk.way.told(reached)
        return reached

    def replace(self, store: EmbeddedStore, holders: dict[NamedNode, set[str]]) -> None:
        """Take a store with everything in the place of what was fetched."""
        self.store.close()
        self.store, self.holders = store, holders
        self._tellers = {lab for labs in holders.values() for lab in labs}
        self._known = [EVERYTHING]

    def has_of(self, labs: Collection[str]) -> bool:
        """Tell whether anything here was told by one of some labs."""
        return not self._tellers.isdisjoint(labs)

    def held_by(self, labs: Iterable[str]) -> list[NamedNode]:
        """Name the graphs of which something was fetched from one of some labs."""
        wanted = {*labs}
        return [graph for graph, holders in self.holders.items() if holders & wanted]

    def seen(self, wanted: Worded, place: Place) -> frozenset[Term] | None:
        """Tell which terms stand in a place of what is wanted, as far as it is here."""
        if not isinstance(place, str):
            found = self.store.query(f"ASK {{ {wanted.words()} }}")
            return frozenset((place,) if found else ())
        found = self.store.query(f"SELECT DISTINCT ?{place} {{ {wanted.words()} }}")
        terms = frozenset(cast("Term", row[0]) for row in cast("Rows", found))
        return terms if all(map(safe, terms)) else None
