# SPDX-License-Identifier: Apache-2.0
"""Which step of the plan each execution carries out, and which variable each entity stands for.

A plan that was declared is kept as it is: what ran carries out the step with its kind and
name, else the one that names its kind or its name alone; the second of equal steps is carried
out by the second execution. Where none was declared the plan is worked out from what ran:
steps of one kind and name, asked for the same in the same place, are one step of the plan
however often it ran, so that a plan grows with a workflow and not with its loops.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

from dlprov_rdf.events import PlanDeclared, PlannedStep


@dataclass(slots=True)
class Execution:
    """A step or training that ran, with the place of its step in the plan, from 0."""

    place: int
    first: bool
    before: int | None = None


@dataclass(slots=True)
class Bound:
    """A variable, with its number; ``first`` says that it was not there before."""

    variable: int
    first: bool


@dataclass
class PlanBook:
    """The plan of one run while its graph is being told.

    Attributes:
        declared: The plan, where one was declared.
        executions: The step in the plan of each step and training, by local id.
        names: The kind and the name of each entity, by local id.
    """

    declared: PlanDeclared | None = None
    executions: dict[str, int] = field(default_factory=dict)
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    _places: dict[Hashable, int] = field(default_factory=dict)
    _variables: dict[Hashable, int] = field(default_factory=dict)
    _bound: dict[str, int] = field(default_factory=dict)
    _ran: Counter[tuple[int, ...]] = field(default_factory=Counter)
    _parents: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    _ended: dict[tuple[str, str | None], int] = field(default_factory=dict)

    def ran(
        self, name: str, key: tuple[str, str, Hashable], within: str | None, rank: str
    ) -> Execution | None:
        """Find the step that something carries out; None if it was not planned.

        Args:
            name: Its local id.
            key: Its kind, its name, and what else tells it from others.
            within: The local id of the step or training around it.
            rank: Whose file tells of it: files are read one after the other.
        """
        self._parents[name] = rank, within
        if self.declared is not None:
            place = self._matching(self.declared.steps, key[0], key[1])
            if place is None:
                return None
            self.executions[name] = place
            return Execution(place, first=False)
        around = self.executions.get(within) if within is not None else None
        known = self._places.get((around, key))
        if known is None:
            place = self._places[around, key] = len(self._places)
            before = self._ended.get((rank, within))
        else:
            place, before = known, None
        self.executions[name] = place
        return Execution(place, known is None, before)

    def ended(self, name: str) -> None:
        """Note that something ended: what begins next beside it comes after it."""
        if name in self.executions and name in self._parents:
            self._ended[self._parents[name]] = self.executions[name]

    def _matching(self, steps: list[PlannedStep], kind: str, name: str) -> int | None:
        for wanted in ((kind, name), (kind, None), (None, name)):
            places = tuple(
                place for place, step in enumerate(steps) if (step.type, step.name) == wanted
            )
            if places:
                turn = self._ran[places]
                self._ran[places] += 1
                return places[min(turn, len(places) - 1)]
        return None

    def bind(self, entity: str, producer: int | None) -> Bound | None:
        """Find the variable that an entity of this run stands for; each stands for one.

        Args:
            entity: Its local id.
            producer: The place of the step that made it.
        """
        if entity in self._bound:
            return Bound(self._bound[entity], first=False)
        if entity not in self.names:
            return None
        key: Hashable = (producer, *self.names[entity])
        if self.declared is not None:
            key = self.names[entity][1]
            if key not in self._variables:
                return None
        first = key not in self._variables
        number = self._bound[entity] = self._variables.setdefault(key, len(self._variables))
        return Bound(number, first)

    def is_bound(self, entity: str) -> bool:
        """Tell whether an entity stands for a variable already."""
        return entity in self._bound

    def declare(self, variable: str) -> Bound:
        """Give the number of a variable that the declared plan names."""
        first = variable not in self._variables
        return Bound(self._variables.setdefault(variable, len(self._variables)), first)
