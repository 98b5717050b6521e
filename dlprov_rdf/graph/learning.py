# SPDX-License-Identifier: Apache-2.0
"""PROV-ML's classes beside ours, where the class of ours does not say it or is seldom stated.

What a run has few of says its PROV-ML class itself, so that it is found without inference: runs
that train, trainings, architectures, settings, data. What comes by the thousand (epochs, states,
evaluations) has it by a subclass axiom of ``ontology/alignments.ttl`` alone.

Source:
    Souza et al., PROV-ML, class diagram: https://doi.org/10.1002/cpe.6544
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account, Course, Stage

#: What an evaluation step is for PROV-ML, by the role of the data that it measured on.
_JUDGES = {"validation": v.PROVML_VALIDATION_EXECUTION, "test": v.PROVML_EVALUATION_EXECUTION}

#: The roles in which data are learned from or judged on, whatever step uses them so.
_ROLES = frozenset({"training", "validation", "test"})


def learnt_from(account: Account, course: Course) -> Iterator[Quad]:
    """Yield that what a training was given is learning data."""
    for one in course.given:
        if one.kind == "data":
            yield from account.is_a(one.node, v.PROVML_LEARNING_DATA)


def trained_on(account: Account, course: Course) -> Iterator[Quad]:
    """Yield which data a training that is told was trained on: in that role, or in none at all."""
    if course.node is None:
        return
    of_data: dict[NamedNode, set[str | None]] = {}
    for one in course.given:
        if one.kind == "data":
            of_data.setdefault(one.node, set()).add(one.role)
    for data, had in of_data.items():
        if "training" in had or had == {None}:
            yield account.say(course.node, v.DLPROV_TRAINED_ON, data)


def given_to(account: Account, stage: Stage) -> Iterator[Quad]:
    """Yield what a step's data are by their roles, and what an evaluation is by its data's."""
    for one in stage.given:
        if one.kind != "data" or one.role not in _ROLES:
            continue
        yield from account.is_a(one.node, v.PROVML_LEARNING_DATA)
        if stage.kind == "evaluate" and one.role in _JUDGES:
            yield from account.is_a(stage.node, _JUDGES[one.role])
