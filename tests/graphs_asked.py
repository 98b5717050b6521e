# SPDX-License-Identifier: Apache-2.0
"""A run's graph, and simple things to ask of it."""

from __future__ import annotations

from typing import Any

from pyoxigraph import Literal, NamedNode
from tapes import IRIS, Tape, quads_of

from dlprov_rdf import events as e


class Graph:
    """A graph to ask simple things of."""

    def __init__(self, events: list[e.Event]) -> None:
        self.quads = quads_of(events)

    def objects(self, subject: NamedNode, predicate: NamedNode) -> list[Any]:
        """List what a thing has, as values or names."""
        return [
            quad.object.value
            for quad in self.quads
            if quad.subject == subject and quad.predicate == predicate
        ]

    def one(self, subject: NamedNode, predicate: NamedNode) -> Any:
        """Give the only thing that a thing has."""
        (found,) = self.objects(subject, predicate)
        return found

    def subjects(self, predicate: NamedNode, what: NamedNode | Literal) -> list[NamedNode]:
        """List what has this."""
        return [
            quad.subject
            for quad in self.quads
            if quad.predicate == predicate and quad.object == what
        ]

    def pairs(self, predicate: NamedNode) -> set[tuple[str, str]]:
        """List all of a relation, run-local names cut short."""
        return {
            (short(quad.subject), short(quad.object))
            for quad in self.quads
            if quad.predicate == predicate
        }


def short(term: Any) -> str:
    """Cut the run's own name off."""
    return str(term.value).removeprefix(f"{IRIS.run.value}/")


def training(*told: e.Event | dict[str, Any], **fields: Any) -> tuple[Tape, str]:
    """Begin a run with one training, ``training/2``."""
    tape = Tape()
    tape.tell(e.RunStarted, name="run", **fields)
    return tape, tape.tell(e.TrainingStarted, "training", name="net")
