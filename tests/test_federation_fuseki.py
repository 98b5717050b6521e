# SPDX-License-Identifier: Apache-2.0
"""Three real Fusekis answer as one store that holds all their runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from labs_dealt import graphs, holdings
from parts import require
from pyoxigraph import RdfFormat, serialize

require("rdflib")
require("fuseki")

from aggregations import AGGREGATIONS
from fuseki_started import started
from test_federation_oracle import (
    HARD,
    NAMES,
    answer_of_the_whole,
    asked,
    rows,
    rows_of_the_whole,
)

from dlprov_rdf.ask import questions
from dlprov_rdf.ask.federate import Federation, Lab
from dlprov_rdf.store.remote import RemoteStore

pytestmark = pytest.mark.labs

#: Every run at one of three labs, and each fourth at the next one too.
DEAL = tuple(
    tuple({number % 3, (number + (number % 4 == 0)) % 3}) for number in range(len(graphs()))
)


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Lab]]:
    """Three Fusekis, each with a folder of its own."""
    folder: Path = tmp_path_factory.mktemp("labs")
    with ExitStack() as stack:
        made = []
        for number, held in enumerate(holdings(DEAL)):
            running = stack.enter_context(started(folder / f"lab-{number}"))
            running.load(serialize(held, format=RdfFormat.N_QUADS) or b"")
            store = stack.enter_context(RemoteStore.at(running.address))
            made.append(Lab(running.address, store))
        yield made


def test_a_hard_query_has_the_rows_of_one_store(labs: list[Lab]) -> None:
    """Each of them, as often as there."""
    for what, query in HARD.items():
        federation = Federation(labs, seconds=120)

        assert rows(federation, query) == rows_of_the_whole(query), what
        assert federation.faults == {}


def test_a_question_has_the_rows_of_one_store(labs: list[Lab]) -> None:
    """Each of them, in the same order."""
    for name in NAMES:
        federation = Federation(labs, seconds=120)

        assert asked(federation, questions.find(name)) == answer_of_the_whole(name), name
        assert federation.faults == {}


def test_an_aggregation_has_the_rows_of_one_store(labs: list[Lab]) -> None:
    """And no quad travels for it."""
    for what, query in AGGREGATIONS.items():
        federation = Federation(labs, seconds=120)

        assert rows(federation, query) == rows_of_the_whole(query), what
        assert federation.faults == {}
        assert federation.fetched.store.count() == 0
