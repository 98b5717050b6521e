# SPDX-License-Identifier: Apache-2.0
"""Reads what a service answers: rows, truths and triples, as they come, spelled as ours.

Rows are asked for as SPARQL JSON. Its end is seen, so that an answer that breaks off inside
a status 200 is never taken for a whole one; TSV would be half the bytes, and ends anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO, Generic, TypeVar, cast

import pyoxigraph as ox

from dlprov_rdf.errors import ServiceFault
from dlprov_rdf.graph import literals
from dlprov_rdf.store.base import Found, Rows, Term
from dlprov_rdf.store.http.body import Answer
from dlprov_rdf.store.owned import Owned

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
TABLES = "text/tab-separated-values, application/sparql-results+json;q=0.5"
ANY = f"application/sparql-results+json, application/sparql-results+xml;q=0.5, {TRIPLES}"

#: How Fuseki says, in the middle of an answer, that there is no more.
_LAST_WORDS = re.compile(rb"##\s*([^\n#]+?)\s*##")


class Reading(Generic[T]):
    """Goes once through an answer, and then closes it."""

    def __init__(self, answer: Answer, each: Iterator[T]) -> None:
        self._answer, self._each = answer, each

    def __iter__(self) -> Reading[T]:
        return self

    def __next__(self) -> T:
        try:
            return next(self._each)
        except SyntaxError as error:
            self.close()
            raise _unreadable(self._answer, error) from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Read no more; the service is told to stop."""
        self._answer.close()

    def __del__(self) -> None:
        self.close()


def found(answer: Answer) -> Found:
    """Read the answer to a query, whatever its form is.

    Raises:
        ServiceFault: It is none.
    """
    if answer.format in _TRIPLES:
        return triples(answer)
    results = _results(answer)
    if isinstance(results, bool):
        answer.close()
        return results
    return Rows(results.variables, Reading(answer, iter(results)))


def table(answer: Answer) -> Rows:
    """Read rows, all of them at once.

    Raises:
        ServiceFault: They are none, or broken.
    """
    try:
        read = _rows_format(answer)
        whole = b"".join(iter(answer.read, b""))  # the parser would ask for it line by line
        results = ox.parse_query_results(whole, format=read)
        if isinstance(results, ox.QueryBoolean):
            raise ServiceFault(answer.address, "it gives no rows where rows were asked for")
        return Rows([variable.value for variable in results.variables], [*_rows(results)])
    except SyntaxError as error:
        raise _unreadable(answer, error) from error
    finally:
        answer.close()


def _results(answer: Answer) -> Rows | bool:
    read = _rows_format(answer)
    try:
        results = ox.parse_query_results(cast("IO[bytes]", answer), format=read)
    except SyntaxError as error:
        answer.close()
        raise _unreadable(answer, error) from error
    except BaseException:
        answer.close()
        raise
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    assert isinstance(results, ox.QuerySolutions)
    return Rows([variable.value for variable in results.variables], _rows(Owned(results)))


def _rows_format(answer: Answer) -> ox.QueryResultsFormat:
    """Tell the format of rows, if that is what the answer is, and its end is seen."""
    found = _RESULTS.get(answer.format)
    if found is None or not ends_visibly(answer):
        raise _no_answer(answer)
    return found


def ends_visibly(answer: Answer) -> bool:
    """Tell whether it would be seen that the end of an answer is missing."""
    return _RESULTS.get(answer.format) != ox.QueryResultsFormat.TSV or answer.tells_its_end


def triples(answer: Answer) -> Reading[ox.Triple]:
    """Read triples.

    Raises:
        ServiceFault: There are none, or it would not be seen that the last are missing.
    """
    read = _TRIPLES.get(answer.format)
    if read is None or not answer.tells_its_end:
        raise _no_answer(answer)
    parsed = Owned(ox.parse(cast("IO[bytes]", answer), format=read))
    return Reading(answer, _triples(parsed))


def spelled(term: Term) -> Term:
    """Spell a term as ours."""
    return literals.respelled(term) if isinstance(term, ox.Literal) else term


def _rows(results: Iterable[ox.QuerySolution]) -> Iterator[tuple[Term | None, ...]]:
    ours, literal = literals.respelled, ox.Literal
    for row in results:
        yield tuple([ours(term) if type(term) is literal else term for term in row])


def _triples(quads: Iterator[ox.Quad]) -> Iterator[ox.Triple]:
    for one in quads:
        yield ox.Triple(one.subject, one.predicate, spelled(one.object))


def _unreadable(answer: Answer, error: SyntaxError) -> ServiceFault:
    last = _LAST_WORDS.search(answer.last_read)
    if last is not None:
        said = last[1].decode(errors="replace")
        return ServiceFault(answer.address, f"it broke off in its answer, and says {said!r}")
    return ServiceFault(answer.address, f"its answer cannot be read ({error.msg})")


def _no_answer(answer: Answer) -> ServiceFault:
    if answer.format in _TRIPLES | _RESULTS:
        answer.close()
        what = f"its answer, {answer.format!r}, tells neither its length nor its end"
        return ServiceFault(answer.address, what)
    try:
        begins = answer.read(200).decode(errors="replace")
    finally:
        answer.close()
    what = f"it answered {answer.format or 'in no format'!r}, which is none of SPARQL's"
    return ServiceFault(answer.address, f"{what} ({begins!r})" if begins else what)
