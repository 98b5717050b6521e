# SPDX-License-Identifier: Apache-2.0
"""Reads what a service answers: rows, truths and triples, as they come, spelled as ours.

Rows are asked for as SPARQL JSON, of which an end that is missing, or that an error stands
in for, is always seen; of TSV, which is shorter, it is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import IO, Generic, TypeVar, cast

import pyoxigraph as ox

from dlprov_rdf.errors import ServiceFault
from dlprov_rdf.graph import literals
from dlprov_rdf.store.base import Found, Rows, Term
from dlprov_rdf.store.http.asking import Answer

T = TypeVar("T")

_RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
_TRIPLES = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}

#: What is asked for.
TRIPLES = "application/n-triples, text/turtle;q=0.5, application/rdf+xml;q=0.3"
ANY = f"application/sparql-results+json, application/sparql-results+xml;q=0.5, {TRIPLES}"


class Reading(Generic[T]):
    """Goes once through an answer and then closes it, in the thread that began."""

    def __init__(self, answer: Answer, each: Iterator[T]) -> None:
        self._answer, self._each, self._thread = answer, each, get_ident()

    def __iter__(self) -> Reading[T]:
        return self

    def __next__(self) -> T:
        if get_ident() != self._thread:
            raise RuntimeError("an answer is read by the thread that asked")
        try:
            with _understood(self._answer):
                return next(self._each)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Read no more; the service is told to stop."""
        self._answer.close()

    def __del__(self) -> None:
        self.close()


def found(answer: Answer) -> Found:
    """Read the answer to a query, whatever its form is."""
    if answer.format in _TRIPLES:
        return triples(answer)
    read = _RESULTS.get(answer.format)
    if read is None:
        raise _no_answer(answer)
    try:
        with _understood(answer):
            results = ox.parse_query_results(cast("IO[bytes]", answer), format=read)
    except BaseException:
        answer.close()
        raise
    if isinstance(results, ox.QueryBoolean):
        answer.close()
        return bool(results)
    assert isinstance(results, ox.QuerySolutions)
    variables = [variable.value for variable in results.variables]
    return Rows(variables, Reading(answer, (tuple(map(_ours, row)) for row in results)))


def triples(answer: Answer) -> Reading[ox.Triple]:
    """Read triples."""
    read = _TRIPLES.get(answer.format)
    if read is None:
        raise _no_answer(answer)
    quads = ox.parse(cast("IO[bytes]", answer), format=read)
    return Reading(
        answer, (ox.Triple(one.subject, one.predicate, spelled(one.object)) for one in quads)
    )


def spelled(term: Term) -> Term:
    """Spell a term as ours."""
    return literals.respelled(term) if isinstance(term, ox.Literal) else term


def _ours(term: Term | None) -> Term | None:
    return None if term is None else spelled(term)


def _no_answer(answer: Answer) -> ServiceFault:
    try:
        begins = answer.read(200).decode(errors="replace")
    finally:
        answer.close()
    return ServiceFault(
        answer.address,
        f"answered {answer.format or 'no format'!r}, which is none of SPARQL ({begins!r})",
    )


@contextmanager
def _understood(answer: Answer) -> Iterator[None]:
    try:
        yield
    except SyntaxError as error:
        raise ServiceFault(answer.address, f"its answer cannot be read ({error})") from error
