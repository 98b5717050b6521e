# SPDX-License-Identifier: Apache-2.0
"""Trainings: what each used, was set to, carried out, and how it ended.

Source:
    ML Schema, Run, Task, Algorithm and Implementation: http://www.w3.org/ns/mls
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import Setting, TrainingEnded, TrainingStarted
from dlprov_rdf.graph import code, hyperparameters, learning, literals, published, techniques
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account, Course
from dlprov_rdf.graph.iris import below, package_url, shared
from dlprov_rdf.graph.steps import cut_short, ended, usages, whole


def training_started(account: Account, event: TrainingStarted) -> Iterator[Quad]:
    """Yield a training with everything that it began with."""
    if not account.first("activity", event.id):
        return
    say, training = account.say, account.iris.local(event.id)
    course = account.courses[event.id] = Course(event.name, training)
    account.told.add(event.id)
    yield from account.describe(training, event.name, v.PROV_ACTIVITY, v.MLS_RUN, v.DLPROV_TRAINING)
    yield say(training, v.RDF_TYPE, v.PROVML_TRAINING_EXECUTION)
    yield say(training, v.DCTERMS_IS_PART_OF, whole(account, event.within))
    yield say(account.run, v.MLS_HAS_PART, training)
    yield say(training, v.PROV_STARTED_AT_TIME, literals.moment(event.at))
    if event.architecture is not None:
        course.architecture = account.of_kind(event.architecture, "architecture")
    if course.architecture is not None:
        yield say(training, v.DLPROV_ARCHITECTURE, course.architecture)
    yield from usages(account, training, course.given, event.used, account.serial(event))
    for data in dict.fromkeys(one.node for one in course.given if one.kind == "data"):
        yield say(training, v.MLS_HAS_INPUT, data)
    yield from learning.learnt_from(account, course)
    yield from _set_to(account, course, event)
    yield from _carries_out(account, training, event)
    yield from techniques.watching(account, course, event.techniques)
    yield from code.done_by(account, training, event.code)
    if event.resumes is not None:
        earlier = account.of_kind(event.resumes, "training")
        if earlier is not None and earlier != training:
            yield say(training, v.DLPROV_CONTINUES, earlier)
    if event.id not in account.survey.closed and account.survey.end_state is not None:
        yield from cut_short(account, event.id, training)
        yield from _cut_by(account, training)
        yield from _reached(account, event.id, training)


def _cut_by(account: Account, training: NamedNode) -> Iterator[Quad]:
    """Yield what interrupted a training that was going on: what interrupted its run."""
    ended = account.survey.ended
    if ended is not None and ended.status == "interrupted" and ended.reason is not None:
        yield account.say(training, v.DLPROV_END_REASON, literals.text(ended.reason))


def _reached(account: Account, name: str, training: NamedNode) -> Iterator[Quad]:
    """Yield the epoch in which a training was that told no end of its own."""
    if name in account.survey.last_epochs:
        last = literals.count(account.survey.last_epochs[name])
        yield account.say(training, v.DLPROV_LAST_EPOCH, last)


def _set_to(account: Account, course: Course, event: TrainingStarted) -> Iterator[Quad]:
    for setting in event.settings:
        yield from hyperparameters.initial(account, course, setting, account.serial(event))


def _carries_out(account: Account, training: NamedNode, event: TrainingStarted) -> Iterator[Quad]:
    """Yield the task that a training achieves, by which algorithm and which software."""
    say = account.say
    task = below(training, "task")
    yield say(training, v.MLS_ACHIEVES, task)
    yield from account.describe(task, event.task or f"training of {event.name}", v.MLS_TASK)
    algorithm = None
    if event.algorithm is not None:
        algorithm = _algorithm(account, event.algorithm)
        yield say(training, v.MLS_REALIZES, algorithm)
        if account.first("algorithm", algorithm):
            label = published.last_part(event.algorithm)
            yield from account.describe(algorithm, label, v.MLS_ALGORITHM)
    if event.implementation is not None:
        software = _implementation(account, event.implementation)
        yield say(training, v.MLS_EXECUTES, software)
        yield from _implements(account, software, algorithm, event)


def _algorithm(account: Account, name: str) -> NamedNode:
    if published.is_published(name):
        return shared("algorithm", name)
    return account.iris.own("algorithm", name)


def _implementation(account: Account, name: str) -> NamedNode:
    return package_url(name) or account.iris.own("implementation", name)


def _implements(
    account: Account, software: NamedNode, algorithm: NamedNode | None, event: TrainingStarted
) -> Iterator[Quad]:
    if account.first("implementation", software):
        label = str(event.implementation).rpartition("/")[2].replace("@", " ")
        yield from account.is_a(software, v.PROV_ENTITY)
        yield from account.describe(software, label, v.MLS_IMPLEMENTATION)
    if algorithm is not None and account.first("implements", software, algorithm):
        yield account.say(software, v.MLS_IMPLEMENTS, algorithm)
    for setting in event.settings:
        hyperparameter = hyperparameters.node(account, setting)
        if _belongs(setting, software) and account.first("has", software, hyperparameter):
            yield account.say(software, v.MLS_HAS_HYPER_PARAMETER, hyperparameter)


def _belongs(setting: Setting, software: NamedNode) -> bool:
    """Tell whether a hyperparameter is one of this software, or was named by hand for it."""
    if setting.of is None:
        return True
    library = setting.of.partition(".")[0].replace("_", "-")
    return software.value.startswith(f"pkg:pypi/{library}@")


def training_ended(account: Account, event: TrainingEnded) -> Iterator[Quad]:
    """Yield how a training ended."""
    training = account.of_kind(event.id, "training")
    if training is None or not account.first("ended", event.id):
        return
    say = account.say
    yield from ended(account, training, event.at, event.status, event.exception, event.message)
    if event.reason is not None:
        yield say(training, v.DLPROV_END_REASON, literals.text(event.reason))
    if event.last_epoch is not None:
        yield say(training, v.DLPROV_LAST_EPOCH, literals.count(event.last_epoch))
    if event.restored_epoch is not None:
        yield say(training, v.DLPROV_RESTORED_EPOCH, literals.count(event.restored_epoch))
