# SPDX-License-Identifier: Apache-2.0
"""How a check's verdict looks: a line a profile, and what to do next, most valuable first."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from dlprov_rdf.ask import remedies
from dlprov_rdf.cli import output

if TYPE_CHECKING:
    from dlprov_rdf.validate.report import Report
    from dlprov_rdf.validate.result import Result
    from dlprov_rdf.validate.score import Advice, Score

#: Things to do that are told where no profile was asked for.
_FIRST = 5

#: Nodes that are named below a rule that they break, where no profile was asked for.
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
    for todo in told["next"]:
        todo["remedy"] = _typed(todo["remedy"], todo["nodes"][0], one.run)
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


def tell(one: Checked, *, whole: bool, first: bool, shapes: Sequence[Path] = ()) -> None:
    """Tell a person: the verdict, a line a profile, and what to do next.

    Args:
        one: What was checked.
        whole: Whether to tell everything that can be done, and not the most valuable alone.
        first: Whether nothing was told before.
        shapes: The user's own rules, as they were named.
    """
    page = _Page()
    if not first:
        page.line()
    page.line((f"{one.name}: ", "bold"), _verdict(one))
    for score in one.report.scores:
        _score(page, score)
    todo = one.report.advice
    shown = todo if whole else todo[:_FIRST]
    if todo:
        page.line()
        page.line(("What to do next, the most valuable first:", "bold"))
    for number, advice in enumerate(shown, start=1):
        _advice(page, number, advice, one.run, whole=whole)
    if len(shown) < len(todo):
        thing = one.run[-8:] if one.run else one.name
        own = "".join(f" --shapes {shlex.quote(str(file))}" for file in shapes)
        more = f"… and {len(todo) - len(shown)} more: dlprov check {thing} --profile fair{own}"
        page.line((f"  {more}", "dim"))


def _verdict(one: Checked) -> tuple[str, str]:
    """Word the verdict: to what it conforms or, by which rules it does not."""
    from dlprov_rdf.validate.shapes import PROFILES

    if one.judged.conforms:
        return f"conforms to {one.profile}", "green"
    broken = [score.profile for score in one.judged.scores if score.violations]
    at_fault = [name for name in broken if name not in PROFILES]
    if len(at_fault) < len(broken) or not at_fault:
        at_fault.insert(0, one.profile)
    return f"does not conform to {' and '.join(at_fault)}", "red"


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


def _advice(page: _Page, number: int, advice: Advice, run: str | None, *, whole: bool) -> None:
    rule, nodes = advice.rule, sorted(advice.nodes, key=_as_counted)
    count = f", {len(nodes)} nodes" if len(nodes) > 1 else ""
    about = ", ".join(filter(None, (rule.profile, rule.severity))) + count
    page.line(
        (f"  {number}. ", "bold"),
        (rule.name, f"bold {_STYLES[rule.severity]}"),
        (f"  ({about})", "dim"),
    )
    page.block(_typed(rule.remedy, nodes[0].focus, run))
    if run is None or not nodes[0].focus.endswith(f"/run/{run}"):
        named = nodes if whole else nodes[:_NAMED]
        names = [_name(result) for result in named]
        more = f" … and {len(nodes) - len(named)} more" if len(nodes) > len(named) else ""
        page.block(f"of {', '.join(names)}{more}", "dim")


def _as_counted(result: Result) -> list[tuple[int, str]]:
    """Order things as they are counted: data/9 before data/14."""
    parts = re.split(r"(\d+)", result.focus)
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


def _typed(remedy: str, thing: str, run: str | None) -> str:
    """Put the run and the first thing into a remedy's commands, so that they can be typed."""
    if run is None:
        return remedy
    return remedies.filled(remedy, _short(thing), run)


def _short(iri: str) -> str:
    shown = output.shown(iri)
    return shown if shown != iri or not re.search(r"[;&()\s]", iri) else f"'{iri}'"


def _name(result: Result) -> str:
    found = f" (found {_value(result)})" if _value(result) else ""
    label = f" {result.label!r}" if result.label else ""
    return f"{output.shown(result.focus)}{label}{found}"


def _value(result: Result) -> str:
    told = result.value is not None and result.value != f"<{result.focus}>"
    if not told:
        return ""
    return output.shown(
        re.sub(r"\^\^<http://www\.w3\.org/2001/XMLSchema#(\w+)>$", r"^^xsd:\1", str(result.value))
    )


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
