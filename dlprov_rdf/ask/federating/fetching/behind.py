# SPDX-License-Identifier: Apache-2.0
"""What lies behind some things: each lab goes the way by itself, as far as it knows it.

It is asked again from those things only that others have reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.ask.federating.fetching.parts import Part
from dlprov_rdf.ask.federating.fetching.ways import Walk, Way
from dlprov_rdf.ask.federating.reading.needs import Term, safe


class Behind:
    """What was asked for already, by each way.

    Attributes:
        whole: Things of which all is here that any lab says.
    """

    def __init__(self) -> None:
        self.whole: set[Term] = set()
        self._given_up: set[Way] = set()
        self._respelled: set[Way] = set()
        self._asked: dict[tuple[str, Way], set[Term]] = {}
        self._nodes: dict[Way, set[Term]] = {}

    def start(self, walk: Walk) -> None:
        """Say from where it is to be gone."""
        self._nodes.setdefault(walk.way, set()).update(walk.starts)

    def due(self, labs: Iterable[str], ways: Iterable[Way]) -> dict[str, list[Walk]]:
        """Tell which walks each lab is still to be asked for; a lab with none is left out."""
        found: dict[str, list[Walk]] = {}
        left = [way for way in ways if way not in self._given_up]
        for lab in labs:
            for way in left:
                starts = self._nodes[way] - self._asked.setdefault((lab, way), set())
                if starts:
                    found.setdefault(lab, []).append(Walk(frozenset(starts), way))
        return found

    def told(self, lab: str, walk: Walk, quads: Sequence[Quad]) -> None:
        """Note what a lab reached: of that it has told all, and the others may know more."""
        reached = _followed(walk, quads)
        known = {one for one in reached if safe(one)}
        if known != reached and not walk.way.within:
            self._respelled.add(walk.way)
        reached = known
        if walk.way.most is not None and len(quads) >= walk.way.most:
            self._given_up.add(walk.way)
        self._asked[lab, walk.way] |= reached
        if not walk.way.within:
            self._nodes[walk.way] |= reached

    def respelled(self, ways: Iterable[Way]) -> list[Part]:
        """Give what is to be fetched of ways that lead on from a term that stores respell."""
        return [way.all_steps for way in ways if way in self._respelled]

    def reached(self, way: Way) -> frozenset[Term]:
        """Give what was reached, once every lab was asked; nothing of a way that was given up."""
        return frozenset(() if way in self._given_up else self._nodes.get(way, ()))


def _followed(walk: Walk, quads: Iterable[Quad]) -> set[Term]:
    """Go the way through what a lab told."""
    steps: dict[Term, list[Term]] = {}
    for start, end in walk.way.ends(quads):
        if isinstance(end, NamedNode) or walk.way.through_literals:
            steps.setdefault(start, []).append(end)
    reached = set(walk.starts)
    waiting = list(reached)
    while waiting:
        for end in steps.get(waiting.pop(), ()):
            if end not in reached:
                reached.add(end)
                waiting.append(end)
    return reached
