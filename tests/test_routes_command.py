# SPDX-License-Identifier: Apache-2.0
"""``dlprov lineage`` takes each part of a question about paths, and draws what it found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import dlprov_rdf as dlprov
from dlprov_rdf.cli import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run by hand: numbers, halved, then predicted from."""
    with dlprov.start_run("by hand", kb=tmp_path / "kb") as run:
        with run.step("load", kind="acquire") as step:
            raw = step.generated([2, 4], name="raw")
        with run.step("halve", kind="preprocess", used=raw) as step:
            step.generated([1, 2], name="halved", derived_from=raw)
    return tmp_path / "kb"


def said_by(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    """Run a command; give its status and what it wrote."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return left.value.code, capsys.readouterr().out


def test_the_command_takes_each_part_of_the_question(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Projection, selection, and a path by its ends; what lies on none is left out."""
    kb = ("--kb", str(folder))

    status, table = said_by(
        capsys, "lineage", "halved", "--to", "data raw", "--through", "preprocessing",
        "--show", "name", "--show", "kind", "--where", "kind!=run", "--format", "csv", *kb,
    )  # fmt: skip
    _, shortest = said_by(
        capsys, "lineage", "--from", "halved", "--to", "raw", "--shortest", "--show", "name",
        "--format", "csv", *kb,
    )  # fmt: skip
    _, past = said_by(
        capsys, "lineage", "halved", "--to", "raw", "--not-through", "halve", "--not-through",
        "raw", "--format", "json", *kb,
    )  # fmt: skip

    assert (status, table.split()) == (
        0,
        ["name,kind", "halved,data", "halve,preprocessing", "raw,data"],
    )
    assert shortest.split() == ["name", "halved", "raw"]
    assert json.loads(past)["results"]["bindings"] == []
    assert said_by(capsys, "lineage", *kb)[0] == 2


@pytest.mark.require("draw")
@pytest.mark.parametrize("command", ["lineage", "impact"])
def test_a_walk_is_written_as_tree_table_and_picture(
    command: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To standard output, or into a file."""
    asked = (command, "raw" if command == "impact" else "halved", "--kb", str(folder))

    tree = said_by(capsys, *asked, "--format", "tree")[1]
    table = said_by(capsys, *asked, "--format", "tsv")[1]
    picture = said_by(capsys, *asked, "--format", "svg", "-o", str(tmp_path / "a.svg"))[1]
    dot = said_by(capsys, *asked, "--format", "dot")[1]

    assert "└─ " in tree
    assert table.startswith("distance\trelation")
    assert picture == ""
    assert "<svg" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert dot.startswith("digraph")


def test_the_paths_of_a_question_are_drawn_too(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only what lies on them."""
    asked = ("lineage", "halved", "--to", "data raw", "--shortest", "--kb", str(folder))

    tree = said_by(capsys, *asked, "--format", "tree")[1]

    assert tree.splitlines() == ["halved (data)", "└─ prov:wasDerivedFrom → raw (data)"]
    assert said_by(capsys, *asked, "--format", "dot")[1].count("->") == 1
