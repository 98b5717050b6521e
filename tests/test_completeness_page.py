# SPDX-License-Identifier: Apache-2.0
"""docs/completeness.md lists every rule as the shapes state it; ``--update-golden`` writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from dlprov_rdf.validate.rules import Rule
from dlprov_rdf.validate.shapes import PROFILES, load

PAGE = Path(__file__).parent.parent / "docs" / "completeness.md"
MARK = "<!-- rules: written by tests/test_completeness_page.py --update-golden -->\n"
SEVERITIES = ("violation", "warning", "info")


def test_the_page_lists_every_rule(pytestconfig: pytest.Config) -> None:
    """By profile, with severity, remedy and source, as it stands in shapes/."""
    rules = list(load("fair").rules.values())
    written = PAGE.read_text(encoding="utf-8")
    wanted = written.partition(MARK)[0] + MARK + "".join(listed(rules))

    if pytestconfig.getoption("--update-golden"):
        PAGE.write_text(wanted, encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == wanted
    assert all(f"`{local(rule)}`" in wanted for rule in rules)


def listed(rules: Iterable[Rule]) -> Iterator[str]:
    """Write a table a profile, the worst first."""
    rules = list(rules)
    for profile in PROFILES:
        own = [rule for rule in rules if rule.profile == profile]
        own.sort(key=lambda rule: SEVERITIES.index(rule.severity))
        yield f"\n### {profile}\n\n{len(own)} rules.\n\n"
        if profile == "core":
            yield "| rule | severity | why | what must hold, and what to do | source |\n"
        else:
            yield "| rule | severity | asks | what to do | source |\n"
        yield "|---|---|---|---|---|\n"
        for rule in own:
            yield (
                f"| {rule.name} `{local(rule)}` | {rule.severity} | {cell(rule.description)} "
                f"| {cell(rule.remedy)} | {' '.join(map(link, rule.sources))} |\n"
            )


def local(rule: Rule) -> str:
    """Give the last part of a rule's IRI."""
    return rule.iri.rpartition("#")[2]


def link(iri: str) -> str:
    """Link a source by its last part."""
    name = iri.rstrip("/").rpartition("/")[2].removeprefix("#")
    if iri.startswith("https://doi.org/"):
        name = iri.removeprefix("https://doi.org/")
    return f"[{name}]({iri})"


def cell(words: str) -> str:
    """Keep words within a table's cell."""
    return words.replace("|", "\\|").replace("\n", " ")
