# SPDX-License-Identifier: Apache-2.0
"""One measure as one activity reports it: what is the same in each of its evaluations."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from dlprov_rdf.events import Number
from dlprov_rdf.graph import literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.iris import encode
from dlprov_rdf.graph.series import Observation, Series


@dataclass(slots=True)
class Reported:
    """A measure under the name that one activity printed for it.

    Attributes:
        name: As it was printed: ``val_loss``.
        encoded: The name as a part of an IRI.
        constant: What every evaluation of it says alike, predicate and object.
        on: The data that it is measured on, where an observation does not say its own.
        direction: higher, lower, or None where no order is known.
        observed: Whether the direction is known by the run, not by what was said later.
        series: Where the observations are too many to be told one by one, all of them.
        one_by_one: Whether those are told one by one all the same.
        batches: Whether they are of batches, and not of epochs or whole activities.
        outcome: Whether each is an outcome of its activity, and is ranked, not the best alone.
        activity: The training, step or run that reports it.
    """

    name: str
    measure: NamedNode
    role: NamedNode | None
    on: tuple[NamedNode, ...]
    direction: str | None
    series: Series | None
    activity: NamedNode
    one_by_one: bool = False
    batches: bool = False
    outcome: bool = False
    observed: bool = True
    encoded: str = ""
    label: str = ""
    constant: tuple[tuple[NamedNode, NamedNode | Literal], ...] = ()
    last: Observation | None = None
    best: Observation | None = None
    best_value: float = math.nan

    def __post_init__(self) -> None:
        self.encoded = encode(self.name)
        self.label = literals.text(f"{self.name} = ").value
        role = () if self.role is None else ((v.DLPROV_MEASURED_IN_ROLE, self.role),)
        self.constant = (
            (v.RDF_TYPE, v.MLS_MODEL_EVALUATION),
            (v.RDF_TYPE, v.PROV_ENTITY),
            (v.MLS_SPECIFIED_BY, self.measure),
            (v.DLPROV_REPORTED_AS, literals.text(self.name)),
            *role,
            *((self.ranked(),) if self.outcome else ()),
        )

    def ranked(self) -> tuple[NamedNode, NamedNode]:
        """Give what an evaluation of it says that is ranked: a predicate and the measure."""
        said = v.DLPROV_RANKED_BY if self.role is None else v.RANKED.get(self.role)
        return said or v.DLPROV_RANKED_BY, self.measure

    def observe(self, seen: Observation, graph: NamedNode) -> list[Quad]:
        """Take in one more value: the last one now, and the best one if it is better."""
        value = seen.value
        if type(value) is not float:
            value = literals.as_float(value)
        self.last = seen
        best = self.best_value
        better = value > best if self.direction == "higher" else value < best
        if better or (self.best is None and value == value):  # noqa: PLR0124 -- NaN is never best
            self.best, self.best_value = seen, value
        return self.add(seen, graph)

    def add(self, seen: Observation, graph: NamedNode) -> list[Quad]:
        """Tell one more value, unless it is one of a long series."""
        if self.series is not None and not self.one_by_one:
            return []
        return self.told(seen, graph)

    def told(self, seen: Observation, graph: NamedNode) -> list[Quad]:
        """List what one evaluation says."""
        node, activity, value, model, data, more = seen
        quads = [Quad(node, predicate, what, graph) for predicate, what in self.constant]
        quads += (
            Quad(node, v.RDFS_LABEL, Literal(self.label + shown(value)), graph),
            Quad(node, v.MLS_HAS_VALUE, literals.number(value), graph),
            Quad(node, v.PROV_WAS_GENERATED_BY, activity, graph),
        )
        if model is not None:
            quads.append(Quad(node, v.DLPROV_EVALUATES, model, graph))
        for one in self.on if data is None else (data,):
            quads.append(Quad(node, v.DLPROV_MEASURED_ON, one, graph))
        if more:
            quads += [Quad(node, predicate, what, graph) for predicate, what in more]
        return quads


def shown(value: Number) -> str:
    """Spell a measured value for people, six digits of it."""
    return value if isinstance(value, str) else f"{value:.6g}"
