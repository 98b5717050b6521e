# SPDX-License-Identifier: Apache-2.0
"""Each question has the same rows in the embedded store and in one real Fuseki, asked as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts import require
from pyoxigraph import RdfFormat, serialize

require("fuseki")

from fuseki_started import started
from small_graph import rows
from test_questions_served import as_it_stands, asked, demo, embedded, rounded

from dlprov_rdf.ask import questions
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.store.base import Store
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.remote import RemoteStore

__all__ = ["demo", "embedded"]  # fixtures

pytestmark = pytest.mark.labs

NAMES = [one.name for one in questions.questions()]


def filled(folder: pytest.TempPathFactory, store: Store) -> Iterator[RemoteStore]:
    """Start a Fuseki that holds what a store does."""
    with started(folder.mktemp("fuseki")) as running:
        quads = [quad for graph in store.graphs() for quad in store.graph(graph)]
        running.load(serialize(quads, format=RdfFormat.N_QUADS) or b"")
        with RemoteStore.at(running.address) as remote:
            yield remote


@pytest.fixture(scope="module")
def fuseki_of_files(
    tmp_path_factory: pytest.TempPathFactory, embedded: EmbeddedStore
) -> Iterator[RemoteStore]:
    """One with all runs that tests keep."""
    yield from filled(tmp_path_factory, embedded)


@pytest.fixture(scope="module")
def fuseki_of_demo(
    tmp_path_factory: pytest.TempPathFactory, demo: KnowledgeBase
) -> Iterator[RemoteStore]:
    """One with the recorded demonstration."""
    with demo.store() as store:
        yield from filled(tmp_path_factory, store)


@pytest.mark.parametrize("name", NAMES)
def test_a_question_has_the_same_rows_from_a_fuseki(
    name: str, embedded: EmbeddedStore, fuseki_of_files: RemoteStore
) -> None:
    """In the same order; doubles to 12 digits, for the order of a sum is the store's."""
    question = questions.find(name)

    here, there = as_it_stands(embedded, question), as_it_stands(fuseki_of_files, question)

    assert rounded(there) == rounded(here)
    assert here[1]


@pytest.mark.parametrize("name", NAMES)
def test_the_demonstration_answers_the_same_from_a_fuseki(
    name: str, demo: KnowledgeBase, fuseki_of_demo: RemoteStore
) -> None:
    """Names resolved, paths walked, and all that was asked on the way."""
    question = questions.find(name)

    with demo.store() as store:
        here = asked(store, demo.settings.base, question)
    there = asked(fuseki_of_demo, demo.settings.base, question)

    assert rounded(there) == rounded(here)


def test_a_double_is_spelled_alike_within_a_text(
    embedded: EmbeddedStore, fuseki_of_files: RemoteStore
) -> None:
    """Of what devices needed: a Fuseki has a spelling of its own for a double."""
    here, there = (
        rows(store, "V4", "devices", model="cnn", run="full")
        for store in (embedded, fuseki_of_files)
    )

    assert here == there
    assert ("package-0, energy: 120.5 J",) in here
