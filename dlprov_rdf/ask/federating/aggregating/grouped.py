# SPDX-License-Identifier: Apache-2.0
"""What a lab is asked of the matches of a group, and what stands for them in the query.

Of each variable that is aggregated a lab tells, for every group of the query in every graph,
the sum, and the least and the greatest of the integers, of the doubles, and of the times in UTC.
What else is compared travels as it is, each value once, and so does what is counted once each.

The sum of doubles depends on the order of adding, but where no adding rounds: where all are
multiples of 2**-40 and their magnitudes come to less than 2**13. Else nothing is merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from dlprov_rdf.ask.federating.aggregating.graph_local import GraphLocal
from dlprov_rdf.ask.federating.aggregating.selects import Aggregate
from dlprov_rdf.graph.literals import DATE_TIME, DOUBLE, INTEGER
from dlprov_rdf.store.base import Term

#: Stands for all values of a variable of which the least and the greatest are told.
_MERGED = NamedNode("urn:dlprov-rdf:merged")

#: Integers of which millions can be added before any engine runs over; and those of any engine.
_ADDED, _KNOWN = 10**12, 9 * 10**18

#: Doubles are added by this step, up to this magnitude: 53 binary digits.
_STEPS, _MOST = 2**40, 2**13

#: The column of a variable that each aggregate is of: k its values, s sums, l least, h greatest.
_COLUMNS = {"SUM": "s", "AVG": "s", "MIN": "l", "MAX": "h"}

#: What is asked for each use of a variable; what has no words is what is grouped by.
_ASKED = {
    "k": {"k": ""},
    "s": {"t": "", "s": "SUM(?{0})", "a": "SUM(ABS(?{0}))"},
    "l": {"m": "", "l": "MIN(?{0})"},
    "h": {"m": "", "h": "MAX(?{0})"},
}

_INTEGERS = f"DATATYPE(?{{0}}) = {INTEGER} && ?{{0}} > -{{1}} && ?{{0}} < {{1}}"
_EVEN = f"ABS(?{{0}}) < {_MOST} && ?{{0}} * {_STEPS}.0e0 = FLOOR(?{{0}} * {_STEPS}.0e0)"
_ORDERED = f"""({_INTEGERS.format("{0}", _KNOWN)})
  || (DATATYPE(?{{0}}) = {DOUBLE} && ?{{0}} = ?{{0}})
  || (DATATYPE(?{{0}}) = {DATE_TIME} && STRENDS(STR(?{{0}}), "Z"))"""

#: What tells the values that are merged from others: k each by itself, t by type, m from all else.
_BOUND = {
    "k": "?{0}",
    "t": f"""COALESCE(IF({_INTEGERS.format("{0}", _ADDED)}, "integer",
      IF(DATATYPE(?{{0}}) = {DOUBLE} && {_EVEN}, "double", "other")), "other")""",
    "m": f"COALESCE(IF({_ORDERED}, {_MERGED}, ?{{0}}), ?{{0}})",
}


def column(aggregate: Aggregate) -> str | None:
    """Tell which column an aggregate is of; none ("") if it counts matches.

    Returns:
        None: It cannot be merged.
    """
    if aggregate.distinct and aggregate.kind in {"SUM", "AVG"}:
        return None
    if aggregate.distinct and aggregate.kind == "COUNT":
        return "k"
    return _COLUMNS.get(aggregate.kind, "")


@dataclass(frozen=True)
class Value:
    """What is asked of a variable: its name at the labs, and the columns that are used."""

    name: str
    uses: str

    @property
    def asked(self) -> dict[str, str]:
        """Word the columns of a lab's answer; what has no words is what is grouped by."""
        return {
            f"{one}_{self.name}": words.format(self.name)
            for use in self.uses
            for one, words in _ASKED[use].items()
        }

    @property
    def columns(self) -> list[str]:
        """Name the columns of what stands for the matches."""
        return [f"{use}_{self.name}" for use in self.uses]

    def bound(self) -> str:
        """Word what tells the values that are merged from those that travel."""
        kinds = [name for name, words in self.asked.items() if not words]
        return " ".join(f"BIND({_BOUND[one[0]].format(self.name)} AS ?{one})" for one in kinds)

    def told(self, row: Mapping[str, Term | None]) -> list[Term | None]:
        """Give its columns for the matches that a row of a lab stands for."""
        kind = row.get(f"m_{self.name}")
        return [kind if one[0] in "lh" and kind != _MERGED else row[one] for one in self.columns]

    def can_be_added(self, rows: Iterable[Mapping[str, Term | None]]) -> bool:
        """Tell whether the sums of these rows make the sum of all, whatever is added first."""
        if "s" not in self.uses:
            return True
        given = [*rows]
        kinds = {getattr(row[f"t_{self.name}"], "value", None) for row in given}
        if len(kinds) > 1 or not kinds <= {"integer", "double"}:
            return not kinds
        size = sum(float(getattr(row[f"a_{self.name}"], "value", "inf")) for row in given)
        return size < (_MOST if kinds == {"double"} else _KNOWN)


@dataclass(frozen=True)
class Grouped:
    """A group of the query by its keys, and the values that are aggregated.

    Attributes:
        local: The group.
        keys: The variables by which the query groups.
        values: What is asked of those that are aggregated.
        fresh: How the names begin that stand in the query for what the labs told.
    """

    local: GraphLocal
    keys: tuple[str, ...]
    values: tuple[Value, ...]
    fresh: str

    @property
    def columns(self) -> list[str]:
        """Name the columns of a lab's answer; the first is the graph."""
        keys = [self.local.names[key] for key in self.keys]
        return [*dict.fromkeys(["g", *keys]), *(c for one in self.values for c in one.asked), "n"]

    def request(self) -> str:
        """Word what each lab is asked."""
        words = {name: told for one in self.values for name, told in one.asked.items()}
        words["n"] = "COUNT(*)"
        plain = [f"?{name}" for name in self.columns if not words.get(name)]
        asked = [f"({told} AS ?{name})" for name, told in words.items() if told]
        bound = " ".join(one.bound() for one in self.values)
        return (
            f"SELECT {' '.join((*plain, *asked))} WHERE {{ {{ {self.local.words} }} {bound} }} "
            f"GROUP BY {' '.join(plain)}"
        )

    def table(self, rows: Sequence[Mapping[str, Term | None]]) -> str | None:
        """Word what stands for the matches in the query; None: it cannot be merged.

        Args:
            rows: What the labs told, those of each graph once.
        """
        own = [name for one in self.values for name in one.columns]
        names = [*self.keys, *(f"{self.fresh}{name}" for name in (*own, "n"))]
        groups: dict[tuple[Term | None, ...], list[Mapping[str, Term | None]]] = {}
        for row in rows:
            groups.setdefault(self._key(row), []).append(row)
        if not all(one.can_be_added(group) for one in self.values for group in groups.values()):
            return None
        told = [
            (*key, *(term for one in self.values for term in one.told(row)), row["n"])
            for key, group in groups.items()
            for row in group
        ]
        if not all(isinstance(term, NamedNode | Literal) for row in told for term in row):
            return None
        lines = " ".join(f"({' '.join(map(str, row))})" for row in told)
        return f"{{ VALUES ({' '.join(f'?{name}' for name in names)}) {{ {lines} }} }}"

    def _key(self, row: Mapping[str, Term | None]) -> tuple[Term | None, ...]:
        return tuple(row[self.local.names[key]] for key in self.keys)

    def instead(self, aggregate: Aggregate) -> str:
        """Word what an aggregate is over the rows that stand for the matches."""
        number = f"SUM(?{self.fresh}n)"
        which = column(aggregate)
        if not which:
            return number
        place = f"?{self.fresh}{which}_{self.local.names[aggregate.of]}"
        if which == "k":
            return f"COUNT(DISTINCT {place})"
        if aggregate.kind == "AVG":
            return f"IF({number} = 0, 0, SUM({place}) / {number})"
        return f"{aggregate.kind}({place})"
