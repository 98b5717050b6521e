# SPDX-License-Identifier: Apache-2.0
"""What all tests share: the profiles of Hypothesis, and ``@pytest.mark.require("keras")``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from parts import require

if TYPE_CHECKING:
    from fuseki_started import Fuseki

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=300,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("DLPROV_REQUIRE") else "dev")

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# What tests fetch (Fuseki) is kept in the environment that runs them, and nowhere else.
os.environ.setdefault("XDG_CACHE_HOME", str(Path(sys.prefix) / "cache"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person renew the golden files; the difference is for them to read."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden afresh")


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest our marks."""
    config.addinivalue_line("markers", "require(part): needs a part that may be missing")
    config.addinivalue_line("markers", "slow: takes more than ten seconds")
    config.addinivalue_line("markers", "labs: needs three Fusekis; make test-labs")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test, or fail it, where what it requires is missing."""
    for mark in item.iter_markers("require"):
        for part in mark.args:
            require(part)


@pytest.fixture(autouse=True)
def _no_knowledge_base_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes a knowledge base that the user's environment names."""
    monkeypatch.delenv("DLPROV_KB", raising=False)


@pytest.fixture(scope="session")
def _fuseki_of_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuseki]:
    require("fuseki")
    from fuseki_started import started

    with started(tmp_path_factory.mktemp("fuseki")) as fuseki:
        yield fuseki


@pytest.fixture
def fuseki(_fuseki_of_session: Fuseki) -> Fuseki:
    """Give a real Fuseki that holds nothing; tests of a session share the process."""
    _fuseki_of_session.empty()
    return _fuseki_of_session
