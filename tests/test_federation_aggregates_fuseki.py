# SPDX-License-Identifier: Apache-2.0
"""Two real Fusekis aggregate as one store would, whatever is aggregated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from parts import require
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

require("rdflib")
require("fuseki")

from aggregations_made_up import NUMBERS, ODD, P, aggregations, dealt, rankings, settled
from fuseki_started import Fuseki, started
from test_federation_aggregates import together
from test_federation_oracle import rows

from dlprov_rdf.ask.federate import Federation, Lab
from dlprov_rdf.store.remote import RemoteStore

pytestmark = pytest.mark.labs

SIGNS = ("=", "<", ">", "<=", ">=")
FILTERS = (
    "?x = ?x", "?x != <urn:a>", "?x NOT IN (<urn:a>, <urn:b>)", "?x IN (0, <urn:a>)",
    '?x = "a"', '?x IN (1.5, "a", "b")', "?x > -0.5 && ?x < 1 || ?x = <urn:a>", "?x IN ()",
    "?x = 2 || ?s = <urn:1>", "?x IN (2, 2.0e0, 2)", "?x > 1 || ?x > 2 || ?x = 2",
)  # fmt: skip


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Fuseki]]:
    """Two Fusekis, each with a folder of its own."""
    folder: Path = tmp_path_factory.mktemp("labs")
    with ExitStack() as stack:
        yield [stack.enter_context(started(folder / name)) for name in ("one", "other")]


@settings(max_examples=25, phases=(Phase.generate,), suppress_health_check=[HealthCheck.too_slow])
@given(
    queries=st.lists(st.one_of(aggregations(), rankings()), min_size=20, max_size=20),
    held=dealt(most=2),
)
def test_an_aggregation_has_the_rows_of_one_store(
    services: list[Fuseki], queries: list[str], held: list[list[Quad]]
) -> None:
    """Of numbers of every kind, of strings and of times: what Fuseki works out, and what not."""
    expected = together(held)
    with ExitStack() as stack:
        labs = []
        for service, quads in zip(services, held, strict=False):
            service.empty()
            service.load(serialize(quads, format=RdfFormat.N_QUADS) or b"")
            store = stack.enter_context(RemoteStore.at(service.address))
            labs.append(Lab(service.address, store))

        for query in (settled(one, held) for one in queries):
            federation = Federation(labs, seconds=60)

            assert rows(federation, query) == rows(expected, query), query
            assert federation.faults == {}


def test_a_filter_lets_pass_what_it_does_in_one_store(services: list[Fuseki]) -> None:
    """For Fuseki NaN is greater than any number, and -0 is less than 0."""
    graph, odd = NamedNode("urn:g1"), (*NUMBERS, *ODD, Literal(-0.0), Literal(0), Literal(0.0))
    held = [Quad(NamedNode(f"urn:{n}"), P, one, graph) for n, one in enumerate(odd)]
    services[0].empty()
    services[0].load(serialize(held, format=RdfFormat.N_QUADS) or b"")
    told = [f"?x {sign} {one}" for one in ("0", "-1", "1.5", "2.0e0") for sign in SIGNS]

    with RemoteStore.at(services[0].address) as store:
        for one in (*told, *FILTERS):
            federation = Federation([Lab(service, store) for service in ("one", "other")])
            local = f"GRAPH ?g {{ ?s ?p ?x FILTER({one}) }}"
            query = f"SELECT ?s (COUNT(*) AS ?n) {{ {local} }} GROUP BY ?s"

            assert rows(federation, query) == rows(together([held]), query), one
            assert federation.fetched.store.count() == 0
