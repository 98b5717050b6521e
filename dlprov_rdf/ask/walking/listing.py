# SPDX-License-Identifier: Apache-2.0
"""A walk as text: an indented tree, rows of a table, and the rows of a question's query."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import Literal, NamedNode

from dlprov_rdf.ask.binding import Term, bind_table
from dlprov_rdf.ask.lineage import LIMIT, Node, Walk, impact, lineage
from dlprov_rdf.ask.naming import trained
from dlprov_rdf.ask.walking import kinds
from dlprov_rdf.ask.walking.ancestry import derived, training_data
from dlprov_rdf.ask.walking.paths import origins, paths, raw, shortest_path, without_epochs

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

#: The variables of the block that a walk fills.
VARIABLES = ("distance", "relation", "name", "kind", "in_run", "node")

_OF_SOURCES = ("distance", "relation", "of", "kind", "in_run", "node")

#: The kinds of which a question tells: its query would leave out all others.
_TOLD_KINDS = re.compile(r"FILTER\(\?kind IN \(([^()]*)\)\)")

#: A node, with the relation that first led to it.
Listed: TypeAlias = tuple[Node, str]


def query(
    store: Store, walk: str, start: NamedNode, sparql: str, notes: list[str] | None = None
) -> str | None:
    """Make a walk and put what it found into the query that says more of it.

    Args:
        store: Where to walk.
        walk: lineage, impact, shortest-path or full-path, a path that leads to the data that
            was loaded; raw-data, what came from outside; sources, the data that may say theirs;
            trainings, which made the models of a prediction; training-data; or derived.
        start: Where the walk starts.
        sparql: The question's query.
        notes: Gets a line where an impact has more nodes than ``lineage.LIMIT``.

    Returns:
        The query to ask, with one row for each node; None if no training was found, because
        a query with an empty table may search everything before it says so.
    """
    if walk == "trainings":
        made = trained.behind(store, start)
        return bind_table(sparql, ("model", "training"), made) if made else None
    if walk == "impact":
        found = impact(store, start, LIMIT)
        rows = sorted(listed(found), key=_as_asked)
        if found.cut and notes is not None:
            notes.append(more(found))
    elif walk == "raw-data":
        rows = raw_data(lineage(store, start))
    elif walk == "sources":
        return bind_table(sparql, _OF_SOURCES, [row(*one) for one in _sourced(store, start)])
    elif walk == "shortest-path":
        rows = _shortest(lineage(store, start))
    elif walk == "full-path":
        whole = without_epochs(lineage(store, start))
        loaded = origins(whole)
        ends = paths(whole, lambda node: loaded(node) or node.kind == "acquisition")
        rows = listed(ends)
    elif walk == "training-data":
        every = listed(training_data(store, start))
        told = told_kinds(sparql)
        rows = [one for one in every if one[0].kind in told] or every
    elif walk == "derived":
        rows = listed(derived(store, start))
    else:
        rows = listed(lineage(store, start))
    return bind_table(sparql, VARIABLES, [row(*one) for one in rows])


def told_kinds(sparql: str) -> set[str]:
    """Read of which kinds of nodes a question's query tells; none, where it does not say."""
    found = _TOLD_KINDS.search(sparql)
    return set(re.findall(r'"([^"]*)"', found[1])) if found else set()


def _as_asked(one: Listed) -> tuple[int, str, str]:
    """Order rows as their question does: what is in order already is sorted in half the time."""
    node, _ = one
    return node.distance, node.kind, node.iri


def more(walk: Walk) -> str:
    """Say that a walk has more nodes than it reached, and how to see them."""
    return f"the nearest {len(walk.nodes):,}, and there are more: dlprov impact --limit N"


def listed(walk: Walk) -> list[Listed]:
    """List a walk, nearest first, each node with the relation that first led to it."""
    first: dict[str, str] = {}
    steps = walk.steps()
    for here in walk.nodes:
        for there, edge in steps.get(here, []):
            first.setdefault(there, kinds.short(edge.relation))
    return [(node, first.get(iri, "")) for iri, node in walk.nodes.items()]


def tree(walk: Walk) -> str:
    """Draw a walk as indented plain text, each node once, under what first led to it.

    What belongs to an epoch is folded into its training, as in a picture.
    """
    walk = without_epochs(walk)
    children: dict[str, list[Listed]] = {}
    steps, seen = walk.steps(), {walk.start}
    for here in walk.nodes:
        for there, edge in steps.get(here, []):
            if there not in seen:
                seen.add(there)
                children.setdefault(here, []).append((walk.nodes[there], edge.relation))
    top = walk.nodes[walk.start]
    lines = [_told(walk, top)]
    _branch(lines, children, walk, "")
    return "\n".join(lines)


def _shortest(walk: Walk) -> list[Listed]:
    way = shortest_path(walk, origins(walk))
    if not way:
        return []
    steps = [(walk.nodes[iri], kinds.short(edge.relation)) for iri, edge in way]
    return [
        (replace(node, distance=distance), relation)
        for distance, (node, relation) in enumerate([(walk.nodes[walk.start], ""), *steps])
    ]


def raw_data(walk: Walk) -> list[Listed]:
    """List the data and files of a lineage that came from outside."""
    chosen = raw(walk)
    return [one for one in listed(walk) if one[0].iri in chosen]


def _sourced(store: Store, start: NamedNode) -> list[Listed]:
    """List the data of a lineage, raw ones marked so, and the files that came from outside."""
    walk = lineage(store, start)
    chosen = raw(walk)
    return [
        (replace(node, kind="raw data") if node.kind == "data" and node.iri in chosen else node,
         relation)
        for node, relation in listed(walk)
        if node.iri in chosen or node.kind in {"data", "prediction"}
    ]  # fmt: skip


def row(node: Node, relation: str) -> tuple[Term | None, ...]:
    """Give the terms of a node for the block that a walk fills."""
    return (
        Literal(node.distance), Literal(relation), Literal(node.label), Literal(node.kind),
        NamedNode(node.run) if node.run else None, NamedNode(node.iri),
    )  # fmt: skip


def _branch(lines: list[str], children: dict[str, list[Listed]], walk: Walk, indent: str) -> None:
    """Write what hangs below a node; a walk is at most as deep as its longest way."""
    stack = [(indent, children.get(walk.start, []), 0)]
    while stack:
        margin, below, index = stack.pop()
        if index == len(below):
            continue
        stack.append((margin, below, index + 1))
        node, relation = below[index]
        last = index == len(below) - 1
        mark, deeper = ("└─ ", "   ") if last else ("├─ ", "│  ")
        lines.append(f"{margin}{mark}{kinds.short(relation)} → {_told(walk, node)}")
        stack.append((margin + deeper, children.get(node.iri, []), 0))


def _told(walk: Walk, node: Node) -> str:
    """Say what a node is called, what it is, and what it has of the properties to be shown."""
    values = {column: by_node.get(node.iri, ()) for column, by_node in walk.shown.items()}
    told = "; ".join(
        f"{column} {', '.join(map(str, given))}" for column, given in values.items() if given
    )
    return _line(f"{node.label} ({node.kind})" + (f" [{told}]" if told else ""))


def _line(label: str) -> str:
    """Keep a label on one line."""
    return " ".join(label.split())
