# SPDX-License-Identifier: Apache-2.0
"""A question on the best is asked of those that can be the best, and not of all.

SPARQL says "the best" by going through everything twice: once for the highest score, once for
what has it. Here one look-up lists the scores, and the question's own query, which stands
as it is, is bound to the few that matter. It finds the best among them itself, so whatever
is left in too many changes nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pyoxigraph import NamedNode

from dlprov_rdf.ask.sparql import Asked, foresee, rows, text
from dlprov_rdf.graph.vocabulary import RANKED

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
#: They stand in the comparison itself, so that it is made before more is read.
_OF_MODELS = """
SELECT ?training ?value {
  VALUES ?model { UNDEF }
  GRAPH ?graph {
    ?training dlprov:architecture? ?model ; a dlprov:Training ; dlprov:bestEvaluation ?evaluation .
    ?evaluation mls:specifiedBy ?its_measure ; dlprov:measuredInRole ?role ; mls:hasValue ?value .
  }
  FILTER(?its_measure IN (?measure) && ?role IN (?on))
}"""

_OF_ALL = """
SELECT ?training ?value {
  VALUES (?ranked ?measure) { (UNDEF UNDEF) }
  GRAPH ?graph {
    ?evaluation ?ranked ?measure ; mls:hasValue ?value .
    ?training dlprov:bestEvaluation ?evaluation .
  }
}"""

_EVALUATIONS = """
SELECT ?evaluation ?value {
  VALUES (?ranked ?measure) { (UNDEF UNDEF) }
  GRAPH ?graph { ?evaluation ?ranked ?measure ; mls:hasValue ?value . }
}"""

_TRAINED_ON = """
SELECT DISTINCT ?evaluation {
  VALUES ?evaluation { UNDEF }
  VALUES ?data { UNDEF }
  GRAPH ?graph {
    ?training dlprov:bestEvaluation ?evaluation ; a dlprov:Training ; prov:used ?used .
    ?used a mls:Dataset .
  }
  FILTER(!BOUND(?data) || EXISTS {
    GRAPH ?graph { ?used prov:wasDerivedFrom*/prov:specializationOf? ?data }
  })
}"""

_RANKED_ON_EACH = """
SELECT ?metric ?value ?same {
  VALUES (?ranked ?measure) { (UNDEF UNDEF) }
  GRAPH ?graph { ?metric ?ranked ?measure ; dlprov:measuredOn ?measured ; mls:hasValue ?value . }
  OPTIONAL { GRAPH ?graph { ?measured prov:specializationOf ?content } }
  BIND(COALESCE(?content, ?measured) AS ?same)
}"""

_COMPARED = re.compile(r"IN \(\?(\w+)\)")


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
    if question.among is None or terms.get("measure") is None:
        return terms
    if terms.get("on") is None or not RANKED.keys() >= set(terms["on"] or ()):
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
    bound = _ranked(terms)
    foresee(store, [_directions(terms), (_RANKED_ON_EACH, bound)])
    return _levels(_scored(store, terms, rows(store, _RANKED_ON_EACH, bound)), 1)


def _trainings(store: Store, terms: Terms) -> list[list[Scored]]:
    """List the trainings in question with their scores, by each direction of the measure."""
    query = _OF_ALL if terms.get("model") is None else compared(_OF_MODELS, terms)
    bound = {"model": terms.get("model"), **_ranked(terms)}
    foresee(store, [_directions(terms), (query, bound)])
    found = rows(store, query, bound)
    return _scored(store, terms, found)


def _best_trained_on(store: Store, terms: Terms) -> Iterable[Scored]:
    """Choose the best evaluations of trainings on data: the best first, then ever more at once."""
    bound = _ranked(terms)
    foresee(store, [_directions(terms), (_EVALUATIONS, bound)])
    found = rows(store, _EVALUATIONS, bound)
    chosen: list[Scored] = []
    for some in _scored(store, terms, found):
        left, many, mine = list(some), 1, list[Scored]()
        while left and not mine:
            tried = _levels([left], many)
            known = {
                row[0]
                for row in rows(
                    store,
                    _TRAINED_ON,
                    {"evaluation": [one.node for one in tried], "data": terms.get("data")},
                )
            }
            mine = _levels([[one for one in tried if one.node in known]], 1)
            least = min(one.score for one in tried)
            left = [one for one in left if one.score < least]
            many *= 4
        chosen += mine
    return chosen


def compared(query: str, terms: Terms) -> str:
    """Put terms, serialised, where a query says ``IN (?parameter)``."""
    return _COMPARED.sub(lambda found: f"IN ({', '.join(map(str, terms[found[1]] or ()))})", query)


def _ranked(terms: Terms) -> Terms:
    """Give the measures, and how evaluations say that they are ranked by them."""
    on = (one for one in terms["on"] or () if isinstance(one, NamedNode))
    return {"ranked": [RANKED[one] for one in on], "measure": terms.get("measure")}


def _directions(terms: Terms) -> Asked:
    return _DIRECTIONS, {"measure": terms.get("measure")}


def _scored(store: Store, terms: Terms, found: Iterable[Sequence[object]]) -> list[list[Scored]]:
    known = rows(store, *_directions(terms))
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
    "best trained on data": _best_trained_on,
    "best and worst": _best_and_worst,
    "best on each data": _best_on_each,
}
