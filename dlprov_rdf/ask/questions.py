# SPDX-License-Identifier: Apache-2.0
"""The questions that the knowledge base answers, each a query file, asked by name."""

from __future__ import annotations

import difflib
from functools import cache
from typing import TYPE_CHECKING, Any

from dlprov_rdf import assets
from dlprov_rdf.ask import answer, binding, header, narrowing, prepared, sparql
from dlprov_rdf.ask.header import Column, Parameter, Question
from dlprov_rdf.ask.naming import measures, parameters
from dlprov_rdf.ask.walking import listing, projection
from dlprov_rdf.errors import UnknownQuestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dlprov_rdf.ask.answer import Answer
    from dlprov_rdf.ask.binding import Term
    from dlprov_rdf.ask.naming.parameters import Resolved
    from dlprov_rdf.store.base import Store

__all__ = ["Column", "Parameter", "Question", "ask", "bind", "find", "questions"]


#: The same questions once more, as queries that ask several services.
_ELSEWHERE = "queries/federated/"


def questions() -> list[Question]:
    """List the questions that ship, in the order of their identifiers."""
    return sorted(_shipped(), key=lambda question: (question.id[0], int(question.id[1:])))


@cache
def _shipped() -> tuple[Question, ...]:
    files = (one for one in assets.names("queries", ".rq") if not one.startswith(_ELSEWHERE))
    read = (header.read(name, assets.text(name)) for name in files)
    return tuple(question for question in read if question is not None)


def find(name: str) -> Question:
    """Find a question by its name or its identifier.

    Args:
        name: ``best-initial-learning-rate`` or ``K4``, in any case.

    Raises:
        UnknownQuestion: There is none; the message gives the names that are near.
    """
    wanted = name.strip().lower().removesuffix(".rq")
    known = {alias: one for one in questions() for alias in (one.id.lower(), one.name)}
    if wanted in known:
        return known[wanted]
    near = difflib.get_close_matches(wanted, [one.name for one in questions()], n=3, cutoff=0.4)
    raise UnknownQuestion(name, tuple(near))


def bind(question: Question, values: Mapping[str, Term | Sequence[Term] | None]) -> str:
    """Bind a question's parameters to terms.

    Args:
        question: The question; what is not named in ``values`` keeps the file's values.
        values: By parameter: a term, several, or None, which does not restrict.

    Returns:
        The query to ask of a store.
    """
    many: dict[str, Sequence[Term] | None] = {}
    for name, value in values.items():
        many[name] = (value,) if isinstance(value, binding.Term) else value
    return binding.bind(question.sparql, many)


def ask(store: Store, base: str, name: str, /, **given: Any) -> Answer:
    """Ask a question by its name, with its parameters as people name things.

    Args:
        store: Where to ask.
        base: This knowledge base's BASE, in which runs are named by their id.
        name: The question's name or identifier.
        given: Its parameters: names, numbers, IRIs, or RDF terms.

    Returns:
        The rows, in the question's order, and notes on what was assumed.

    Raises:
        UnknownQuestion: No question has this name.
        WrongParameter: A parameter is missing, unknown, or of a wrong kind.
        NotFound: A name stands for nothing here.
        Ambiguous: A name stands for several things.
    """
    question = find(name)
    resolved = parameters.resolve(store, base, question, given)
    noted: list[str] = []
    query: str | None
    if question.walk in prepared.WALKS:
        query, noted = prepared.query(store, base, question, resolved)
    elif question.walk:
        query = listing.query(store, question.walk, resolved.start(), question.sparql, noted)
    else:
        query = _narrowed(store, question, resolved.terms)
        if question.name in prepared.NOTES:
            noted = prepared.NOTES[question.name](store, base, resolved)
    columns = [column.name for column in question.answers]
    solutions: list[sparql.Row] = []
    if query is not None:
        columns, solutions = sparql.select(store, query)
    if question.parameter("show"):
        table = projection.Table(store, question.name, columns, solutions)
        table.select(resolved.words("where"))
        table.project(resolved.words("show"), columns)
        columns, solutions = table.columns, [tuple(row) for row in table.rows]
    notes = [*resolved.notes, *noted]
    if not solutions:
        notes += [_nothing(question, given), *_elsewhere(store, question, resolved)]
    return answer.make(question.text, columns, solutions, notes)


def _narrowed(store: Store, question: Question, terms: narrowing.Terms) -> str | None:
    """Give the query to ask; None where it is known that no row is there."""
    narrowed = narrowing.narrowed(store, question, terms)
    return None if narrowed is None else bind(question, narrowed)


def _elsewhere(store: Store, question: Question, resolved: Resolved) -> Iterator[str]:
    """Say on which other data there are values, where there are none on those that were meant."""
    meant = resolved.one("on")
    if meant is None or question.walk:
        return
    others = [role for role in measures.ROLES if measures.role(role) != meant]
    known = [
        role
        for role in others
        if (query := _narrowed(store, question, {**resolved.terms, "on": (measures.role(role),)}))
        and sparql.select(store, query)[1]
    ]
    if known:
        said = " and on ".join(f"{role} data" for role in known)
        yield f"there are values on {said}: on={known[0]}"


def _nothing(question: Question, given: Mapping[str, object]) -> str:
    """Say what it means that no row was found."""
    if question.empty:
        return question.empty
    said = ", ".join(f"{name}={value}" for name, value in given.items())
    return f"no row: nothing recorded answers this{f' for {said}' if said else ''}"
