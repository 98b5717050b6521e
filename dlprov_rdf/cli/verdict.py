# SPDX-License-Identifier: Apache-2.0
"""How a check's verdict looks: a line a profile, and what to do next, most valuable first."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from dlprov_rdf.cli import output

if TYPE_CHECKING:
    from dlprov_rdf.validate.report import Report
    from dlprov_rdf.validate.result import Result
    from dlprov_rdf.validate.score import Advice, Score

#: Things to do that are told where no profile was asked for.
_FIRST = 5

#: Nodes that are named below a rule that they break.
_NAMED = 3

_BAR = 20
_INDENT = "     "
_STYLES = {"violation": "red", "warning": "yellow", "info": "cyan"}


class Checked:
    """One thing that was checked.

    Attributes:
        name: What it is called: a run's name, or a file's path.
        run: A run's id.
        report: All that was found.
        profile: By which rules it is judged.
    """

    def __init__(self, name: str, run: str | None, report: Report, profile: str) -> None:
        self.name, self.run, self.report, self.profile = name, run, report, profile

    @cached_property
    def judged(self) -> Report:
        """The part of the report by which the verdict is made."""
        return self.report.within(self.profile)


def plain(one: Checked) -> dict[str, Any]:
    """Give a verdict as plain values; the scores are those of every profile that was told."""
    told = {**one.judged.as_plain(), "scores": one.report.as_plain()["scores"]}
    return {"checked": one.name, "run": one.run, **told}


def turtle(checked: Sequence[Checked]) -> str:
    """Write the W3C reports of all as Turtle."""
    from pyoxigraph import RdfFormat, serialize

    triples = [triple for one in checked for triple in one.judged.as_graph()]
    prefixes = {"sh": "http://www.w3.org/ns/shacl#"}
    return (serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


def junit(checked: Sequence[Checked], fail_on: str) -> str:
    """Write all as one JUnit document, a test suite each."""
    from dlprov_rdf.validate.junit import document

    return document([one.judged.as_case(one.name) for one in checked], fail_on)


def tell(one: Checked, *, whole: bool, first: bool) -> None:
    """Tell a person: the verdict, a line a profile, and what to do next.

    Args:
        one: What was checked.
        whole: Whether to tell everything that can be done, and not the most valuable alone.
        first: Whether nothing was told before.
    """
    page = _Page()
    if not first:
        page.line()
    conforms = one.judged.conforms
    words = f"conforms to {one.profile}" if conforms else f"does not conform to {one.profile}"
    page.line((f"{one.name}: ", "bold"), (words, "green" if conforms else "red"))
    for score in one.report.scores:
        _score(page, score)
    todo = one.report.advice
    shown = todo if whole else todo[:_FIRST]
    if todo:
        page.line()
        page.line(("What to do next, the most valuable first:", "bold"))
    for number, advice in enumerate(shown, start=1):
        _advice(page, number, advice, one.run)
    if len(shown) < len(todo):
        thing = one.run[-8:] if one.run else one.name
        more = f"… and {len(todo) - len(shown)} more: dlprov check {thing} --profile fair"
        page.line((f"  {more}", "dim"))


def _score(page: _Page, score: Score) -> None:
    full = _BAR * score.kept // score.applies if score.applies else _BAR
    bar = [("━" * full, "green"), ("━" * (_BAR - full) + " ", "dim")] if page.rich else []
    broken = score.applies - score.kept
    note = f"{score.violations} violation{'s' * (score.violations != 1)}"
    if broken > score.violations:
        note += f", {broken - score.violations} milder"
    page.line(
        (f"  {score.profile:<13} ", ""),
        *bar,
        (f"{score.percent:>3} %  {score.kept} of {score.applies} rules kept", ""),
        (f"  ({note})" if broken else "", "red" if score.violations else "dim"),
    )


def _advice(page: _Page, number: int, advice: Advice, run: str | None) -> None:
    rule, nodes = advice.rule, advice.nodes
    count = f", {len(nodes)} nodes" if len(nodes) > 1 else ""
    about = ", ".join(filter(None, (rule.profile, rule.severity))) + count
    page.line(
        (f"  {number}. ", "bold"),
        (rule.name, f"bold {_STYLES[rule.severity]}"),
        (f"  ({about})", "dim"),
    )
    page.block(_typed(rule.remedy, nodes[0], run))
    if run is None or not nodes[0].focus.endswith(f"/run/{run}"):
        names = [_name(result) for result in nodes[:_NAMED]]
        more = f" … and {len(nodes) - _NAMED} more" if len(nodes) > _NAMED else ""
        page.block(f"of {', '.join(names)}{more}", "dim")


def _typed(remedy: str, first: Result, run: str | None) -> str:
    """Put the run and the first thing into a remedy's commands, so that they can be typed."""
    if run is None:
        return remedy
    words = re.sub(r"\bRUN\b", run[-8:], remedy)
    thing = _short(first.focus)
    return re.sub(r"`dlprov annotate IRI\b", lambda _: f"`dlprov annotate {thing}", words)


def _short(iri: str) -> str:
    shown = output.shown(iri)
    return shown if shown != iri or not re.search(r"[;&()\s]", iri) else f"'{iri}'"


def _name(result: Result) -> str:
    found = f" (found {_value(result)})" if _value(result) else ""
    label = f" {result.label!r}" if result.label else ""
    return f"{output.shown(result.focus)}{label}{found}"


def _value(result: Result) -> str:
    told = result.value is not None and result.value != f"<{result.focus}>"
    return output.shown(result.value) if told else ""


class _Page:
    """Standard output: in colours on a terminal, plain on a pipe."""

    def __init__(self) -> None:
        self.rich = output.to_terminal()
        self._console = Console(highlight=False) if self.rich else None

    def line(self, *parts: tuple[str, str]) -> None:
        """Write a line made of words and their styles."""
        if self._console is None:
            sys.stdout.write("".join(words for words, _ in parts).rstrip() + "\n")
        else:
            self._console.print(Text.assemble(*parts), soft_wrap=True)

    def block(self, words: str, style: str = "") -> None:
        """Write words that are indented, and wrapped on a terminal."""
        if self._console is None:
            sys.stdout.write(f"{_INDENT}{words}\n")
            return
        room = max(self._console.width - len(_INDENT), 20)
        for line in Text(words, style=style).wrap(self._console, room):
            self._console.print(Text(_INDENT) + line)
