# SPDX-License-Identifier: Apache-2.0
"""What follows from one run's graph: how long our rules take, with owlrl beside them.

The run is one training of many epochs with four measures each. Both get the same axioms,
whose closing is done before; reading a graph from disk is not counted for either. owlrl
works out more than our rules cover (equality, the types of literals).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from graph_speed import BASE, RUN, told
from measured import figure, keep, row
from pyoxigraph import Quad

from dlprov_rdf.graph import entail
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.graph.quads import run_quads
from dlprov_rdf.validate import owl

COMPARED = (1_000, 10_000)
LARGE = 100_000
ROUNDS = 7
LIMIT = 1.5


def main() -> None:
    """Measure, print, and keep."""
    iris = Iris(BASE, RUN)
    entail.axioms()
    rows = []
    for size in COMPARED:
        quads = list(run_quads(lambda size=size: told(size), iris))
        mine = [seconds(entail.entailed(quads, iris.graph)) for _ in range(ROUNDS)]
        into = entail.name_of(iris.graph)
        theirs = [seconds(owl.entailed(quads, entail.axioms(), into)) for _ in range(3)]
        rows.append(
            row(f"what follows from {len(quads):,} triples", "rules", "owlrl", mine, theirs, "s")
        )
    quads = list(run_quads(lambda: told(LARGE), iris))
    best = sorted(seconds(entail.entailed(quads, iris.graph)) for _ in range(ROUNDS))
    what = f"what follows from {len(quads):,} triples, median of {ROUNDS}"
    rows.append(figure(what, "rules", best[ROUNDS // 2], "s", f"at most {LIMIT} s"))
    keep("entail", rows)


def seconds(found: Iterable[Quad], clock: Callable[[], float] = time.perf_counter) -> float:
    """Time how long all of it takes to be found."""
    begun = clock()
    for _ in found:
        pass
    return clock() - begun


if __name__ == "__main__":
    main()
