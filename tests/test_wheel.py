# SPDX-License-Identifier: Apache-2.0
"""The wheel works outside a checkout: everything that the software reads ships in it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = [pytest.mark.require("hatchling"), pytest.mark.slow]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by way of the source distribution, as a release is."""
    place = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(place)], ROOT)
    (sdist,) = place.glob("*.tar.gz")
    _run(["tar", "-xzf", sdist.name], place)
    (unpacked,) = (folder for folder in place.iterdir() if folder.is_dir())
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)], unpacked)
    (built,) = place.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked where no checkout is near."""
    place = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


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


@pytest.mark.require("keras")
@pytest.mark.require("sklearn")
def test_the_demonstration_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    """With nothing of a checkout beside it."""
    told = _dlprov(installed, tmp_path, "demo", "--kb", "kb")

    assert "digits: train: conforms to core" in told
    assert (tmp_path / "kb" / "lineage-of-a-prediction.svg").exists()


def test_the_programs_own_code_is_what_was_built(installed: Path, tmp_path: Path) -> None:
    """No test of the wheel runs the checkout's code by mistake."""
    say = "import dlprov_rdf.assets as a; print(a.__file__); print(a.path('shapes/core.ttl'))"

    code, data = _python(installed, tmp_path, "-c", say).splitlines()

    assert code.startswith(str(installed))
    assert data.startswith(str(installed))


def _dlprov(installed: Path, folder: Path, *arguments: str) -> str:
    return _python(installed, folder, "-m", "dlprov_rdf", *arguments)


def _python(installed: Path, folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(installed), "HOME": str(folder)}
    return _run([sys.executable, *arguments], folder, environment)


def _run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
