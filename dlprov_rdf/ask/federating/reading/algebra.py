# SPDX-License-Identifier: Apache-2.0
"""Reads in a query's algebra what it needs: its blocks, each with what is known around it.

What is known goes from where it is certain to where nothing else can matter, by the operators
of SPARQL: both ways through a join; from the left of OPTIONAL and MINUS to their right, and
never back; into a sub-select by what it projects, and into none that has a LIMIT; into groups by
their keys alone. A restriction that comes from above an OPTIONAL stays out of its right side
unless the left binds the variable: else a row that is to be thrown away would come back bare.

Source:
    SPARQL 1.1 Query Language, 18 Definition of SPARQL:
    https://www.w3.org/TR/sparql11-query/#sparqlDefinition
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple, TypeGuard

import pyoxigraph as ox
from rdflib.paths import Path
from rdflib.plugins.sparql.parserutils import CompValue

from dlprov_rdf.ask.federating.reading import paths, tables
from dlprov_rdf.ask.federating.reading.certain import Certainties, position
from dlprov_rdf.ask.federating.reading.expressions import (
    asked_in,
    is_variable,
    keys,
    told_by,
)
from dlprov_rdf.ask.federating.reading.needs import (
    GRAPH,
    Block,
    Bounds,
    Column,
    Either,
    Needs,
    Pattern,
    Position,
    Source,
    Trail,
    both,
    filled,
    only,
    terms,
)
from dlprov_rdf.ask.federating.reading.parsed import Prefixes, parse
from dlprov_rdf.errors import NotFederated


class _Active(NamedTuple):
    """The active graph: a name, a variable, or None for the union of all; and what it can be."""

    name: str | ox.NamedNode | None = None
    bounds: tuple[Source, ...] = ()


_PASSING = {"Distinct", "Reduced", "OrderBy", "SelectQuery", "AskQuery", "ConstructQuery"}


def needs(sparql: str, prefixes: Mapping[str, str] | None = None) -> Needs:
    """Tell what a query needs.

    Args:
        sparql: A query without an error.
        prefixes: Those that it may use without declaring them.

    Returns:
        Its blocks; where it cannot be told what they can touch, the reasons why all of every
        graph is needed.

    Raises:
        NotFederated: It says FROM or SERVICE.
    """
    bare = tables.bare(sparql)
    known = tuple((prefixes or {}).items())
    try:
        query = parse(bare.sparql, known)
    except Exception as error:  # noqa: BLE001 -- pyparsing's, rdflib's, and RecursionError
        return Needs(whole=[f"the query is beyond what rdflib reads ({type(error).__name__})"])
    if query.algebra.datasetClause:
        raise NotFederated("FROM", "Ask the graph by GRAPH <name> { … }.")
    if query.algebra.name == "DescribeQuery":
        return Needs(whole=["DESCRIBE may tell anything of a thing"])
    told = [tables.read(table, query.prefixes, query.base) for table in bare.tables]
    found = _read(bare.sparql, known, tuple(one.shape for one in told))
    return filled(found, lambda source: told[source.table].terms(source.variable))


@lru_cache(maxsize=512)
def _read(sparql: str, prefixes: Prefixes, shapes: tuple[tables.Shape, ...]) -> Needs:
    """Read what a query needs, whatever stands in its tables: it is asked again and again."""
    reader = _Reader([tables.of_shape(*numbered) for numbered in enumerate(shapes)])
    return reader.read(parse(sparql, prefixes).algebra)


class _Reader:
    """Walks an algebra from its top, with what is known from outside of each operator."""

    def __init__(self, rows: list[tables.Table]) -> None:
        self.needs = Needs()
        self._known = Certainties(rows)
        self.certain = self._known.certain

    def read(self, algebra: Any) -> Needs:
        """Walk a whole query."""
        try:
            self.walk(algebra, {}, _Active())
        except NotFederated:
            raise
        except Exception as unknown:  # noqa: BLE001 -- versions of rdflib differ
            self.needs.whole.append(f"{unknown} ({type(unknown).__name__})")
        return self.needs

    def walk(self, node: Any, known: Bounds, graph: _Active) -> None:
        """Note the blocks in and below an operator.

        Args:
            node: The operator.
            known: What is known from outside of variables, of which alone it matters.
            graph: The active graph.
        """
        if not isinstance(node, CompValue):
            return
        step = _STEPS.get(node.name)
        if step is not None:
            step(self, node, known, graph)
        elif node.name in _PASSING:
            self.on_below(node, known, graph)
        elif node.name == "ServiceGraphPattern":
            raise NotFederated("SERVICE", "Name that endpoint with --endpoint.")
        elif node.name != "values":
            self.needs.whole.append(f"it is not known what {node.name} can touch")

    def on_below(self, node: Any, known: Bounds, graph: _Active) -> None:
        """Go into the operator below, and into what expressions ask of its rows."""
        self.walk(node.p, known, graph)
        told = self.certain(node.p)
        for inner in asked_in(node):
            self.walk(inner, both(only(known, told), told), graph)

    def on_filter(self, node: Any, known: Bounds, graph: _Active) -> None:
        self.on_below(node, both(known, told_by(node.expr)), graph)

    def on_join(self, node: Any, known: Bounds, graph: _Active) -> None:
        self.walk(node.p1, both(known, self.certain(node.p2)), graph)
        self.walk(node.p2, both(known, self.certain(node.p1)), graph)

    def on_union(self, node: Any, known: Bounds, graph: _Active) -> None:
        self.walk(node.p1, known, graph)
        self.walk(node.p2, known, graph)

    def on_left(self, node: Any, known: Bounds, graph: _Active) -> None:
        left = self.certain(node.p1)
        right = both(only(known, left), left)
        self.walk(node.p1, known, graph)
        told = told_by(node.expr) if node.name == "LeftJoin" else {}
        self.walk(node.p2, both(right, told), graph)
        for inner in asked_in(node):
            self.walk(inner, both(right, self.certain(node.p2)), graph)

    def on_graph(self, node: Any, known: Bounds, _: _Active) -> None:
        if is_variable(node.term):
            name = str(node.term)
            inner = self.certain(node.p).get(GRAPH, ())
            self.walk(node.p, known, _Active(name, known.get(name, ()) + inner))
        else:
            self.walk(node.p, known, _Active(paths.iri(node.term)))

    def on_multi_set(self, node: Any, known: Bounds, graph: _Active) -> None:
        self.walk(node.p, known, graph)

    def on_slice(self, node: Any, _: Bounds, graph: _Active) -> None:
        self.on_below(node, {}, graph)

    def on_project(self, node: Any, known: Bounds, graph: _Active) -> None:
        self.on_below(node, only(known, set(map(str, node.PV))), graph)

    def on_extend(self, node: Any, known: Bounds, graph: _Active) -> None:
        inner = {name: told for name, told in known.items() if name != str(node.var)}
        if is_variable(node.expr) and str(node.var) in known:
            inner = both(inner, {str(node.expr): known[str(node.var)]})
        self.on_below(node, inner, graph)

    def on_aggregate(self, node: Any, known: Bounds, graph: _Active) -> None:
        names = keys(node)
        self.on_below(
            node, {names[new]: told for new, told in known.items() if new in names}, graph
        )

    def on_bgp(self, node: Any, known: Bounds, graph: _Active) -> None:
        place = self._known.place(node)
        joined: list[Pattern] = []
        loose: list[Pattern] = []
        trails: list[Trail] = []
        for subject, predicate, obj in node.triples:
            start, end = position(subject), position(obj)
            if not isinstance(predicate, Path):
                joined.append(Pattern(start, position(predicate), end))
            elif paths.is_plain(predicate):
                joined += paths.patterns(predicate, start, end)
            else:
                touched = tuple(paths.patterns(predicate, start, end))
                away = any(map(paths.leads_away, touched))
                steps = paths.steps(predicate) if away else None
                path, empty = paths.text(predicate), paths.may_be_empty(predicate)
                trails.append(Trail(start, end, path, empty, touched, steps or frozenset()))
                if empty:
                    loose += self._witnesses(node, predicate, (start, end), known, graph)
        block = Block(graph.name, (*joined,), (*loose,), {}, graph.bounds, (*trails,))
        ends = (one for trail in trails for one in (trail.start, trail.end))
        names = {one for one in (*ends, *chain(*block.patterns)) if isinstance(one, str)}
        self.needs.blocks[place] = replace(block, bounds=only(known, names))

    def _witnesses(
        self, node: Any, path: Path, ends: tuple[Position, Position], known: Bounds, graph: _Active
    ) -> Iterator[Pattern]:
        """Give what shows that an end of a path that may be empty is there at all.

        The empty path leads from each node of the active graph to itself. So one end of it
        must be a node that is fetched anyway, or all that is said of it is fetched too.
        """
        if any(_held(node, end) or self._met(end, known, graph) for end in ends):
            return
        for end in ends:
            if terms(end, known.get(end, ()) if isinstance(end, str) else ()) is not None:
                yield Pattern(end, paths.fresh(), paths.fresh())
                yield Pattern(paths.fresh(), paths.fresh(), end)
                return
        why = f"the path {paths.words(path)} may begin and end anywhere"
        if why not in self.needs.whole:
            self.needs.whole.append(why)

    @staticmethod
    def _met(end: Position, known: Bounds, graph: _Active) -> bool:
        """Tell whether an end is met in another block: in the same graph it is there then.

        Of a variable graph it is known by which blocks it is bound.
        """
        if not isinstance(end, str) or isinstance(graph.name, ox.NamedNode):
            return False
        met = known.get(end, ())
        if graph.name is None:
            return any(map(_from_block, met))
        here = {one.block for one in known.get(graph.name, ()) if _is_graph(one)}
        return any(isinstance(one, Column) and one.block in here for one in met)


_STEPS: dict[str, Callable[[_Reader, Any, Bounds, _Active], None]] = {
    "AggregateJoin": _Reader.on_aggregate,
    "BGP": _Reader.on_bgp,
    "Extend": _Reader.on_extend,
    "Filter": _Reader.on_filter,
    "Graph": _Reader.on_graph,
    "Group": _Reader.on_below,
    "Join": _Reader.on_join,
    "LeftJoin": _Reader.on_left,
    "Minus": _Reader.on_left,
    "Project": _Reader.on_project,
    "Slice": _Reader.on_slice,
    "ToMultiSet": _Reader.on_multi_set,
    "Union": _Reader.on_union,
}


def _held(node: Any, end: Position) -> bool:
    """Tell whether an end of a path that may be empty is held by a triple of the same block."""
    return any(
        end in {position(subject), position(obj)}
        for subject, predicate, obj in node.triples
        if not isinstance(predicate, Path) or not paths.may_be_empty(predicate)
    )


def _is_graph(source: Source) -> TypeGuard[Column]:
    """Tell whether what a variable can be is the graph of a block."""
    return isinstance(source, Column) and source.variable == GRAPH


def _from_block(source: Source) -> bool:
    """Tell whether what a variable can be is met in patterns; a graph's name may be in none."""
    if isinstance(source, Either):
        return any(map(_from_block, source.one)) and any(map(_from_block, source.other))
    return isinstance(source, Column) and not _is_graph(source)
