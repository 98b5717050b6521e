# SPDX-License-Identifier: Apache-2.0
"""What docs/federation.md says of time, requests and bytes is what the benchmarks kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def kept(name: str) -> dict[str, dict[str, float]]:
    """Read the rows that a benchmark kept, by what each is of, its question by its id alone."""
    told = json.loads((ROOT / f"benchmarks/results/{name}.json").read_text())["rows"]
    return {_by_id(row["what"]): row for row in told}


def _by_id(what: str) -> str:
    question, comma, how = what.partition(", ")
    return f"{question.split()[0]}, {how}" if comma and "-" in question else what


def table(heading: str) -> list[list[str]]:
    """Read the rows of the table whose header begins so."""
    text = (ROOT / "docs/federation.md").read_text()
    lines = text.partition(f"| {heading}")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def times(rows: dict[str, dict[str, float]], question: str) -> str:
    """Say how long a question took at most, half of the times and 95 of 100."""
    ends = [rows[f"{question}, push-down: {one}, wall"]["ours_value"] for one in ("p50", "p95")]
    return " / ".join(f"{end:.0f}" for end in ends) + " ms"


def came(rows: dict[str, dict[str, float]], what: str, digits: int) -> str:
    """Say how much came for a question."""
    return f"{rows[f'{what}: came']['ours_value'] / 1000:.{digits}f} MB"


@pytest.mark.parametrize(
    "row", table("question | 3 \N{MULTIPLICATION SIGN} 35"), ids=lambda row: row[0]
)
def test_times_and_bytes_are_those_of_the_benchmark(row: list[str]) -> None:
    """Both sizes, and the other strategies beside."""
    small, large = kept("federation_speed_35000"), kept("federation_speed_350000")
    one = row[0]
    beside = [
        f"{small[f'{one}, {by}: p50, wall']['ours_value']:.0f} ms, {came(small, f'{one}, {by}', 1)}"
        for by in ("patterns", "whole graphs")
    ]

    assert row[1:] == [
        times(small, one),
        f"{small[f'{one}, push-down: requests']['ours_value']:.0f}",
        came(small, f"{one}, push-down", 2),
        *beside,
        times(large, one),
        came(large, f"{one}, push-down", 2),
    ]


@pytest.mark.parametrize(("what", "right", "theirs"), table("count of"))
def test_counts_are_those_of_the_benchmark(what: str, right: str, theirs: str) -> None:
    """Ours are right, and Comunica's are not."""
    expected = f"count of {what}: ours right, Comunica WRONG: {theirs}, not {right}"

    assert expected in kept("federation_speed_35000")


@pytest.mark.parametrize("row", table("question | 3 labs"), ids=lambda row: row[0])
def test_what_many_labs_cost_is_what_the_benchmark_kept(row: list[str]) -> None:
    """Three to a hundred."""
    rows = kept("many_labs_speed")
    one = row[0]
    walls = [rows[f"{one}, {labs} labs: wall"]["ours_value"] for labs in (3, 10, 30, 100)]

    assert row[1:] == [
        *(f"{wall:.0f} ms" for wall in walls),
        f"{rows[f'{one}, 100 labs: requests a lab']['ours_value']:.0f}",
        came(rows, f"{one}, 100 labs", 2),
    ]
