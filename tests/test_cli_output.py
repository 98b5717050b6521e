# SPDX-License-Identifier: Apache-2.0
"""What commands write: plain on a pipe, fitted to a terminal, and no fault if nobody reads it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typed_commands import DLPROV, ROOT, answer, dlprov, two_runs

from dlprov_rdf.cli import output


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base of two runs."""
    return two_runs(tmp_path_factory.mktemp("cli") / "kb")


def test_nothing_on_a_pipe_is_drawn_or_coloured(kb: Path) -> None:
    """Whatever the environment wants of terminals."""
    done = dlprov("runs", "--kb", kb, FORCE_COLOR="1")

    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout + done.stderr


def test_a_reader_that_leaves_is_no_error(kb: Path) -> None:
    """``dlprov questions | head -1``."""
    with subprocess.Popen(
        [*DLPROV, "runs", "--kb", str(kb)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        process.wait(timeout=60)

    assert b"Traceback" not in said


@pytest.mark.parametrize(
    "arguments", [("sparql", "SELECT * { ?s ?p ?o }"), ("questions", "--format", "json")]
)
def test_a_reader_that_leaves_early_is_no_no(kb: Path, arguments: tuple[str, ...]) -> None:
    """``dlprov sparql … | head -1`` is done, with status 0, however long the answer is."""
    with subprocess.Popen(
        [*DLPROV, *arguments, "--kb", str(kb)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        process.wait(timeout=60)

    assert (process.returncode, said) == (0, b"")


def test_a_closed_standard_output_is_no_fault(kb: Path) -> None:
    """``dlprov runs >&-``."""
    command = f'exec "{sys.executable}" -m dlprov_rdf runs --kb "{kb}" >&-'

    done = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, stderr=subprocess.PIPE, timeout=60, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")


def test_letters_that_standard_output_does_not_know_are_spelled(kb: Path) -> None:
    """An answer is given even so."""
    query = 'SELECT ("caf\u00e9" AS ?x) {}'

    assert r"caf\xe9" in answer("sparql", query, "--kb", kb, PYTHONIOENCODING="ascii")


def test_a_time_is_shown_in_utc_or_without_a_zone(kb: Path) -> None:
    """Z means UTC and is said of nothing else."""
    first, second = (f"'2020-01-01T00:00:00{zone}'^^xsd:dateTime" for zone in ("", "+02:00"))
    query = f"SELECT * {{ VALUES ?t {{ {first} {second} }} }}"

    assert answer("sparql", query, "--kb", kb).split("\n")[1:3] == [
        "2020-01-01 00:00:00", "2019-12-31 22:00:00Z",
    ]  # fmt: skip


def drawn(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *rows: str) -> str:
    """Draw rows of words, parted by bars, on a terminal of 40 columns."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(output, "to_terminal", lambda: True)
    columns, *lines = (row.split("|") for row in rows)
    output.table(columns, lines)
    shown: str = capsys.readouterr().out
    return shown


def test_a_narrow_terminal_cuts_no_identifier(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What has blanks gives way first, and no column is lost."""
    shown = drawn(monkeypatch, capsys, "id|name|lost", "0123456789abcdef|a name of many words|7")

    assert "0123456789abcdef" in shown
    assert shown.splitlines()[0].split() == ["id", "name", "lost"]
    assert max(map(len, shown.splitlines())) <= 40


def test_a_table_too_wide_for_a_terminal_is_shown_row_by_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each value beside its column's name, whole."""
    names = [f"long_column_{letter}" for letter in "abcd"]

    shown = drawn(monkeypatch, capsys, "|".join(names), "1|2|3|4")

    assert [line.split() for line in shown.splitlines()] == [
        [name, str(number)] for number, name in enumerate(names, start=1)
    ]
