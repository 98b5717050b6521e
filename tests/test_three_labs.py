# SPDX-License-Identifier: Apache-2.0
"""The example of three labs, as its first lines say: one question to all, and one lab goes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fuseki_started import free_ports
from parts import require

from dlprov_rdf.settings import load

pytestmark = pytest.mark.labs
require("fuseki")
require("keras")
require("rdflib")
require("sklearn")

LABS = Path(__file__).parents[1] / "examples" / "three-labs" / "labs.py"
QUESTION = "raw-data-behind-model"


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """Start them; give their folder and the options that name their addresses."""
    folder, port = tmp_path_factory.mktemp("labs"), free_ports(3)
    try:
        started = subprocess.run(
            [sys.executable, LABS, "start", str(port)],
            cwd=folder, check=True, capture_output=True, text=True,
        )  # fmt: skip
        asked = next(line for line in started.stdout.splitlines() if QUESTION in line)
        yield folder, asked.split(QUESTION)[1].split()
    finally:
        subprocess.run([sys.executable, LABS, "stop"], cwd=folder, check=False)


def ask(folder: Path, *words: str) -> tuple[int, Any, str]:
    """Ask, and give the exit status, the answer and what was said beside it."""
    command = [sys.executable, "-m", "dlprov_rdf", "ask", *words, "--format", "json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout or "null"), done.stderr


def test_one_question_is_answered_over_three_labs_and_honestly_over_two(
    labs: tuple[Path, list[str]],
) -> None:
    """From lab C's prediction by lab B's training to what lab A measured; then B is gone."""
    folder, endpoints = labs
    base = load(folder / "three-labs" / "lab-a").base

    status, whole, said = ask(folder, QUESTION, *endpoints, "--strict")
    assert (status, said) == (0, "")
    found = {
        (row["name"]["value"], row["node"]["value"].startswith(base))
        for row in whole["results"]["bindings"]
    }
    assert found == {("scans", True), ("labels", True)}

    subprocess.run([sys.executable, LABS, "stop", "lab-b"], cwd=folder, check=True)
    status, part, said = ask(folder, QUESTION, *endpoints)
    assert status == 0
    assert endpoints[3] in said
    assert [one["lab"] for one in part["partial"]] == [endpoints[3]]
    assert {row["name"]["value"] for row in part["results"]["bindings"]} == {"digits.keras"}
    assert ask(folder, QUESTION, *endpoints, "--strict")[0] == 1
