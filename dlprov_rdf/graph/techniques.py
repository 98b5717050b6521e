# SPDX-License-Identifier: Apache-2.0
"""What watches over a training or changes it: callbacks are agents, schedules are plans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import Technique
from dlprov_rdf.graph import agents, literals, roles
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account, Course
from dlprov_rdf.graph.iris import below


def key(technique: Technique) -> tuple[str, str]:
    """Tell by what a technique is known in its training."""
    return technique.type, technique.of or technique.name


def watching(account: Account, course: Course, told: Iterable[Technique]) -> Iterator[Quad]:
    """Yield the callbacks and schedules that a training began with."""
    for place, technique in enumerate(told):
        yield from _taking_part(account, course, technique, str(place))


def known(account: Account, course: Course, technique: Technique) -> Iterator[Quad]:
    """Yield a callback or schedule that is told of only when it changes something."""
    if key(technique) not in course.techniques:
        name = f"{technique.type}.{technique.of or technique.name}"
        yield from _taking_part(account, course, technique, name)


def _taking_part(
    account: Account, course: Course, technique: Technique, place: str
) -> Iterator[Quad]:
    if course.node is None or technique.type not in {"callback", "schedule"}:
        return
    node = below(course.node, "technique", place)
    course.techniques.setdefault(key(technique), node)
    if technique.type == "callback":
        yield from account.describe(node, technique.name, v.PROV_SOFTWARE_AGENT, v.DLPROV_CALLBACK)
        yield from roles.associated(
            account, course.node, node, place=f"technique/{place}", role="callback"
        )
    else:
        yield from account.describe(
            node, technique.name, v.PROV_ENTITY, v.PROV_PLAN, v.DLPROV_SCHEDULE
        )
        yield account.say(course.node, v.PROV_USED, node)
        yield from roles.associated(
            account, course.node, account.process, place=f"technique/{place}", plan=node
        )
    yield from _made(account, node, technique)


def _made(account: Account, node: NamedNode, technique: Technique) -> Iterator[Quad]:
    if technique.of is not None:
        yield account.say(node, v.DLPROV_IMPLEMENTED_BY, literals.text(technique.of))
    for name, value in technique.settings.items():
        words = f"{name}={literals.words(value)}"
        yield account.say(node, v.DLPROV_SETTING, literals.text(words))


def applied(
    account: Account, course: Course, technique: Technique, activity: NamedNode
) -> Iterator[Quad]:
    """Yield what made a change: an agent, a plan that the process followed, or a person."""
    yield account.say(activity, v.DLPROV_TECHNIQUE, literals.text(technique.name))
    yield from known(account, course, technique)
    node = course.techniques.get(key(technique))
    if technique.type == "person":
        yield from agents.named(account, technique.name, technique.orcid)
        person = agents.node(account, technique.name, technique.orcid)
        yield from roles.associated(account, activity, person, place="person", role="steering")
    elif technique.type == "schedule":
        yield from roles.associated(account, activity, account.process, place="process", plan=node)
    else:
        yield from roles.associated(account, activity, node or account.process, place="process")
