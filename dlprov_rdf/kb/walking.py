# SPDX-License-Identifier: Apache-2.0
"""What leads from one thing to another, row by row too, and where two runs part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dlprov_rdf.ask import prepared, questions
from dlprov_rdf.ask.compare import Comparison, compare
from dlprov_rdf.ask.comparing.told import Told, said
from dlprov_rdf.ask.lineage import Node, Walk, impact, lineage
from dlprov_rdf.ask.naming import names, parameters
from dlprov_rdf.ask.walking import domain, records
from dlprov_rdf.kb.runs import AnyRun, Runs


class Walking(Runs):
    """What leads from one thing to another, and where two runs part."""

    def lineage(self, thing: str, *, show: Sequence[str] = ()) -> Walk:
        """Walk to everything that a thing depends on: an IRI, a content, or a unique name.

        Args:
            thing: Where the walk starts.
            show: Properties whose values each node is to have in ``Walk.shown``: IRIs, names
                with a known prefix (``geo:lat``), or names of attributes (``instrument``).
        """
        with self.store() as store:
            walk = lineage(store, names.thing(store, self.settings.base, thing))
            return domain.shown(store, walk, show)

    def impact(self, thing: str, *, show: Sequence[str] = (), limit: int | None = None) -> Walk:
        """Walk to everything that depends on a thing.

        Args:
            thing: Where the walk starts, as in ``lineage``.
            show: As in ``lineage``.
            limit: How many nodes to reach at most; ``Walk.cut`` says whether there are more.
        """
        with self.store() as store:
            walk = impact(store, names.thing(store, self.settings.base, thing), limit)
            return domain.shown(store, walk, show)

    def paths(self, **given: object) -> Walk:
        """Give what lies on the paths that the question ``path`` asks for, as a walk.

        Args:
            given: ``from``, ``to``, ``through``, ``not_through``, ``paths``, ``run``: names,
                IRIs or kinds of things, each one or a list.
        """
        with self.store() as store:
            base = self.settings.base
            resolved = parameters.resolve(store, base, questions.find("path"), given)
            return prepared.route(store, base, resolved).walk

    def rows(self, thing: str, row: int, *, upward: bool = True, show: Sequence[str] = ()) -> Walk:
        """Walk from one row of data to the rows that it was made from, across runs.

        Args:
            thing: The data: an IRI, a unique name, ``@prediction``.
            row: The row's number, counted from 0.
            upward: To its origins; else to all data, trainings and models that it went into.
            show: As in ``lineage``; of a row, the values that its data have.

        Returns:
            The walk; its nodes are rows (`dlprov_rdf.ask.walking.records.RowNode`).

        Raises:
            NoSuchRow: The data have no such row.
            FaultyColumns: A file that tells of rows is cut or changed.
        """
        with self.store() as store:
            data = names.thing(store, self.settings.base, thing)
            walk = records.rows(store, self._folder_of, data, row, upward=upward)
            return _of_their_data(walk, domain.shown(store, _by_data(walk), show).shown)

    def compare(self, first: AnyRun, second: AnyRun) -> Comparison:
        """Tell what differs between two runs, and which of it could explain which."""
        runs = [self.resolve_run(run) for run in (first, second)]
        one, other = (Told(run.iri, said(self._told(run))) for run in runs)
        return compare(one, other)


def _by_data(walk: Walk) -> Walk:
    """Give a walk from row to row as one from data to data."""
    return Walk(_data(walk.nodes[walk.start]), {_data(node): node for node in walk.nodes.values()})


def _of_their_data(walk: Walk, shown: dict[str, dict[str, tuple[object, ...]]]) -> Walk:
    """Give each row the values of its data."""
    of_rows = {
        column: {
            iri: by_data[_data(node)]
            for iri, node in walk.nodes.items()
            if _data(node) in by_data
        }
        for column, by_data in shown.items()
    }  # fmt: skip
    return replace(walk, shown=of_rows)


def _data(node: Node) -> str:
    return (node.data or node.iri) if isinstance(node, records.RowNode) else node.iri
