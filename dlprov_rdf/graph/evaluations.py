# SPDX-License-Identifier: Apache-2.0
"""Evaluations: values of measures, one by one, and in long series their summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from dlprov_rdf.events import Metric
from dlprov_rdf.graph import learning, literals, measures
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account, Course, Stage
from dlprov_rdf.graph.epochs_told import number_of, training_of
from dlprov_rdf.graph.iris import below, shared
from dlprov_rdf.graph.reported import Reported
from dlprov_rdf.graph.series import Observation
from dlprov_rdf.graph.series_file import OnSeries, file_quads


def reported_in(
    account: Account, name: str, of: str | None, *, batches: bool = False
) -> tuple[Reported, Sequence[Quad]]:
    """Find a measure as a training, a step or the run (None) reports it.

    What is reported of batches is kept apart from what is reported of epochs.

    Returns:
        It, and what is to be said of it when it is met for the first time.
    """
    holder = _holder(account, of)
    known = holder.batches if batches else holder.reported
    reported = known.get(name)
    if reported is not None:
        return reported, ()
    activity = holder.node or account.run
    usual = None
    if isinstance(holder, Stage):
        usual = measures.role_of_data(holder.given)
    elif of is not None:
        usual = "training"
    reported = measures.begin(account, name, of, activity, holder.given, usual, batches=batches)
    known[name] = reported
    quads = list(measures.described(account, reported, of))
    if isinstance(holder, Course) and of is not None and holder.node is not None:
        quads += _specified(account, holder.node, reported)
    return reported, quads


def _holder(account: Account, of: str | None) -> Course | Stage:
    if of is None:
        return account.own
    return account.stages.get(of) or account.course(of)


def _specified(account: Account, training: NamedNode, reported: Reported) -> Iterator[Quad]:
    """Yield by what a training is evaluated: the measure, and on which data."""
    say = account.say
    specification = below(training, "specification")
    if account.first("specification", training):
        yield say(specification, v.RDF_TYPE, v.MLS_EVALUATION_SPECIFICATION)
        yield say(specification, v.MLS_DEFINES, below(training, "task"))
    if account.first("specification", training, reported.measure):
        yield say(specification, v.MLS_HAS_PART, reported.measure)
    on_training_data = reported.role in {v.DLPROV_TRAINING_ROLE, None}
    name = "resubstitution" if on_training_data else "holdout"
    procedure = shared("procedure", name)
    if account.first("specification", training, procedure):
        yield say(specification, v.MLS_HAS_PART, procedure)
    if account.first("procedure", procedure):
        yield from account.describe(procedure, name, v.MLS_EVALUATION_PROCEDURE)


def metric(account: Account, event: Metric) -> Iterable[Quad]:
    """List one value of a measure, of an epoch, a step, a training, or the run itself."""
    activity, of = _whose(account, event)
    reported, described = reported_in(account, event.name, of, batches=event.batch is not None)
    model = account.of_kind(event.model, "model") if event.model is not None else None
    data = account.of_kind(event.data, "data") if event.data is not None else None
    if model is None and event.batch is None and event.of is not None:
        model = _evaluated(account, event.of)
    more: list[tuple[NamedNode, Literal]] = []
    if event.step is not None:
        more.append((v.DLPROV_STEP, literals.count(event.step)))
    if event.batch is not None:
        more.append((v.DLPROV_BATCH, literals.count(event.batch)))
    node = NamedNode(f"{activity.value}/evaluation/{reported.encoded}/{account.serial(event)}")
    seen = Observation(node, activity, event.value, model, data, tuple(more))
    if reported.series is not None:
        epoch = number_of(event.of) if event.of is not None else None
        reported.series.add(seen, event.seq, event.at, event.step, event.batch, epoch)
    if event.batch is not None:
        return [*described, *reported.add(seen, account.graph)]
    return [*described, *reported.observe(seen, account.graph)]


def _whose(account: Account, event: Metric) -> tuple[NamedNode, str | None]:
    """Tell the activity that measured, and the training or step that reports it.

    What an activity measured that the log lost is the training's, or the run's.
    """
    of = event.of
    if of is None:
        return account.run, None
    activity = account.activity(of)
    if of in account.survey.kinds:
        return (activity, of) if activity is not None else (account.run, None)
    training = training_of(of)
    known = account.survey.kinds.get(training) == "training"
    if activity is not None:
        return activity, training
    return (account.iris.local(training), training) if known else (account.run, None)


def _evaluated(account: Account, of: str) -> NamedNode | None:
    """Tell the state that an epoch left, or the one that a step evaluated, if there was one."""
    if of in account.survey.whole:
        return below(account.iris.local(of), "model")
    stage = account.stages.get(of)
    if stage is None or stage.kind != "evaluate":
        return None
    models = {one.node for one in stage.given if one.kind == "model"}
    return models.pop() if len(models) == 1 else None


def closing(account: Account, on_series: OnSeries | None) -> Iterator[Quad]:
    """Yield what trainings were trained on, their measures' last and best values, and series."""
    for course in account.courses.values():
        yield from learning.trained_on(account, course)
        for reported in course.reported.values():
            if course.node is not None:
                yield from _extremes(account, course.node, reported)
    holders: list[Course | Stage] = [*account.courses.values(), *account.stages.values()]
    for holder in (*holders, account.own):
        for reported in (*holder.reported.values(), *holder.batches.values()):
            yield from _summed_up(account, reported, on_series)


def _extremes(account: Account, training: NamedNode, reported: Reported) -> Iterator[Quad]:
    best = reported.best if reported.direction is not None else None
    if best is not None:
        yield account.say(best.node, *reported.ranked())
    printed = (reported.measure, literals.text(reported.name))
    if reported.last is not None and account.first("printed", *printed):
        yield account.say(printed[0], v.SKOS_ALT_LABEL, printed[1])
    for seen, predicate in (
        (reported.last, v.DLPROV_LAST_EVALUATION),
        (best, v.DLPROV_BEST_EVALUATION),
    ):
        if seen is None:
            continue
        yield account.say(training, predicate, seen.node)
        if account.first("output", seen.node):
            yield account.say(training, v.MLS_HAS_OUTPUT, seen.node)
            if reported.series is not None and account.first("told", seen.node):
                yield from reported.told(seen, account.graph)


def _summed_up(account: Account, reported: Reported, on_series: OnSeries | None) -> Iterator[Quad]:
    """Yield a series: its summary, its file, and which observations are told one by one."""
    if reported.series is None:
        return
    say, series = account.say, reported.series
    names = (reported.name, "batch") if reported.batches else (reported.name,)
    node = below(reported.activity, "series", *names)
    yield from account.describe(
        node, reported.name, v.PROV_ENTITY, v.PROV_COLLECTION, v.DLPROV_METRIC_SERIES
    )
    yield say(node, v.DLPROV_REPORTED_AS, literals.text(reported.name))
    yield say(node, v.DLPROV_OF_BATCHES, literals.truth(reported.batches))
    yield say(node, v.MLS_SPECIFIED_BY, reported.measure)
    yield say(node, v.PROV_WAS_GENERATED_BY, reported.activity)
    if reported.role is not None:
        yield say(node, v.DLPROV_MEASURED_IN_ROLE, reported.role)
    for predicate, value in series.summary():
        yield say(node, predicate, value)
    for seen in series.extremes():
        yield say(node, v.PROV_HAD_MEMBER, seen.node)
        if account.first("told", seen.node):
            yield from reported.told(seen, account.graph)
    yield from file_quads(account, node, series, on_series)
