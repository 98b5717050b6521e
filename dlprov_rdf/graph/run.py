# SPDX-License-Identifier: Apache-2.0
"""The run itself and its graph: what it is, how it began, how it ended, what it lost."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from pyoxigraph import Quad

from dlprov_rdf.events import LeftOut, LogStarted, RunStarted, SeedSet
from dlprov_rdf.graph import hyperparameters, literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.iris import absolute, package


def opening(account: Account) -> Iterator[Quad]:
    """Yield what the graph says of itself and of its run, before any event."""
    say, run = account.say, account.run
    yield from _graph(account)
    yield say(run, v.RDF_TYPE, v.PROV_ACTIVITY)
    yield say(run, v.RDF_TYPE, v.DLPROV_WORKFLOW_RUN)
    if account.survey.has_trainings:
        yield say(run, v.RDF_TYPE, v.MLS_EXPERIMENT)
        yield say(run, v.RDF_TYPE, v.PROVML_LEARNING_PROCESS_EXECUTION)
    if account.survey.started is not None:
        yield from _began(account, account.survey.started)
    yield from _ended(account)
    if account.survey.losses.count:
        yield say(run, v.DLPROV_LOST_EVENTS, literals.count(account.survey.losses.count))


def _graph(account: Account) -> Iterator[Quad]:
    say, graph, survey = account.say, account.graph, account.survey
    for kind in (v.PROV_BUNDLE, v.PROV_ENTITY, v.DCAT_DATASET):
        yield say(graph, v.RDF_TYPE, kind)
    title = survey.started.name if survey.started is not None else account.run.value
    yield say(graph, v.DCTERMS_TITLE, literals.text(title))
    yield say(graph, v.FOAF_PRIMARY_TOPIC, account.run)
    yield say(graph, v.DCTERMS_CONFORMS_TO, v.ONTOLOGY)
    if survey.started is not None and survey.started.licence:
        licence = survey.started.licence
        yield say(graph, v.DCTERMS_LICENSE, absolute(licence) or literals.text(licence))
    name, _, version = survey.software.partition(" ")
    if name and version:
        software = package(name, version)
        yield say(graph, v.PROV_WAS_ATTRIBUTED_TO, software)
        yield from account.describe(software, f"{name} {version}", v.PROV_SOFTWARE_AGENT)


def _began(account: Account, event: RunStarted) -> Iterator[Quad]:
    say, run = account.say, account.run
    yield say(run, v.RDFS_LABEL, literals.text(event.name))
    yield say(run, v.PROV_STARTED_AT_TIME, literals.moment(event.at))
    if event.command:
        yield say(run, v.DLPROV_COMMAND_LINE, literals.text(shlex.join(event.command)))
    if event.study is not None:
        study = account.iris.own("study", event.study)
        yield say(run, v.DCTERMS_IS_PART_OF, study)
        yield from account.describe(study, event.study, v.MLS_STUDY)
        if account.survey.has_trainings:
            yield say(study, v.MLS_HAS_PART, run)


def _ended(account: Account) -> Iterator[Quad]:
    """Yield the run's own end; of one that was found dead only when it was last heard of."""
    say, run, survey = account.say, account.run, account.survey
    if survey.end_state is not None:
        yield say(run, v.DLPROV_END_STATE, literals.text(survey.end_state))
    if survey.ended is None:
        if survey.end_state is not None:
            yield say(run, v.DLPROV_LAST_EVENT_AT, literals.moment(survey.last_event_at))
        return
    yield say(run, v.PROV_ENDED_AT_TIME, literals.moment(survey.ended.at))
    if survey.ended.exception is not None:
        yield say(run, v.DLPROV_EXCEPTION_TYPE, literals.text(survey.ended.exception))
    if survey.ended.message is not None:
        yield say(run, v.DLPROV_EXCEPTION_MESSAGE, literals.text(survey.ended.message))
    if survey.ended.reason is not None:
        yield say(run, v.DLPROV_END_REASON, literals.text(survey.ended.reason))


def log_started(account: Account, event: LogStarted) -> Iterable[Quad]:
    """Note whose file begins; nothing is said of it."""
    account.rank = event.rank
    return ()


def left_out(account: Account, event: LeftOut) -> Iterator[Quad]:
    """Yield what the user chose not to capture."""
    for what, count in sorted(event.counts.items()):
        yield account.say(account.run, v.DLPROV_LEFT_OUT, literals.text(f"{what}:{count}"))


def seed_set(account: Account, event: SeedSet) -> Iterator[Quad]:
    """Yield that a random generator was seeded."""
    seed = account.iris.in_run("seed", account.serial(event))
    yield account.say(account.run, v.PROV_USED, seed)
    label = f"{event.by}: {literals.words(event.value)}"
    yield from account.describe(seed, label, v.PROV_ENTITY, v.DLPROV_SEED)
    yield account.say(seed, v.DLPROV_SET_BY, literals.text(event.by))
    yield from hyperparameters.valued(account, seed, v.DLPROV_SEED_VALUE, event.value)


def closing(account: Account) -> Iterator[Quad]:
    """Yield what is said of other runs' models, and which things of this one were lost.

    Of another run's model it is said that it is one, and what it is called there.
    """
    for name, node in account.foreign.items():
        for kind in (v.PROV_ENTITY, v.MLS_MODEL):
            yield from account.is_a(node, kind)
        yield from account.describe(node, account.survey.names.get(name, node.value))
    for name in account.dangling:
        yield account.say(account.run, v.DLPROV_DANGLING_REFERENCE, literals.text(name))
