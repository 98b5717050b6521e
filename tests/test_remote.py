# SPDX-License-Identifier: Apache-2.0
"""A store over HTTP keeps the contract of stores, at each service that is tried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from oxigraph_served import served
from test_store import StoreContract

from dlprov_rdf.store.base import Store
from dlprov_rdf.store.remote import RemoteStore

pytestmark = pytest.mark.require("oxigraph")


@pytest.fixture(scope="module")
def oxigraph() -> Iterator[str]:
    """An ``oxigraph serve``."""
    with served() as running:
        yield running.address


class TestOxigraphServed(StoreContract):
    """``oxigraph serve`` keeps the contract."""

    @pytest.fixture
    def store(self, tmp_path: Path, oxigraph: str) -> Iterator[Store]:
        """Give an empty store."""
        with RemoteStore.at(oxigraph) as store:
            store.update("DROP ALL")
            yield store
