# SPDX-License-Identifier: Apache-2.0
"""Adaptations: changes of a hyperparameter while a training ran, and what made them."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import Adapted, Setting
from dlprov_rdf.graph import hyperparameters, literals, techniques
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account, Course, InForce
from dlprov_rdf.graph.iris import below


def adapted(account: Account, event: Adapted) -> Iterator[Quad]:
    """Yield one change: the old setting, the new one that revises it, and the technique."""
    course = account.course(event.training)
    if course.node is None:
        return
    say, setting = account.say, event.setting
    place = below(course.node, "adaptation", account.serial(event))
    old = yield from _old(account, course, event, place)
    words = f"{literals.words(event.old)} → {literals.words(setting.value)}"
    yield from account.describe(
        place, f"{setting.name}: {words}", v.PROV_ACTIVITY, v.DLPROV_ADAPTATION
    )
    epoch = account.activity(event.epoch) if event.epoch is not None else None
    yield say(place, v.DCTERMS_IS_PART_OF, epoch or course.node)
    yield say(place, v.PROV_STARTED_AT_TIME, literals.moment(event.at))
    yield say(place, v.PROV_ENDED_AT_TIME, literals.moment(event.at))
    yield say(place, v.PROV_USED, old)
    yield say(place, v.DLPROV_CHANGED, hyperparameters.node(account, setting))
    if event.batch is not None:
        yield say(place, v.DLPROV_BATCH, literals.count(event.batch))
    if event.reason is not None:
        yield say(place, v.DLPROV_REASON, literals.text(event.reason))
    yield from _new(account, course, event, place, old)
    yield from techniques.applied(account, course, event.technique, place)


def _old(
    account: Account, course: Course, event: Adapted, place: NamedNode
) -> Generator[Quad, None, NamedNode]:
    """Yield the setting before, where the log did not tell of it; return it."""
    known = _known(course, event.setting)
    if known is not None and (event.old is None or hyperparameters.same(known.value, event.old)):
        return known.node
    old = below(place, "old")
    before = Setting(name=event.setting.name, value=event.old, of=event.setting.of)
    yield from hyperparameters.setting_quads(account, old, before)
    return old


def _known(course: Course, setting: Setting) -> InForce | None:
    """Find the setting in force: of the same owner, else the only one of its name."""
    exact = course.settings.get(hyperparameters.key(setting))
    named = [one for (_, name), one in course.settings.items() if name == setting.name]
    return exact or (named[0] if len(named) == 1 else None)


def _new(
    account: Account, course: Course, event: Adapted, place: NamedNode, old: NamedNode
) -> Iterator[Quad]:
    """Yield the setting after, which revises the one before."""
    say = account.say
    new, revision = below(place, "setting"), below(place, "revision")
    yield from hyperparameters.setting_quads(account, new, event.setting)
    yield say(new, v.PROV_WAS_GENERATED_BY, place)
    yield say(new, v.PROV_WAS_REVISION_OF, old)
    yield say(new, v.PROV_WAS_DERIVED_FROM, old)
    yield say(new, v.PROV_QUALIFIED_REVISION, revision)
    yield say(revision, v.RDF_TYPE, v.PROV_REVISION)
    yield say(revision, v.PROV_ENTITY_PROPERTY, old)
    yield say(revision, v.PROV_HAD_ACTIVITY, place)
    key = hyperparameters.key(event.setting)
    after = InForce(new, event.setting.value, adapted=True)
    known = _known(course, event.setting)
    for name, one in list(course.settings.items()):
        if one is known:
            del course.settings[name]
    course.settings[key] = after
    course.changes.append((key, after, event.batch is not None))
