# SPDX-License-Identifier: Apache-2.0
"""The command line takes what a user types, and refuses what cannot be in one line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typed_commands import answer, dlprov, refusal, two_runs


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base of two runs."""
    return two_runs(tmp_path_factory.mktemp("cli") / "kb")


@pytest.mark.parametrize("place", ["before", "after", "variable", "here"])
def test_the_knowledge_base_is_where_the_user_says(kb: Path, place: str) -> None:
    """``--kb`` before and after the command, ``$DLPROV_KB``, ``./dlprov-kb``."""
    if place == "here":
        (kb.parent / "dlprov-kb").unlink(missing_ok=True)
        (kb.parent / "dlprov-kb").symlink_to(kb)
    done = {
        "before": lambda: dlprov("--kb", kb, "runs"),
        "after": lambda: dlprov("runs", "--kb", kb),
        "variable": lambda: dlprov("runs", DLPROV_KB=str(kb)),
        "here": lambda: dlprov("runs", folder=kb.parent),
    }[place]()

    assert done.returncode == 0, done.stderr
    assert "second" in done.stdout


def test_no_knowledge_base_is_said_with_a_remedy(tmp_path: Path) -> None:
    """Looking makes none."""
    said = refusal("runs", folder=tmp_path)

    assert str(tmp_path / "dlprov-kb") in said
    assert "dlprov run" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("runs", "--nonsense"), ("show",), ("runs", "--format", "xml")]
)
def test_a_wrong_command_line_is_one_line(arguments: tuple[str, ...]) -> None:
    """With where to look."""
    assert "--help" in refusal(*arguments)


def test_a_value_that_cannot_be_is_named_with_those_that_can() -> None:
    """And without the words of the library that reads command lines."""
    told = refusal("runs", "--format", "xml")

    assert "Invalid value for '--format': 'xml' is not one of 'table'" in told


@pytest.mark.parametrize("place", ["before", "after"])
def test_debug_shows_where_an_error_came_from(tmp_path: Path, place: str) -> None:
    """Only then is there a traceback."""
    arguments = ["--debug", "runs"] if place == "before" else ["runs", "--debug"]

    done = dlprov(*arguments, folder=tmp_path)

    assert "Traceback" in done.stderr
    assert "NoKnowledgeBase" in done.stderr


def test_nothing_but_dlprov_shows_the_help() -> None:
    """It is no error, and keeps its lines."""
    assert "\nCommands:\n" in answer()


def test_a_guess_is_worded_as_a_question() -> None:
    """Without a full stop behind the question mark."""
    assert "Did you mean 'runs'? See:" in refusal("rnus")


@pytest.mark.parametrize(
    "arguments",
    [
        ("lineage", b"\xff"),
        ("sparql", b"SELECT ('\xff' AS ?x) {}"),
        ("ask", "K2", "-p", b"model=\xff"),
        ("ask", "K1", "-p", b"measure=\xff"),
    ],
)
def test_what_is_no_text_is_refused(kb: Path, arguments: tuple[str | bytes, ...]) -> None:
    """In one line, and no traceback."""
    assert "UTF-8" in refusal(*map(os.fsdecode, arguments), "--kb", kb)


def test_the_version_is_told() -> None:
    """By the name of the command."""
    from dlprov_rdf.version import __version__

    assert answer("--version") == f"dlprov {__version__}\n"
