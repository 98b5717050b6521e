# SPDX-License-Identifier: Apache-2.0
"""The wheel works outside a checkout: everything that the software reads ships in it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from wheel_unpacked import ROOT, built, python, unpacked

pytestmark = [pytest.mark.require("hatchling"), pytest.mark.slow]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as a release is."""
    return built(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked where no checkout is near."""
    return unpacked(wheel, tmp_path_factory.mktemp("site"))


def test_the_wheel_holds_what_ships_and_nothing_else(wheel: Path) -> None:
    """Each file of the ontology, the shapes and the queries, and no test."""
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())

    wanted = {
        f"dlprov_rdf/_data/{path.relative_to(ROOT).as_posix()}"
        for folder in ("ontology", "shapes", "queries")
        for path in (ROOT / folder).rglob("*.*")
        if path.is_file()
    }
    assert wanted
    assert wanted - held == set()
    assert [name for name in held if name.startswith(("tests/", "benchmarks/", "docs/"))] == []
    assert [name for name in held if name.endswith(("/licenses/LICENSE", "/entry_points.txt"))]


def test_an_installed_command_finds_its_questions(installed: Path, tmp_path: Path) -> None:
    """In an empty folder, with an empty home."""
    answer = _dlprov(installed, tmp_path, "questions", "--format", "csv")

    assert "best-initial-learning-rate" in answer


def test_an_installed_command_watches_a_script(installed: Path, tmp_path: Path) -> None:
    """It is run, built, checked and listed."""
    script = tmp_path / "train.py"
    script.write_text("print('trained')\n", encoding="utf-8")

    printed = _dlprov(installed, tmp_path, "run", "train.py")
    listed = _dlprov(installed, tmp_path, "runs", "--format", "csv")
    checked = _dlprov(installed, tmp_path, "check", "@latest")

    assert printed == "trained\n"
    assert "train.py,completed" in listed
    assert "conforms" in checked


def test_the_programs_own_code_is_what_was_built(installed: Path, tmp_path: Path) -> None:
    """No test of the wheel runs the checkout's code by mistake."""
    say = "import dlprov_rdf.assets as a; print(a.__file__); print(a.path('shapes/core.ttl'))"

    code, data = python(installed, tmp_path, "-c", say).stdout.splitlines()

    assert code.startswith(str(installed))
    assert data.startswith(str(installed))


def _dlprov(installed: Path, folder: Path, *arguments: str) -> str:
    return python(installed, folder, "-m", "dlprov_rdf", *arguments).stdout
