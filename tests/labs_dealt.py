# SPDX-License-Identifier: Apache-2.0
"""All runs that tests keep, whole in one store and dealt to labs, some runs to two of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random

from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad
from small_graph import store_of
from study_runs import study

from dlprov_rdf.ask.federating.fetching.labs import Lab
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.merged import MergedStore

FILES = sorted((Path(__file__).parent / "data").glob("*.trig"))

#: How the run ids of all files begin: each file is given runs of its own, but for this one.
RUN, FOUR_RUNS = "0194a000-", "questions"

#: For each run, the labs that hold it, by their numbers.
Deal = tuple[tuple[int, ...], ...]


def _told(number: int, file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    return text if file.stem == FOUR_RUNS else text.replace(RUN, f"{number:04d}{RUN[4:]}")


@cache
def whole() -> MergedStore:
    """Give one store that holds them all, and a triple that many state once."""
    store = MergedStore()
    told = store_of("\n".join(_told(*numbered) for numbered in enumerate(FILES)))
    for one in (told, study()):
        for graph in one.graphs():
            store.fill(one.graph(graph))
    return store


@cache
def graphs() -> dict[NamedNode, tuple[Quad, ...]]:
    """Give every run's graph, always in the same order."""
    names = sorted(whole().graphs(), key=lambda name: name.value)
    return {name: tuple(whole().graph(name)) for name in names}


@st.composite
def deals(draw: st.DrawFn, most: int = 5) -> Deal:
    """Deal the runs to one to five labs; a run can be at two, and a lab can have none."""
    lots = Random(draw(st.integers(0, 2**32)))
    labs = range(lots.randint(1, most))
    return tuple(tuple(lots.sample(labs, min(len(labs), lots.choice((1, 1, 2))))) for _ in graphs())


def holdings(deal: Deal) -> list[list[Quad]]:
    """Give what each lab holds."""
    held: list[list[Quad]] = [[] for _ in range(1 + max(max(labs) for labs in deal))]
    for labs, quads in zip(deal, graphs().values(), strict=True):
        for lab in labs:
            held[lab].extend(quads)
    return held


def embedded(held: Sequence[Sequence[Quad]]) -> list[Lab]:
    """Make labs in memory."""
    labs = [Lab(f"lab {number}", EmbeddedStore.memory()) for number in range(len(held))]
    for lab, quads in zip(labs, held, strict=True):
        assert isinstance(lab.store, EmbeddedStore)
        lab.store.fill(quads)
    return labs
