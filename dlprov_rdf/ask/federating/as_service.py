# SPDX-License-Identifier: Apache-2.0
"""Writes a question as one standard SPARQL 1.1 query that asks every lab by ``SERVICE``.

The files in ``queries/federated`` ask one service. Each of their ``SERVICE`` blocks is said once
for each lab, as a union; that stands in a ``SELECT DISTINCT``, so what two labs hold counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from dlprov_rdf import assets
from dlprov_rdf.ask import header, questions
from dlprov_rdf.ask.binding import bind, bind_table, tokens_of
from dlprov_rdf.ask.lineage import lineage
from dlprov_rdf.ask.naming import parameters
from dlprov_rdf.ask.sparql import rows
from dlprov_rdf.ask.walking import listing
from dlprov_rdf.errors import NoServiceForm

if TYPE_CHECKING:
    from dlprov_rdf.ask.header import Question
    from dlprov_rdf.store.base import Store


#: What is spoken of beside data, by what was attached to them: a sensor, a place.
_ATTACHED = """
SELECT DISTINCT ?subject {
  VALUES ?node { UNDEF }
  ?attachment dlprov:about ?node ; dlprov:attachedSubject ?subject .
} ORDER BY ?subject"""


@dataclass(frozen=True)
class Written:
    """A query to paste, and what was assumed when it was written."""

    sparql: str
    notes: tuple[str, ...] = ()


def written(
    store: Store, base: str, name: str, addresses: Sequence[str], given: Mapping[str, object]
) -> Written:
    """Write a question as a query of these services.

    Args:
        store: Those services as one, where names are looked up and a walk is walked.
        base: BASE of the knowledge base beside which they are asked; else nothing.
        name: The question's name or identifier.
        addresses: Where each service takes queries.
        given: The question's parameters, as for ``questions.ask``.

    Raises:
        UnknownQuestion: No question has this name.
        NoServiceForm: It cannot be asked so.
        QuestionError: A parameter is wrong, or a name stands for nothing or for several things.
    """
    plain = questions.find(name)
    known = {one.name: one for one in federated()}
    if plain.name not in known:
        raise NoServiceForm(plain.name, tuple(f"{one.name} ({one.id})" for one in known.values()))
    question = known[plain.name]
    resolved = parameters.resolve(store, base, question, given)
    sparql = questions.bind(question, resolved.terms)
    if question.walk:
        sparql = _walked(store, resolved.start(), sparql)
    return Written(_headed(question, addresses, repeated(sparql, addresses)), tuple(resolved.notes))


def _walked(store: Store, start: NamedNode, sparql: str) -> str:
    """Fill in the raw data behind something: no path of SPARQL leads from service to service."""
    found = [listing.row(*one) for one in listing.raw_data(lineage(store, start))]
    *_, runs, nodes = zip(*found, strict=True) if found else [()] * len(listing.VARIABLES)
    attached = rows(store, _ATTACHED, {"node": nodes})
    known = {"in_run": _named(runs), "node": nodes, "subject": _named(row[0] for row in attached)}
    return bind_table(bind(sparql, known), listing.VARIABLES, found)


def _named(terms: Iterable[object]) -> list[NamedNode]:
    return list(dict.fromkeys(term for term in terms if isinstance(term, NamedNode)))


@cache
def federated() -> tuple[Question, ...]:
    """List the questions that can be asked so, in the order of their files."""
    files = assets.names("queries/federated", ".rq")
    found = (header.read(file, assets.text(file)) for file in files)
    return tuple(question for question in found if question is not None)


def repeated(sparql: str, addresses: Sequence[str]) -> str:
    """Say each ``SERVICE`` block of a query once for each address, as a union.

    Args:
        sparql: A query whose ``SERVICE`` blocks do not lie in one another.
        addresses: They enter as serialised IRIs.
    """
    parts: list[str] = []
    done = 0
    for start, opening, end in _services(sparql):
        margin = " " * (start - sparql.rfind("\n", 0, start) - 1)
        asked = (f"{{ SERVICE {NamedNode(one)} {sparql[opening:end]} }}" for one in addresses)
        parts += [sparql[done:start], f"\n{margin}UNION\n{margin}".join(asked)]
        done = end
    return "".join([*parts, sparql[done:]])


def _services(sparql: str) -> Iterator[tuple[int, int, int]]:
    """Find where each ``SERVICE`` begins, and where its block begins and ends."""
    start = opening = None
    depth = 0
    for token in tokens_of(sparql):
        if start is None:
            start = token.start() if token[0].upper() == "SERVICE" else None
        elif token[0] == "{":
            opening = token.start() if opening is None else opening
            depth += 1
        elif token[0] == "}":
            depth -= 1
            if depth == 0 and opening is not None:
                yield start, opening, token.end()
                start = opening = None


def _headed(question: Question, addresses: Sequence[str], sparql: str) -> str:
    """Put the question and who is asked in the place of the file's own comment."""
    body = sparql[sparql.index("PREFIX ") :]
    asked = "".join(f"#   {NamedNode(one)}\n" for one in addresses)
    return f"# {question.text}\n# It asks:\n{asked}\n{body}"
