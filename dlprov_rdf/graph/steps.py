# SPDX-License-Identifier: Apache-2.0
"""Steps of a workflow: what each was, what it used, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import END_STATES, StepEnded, StepStarted, Usage, Used
from dlprov_rdf.graph import code, hyperparameters, learning, literals, roles
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account, Given, Stage

_CLASSES = {
    "acquire": v.DLPROV_DATA_ACQUISITION,
    "preprocess": v.DLPROV_PREPROCESSING,
    "split": v.DLPROV_DATA_SPLITTING,
    "evaluate": v.DLPROV_EVALUATION,
    "select": v.DLPROV_MODEL_SELECTION,
    "deploy": v.DLPROV_DEPLOYMENT,
    "predict": v.DLPROV_INFERENCE,
    "save": v.DLPROV_MODEL_SAVING,
    "load": v.DLPROV_MODEL_LOADING,
}


def step_started(account: Account, event: StepStarted) -> Iterator[Quad]:
    """Yield a step with what it used and what it was told."""
    if not account.first("activity", event.id):
        return
    say, step = account.say, account.iris.local(event.id)
    stage = account.stages[event.id] = Stage(step, event.type)
    account.told.add(event.id)
    kind = _CLASSES.get(event.type, v.DLPROV_OWN_STEP)
    yield from account.describe(step, event.name, v.PROV_ACTIVITY, kind)
    yield say(step, v.DLPROV_STEP_KIND, literals.text(event.type))
    yield say(step, v.DCTERMS_IS_PART_OF, whole(account, event.within))
    yield say(step, v.PROV_STARTED_AT_TIME, literals.moment(event.at))
    yield from usages(account, step, stage.given, event.used, account.serial(event))
    yield from learning.given_to(account, stage)
    for name, value in event.parameters.items():
        yield from hyperparameters.parameter_quads(account, step, "parameter", name, value)
    yield from code.done_by(account, step, event.code)
    if event.id not in account.survey.closed and account.survey.end_state is not None:
        yield from cut_short(account, event.id, step)


def whole(account: Account, within: str | None) -> NamedNode:
    """Tell what a step or training is a part of: another one, or the run."""
    enclosing = account.activity(within) if within is not None else None
    return enclosing or account.run


def usages(
    account: Account,
    activity: NamedNode,
    given: list[Given],
    told: Iterable[Usage],
    serial: str,
) -> Iterator[Quad]:
    """Yield what an activity used from its beginning on."""
    for place, usage in enumerate(told):
        yield from _usage(account, activity, given, usage, f"{serial}.{place}")


def _usage(
    account: Account, activity: NamedNode, given: list[Given], usage: Usage, place: str
) -> Iterator[Quad]:
    entity = account.entity(usage.entity)
    if entity is None:
        return
    role = None if usage.role is None else roles.word(usage.role)
    kind = account.survey.kinds.get(usage.entity, "model")
    given.append(Given(entity, kind, role))
    yield from roles.used(account, activity, entity, role, place)


def used(account: Account, event: Used) -> Iterator[Quad]:
    """Yield that an activity that had begun used something more."""
    activity = account.activity(event.activity)
    if activity is None:
        return
    course = account.courses.get(event.activity)
    holder = course or account.stages.get(event.activity)
    given = holder.given if holder is not None else []
    usage = Usage(event.entity, event.role)
    before = len(given)
    yield from _usage(account, activity, given, usage, account.serial(event))
    if course is not None and len(given) > before and given[-1].kind == "data":
        yield account.say(activity, v.MLS_HAS_INPUT, given[-1].node)
        yield from learning.learnt_from(account, course)
    if isinstance(holder, Stage):
        yield from learning.given_to(account, holder)


def step_ended(account: Account, event: StepEnded) -> Iterator[Quad]:
    """Yield how a step ended."""
    step = account.of_kind(event.id, "step")
    if step is None or not account.first("ended", event.id):
        return
    yield from ended(account, step, event.at, event.status, event.exception, event.message)
    if event.calls is not None:
        yield account.say(step, v.DLPROV_CALLS, literals.count(event.calls))


def ended(
    account: Account,
    activity: NamedNode,
    at: int,
    status: str,
    exception: str | None,
    message: str | None,
) -> Iterator[Quad]:
    """Yield the end of a step or training, as it told it itself."""
    yield account.say(activity, v.PROV_ENDED_AT_TIME, literals.moment(at))
    if status in END_STATES:
        yield account.say(activity, v.DLPROV_END_STATE, literals.text(status))
    if exception is not None:
        yield account.say(activity, v.DLPROV_EXCEPTION_TYPE, literals.text(exception))
    if message is not None:
        yield account.say(activity, v.DLPROV_EXCEPTION_MESSAGE, literals.text(message))


def cut_short(account: Account, name: str, activity: NamedNode) -> Iterator[Quad]:
    """Yield that something told no end, in a run that is over: it was interrupted."""
    last = account.survey.last_of[name]
    yield account.say(activity, v.DLPROV_END_STATE, literals.text("interrupted"))
    yield account.say(activity, v.DLPROV_LAST_EVENT_AT, literals.moment(last))
