# SPDX-License-Identifier: Apache-2.0
"""Workflow runs by what people call them: an id or a part of it, a name, the latest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from dlprov_rdf.ask.sparql import Row, rows, text
from dlprov_rdf.errors import Ambiguous, NotFound

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

#: How many names a message lists.
_SHOWN = 12

_RUNS = """
SELECT DISTINCT ?run ?name ?started {
  ?run a dlprov:WorkflowRun .
  OPTIONAL { ?run rdfs:label ?name }
  OPTIONAL { ?run prov:startedAtTime ?started }
}
ORDER BY DESC(?started) ?run"""

_TRAINED = """
SELECT DISTINCT ?run ?name ?started {
  VALUES ?model { UNDEF }
  ?training a dlprov:Training ; dlprov:architecture? ?model .
  ?run mls:hasPart ?training ; a dlprov:WorkflowRun .
  OPTIONAL { ?run rdfs:label ?name }
  OPTIONAL { ?run prov:startedAtTime ?started }
}
ORDER BY DESC(?started) ?run"""

_TESTED = """
SELECT DISTINCT ?run ?name ?started {
  ?metric dlprov:measuredInRole dlprov:testRole ; prov:wasGeneratedBy ?activity .
  ?activity dcterms:isPartOf* ?run .
  ?run a dlprov:WorkflowRun .
  OPTIONAL { ?run rdfs:label ?name }
  OPTIONAL { ?run prov:startedAtTime ?started }
}
ORDER BY DESC(?started) ?run"""

_NEWEST = {"@latest": _RUNS, "@latest-trained": _TRAINED, "@latest-tested": _TESTED}


@dataclass(frozen=True)
class Found:
    """A workflow run, with what people know it by."""

    run: NamedNode
    name: str
    started: str

    @property
    def id(self) -> str:
        """The run's identifier, the last part of its IRI."""
        return self.run.value.rsplit("/", 1)[-1]

    def __str__(self) -> str:
        return f"{self.name} ({self.id}, {self.started or 'time unknown'})"


def run(store: Store, base: str, name: str) -> Found:
    """Find a run by its id, a beginning or ending of it, its IRI, its name, or ``@latest``.

    Raises:
        NotFound: There is no such run.
        Ambiguous: It could be several.
    """
    known = every(store)
    if name == "@latest" and known:
        return known[0]
    iri = name.removesuffix("/graph")
    for matches in (
        [one for one in known if one.run.value == iri or one.id == name],
        [one for one in known if one.run.value == f"{base}run/{name}"],
        [one for one in known if name and one.name == name],
        [one for one in known if name and (one.id.startswith(name) or one.id.endswith(name))],
    ):
        if len(matches) > 1:
            raise Ambiguous("run", name, tuple(map(str, matches)))
        if matches:
            return matches[0]
    raise NotFound("run", name, there_are([f"{one.name} ({one.id})" for one in known], "run"))


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
    found = rows(store, _NEWEST[which], {"model": models})
    if not found:
        raise NotFound("run", which, "Capture one first: dlprov run train.py")
    return _found(found[:1])[0]


def every(store: Store) -> list[Found]:
    """List the runs, newest first."""
    return _found(rows(store, _RUNS))


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


def _found(solutions: list[Row]) -> list[Found]:
    """Read runs; one with two names (a name given again later) is one run."""
    by_run = {node(row[0]): row for row in reversed(solutions)}
    ordered = dict.fromkeys(node(row[0]) for row in solutions)
    return [Found(one, text(by_run[one][1]), text(by_run[one][2])) for one in ordered]
