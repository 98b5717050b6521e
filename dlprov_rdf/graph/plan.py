# SPDX-License-Identifier: Apache-2.0
"""The plan of a workflow: its steps in order, their variables, and what carried each out.

A plan is prospective: it speaks of no time, no value measured, no epoch. An epoch belongs to
the step of its training and names none of its own, so that a plan costs the same however long
a training is. The run's process had the plan; a script that it ran is a plan beside it, with
an association of its own, for one association has one plan.

Source:
    P-Plan: http://purl.org/net/p-plan (correspondsToStep, correspondsToVariable and
    isOutputVarOf are functional)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import (
    DataSeen,
    FileSeen,
    ModelSeen,
    StepEnded,
    StepStarted,
    TrainingEnded,
    TrainingStarted,
    Usage,
    Used,
    Value,
)
from dlprov_rdf.graph import agents, files, hyperparameters, literals, roles
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.iris import below


def opening(account: Account) -> Iterator[Quad]:
    """Yield the plan itself: all of one that was declared, the head of one to be worked out."""
    seen, say = account.survey, account.say
    declared = account.plan.declared
    if declared is None and not {"step", "training"} & set(seen.kinds.values()):
        return
    plan = _plan(account)
    title = seen.started.name if seen.started is not None else account.run.value
    label = (declared.name if declared is not None else None) or f"plan of {title}"
    yield from account.describe(
        plan, label, v.PROV_ENTITY, v.PROV_PLAN, v.PPLAN_PLAN, v.DLPROV_WORKFLOW
    )
    yield say(plan, v.DLPROV_OBSERVED, literals.truth(declared is None))
    yield from roles.associated(
        account, account.run, account.process, place="plan", role="executor", plan=plan
    )
    if declared is None:
        return
    yield say(plan, v.PROV_GENERATED_AT_TIME, literals.moment(declared.at))
    if declared.by is not None:
        yield from agents.named(account, declared.by)
        yield say(plan, v.PROV_WAS_ATTRIBUTED_TO, agents.node(account, declared.by))
    yield from _declared_steps(account)


def _declared_steps(account: Account) -> Iterator[Quad]:
    declared = account.plan.declared
    for place, step in enumerate(declared.steps if declared is not None else ()):
        yield from _step(account, place, step.name or step.type or "step", step.type)
        for before in step.after:
            yield account.say(_node(account, place), v.PPLAN_IS_PRECEDED_BY, _node(account, before))
        for name, value in step.parameters.items():
            yield from _asked(account, place, name, value)
        for name in dict.fromkeys(step.used):
            bound = account.plan.declare(name)
            yield from _variable(account, bound.variable, name, None)
            yield from _input(account, place, bound.variable)
        for name in dict.fromkeys(step.generated):
            bound = account.plan.declare(name)
            yield from _variable(account, bound.variable, name, place)


def step_started(account: Account, event: StepStarted) -> Iterator[Quad]:
    """Yield the step of the plan that a step carries out."""
    yield from _ran(account, event, event.type, {})


def training_started(account: Account, event: TrainingStarted) -> Iterator[Quad]:
    """Yield the step of the plan that a training carries out, with what was asked of it."""
    yield from _ran(account, event, "train", asked_of(event))


def asked_of(event: TrainingStarted) -> dict[str, Value]:
    """List what a training was asked to do, and what its callbacks were set to."""
    asked = dict(event.asked)
    for setting in event.settings:
        if setting.name == "epochs":
            asked.setdefault("epochs", setting.value)
    count: Counter[str] = Counter()
    for technique in event.techniques:
        count[technique.name] += 1
        again = count[technique.name]
        owner = technique.name if again == 1 else f"{technique.name} {again}"
        for name, value in technique.settings.items():
            if value is not None:
                asked[f"{owner}.{name}"] = value
    return asked


def _ran(
    account: Account, event: StepStarted | TrainingStarted, kind: str, asked: dict[str, Value]
) -> Iterator[Quad]:
    if event.id in account.plan.executions:
        return
    code = event.code.name if event.code is not None and kind != "train" else None
    key = (kind, event.name, (code, repr(sorted(asked.items()))))
    execution = account.plan.ran(event.id, key, event.within, account.rank)
    if execution is None:
        return
    activity, step = account.iris.local(event.id), _node(account, execution.place)
    if execution.first:
        yield from _step(account, execution.place, event.name, kind)
        around = account.plan.executions.get(event.within) if event.within is not None else None
        if around is not None:
            yield account.say(step, v.DCTERMS_IS_PART_OF, _node(account, around))
        if execution.before is not None:
            yield account.say(step, v.PPLAN_IS_PRECEDED_BY, _node(account, execution.before))
        for name, value in asked.items():
            yield from _asked(account, execution.place, name, value)
    yield account.say(activity, v.RDF_TYPE, v.PPLAN_ACTIVITY)
    yield account.say(activity, v.PPLAN_CORRESPONDS_TO_STEP, step)
    yield from _took(account, execution.place, event.used)


def used(account: Account, event: Used) -> Iterator[Quad]:
    """Yield the variable of something that an activity took later."""
    place = account.plan.executions.get(event.activity)
    if place is not None:
        yield from _took(account, place, [Usage(event.entity)])


def seen(account: Account, event: DataSeen | ModelSeen | FileSeen) -> Iterator[Quad]:
    """Note what an entity is called, and yield its variable if a step of the plan made it."""
    if event.id in account.plan.names:
        return
    kind = account.survey.kinds.get(event.id, "")
    name = files.base_name(event.path) if isinstance(event, FileSeen) else event.name
    account.plan.names[event.id] = kind, name
    place = account.plan.executions.get(event.generated_by or "")
    if place is not None and _foreseen(account, place, event.id, "generated"):
        yield from _bound(account, event.id, place)


def ended(account: Account, event: StepEnded | TrainingEnded) -> Iterable[Quad]:
    """Note that a step is through; nothing is said of it."""
    account.plan.ended(event.id)
    return ()


def _took(account: Account, place: int, usages: Iterable[Usage]) -> Iterator[Quad]:
    for usage in usages:
        if account.plan.is_bound(usage.entity) or _foreseen(account, place, usage.entity, "used"):
            bound = yield from _bound(account, usage.entity, None)
            if bound is not None and account.plan.declared is None:
                yield from _input(account, place, bound)


def _foreseen(account: Account, place: int, entity: str, end: str) -> bool:
    """Tell whether a declared plan lets a step take or make something of this name."""
    declared = account.plan.declared
    if declared is None:
        return True
    return account.plan.names.get(entity, ("", ""))[1] in getattr(declared.steps[place], end)


def _bound(account: Account, entity: str, place: int | None) -> Generator[Quad, None, int | None]:
    already = account.plan.is_bound(entity)
    bound = account.plan.bind(entity, place)
    if bound is None:
        return None
    if bound.first:
        yield from _variable(account, bound.variable, account.plan.names[entity][1], place)
    if not already:
        node = account.iris.local(entity)
        yield account.say(node, v.RDF_TYPE, v.PPLAN_ENTITY)
        yield account.say(node, v.PPLAN_CORRESPONDS_TO_VARIABLE, _var(account, bound.variable))
    return bound.variable


def _step(account: Account, place: int, label: str, kind: str | None) -> Iterator[Quad]:
    step = _node(account, place)
    yield from account.describe(step, label, v.PROV_ENTITY, v.PPLAN_STEP)
    yield account.say(step, v.PPLAN_IS_STEP_OF_PLAN, _plan(account))
    if kind is not None:
        yield account.say(step, v.DLPROV_STEP_KIND, literals.text(kind))


def _asked(account: Account, place: int, name: str, value: Value) -> Iterator[Quad]:
    """Yield one thing that a step was to be carried out with."""
    step = _node(account, place)
    node = below(step, "asked", name)
    label = f"{name} = {literals.words(value)}"
    yield account.say(step, v.DLPROV_ASKED, node)
    yield from account.describe(node, label, v.PROV_ENTITY, v.DLPROV_PARAMETER_SETTING)
    yield account.say(node, v.DLPROV_PARAMETER_NAME, literals.text(name))
    yield from hyperparameters.valued(account, node, v.MLS_HAS_VALUE, value)


def _variable(account: Account, number: int, label: str, producer: int | None) -> Iterator[Quad]:
    node = _var(account, number)
    if account.first("variable", node):
        yield from account.describe(node, label, v.PROV_ENTITY, v.PPLAN_VARIABLE)
        yield account.say(node, v.PPLAN_IS_VARIABLE_OF_PLAN, _plan(account))
    if producer is not None and account.first("output", node):
        yield account.say(node, v.PPLAN_IS_OUTPUT_VAR_OF, _node(account, producer))


def _input(account: Account, place: int, number: int) -> Iterator[Quad]:
    step, node = _node(account, place), _var(account, number)
    if account.first("input", step, node):
        yield account.say(step, v.PPLAN_HAS_INPUT_VAR, node)


def _plan(account: Account) -> NamedNode:
    return account.iris.in_run("plan")


def _node(account: Account, place: int) -> NamedNode:
    return account.iris.in_run("plan", "step", str(place))


def _var(account: Account, number: int) -> NamedNode:
    return account.iris.in_run("plan", "variable", str(number))
