# SPDX-License-Identifier: Apache-2.0
"""The trainings that a training continues, however many runs they were spread over.

It continues another of its run, or one whose saved state it loaded: the file is known by its
content. Equal content recurs in every run, so each content is followed once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from dlprov_rdf.ask.naming.runs import node as _node
from dlprov_rdf.ask.sparql import rows

if TYPE_CHECKING:
    from dlprov_rdf.ask.naming.parameters import Resolved
    from dlprov_rdf.store.base import Store

_LOADED = Literal(True)

#: The trainings in question, each with its run.
_TRAININGS = """
SELECT DISTINCT ?run ?training {
  VALUES ?run { UNDEF }
  VALUES ?model { UNDEF }
  VALUES ?training { UNDEF }
  GRAPH ?graph {
    ?run mls:hasPart ?training ; a dlprov:WorkflowRun .
    ?training a dlprov:Training ; dlprov:architecture? ?model .
  }
}
ORDER BY ?run ?training"""

#: What a training continues, or the contents that it may have been loaded from.
_BEFORE = """
SELECT DISTINCT ?from ?to ?loaded {
  { VALUES ?from { UNDEF } ?from dlprov:continues ?to . BIND(false AS ?loaded) }
  UNION
  {
    VALUES ?from { UNDEF }
    ?from prov:used ?state . ?state prov:wasDerivedFrom ?file . ?file prov:specializationOf ?to .
    BIND(true AS ?loaded)
  }
}"""

#: Whose output was saved as these contents.
_SAVED = """
SELECT DISTINCT ?from ?to {
  VALUES ?from { UNDEF }
  ?file prov:specializationOf ?from ; prov:wasDerivedFrom ?state .
  ?to mls:hasOutput ?state .
}"""


def parts(store: Store, resolved: Resolved) -> list[tuple[NamedNode, NamedNode, NamedNode]]:
    """Find the parts of each training that is asked about, itself among them.

    Args:
        store: Where to look.
        resolved: The question's run, model and training; what is None does not restrict.

    Returns:
        The run, the training, and a training that it continues, on however long a way.
    """
    scope = {name: resolved.terms.get(name) for name in ("run", "model", "training")}
    asked = [(_node(run), _node(one)) for run, one in rows(store, _TRAININGS, scope)]
    before = _before(store, [training for _, training in asked])
    return [(run, one, part) for run, one in asked for part in _behind(before, one)]


def _before(store: Store, trainings: Iterable[NamedNode]) -> dict[NamedNode, set[NamedNode]]:
    """Walk back from some trainings: from each to those it continues, or to their contents."""
    found: dict[NamedNode, set[NamedNode]] = {}
    frontier = set(trainings)
    seen = set(frontier)
    while frontier:
        steps = rows(store, _BEFORE, {"from": _sorted(frontier)})
        contents = {_node(row[1]) for row in steps if row[2] == _LOADED} - seen
        seen |= contents
        steps += rows(store, _SAVED, {"from": _sorted(contents)}) if contents else []
        for row in steps:
            found.setdefault(_node(row[0]), set()).add(_node(row[1]))
        frontier = {_node(row[1]) for row in steps} - seen
        seen |= frontier
    return found


def _behind(before: dict[NamedNode, set[NamedNode]], start: NamedNode) -> list[NamedNode]:
    """List what one walk leads to, its start first."""
    found = {start: None}
    queue = [start]
    for here in queue:
        further = [one for one in _sorted(before.get(here, ())) if one not in found]
        found |= dict.fromkeys(further)
        queue += further
    return queue


def _sorted(nodes: Iterable[NamedNode]) -> list[NamedNode]:
    return sorted(nodes, key=lambda one: one.value)
