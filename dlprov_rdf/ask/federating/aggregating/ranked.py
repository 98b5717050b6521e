# SPDX-License-Identifier: Apache-2.0
"""The first of what is ranked: each lab gives its first rows, and the first of these are taken.

It is so where the order leaves nothing open: where the last row that is taken is before all
that was not given, or not taken, and where all that is ranked is of one kind that every engine
orders alike: numbers, times in UTC, or IRIs in ASCII. A lab puts first what is of no such kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cmp_to_key
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from dlprov_rdf.ask.federating.aggregating.graph_local import GraphLocal
from dlprov_rdf.ask.federating.aggregating.selects import Select
from dlprov_rdf.ask.federating.fetching.requests import Row
from dlprov_rdf.ask.federating.fetching.rows import Ask
from dlprov_rdf.graph.literals import DATE_TIME, DOUBLE, INTEGER, as_float
from dlprov_rdf.store.base import Term

_SHOWN = re.compile(r"SELECT((?:\s+[?$]\w+)+)\s*(?:WHERE\s*)?", re.IGNORECASE)
_CUT = re.compile(
    r"\s*ORDER\s+BY((?:\s+[?$]\w+|\s*(?:ASC|DESC)\s*\(\s*[?$]\w+\s*\))+)\s*LIMIT\s+([0-9]{1,5})\s*",
    re.IGNORECASE,
)
_ONE = re.compile(r"(?:(ASC|DESC)\s*\(\s*)?[?$](\w+)", re.IGNORECASE)

#: How what is of a kind is told from all else.
_KINDS = {
    "number": f"{{0}} = {{0}} && (DATATYPE({{0}}) = {DOUBLE} || "
    f"(DATATYPE({{0}}) = {INTEGER} && {{0}} > -9e15 && {{0}} < 9e15))",
    "time": f'DATATYPE({{0}}) = {DATE_TIME} && REGEX(STR({{0}}), "^[0-9]{{{{4}}}}-[^+]*Z$")',
    "name": 'ISIRI({0}) && REGEX(STR({0}), "^[!-~]*$")',
}
_TIME = re.compile(r"[0-9]{4}-[0-9T:.-]*Z")

#: What is compared, of one kind.
_Mark: TypeAlias = "float | str"


@dataclass(frozen=True)
class Ranking:
    """What is shown of the matches of a group, in which order, and how many of them.

    Attributes:
        local: The group.
        shown: Its variables that are shown.
        order: Those by which it is ordered, each with whether the greatest comes first.
        most: How many rows are taken.
        kinds: Of which kind each of those is that it is ordered by.
    """

    local: GraphLocal
    shown: tuple[str, ...]
    order: tuple[tuple[str, bool], ...]
    most: int
    kinds: tuple[str, ...]

    @property
    def variables(self) -> list[str]:
        """Name the variables that travel."""
        return [*dict.fromkeys([*self.shown, *(name for name, _ in self.order)])]

    @property
    def columns(self) -> list[str]:
        """Name the columns of a lab's answer; the first is the graph, the last how often."""
        return [*dict.fromkeys(["g", *(self.local.names[name] for name in self.variables)]), "n"]

    def request(self) -> str:
        """Word what each lab is asked: one row more than is taken."""
        marks = [f"?{self.local.names[name]}" for name, _ in self.order]
        odd = " ".join(
            f"BIND(COALESCE(IF({_KINDS[kind].format(mark)}, 0, 1), 1) AS ?odd{number})"
            for number, (mark, kind) in enumerate(zip(marks, self.kinds, strict=True))
        )
        odds = [f"?odd{number}" for number in range(len(marks))]
        first = [f"DESC({one})" for one in odds]
        then = [f"{'DESC' if down else 'ASC'}({mark})"
                for mark, (_, down) in zip(marks, self.order, strict=True)]  # fmt: skip
        told = " ".join(f"?{name}" for name in self.columns[:-1])
        return (
            f"SELECT {told} (COUNT(*) AS ?n) WHERE {{ {{ {self.local.words} }} {odd} }} "
            f"GROUP BY {told} {' '.join(odds)} "
            f"ORDER BY {' '.join((*first, *then))} LIMIT {self.most + 1}"
        )

    def marks(self, row: Row) -> tuple[_Mark, ...] | None:
        """Give what a row is ordered by; None: it is not all of its kind."""
        found = [_mark(row[self._place(name)]) for name, _ in self.order]
        if [kind for kind, _ in found] != [*self.kinds]:
            return None
        return tuple(mark for _, mark in found)

    def kinds_of(self, row: Row) -> tuple[str, ...]:
        """Tell of which kinds that is by which a row is ordered."""
        return tuple(_mark(row[self._place(name)])[0] for name, _ in self.order)

    def compare(self, one: tuple[_Mark, ...], other: tuple[_Mark, ...]) -> int:
        """Tell which of two rows comes first: below 0 if it is the one, 0 if none does."""
        for mine, theirs, (_, down) in zip(one, other, self.order, strict=True):
            if mine != theirs:
                return -1 if (mine < theirs) != down else 1  # type: ignore[operator]
        return 0

    def _place(self, name: str) -> int:
        return self.columns.index(self.local.names[name])

    def terms(self, row: Row) -> Row:
        """Give what travels of a row into the query."""
        return tuple(row[self._place(name)] for name in self.variables)

    def words(self, rows: Iterable[Row]) -> str | None:
        """Word rows as a group of the query; None: they cannot be worded."""
        lines: list[str] = []
        for row in rows:
            terms = self.terms(row)
            if not all(isinstance(term, NamedNode | Literal) for term in terms):
                return None
            often = min(int(getattr(row[-1], "value", "")), self.most)
            lines += [f"({' '.join(map(str, terms))})"] * often
        names = " ".join(f"?{name}" for name in self.variables)
        return f"{{ VALUES ({names}) {{ {' '.join(lines)} }} }}"


def may_be(select: Select) -> bool:
    """Tell whether a SELECT takes the first of what it ranks, and does nothing else."""
    return bool(_SHOWN.fullmatch(_bare(select.before)) and _CUT.fullmatch(_bare(select.after)))


def read(select: Select, local: GraphLocal) -> Ranking | None:
    """Read what a SELECT ranks; None: it is not by its group alone."""
    shown, cut = _SHOWN.fullmatch(_bare(select.before)), _CUT.fullmatch(_bare(select.after))
    if shown is None or cut is None:
        return None
    names = tuple(name[1:] for name in shown[1].split())
    order = tuple((one[2], (one[1] or "").upper() == "DESC") for one in _ONE.finditer(cut[1]))
    if not {*names, *(name for name, _ in order)} <= local.names.keys():
        return None
    kinds = tuple("name" if name in local.things else "number" for name, _ in order)
    return Ranking(local, names, order, int(cut[2]), kinds)


def table(ranking: Ranking, ask: Ask) -> str | None:
    """Ask the labs for their first rows, and word the first of these; None: that is left open."""
    told = ask(ranking.request(), ranking.columns)
    others = (ranking.kinds_of(row) for rows in told for row in rows)
    kinds = next((found for found in others if found != ranking.kinds), ranking.kinds)
    if "" in kinds:
        return None
    if kinds != ranking.kinds:
        ranking = replace(ranking, kinds=kinds)
        told = ask(ranking.request(), ranking.columns)
    rows = _first(ranking, told)
    return None if rows is None else ranking.words(rows)


def _first(ranking: Ranking, told: Sequence[Sequence[Row]]) -> list[Row] | None:
    """Take the first rows of what the labs told; None: another row may be as good as one."""
    marks = {row: ranking.marks(row) for rows in told for row in rows}
    known = {row: mark for row, mark in marks.items() if mark is not None}
    if len(known) < len(marks):
        return None

    def compare(one: Row, other: Row) -> int:
        return ranking.compare(known[one], known[other])

    inorder = cmp_to_key(compare)
    last = [max(rows, key=inorder) if len(rows) > ranking.most else None for rows in told]
    if not _agree(told, last, compare):
        return None
    ordered = sorted(known, key=inorder)
    taken: list[Row] = []
    number = 0
    while len(taken) < len(ordered) and number < ranking.most:
        taken.append(ordered[len(taken)])
        number += int(getattr(taken[-1][-1], "value", ""))
    if any(row is not None and compare(taken[-1], row) >= 0 for row in last if taken):
        return None
    alike = [row for row in ordered if taken and compare(taken[-1], row) == 0]
    open_ = {*alike} - {*taken} and len({ranking.terms(row) for row in alike}) > 1
    return None if open_ else taken


def _agree(
    told: Sequence[Sequence[Row]],
    last: Sequence[Row | None],
    compare: Callable[[Row, Row], int],
) -> bool:
    """Tell whether labs that hold the same graph say the same of it, as far as both say it."""
    for rows, end in zip(told, last, strict=True):
        graphs, here = {row[0] for row in rows}, {*rows}
        for row in {row for other in told for row in other if row[0] in graphs} - here:
            if end is None or compare(row, end) < 0:
                return False
    return True


def _mark(term: Term | None) -> tuple[str, _Mark]:
    """Tell of which kind a term is, and what it is compared by."""
    if isinstance(term, NamedNode):
        return "name", term.value
    if isinstance(term, Literal) and term.datatype == DOUBLE:
        value = as_float(term.value)
        return ("number", value) if value == value else ("", 0.0)  # noqa: PLR0124 -- NaN is not
    if isinstance(term, Literal) and term.datatype == INTEGER:
        value = float(term.value)  # exactly, or so great that it is odd
        return ("number", value) if abs(value) < 9e15 else ("", 0.0)
    if isinstance(term, Literal) and term.datatype == DATE_TIME and _TIME.fullmatch(term.value):
        return "time", term.value.removesuffix("Z")
    return "", 0.0


def _bare(words: str) -> str:
    """Take comments out of what has neither strings nor IRIs in it."""
    return re.sub(r"#[^\n]*", "", words)
