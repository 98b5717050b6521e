# SPDX-License-Identifier: Apache-2.0
"""A walk made small enough to look at: what is only a crowd is folded into what it belongs to.

Epochs become a line of their training, settings and parameters lines of their activity, a
run's code and environment lines of its frame. A derivation goes where the activity between
the two is drawn. Above `LARGE` nodes, equals become one: "… 40 metrics".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from dlprov_rdf.ask.lineage import Edge, Node, Walk
from dlprov_rdf.ask.walking import kinds
from dlprov_rdf.ask.walking.paths import trainings_of, without_epochs

#: Nodes that a picture shows one by one.
LARGE = 150

#: Lines below a name; nodes that are shown rather than counted.
_LINES, _FEW = 4, 3

_SETTINGS = {"setting", "parameter", "function", "schedule"}
_SURROUNDINGS = {"environment", "code", "commit", "script", "patch", "seed"}

#: Settings that a person looks at first, in this order, whatever class of a library has them.
_TELLING = (
    "learning_rate", "epochs", "batch_size", "validation_split", "momentum", "weight_decay",
    "dropout", "rate", "loss",
)  # fmt: skip

#: Values by which a library says that something is switched off.
_OFF = {"False", "false", "None", "none", "", "0", "0.0"}

_PART_OF = "http://purl.org/dc/terms/isPartOf"
_USED = {kinds.PROV + "used", kinds.MLS + "hasInput"}


@dataclass(frozen=True)
class Shown:
    """A node of a picture: its name, what it is, and the lines below."""

    iri: str
    label: str
    kind: str
    form: str
    run: str | None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """What is drawn. ``names`` and ``frames``: each run's name, and the lines of its frame."""

    start: str
    nodes: dict[str, Shown]
    edges: tuple[Edge, ...]
    names: dict[str, str] = field(default_factory=dict)
    frames: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def runs(self) -> list[str]:
        """List the runs in the order in which their nodes come."""
        return list(dict.fromkeys(one.run for one in self.nodes.values() if one.run is not None))


def fold(walk: Walk) -> Figure:
    """Fold a walk into a figure; its start is always shown."""
    epochs = Counter(
        training for iri, training in trainings_of(walk).items() if walk.nodes[iri].kind == "epoch"
    )
    walk = without_epochs(walk)
    folded = _folded(walk)
    lines = _lines(walk, folded)
    for training, count in epochs.items():
        lines.setdefault(training, []).insert(0, f"{count} epoch{'s' * (count > 1)}")
    nodes = {
        iri: _shown(node, lines.get(iri, ())) for iri, node in walk.nodes.items()
        if iri not in folded
    }  # fmt: skip
    frames = {run: tuple(_cut(lines.get(run, []))) for run in walk.runs}
    nodes, edges = _without_bare_runs(walk, nodes, _drawn(walk.edges, nodes))
    figure = Figure(walk.start, _framed(nodes, edges), tuple(edges), walk.runs, frames)
    return _summarised(figure) if len(figure.nodes) > LARGE else figure


def _folded(walk: Walk) -> dict[str, str]:
    """Find for each node that becomes a line the node that it becomes a line of."""
    if not walk.upward:
        return {}
    away: dict[str, str] = {}
    for source, target, _ in walk.edges:
        node, owner = walk.nodes[target], walk.nodes[source]
        if target == walk.start or owner.form != "activity":
            continue
        if node.kind in _SETTINGS or (node.kind in _SURROUNDINGS and owner.kind == "run"):
            away.setdefault(target, source)
    return away


def _lines(walk: Walk, folded: dict[str, str]) -> dict[str, list[str]]:
    """Gather the labels of what was folded under each of its owners, the most telling first."""
    lines: dict[str, list[str]] = {}
    for source, target, _ in walk.edges:
        node = walk.nodes[target]
        if target in folded and walk.nodes[source].form == "activity":
            plain = node.label.endswith(node.kind)
            if not (plain and node.kind in _SURROUNDINGS):
                lines.setdefault(source, []).append(node.label)
    return {iri: sorted(set(labels), key=_telling) for iri, labels in lines.items()}


def _telling(label: str) -> tuple[int, bool, str]:
    """Order settings: those that are looked at first, then what is not switched off, by name."""
    name, _, value = label.partition(" = ")
    last = name.rpartition(".")[2]
    place = _TELLING.index(last) if last in _TELLING else len(_TELLING)
    return place, " = " in label and value in _OFF, label


def _without_bare_runs(
    walk: Walk, nodes: dict[str, Shown], edges: list[Edge]
) -> tuple[dict[str, Shown], list[Edge]]:
    """Leave out that a step is part of its run: the frame says it; then runs that say no more."""
    if not walk.upward:
        return nodes, edges
    runs = {iri for iri, one in nodes.items() if one.kind == "run" and iri != walk.start}
    kept = [edge for edge in edges if not (edge.relation == _PART_OF and edge.target in runs)]
    bare = runs - {end for edge in kept for end in edge[:2]}
    shown = {iri: replace(one, lines=()) if iri in runs else one for iri, one in nodes.items()}
    return {iri: one for iri, one in shown.items() if iri not in bare}, kept


def _framed(nodes: dict[str, Shown], edges: Iterable[Edge]) -> dict[str, Shown]:
    """Put what is of no one run, a person say, into the frame of the only run beside it."""
    beside: dict[str, set[str | None]] = {}
    for source, target, _ in edges:
        beside.setdefault(source, set()).add(nodes[target].run)
        beside.setdefault(target, set()).add(nodes[source].run)
    return {
        iri: replace(one, run=next(iter(beside[iri])))
        if one.run is None and len(beside.get(iri, ())) == 1
        else one
        for iri, one in nodes.items()
    }


def _drawn(edges: Iterable[Edge], nodes: dict[str, Shown]) -> list[Edge]:
    """Choose the edges between what is shown, one a pair, without what the others imply."""
    between: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        if edge.source in nodes and edge.target in nodes:
            between.setdefault((edge.source, edge.target), edge)
    made_by: dict[str, set[str]] = {}
    for edge in between.values():
        if edge.relation == kinds.PROV + "wasGeneratedBy":
            made_by.setdefault(edge.source, set()).add(edge.target)
    uses = {(edge.source, edge.target) for edge in between.values() if edge.relation in _USED}
    return [
        edge for edge in between.values()
        if edge.relation != kinds.PROV + "wasDerivedFrom"
        or not any((maker, edge.target) in uses for maker in made_by.get(edge.source, ()))
    ]  # fmt: skip


def _summarised(figure: Figure) -> Figure:
    """Make one node of the nodes of a run that are of one kind and have equal neighbours.

    Where that does not make it small, nodes of a run and a kind are one.
    """
    ends: dict[str, list[tuple[str, str, str]]] = {}
    for source, target, relation in figure.edges:
        ends.setdefault(source, []).append(("to", target, relation))
        ends.setdefault(target, []).append(("from", source, relation))
    alike = _grouped(figure, lambda one: tuple(sorted(ends.get(one.iri, []))))
    return alike if len(alike.nodes) <= LARGE else _grouped(alike, lambda _: ())


def _grouped(figure: Figure, key: Callable[[Shown], tuple[object, ...]]) -> Figure:
    """Make one node of those of one run, kind and key, if they are more than a few."""
    groups: dict[tuple[object, ...], list[Shown]] = {}
    for one in figure.nodes.values():
        own = (one.iri,) if one.iri == figure.start else key(one)
        groups.setdefault((one.run, one.kind, one.form, *own), []).append(one)
    into: dict[str, str] = {}
    nodes: dict[str, Shown] = {}
    for members in groups.values():
        first = members[0]
        if len(members) > _FEW:
            first = replace(
                first, label=f"… {len(members)} {_plural(first.kind)}", kind="", lines=()
            )
        for one in members:
            into[one.iri] = first.iri if len(members) > _FEW else one.iri
            nodes[into[one.iri]] = first if len(members) > _FEW else one
    edges = dict.fromkeys(
        Edge(into[edge.source], into[edge.target], edge.relation) for edge in figure.edges
    )
    kept = tuple(edge for edge in edges if edge.source != edge.target)
    return replace(figure, nodes=nodes, edges=kept)


def _plural(kind: str) -> str:
    irregular = {"activity": "activities", "entity": "entities", "data": "data sets"}
    return irregular.get(kind, f"{kind}s")


def _shown(node: Node, lines: Sequence[str]) -> Shown:
    return Shown(node.iri, node.label, node.kind, node.form, node.run, tuple(_cut(lines)))


def _cut(lines: Sequence[str]) -> list[str]:
    """Keep the first lines and count the others."""
    if len(lines) <= _LINES:
        return list(lines)
    return [*lines[:_LINES], f"+ {len(lines) - _LINES} more"]
