# SPDX-License-Identifier: Apache-2.0
"""From a run's events to its graph: the entry of this room.

It is pure: the same events and BASE give the same quads, in the same order. It streams:
the events are read twice, and memory grows with a run's steps, trainings, settings and
data, not with its epochs and metrics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pyoxigraph import Quad

from dlprov_rdf import events as e
from dlprov_rdf.graph import (
    adaptation,
    agents,
    architecture,
    attachments,
    attributes,
    code,
    data,
    environment,
    epochs,
    evaluations,
    files,
    hyperparameters,
    model,
    plan,
    profile,
    records,
    reduction,
    resources,
    run,
    said_later,
    selection,
    steps,
    training,
)
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.graph.series_file import OnSeries
from dlprov_rdf.graph.survey import as_surveyed, survey

#: Who tells of an event of each kind; of the others the survey has taken what they say.
_TELLERS: dict[type[e.Event], Callable[[Account, Any], Iterable[Quad]]] = {
    e.Attached: attachments.attached,
    e.AttributeSet: attributes.attribute_set,
    e.Adapted: adaptation.adapted,
    e.ArchitectureSeen: architecture.architecture_seen,
    e.CodeSeen: code.code_seen,
    e.DataProfiled: profile.data_profiled,
    e.DataReduced: reduction.data_reduced,
    e.DataSeen: data.data_seen,
    e.EnvironmentSeen: environment.environment_seen,
    e.EpochEnded: epochs.epoch_ended,
    e.EpochStarted: epochs.epoch_started,
    e.FileSeen: files.file_seen,
    e.LeftOut: run.left_out,
    e.LogStarted: run.log_started,
    e.MembersSeen: profile.members_seen,
    e.Metric: evaluations.metric,
    e.ModelSeen: model.model_seen,
    e.NoteAdded: attributes.note_added,
    e.OverlapCounted: data.overlap_counted,
    e.ParametersSet: hyperparameters.parameters_set,
    e.PersonSeen: agents.person_seen,
    e.QuantityUsed: resources.quantity_used,
    e.RecordsMapped: records.records_mapped,
    e.RecordsNotMapped: records.records_not_mapped,
    e.ResourcesUsed: resources.resources_used,
    e.RowsDigested: records.rows_digested,
    e.SeedSet: run.seed_set,
    e.Selected: selection.selected,
    e.StepEnded: steps.step_ended,
    e.StepStarted: steps.step_started,
    e.TrainingEnded: training.training_ended,
    e.TrainingStarted: training.training_started,
    e.Used: steps.used,
}

#: Who tells of the plan what an event tells of its execution.
_PLANNERS: dict[type[e.Event], Callable[[Account, Any], Iterable[Quad]]] = {
    e.DataSeen: plan.seen,
    e.FileSeen: plan.seen,
    e.ModelSeen: plan.seen,
    e.StepEnded: plan.ended,
    e.StepStarted: plan.step_started,
    e.TrainingEnded: plan.ended,
    e.TrainingStarted: plan.training_started,
    e.Used: plan.used,
}


def run_quads(
    read: Callable[[], Iterable[e.Event]],
    iris: Iris,
    on_series: OnSeries | None = None,
    *,
    one_by_one: bool = False,
) -> Iterator[Quad]:
    """Yield the graph of one run.

    Args:
        read: Reads the run's events, each file's LogStarted first; it is called twice.
            What was written between the two readings, for the run goes on, is left out.
        iris: Mints the names of this run in this knowledge base.
        on_series: Is given the file of each long series, whose digest the graph states.
        one_by_one: Tell also each observation of a long series, as of a short one. A few of
            them are then told twice.

    Yields:
        Quads, all in the run's own named graph, without blank nodes.
    """
    seen = survey(read())
    account = Account(iris, seen, one_by_one=one_by_one)
    account.said_directions = said_later.directions(account)
    yield from run.opening(account)
    yield from agents.process(account)
    yield from plan.opening(account)
    for event in as_surveyed(read(), seen):
        teller = _TELLERS.get(type(event))
        if teller is not None:
            yield from teller(account, event)
        planner = _PLANNERS.get(type(event))
        if planner is not None:
            yield from planner(account, event)
    for course in account.courses.values():
        yield from epochs.left_open(account, course)
    yield from evaluations.closing(account, on_series)
    yield from said_later.told(account)
    yield from run.closing(account)
