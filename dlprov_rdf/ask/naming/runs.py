# SPDX-License-Identifier: Apache-2.0
"""Workflow runs by what people call them: an id or a part of it, a name, the latest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from dlprov_rdf.ask.sparql import Asked, Row, rows, text
from dlprov_rdf.errors import Ambiguous, NotFound

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

#: How many names a message lists.
_SHOWN = 12

#: How many of the newest runs are looked through first.
_FEW = 4

#: … and how many at once at most: a query with more of them costs more for each.
_MANY = 64

_RUNS = """
SELECT DISTINCT ?run ?name ?started {
  ?run a dlprov:WorkflowRun .
  OPTIONAL { ?run rdfs:label ?name }
  OPTIONAL { ?run prov:startedAtTime ?started }
}
ORDER BY DESC(?started) ?run"""

_KNOWN = """
SELECT DISTINCT ?run ?started {
  ?run a dlprov:WorkflowRun .
  OPTIONAL { ?run prov:startedAtTime ?started }
}
ORDER BY DESC(?started) ?run"""

_NAMED = """
SELECT DISTINCT ?run { VALUES ?name { "" } ?run rdfs:label ?name ; a dlprov:WorkflowRun }"""

_THESE = """
SELECT DISTINCT ?run ?name ?started {
  VALUES ?run { UNDEF }
  ?run a dlprov:WorkflowRun .
  OPTIONAL { ?run rdfs:label ?name }
  OPTIONAL { ?run prov:startedAtTime ?started }
}
ORDER BY DESC(?started) ?run"""

_TRAINED = """
SELECT DISTINCT ?run ?name ?started {
  VALUES ?run { UNDEF }
  VALUES ?model { UNDEF }
  GRAPH ?graph {
    ?run mls:hasPart ?training ; a dlprov:WorkflowRun .
    ?training dlprov:architecture? ?model ; a dlprov:Training .
  }
  OPTIONAL { ?run rdfs:label ?name }
  OPTIONAL { ?run prov:startedAtTime ?started }
}
ORDER BY DESC(?started) ?run"""

_TESTED = """
SELECT DISTINCT ?run ?name ?started {
  VALUES ?run { UNDEF }
  GRAPH ?graph {
    ?run a dlprov:WorkflowRun .
    ?metric dlprov:measuredInRole dlprov:testRole ; prov:wasGeneratedBy ?activity .
    ?activity dcterms:isPartOf* ?run .
  }
  OPTIONAL { ?run rdfs:label ?name }
  OPTIONAL { ?run prov:startedAtTime ?started }
}
ORDER BY DESC(?started) ?run"""

_NEWEST = {"@latest": _THESE, "@latest-trained": _TRAINED, "@latest-tested": _TESTED}


@dataclass(frozen=True)
class Found:
    """A workflow run, with what people know it by."""

    run: NamedNode
    name: str
    started: str

    @property
    def id(self) -> str:
        """The run's identifier, the last part of its IRI."""
        return identifier(self.run)

    def __str__(self) -> str:
        return f"{self.name} ({self.id}, {self.started or 'time unknown'})"


def run(store: Store, base: str, name: str) -> Found:
    """Find a run by its id, a beginning or ending of it, its IRI, its name, or ``@latest``.

    Raises:
        NotFound: There is no such run.
        Ambiguous: It could be several.
    """
    if name == "@latest":
        return latest(store, name)
    iri = name.removesuffix("/graph")
    if (named := _by_iri(store, iri)) is not None:
        return named
    known = iris(store)
    for matches in (
        [one for one in known if one.value == iri or identifier(one) == name],
        [one for one in known if one.value == f"{base}run/{name}"],
        _named(store, name),
        [one for one in known if name and identifier(one).startswith(name)]
        + [one for one in known if name and identifier(one).endswith(name)],
    ):
        if not matches:
            continue
        found = _found(rows(store, _THESE, {"run": tuple(dict.fromkeys(matches))}))
        if len(found) > 1:
            raise Ambiguous("run", name, tuple(map(str, found)))
        return found[0]
    shown = [f"{one.name} ({one.id})" for one in every(store)]
    raise NotFound("run", name, there_are(shown, "run"))


def asked(name: str) -> Iterator[Asked]:
    """Give what is asked to find the run of a name."""
    if (wanted := _iri(name.removesuffix("/graph"))) is not None:
        yield _THESE, {"run": (wanted,)}
    elif not name.startswith("@"):
        yield _KNOWN, {}


def latest(
    store: Store,
    which: str,
    models: Sequence[NamedNode] | None = None,
) -> Found:
    """Find the newest run of a kind.

    Args:
        store: Where to look.
        which: ``@latest``, ``@latest-trained`` (with a training) or ``@latest-tested`` (with
            a test metric).
        models: With a training of one of these.

    Raises:
        NotFound: There is none.
    """
    for some in newest_first(store):
        if found := rows(store, _NEWEST[which], {"run": some, "model": models}):
            return _found(found)[0]
    raise NotFound("run", which, "Capture one first: dlprov run train.py")


def every(store: Store) -> list[Found]:
    """List the runs, newest first."""
    return _found(rows(store, _RUNS))


def iris(store: Store) -> list[NamedNode]:
    """List the runs, newest first, by their IRIs alone, which is cheap."""
    return list(dict.fromkeys(node(row[0]) for row in rows(store, _KNOWN)))


def newest_first(store: Store) -> Iterator[tuple[NamedNode, ...]]:
    """Give the runs newest first, a few and then ever more at a time.

    What is looked for is mostly in one of the newest; then the others are not looked through.
    """
    known = tuple(iris(store))
    begin, size = 0, _FEW
    while begin < len(known):
        yield known[begin : begin + size]
        begin, size = begin + size, min(_FEW * size, _MANY)


def identifier(run: NamedNode) -> str:
    """Give the identifier of a run, the last part of its IRI."""
    return run.value.rsplit("/", 1)[-1]


def there_are(names: Sequence[str], what: str) -> str:
    """Say what there is instead."""
    known = list(dict.fromkeys(name for name in names if name))
    if not known:
        return f"No {what} is recorded yet: dlprov run train.py"
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return f"There are: {', '.join(known[:_SHOWN])}{more}."


def node(term: object) -> NamedNode:
    """Take a term that can only be an IRI."""
    if not isinstance(term, NamedNode):
        raise TypeError(term)
    return term


def _by_iri(store: Store, iri: str) -> Found | None:
    """Look a run up by its IRI; no identifier has a slash, so that it could mean another run."""
    wanted = _iri(iri)
    found = _found(rows(store, _THESE, {"run": (wanted,)})) if wanted else []
    return found[0] if found else None


def _iri(name: str) -> NamedNode | None:
    try:
        return NamedNode(name) if "/" in name else None
    except ValueError:
        return None


def _named(store: Store, name: str) -> list[NamedNode]:
    """Find the runs that have exactly this name."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return []
    found = rows(store, _NAMED, {"name": (Literal(name),)}) if name else []
    return [node(row[0]) for row in found]


def _found(solutions: list[Row]) -> list[Found]:
    """Read runs; one with two names (a name given again later) is one run."""
    by_run = {node(row[0]): row for row in reversed(solutions)}
    ordered = dict.fromkeys(node(row[0]) for row in solutions)
    return [Found(one, text(by_run[one][1]), text(by_run[one][2])) for one in ordered]
