# SPDX-License-Identifier: Apache-2.0
"""A question on the best is asked of those that can be the best, and not of all.

SPARQL says "the best" by going through everything twice: once for the highest score, once for
what has it. Here one look-up lists the scores, and the question's own query, which stands
as it is, is bound to the few that matter. It finds the best among them itself, so whatever
is left in too many changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pyoxigraph import NamedNode

from dlprov_rdf.ask.sparql import rows, text

if TYPE_CHECKING:
    from dlprov_rdf.ask.binding import Term
    from dlprov_rdf.ask.header import Question
    from dlprov_rdf.store.base import Store

#: The terms of each parameter; None does not restrict.
Terms: TypeAlias = "Mapping[str, Sequence[Term] | None]"

_DIRECTIONS = """
SELECT DISTINCT ?measure ?direction {
  VALUES ?measure { UNDEF }
  ?measure dlprov:direction|^dlprov:annotates/dlprov:direction ?direction .
}"""

#: Roles and measures are compared, not joined: a store would begin with them, at every epoch.
_OF_MODELS = """
SELECT ?training ?value {
  VALUES ?model { UNDEF }
  VALUES ?measure { UNDEF }
  VALUES ?on { UNDEF }
  GRAPH ?graph {
    ?training dlprov:architecture? ?model ; a dlprov:Training ; dlprov:bestEvaluation ?evaluation .
    ?evaluation mls:specifiedBy ?its_measure ; dlprov:measuredInRole ?role ; mls:hasValue ?value .
  }
  FILTER(?its_measure = ?measure && ?role = ?on)
}"""

_OF_ALL = """
SELECT ?training ?value {
  VALUES (?measure ?on) { (UNDEF UNDEF) }
  GRAPH ?graph {
    ?evaluation dlprov:bestBy ?measure ; dlprov:measuredInRole ?on ; mls:hasValue ?value .
    ?training dlprov:bestEvaluation ?evaluation .
  }
}"""

_ON_DATA = """
SELECT DISTINCT ?training {
  VALUES ?data { UNDEF }
  GRAPH ?graph {
    ?training a dlprov:Training ; prov:used ?used .
    ?used a mls:Dataset ; prov:wasDerivedFrom*/prov:specializationOf? ?data .
  }
}"""

_BEST_ON_EACH = """
SELECT ?metric ?value ?same {
  VALUES (?measure ?on) { (UNDEF UNDEF) }
  GRAPH ?graph {
    ?metric dlprov:bestBy ?measure ; dlprov:measuredInRole ?on ;
      dlprov:measuredOn ?measured ; mls:hasValue ?value .
  }
  OPTIONAL { GRAPH ?graph { ?measured prov:specializationOf ?content } }
  BIND(COALESCE(?content, ?measured) AS ?same)
}"""

_EVALUATED_ON_EACH = """
SELECT ?metric ?value ?same {
  VALUES ?measure { UNDEF }
  VALUES ?on { UNDEF }
  GRAPH ?graph {
    ?activity a dlprov:Evaluation .
    ?metric prov:wasGeneratedBy ?activity ; mls:specifiedBy ?its_measure ;
      dlprov:measuredInRole ?role ; dlprov:measuredOn ?measured ; mls:hasValue ?value .
  }
  FILTER(?its_measure = ?measure && ?role = ?on)
  OPTIONAL { GRAPH ?graph { ?measured prov:specializationOf ?content } }
  BIND(COALESCE(?content, ?measured) AS ?same)
}"""


class Scored(NamedTuple):
    """What can be the best: its score, of which the highest is best, and among which it is."""

    node: NamedNode
    score: float
    group: str = ""


def narrowed(store: Store, question: Question, terms: Terms) -> Terms | None:
    """Bind what a question is narrowed to, as its header says.

    Args:
        store: Where the question will be asked.
        question: The question; one that is not narrowed keeps its terms.
        terms: Its parameters, resolved.

    Returns:
        The terms to ask with; None if nothing can be the best, so that no row is there.
    """
    if question.among is None:
        return terms
    variable, _, which = question.among.lstrip("?").partition(" ")
    chosen = list(dict.fromkeys(one.node for one in _CHOICES[which](store, terms)))
    return {**terms, variable: chosen} if chosen else None


def _best(store: Store, terms: Terms) -> Iterable[Scored]:
    return _levels(_trainings(store, terms), _count(terms))


def _best_and_worst(store: Store, terms: Terms) -> Iterable[Scored]:
    scored = [list(one) for one in _trainings(store, terms)]
    turned = [[one._replace(score=-one.score) for one in some] for some in scored]
    return [*_levels(scored, 1), *_levels(turned, 1)]


def _best_on_each(store: Store, terms: Terms) -> Iterable[Scored]:
    bound = {name: terms.get(name) for name in ("measure", "on")}
    found = rows(store, _BEST_ON_EACH, bound) + rows(store, _EVALUATED_ON_EACH, bound)
    return _levels(_scored(store, terms, found), 1)


def _trainings(store: Store, terms: Terms) -> list[list[Scored]]:
    """List the trainings in question with their scores, by each direction of the measure."""
    query = _OF_ALL if terms.get("model") is None else _OF_MODELS
    found = rows(store, query, {name: terms.get(name) for name in ("model", "measure", "on")})
    if terms.get("data") is not None:
        on_data = {row[0] for row in rows(store, _ON_DATA, {"data": terms["data"]})}
        found = [row for row in found if row[0] in on_data]
    return _scored(store, terms, found)


def _scored(store: Store, terms: Terms, found: Iterable[Sequence[object]]) -> list[list[Scored]]:
    known = rows(store, _DIRECTIONS, {"measure": terms.get("measure")})
    signs = {1.0 if text(row[1]).endswith("higherIsBetter") else -1.0 for row in known}
    values = [(row[0], _number(row[1]), "".join(map(text, row[2:]))) for row in found]
    return [
        [
            Scored(node, sign * value, group)
            for node, value, group in values
            if isinstance(node, NamedNode) and value == value  # noqa: PLR0124 -- NaN has no order
        ]
        for sign in signs
    ]


def _levels(scored: Iterable[Sequence[Scored]], many: int) -> list[Scored]:
    """Choose what has one of the highest scores in its group, so many different ones."""
    chosen: list[Scored] = []
    for some in scored:
        groups: dict[str, list[Scored]] = {}
        for one in some:
            groups.setdefault(one.group, []).append(one)
        for members in groups.values():
            least = sorted({one.score for one in members}, reverse=True)[:many][-1]
            chosen += [one for one in members if one.score >= least]
    return chosen


def _number(term: object) -> float:
    try:
        return float(text(term))
    except ValueError:
        return math.nan


def _count(terms: Terms) -> int:
    return int(text(next(iter(terms.get("k") or ()), None)) or 1)


#: What a question's header can say after ``among:`` and the variable that is narrowed.
_CHOICES: dict[str, Callable[[Store, Terms], Iterable[Scored]]] = {
    "best": _best,
    "best and worst": _best_and_worst,
    "best on each data": _best_on_each,
}
