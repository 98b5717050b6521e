# SPDX-License-Identifier: Apache-2.0
"""From one row of data to the rows that it was made from, and to all that was made from it.

The graph says which data were made from which; which row, their record maps do. A row that
may have been made from any of several is followed to each of them while they are few, and
says how many they are. Where a way ends since nobody knows the row, it says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode

from dlprov_rdf import assets
from dlprov_rdf.ask.binding import bind
from dlprov_rdf.ask.lineage import BY_CONTENT, Edge, Node, Walk, described
from dlprov_rdf.ask.sparql import rows as ask_rows
from dlprov_rdf.ask.sparql import select, text
from dlprov_rdf.ask.walking import kinds
from dlprov_rdf.ask.walking.tables import FolderOf, Held, Tables
from dlprov_rdf.errors import NoSuchRow

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

#: So many rows that a row may have been made from, or that were made from it, are followed.
FEW = 10

_KNOWN_ROWS = """
SELECT ?rows { VALUES ?data { UNDEF } ?data (^prov:specializationOf)?/dlprov:rows ?rows } LIMIT 1"""

_WAYS = {"content", "position", "hand"}

_OUTPUT = kinds.MLS + "hasOutput"


@dataclass(frozen=True)
class RowNode(Node):
    """A row of data, or what it went into.

    Attributes:
        data: The data's own IRI; the node's has ``#row=N`` behind it.
        row: Counted from 0; None where nobody knows which, or for what has no rows.
        candidates: How many rows it may have been, this one among them; 1 if it is certain.
        note: Why the way ends here.
    """

    data: str = ""
    row: int | None = None
    candidates: int = 1
    note: str = ""


class _Link(NamedTuple):
    """Data and those next to them, with the files that tell of the rows."""

    relation: str
    far: str
    held: Held | None
    digests: Held | None
    why: str


class _Place(NamedTuple):
    """A row of something; without one, something that has none or an unknown one.

    ``feeds``: it is a training that the row was trained on, so it is in the model.
    """

    iri: str
    row: int | None = None
    candidates: int = 1
    note: str = ""
    feeds: bool = False

    @property
    def name(self) -> str:
        return self.iri if self.row is None else f"{self.iri}#row={self.row}"


def rows(
    store: Store, folder_of: FolderOf, data: NamedNode, row: int, *, upward: bool = True
) -> Walk:
    """Walk from a row to the rows that it was made from, or to all that was made from it.

    Args:
        store: Where the graphs are.
        folder_of: Finds the folder of a run's log, by the run's IRI.
        data: The data that have the row, or a content: then of all data of that content.
        row: Its number, counted from 0.
        upward: To its origins; else to the data, trainings and models that it went into.

    Returns:
        The walk; its nodes are `RowNode`.

    Raises:
        NoSuchRow: The data have no such row.
        FaultyColumns: A file that holds a map is cut or changed.
    """
    _check(store, data, row)
    query = assets.text(f"queries/lineage/rows-{'up' if upward else 'down'}.rq")
    tables = Tables(folder_of)
    start = _Place(data.value, row)
    reached = {start.name: (start, 0)}
    edges: dict[Edge, None] = {}
    frontier = [start]
    while frontier:
        links = _links(store, query, [place.iri for place in frontier])
        following: list[_Place] = []
        for here in frontier:
            for relation, there in _steps(tables, here, links.get(here.iri, []), upward=upward):
                ends = (here.name, there.name) if upward else (there.name, here.name)
                edges[Edge(*ends, relation)] = None
                known = reached.get(there.name)
                if known is None or (there.feeds and not known[0].feeds):
                    reached[there.name] = (there, known[1] if known else reached[here.name][1] + 1)
                    following.append(there)
        frontier = following
    return _walk(store, start, reached, tuple(edges), upward=upward)


def _check(store: Store, data: NamedNode, row: int) -> None:
    """See that data have a row of this number."""
    found = ask_rows(store, _KNOWN_ROWS, {"data": (data,)})
    known = int(text(found[0][0])) if found else None
    if known is None or not 0 <= row < known:
        raise NoSuchRow(data.value, row, known)


def _links(store: Store, query: str, iris: Sequence[str]) -> dict[str, list[_Link]]:
    """Ask what is next to each of these."""
    nodes = [NamedNode(iri) for iri in dict.fromkeys(iris)]
    links: dict[str, list[_Link]] = {}
    for row in sorted(select(store, bind(query, {"near": nodes}))[1], key=str):
        near, relation, far, table, path, digest, other, other_path, other_digest, why = map(
            text, row
        )
        link = _Link(
            relation, far, _held(table, path, digest), _held(other, other_path, other_digest), why
        )
        links.setdefault(near, []).append(link)
    return links


def _held(node: str, path: str, digest: str) -> Held | None:
    return Held(node.partition("/records/")[0], path, digest) if path else None


def _steps(
    tables: Tables, here: _Place, links: Sequence[_Link], *, upward: bool
) -> Iterator[tuple[str, _Place]]:
    """Step from a row along each link: to a row, to several, or to what is known instead."""
    for link in links:
        if link.relation in _WAYS:
            if here.row is not None:
                way = f"rows by {link.relation}"
                for place in _mapped(tables, here.row, link, upward=upward):
                    yield way, place
        elif link.relation == _OUTPUT:
            if here.feeds:
                yield link.relation, _Place(link.far)
        elif here.row is None:
            continue
        elif link.relation == BY_CONTENT:
            yield BY_CONTENT, _Place(link.far, here.row)
        elif link.relation == "not mapped":
            yield link.relation, _Place(link.far, note=link.why or "its rows are not known")
        else:
            role = kinds.short(link.relation).removeprefix("dlprov:").removesuffix("Role")
            yield f"as {role}", _Place(link.far, feeds=role == "training")


def _mapped(tables: Tables, row: int, link: _Link, *, upward: bool) -> Iterator[_Place]:
    if link.held is None:
        yield _Place(link.far, row)
        return
    ask = tables.rows_behind if upward else tables.rows_made
    found = ask(link.held, link.digests, row)
    if found is None:
        yield _Place(link.far, note=f"{link.held.path} is not here")
    elif upward and len(found) > FEW:
        yield _Place(link.far, None, len(found), f"any of {len(found)} rows of equal content")
    elif not upward and len(found) > FEW:
        of = tables.candidates(link.held, found[0])
        made = f"{len(found)} rows" if of == 1 else f"{len(found)} rows, each of one of {of} rows"
        yield _Place(link.far, None, of, made)
    else:
        for one in found:
            count = len(found) if upward else tables.candidates(link.held, one)
            yield _Place(link.far, one, count)


def _walk(
    store: Store, start: _Place, reached: dict[str, tuple[_Place, int]], edges: tuple[Edge, ...],
    *, upward: bool,
) -> Walk:  # fmt: skip
    plain = described(store, {place.iri: distance for place, distance in reached.values()})
    nodes: dict[str, Node] = {}
    for name, (place, distance) in reached.items():
        of = plain[place.iri]
        nodes[name] = RowNode(
            name, _label(of.label, place), of.kind, of.form, of.run, distance,
            place.iri, place.row, place.candidates, place.note,
        )  # fmt: skip
    runs = dict.fromkeys((node.run for node in nodes.values() if node.run), 0)
    names = {iri: node.label for iri, node in described(store, runs).items()}
    return Walk(start.name, nodes, edges, upward, names)


def _label(label: str, place: _Place) -> str:
    """Call a row by its data and number, and say what is not certain of it."""
    if place.note:
        return f"{label}: {place.note}"
    if place.row is None:
        return label
    one = f"{label}, row {place.row}"
    return one if place.candidates == 1 else f"{one} (or another of {place.candidates})"
