# SPDX-License-Identifier: Apache-2.0
"""Epochs: the stretches of a training, with what each measured and the state it left.

Most of a graph is made here, so terms are made once and quads in lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import EpochEnded, EpochStarted
from dlprov_rdf.graph import literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account, Course, InForce
from dlprov_rdf.graph.evaluations import reported_in
from dlprov_rdf.graph.series import Observation


def epoch_started(account: Account, event: EpochStarted) -> Iterable[Quad]:
    """List the beginning of an epoch."""
    course = account.course(event.training)
    quads = list(left_open(account, course)) if course.open is not None else []
    epoch = account.iris.local(event.id)
    course.open = event.id, epoch
    course.before = {key: one for key, one in course.settings.items() if one.adapted}
    course.changes = []
    course.fed = course.in_role("training")
    quads += _described(account, course, epoch, event.number)
    quads.append(Quad(epoch, v.PROV_STARTED_AT_TIME, literals.moment(event.at), account.graph))
    return quads


def epoch_ended(account: Account, event: EpochEnded) -> Iterable[Quad]:
    """List the end of an epoch, what it measured, and the state that it left."""
    graph = account.graph
    course = account.course(event.training)
    quads: list[Quad] = []
    if course.open is not None and course.open[0] == event.id:
        epoch, fed = course.open[1], course.fed
        if course.before or course.changes:
            quads += _settings_used(course, epoch, event, graph)
        course.open = None
    else:
        epoch, fed = account.iris.local(event.id), course.in_role("training")
        if event.id not in account.survey.begun:
            quads += _described(account, course, epoch, event.number)
    if event.training in account.survey.reduced:
        quads += [Quad(epoch, v.PROV_USED, data, graph) for data in fed]
    quads.append(Quad(epoch, v.PROV_ENDED_AT_TIME, literals.moment(event.at), graph))
    if event.seconds is not None:
        seconds = literals.number(event.seconds)
        quads.append(Quad(epoch, v.DLPROV_ELAPSED_SECONDS, seconds, graph))
    if event.learning_rate is not None:
        rate = literals.number(event.learning_rate)
        quads.append(Quad(epoch, v.DLPROV_LEARNING_RATE, rate, graph))
    place = epoch.value
    model = NamedNode(f"{place}/model")
    quads += _state(course, fed, epoch, model, event.number, graph)
    for name, value in event.metrics.items():
        reported = course.reported.get(name)
        if reported is None:
            reported, described = reported_in(account, name, event.training)
            quads += described
        evaluation = NamedNode(f"{place}/evaluation/{reported.encoded}")
        seen = Observation(evaluation, epoch, value, model)
        if reported.series is not None:
            reported.series.add(seen, event.seq, event.at, None, None, event.number)
        quads += reported.observe(seen, graph)
    return quads


def _described(account: Account, course: Course, epoch: NamedNode, number: int) -> list[Quad]:
    """List what an epoch is; one whose training was lost is an activity of the run."""
    graph = account.graph
    if course.node is None:
        return [
            Quad(epoch, v.RDF_TYPE, v.PROV_ACTIVITY, graph),
            Quad(epoch, v.DCTERMS_IS_PART_OF, account.run, graph),
        ]
    return [
        Quad(epoch, v.RDF_TYPE, v.PROV_ACTIVITY, graph),
        Quad(epoch, v.RDF_TYPE, v.DLPROV_EPOCH, graph),
        Quad(epoch, v.DLPROV_EPOCH_NUMBER, literals.count(number), graph),
        Quad(epoch, v.DCTERMS_IS_PART_OF, course.node, graph),
    ]


def _state(
    course: Course,
    fed: list[NamedNode],
    epoch: NamedNode,
    model: NamedNode,
    number: int,
    graph: NamedNode,
) -> list[Quad]:
    """List the state that an epoch left; it derives from the one before and from the data."""
    label = literals.text(f"{course.name} after epoch {number}")
    quads = [
        Quad(model, v.RDF_TYPE, v.PROV_ENTITY, graph),
        Quad(model, v.RDF_TYPE, v.MLS_MODEL, graph),
        Quad(model, v.RDFS_LABEL, label, graph),
        Quad(model, v.PROV_WAS_GENERATED_BY, epoch, graph),
    ]
    origins = list(fed)
    if course.model is not None:
        origins.append(course.model)
    else:
        origins += [one.node for one in course.given if one.kind == "model"]
    quads += [Quad(model, v.PROV_WAS_DERIVED_FROM, one, graph) for one in dict.fromkeys(origins)]
    course.model = model
    return quads


def _settings_used(
    course: Course, epoch: NamedNode, event: EpochEnded, graph: NamedNode
) -> Iterator[Quad]:
    """Yield the adapted settings that were in force in an epoch.

    A change at an epoch's end, which a callback made before the epoch's event was written,
    holds from the next one on: the rate that the epoch tells shows which setting it used.
    """
    for key in dict.fromkeys([*course.before, *(key for key, _, _ in course.changes)]):
        changes = [(one, batch) for changed, one, batch in course.changes if changed == key]
        candidates = [one for one, _ in changes]
        if key in course.before:
            candidates.insert(0, course.before[key])
        between_batches = any(batch for _, batch in changes)
        if changes and not between_batches and key[1] in {"learning_rate", "lr"}:
            candidates = _of_rate(candidates, event)
        for one in dict.fromkeys(candidate.node for candidate in candidates):
            yield Quad(epoch, v.PROV_USED, one, graph)


def _of_rate(candidates: list[InForce], event: EpochEnded) -> list[InForce]:
    """Choose the setting with the rate that the epoch tells, if it tells one."""
    if event.learning_rate is None:
        return candidates
    told = literals.number(event.learning_rate)
    return [one for one in candidates if literals.value(one.value) == told][-1:]


def left_open(account: Account, course: Course) -> Iterator[Quad]:
    """Yield the settings in force in an epoch that was never told to end."""
    if course.open is None:
        return
    for one in course.before.values():
        yield account.say(course.open[1], v.PROV_USED, one.node)
    course.open = None
