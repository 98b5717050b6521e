# SPDX-License-Identifier: Apache-2.0
"""A graph claims no more than its run may say, and takes no more memory the more it says."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

from graph_runs import run
from graphs_asked import Graph
from pyoxigraph import NamedNode, Quad
from tapes import BASE, IRIS, START

from dlprov_rdf import events as e
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.quads import run_quads
from dlprov_rdf.settings import SHARED


def test_an_attribute_with_a_term_of_ours_is_not_stated_by_it() -> None:
    """A user cannot write provenance under the name of an attribute."""
    graph = Graph(run("by-hand"))
    data = IRIS.local("data/4")

    assert graph.objects(data, NamedNode("https://example.org/mass")) == ["1.5"]
    assert graph.objects(data, v.PROV_USED) == []
    assert len(graph.objects(data, v.DLPROV_HAS_ATTRIBUTE)) == 2


def test_a_run_that_trains_nothing_is_no_experiment() -> None:
    """ML Schema's Experiment has at least one Run, which is a training."""
    trains, serves = Graph(run("digits")), Graph(run("serving"))

    assert trains.subjects(v.RDF_TYPE, v.MLS_EXPERIMENT) == [IRIS.run]
    assert serves.subjects(v.RDF_TYPE, v.MLS_EXPERIMENT) == []


def test_a_quad_is_never_made_of_two_runs() -> None:
    """Nothing that a run says of itself has a name outside of its run, this lab or all labs."""
    quads: list[Quad] = Graph(run("digits")).quads

    places = (IRIS.run.value, BASE, SHARED, "pkg:", "ni:", "https://orcid.org/", v.DLPROV)
    assert all(quad.subject.value.startswith(places) for quad in quads)


def _epochs(count: int) -> Iterator[e.Event]:
    """Yield a run of many epochs without keeping any of them."""
    yield e.LogStarted(seq=0, at=START, run="r1", format=e.FORMAT)
    yield e.RunStarted(seq=1, at=START, name="long", series_after=10**9)
    name = "training/2"
    yield e.TrainingStarted(seq=2, at=START, id=name, name="net")
    for number in range(count):
        epoch = {"id": f"{name}/epoch/{number}", "training": name, "number": number}
        yield e.EpochStarted(seq=2 * number + 3, at=START, **epoch)
        metrics = {"loss": 1 / (number + 1)}
        yield e.EpochEnded(seq=2 * number + 4, at=START, metrics=metrics, **epoch)


def test_memory_does_not_grow_with_the_epochs() -> None:
    """Ten times the quads in the same memory."""
    peaks = []
    for count in (400, 4_000):
        tracemalloc.start()
        made = sum(1 for _ in run_quads(lambda count=count: _epochs(count), IRIS))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert made > count * 20

    assert peaks[1] < peaks[0] + 20_000
