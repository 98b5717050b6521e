# SPDX-License-Identifier: Apache-2.0
"""Hyperparameters, what they are set to, and parameters of steps.

A hyperparameter of a published library has one name in every lab, and below it the general
one that all libraries have in common; one that was named by hand is this knowledge base's.

Source:
    ML Schema, HyperParameter and HyperParameterSetting: http://www.w3.org/ns/mls
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import ParametersSet, Setting, Value
from dlprov_rdf.graph import literals, published
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account, Course, InForce
from dlprov_rdf.graph.iris import below, shared


def key(setting: Setting) -> tuple[str | None, str]:
    """Tell by what a setting is known in its training."""
    return setting.of, setting.name


def full_name(setting: Setting) -> str:
    """Name a hyperparameter with what it belongs to: keras.optimizers.Adam.learning_rate."""
    return setting.name if setting.of is None else f"{setting.of}.{setting.name}"


def node(account: Account, setting: Setting) -> NamedNode:
    """Name the hyperparameter that a setting sets."""
    name = full_name(setting)
    if setting.of is not None and published.is_published(setting.of):
        return shared("hyperparameter", name)
    return account.iris.own("hyperparameter", name)


def _of_learning(setting: Setting) -> bool:
    """Tell whether a hyperparameter steers the learning: a name given by hand may shape a model."""
    return setting.of is not None


def same(one: Value, other: Value) -> bool:
    """Compare two values as they are written: 1 is neither 1.0 nor True."""
    return literals.value(one) == literals.value(other)


def described(account: Account, setting: Setting) -> Iterator[Quad]:
    """Yield what a graph says of a hyperparameter that is set in it, once."""
    named = node(account, setting)
    if not account.first("hyperparameter", named):
        return
    yield from account.describe(named, setting.name, v.MLS_HYPER_PARAMETER)
    if _of_learning(setting):
        yield account.say(named, v.RDF_TYPE, v.PROVML_LEARNING_HYPERPARAMETER)
    general = published.general_name(setting.name)
    if general is None:
        return
    broader = shared("hyperparameter", general)
    yield account.say(named, v.SKOS_BROADER, broader)
    if account.first("hyperparameter", broader):
        yield from account.describe(broader, general, v.MLS_HYPER_PARAMETER)


def setting_quads(account: Account, place: NamedNode, setting: Setting) -> Iterator[Quad]:
    """Yield a setting: of which hyperparameter, and its value."""
    label = f"{setting.name} = {literals.words(setting.value)}"
    yield from account.describe(place, label, v.PROV_ENTITY, v.MLS_HYPER_PARAMETER_SETTING)
    if _of_learning(setting):
        yield account.say(place, v.RDF_TYPE, v.PROVML_LEARNING_HYPERPARAMETER_SETTING)
    yield account.say(place, v.MLS_SPECIFIED_BY, node(account, setting))
    yield from valued(account, place, v.MLS_HAS_VALUE, setting.value)
    yield from described(account, setting)


def valued(
    account: Account, place: NamedNode, predicate: NamedNode, value: Value
) -> Iterator[Quad]:
    """Yield a value; of an object that is known by its ``repr``, its class, and if it was cut."""
    yield account.say(place, predicate, literals.value(value))
    if isinstance(value, dict) and "repr" in value:
        yield account.say(place, v.DLPROV_VALUE_TYPE, literals.text(str(value.get("type", ""))))
        if value.get("cut"):
            yield account.say(place, v.DLPROV_VALUE_CUT, literals.truth(True))


def parameter_quads(
    account: Account, activity: NamedNode, noun: str, name: str, value: Value
) -> Iterator[Quad]:
    """Yield what a step was told: a parameter it used."""
    place = below(activity, noun, name)
    label = f"{name} = {literals.words(value)}"
    yield account.say(activity, v.PROV_USED, place)
    yield from account.describe(place, label, v.PROV_ENTITY, v.DLPROV_PARAMETER_SETTING)
    yield account.say(place, v.DLPROV_PARAMETER_NAME, literals.text(name))
    yield from valued(account, place, v.MLS_HAS_VALUE, value)


def initial(account: Account, course: Course, setting: Setting, serial: str) -> Iterator[Quad]:
    """Yield a setting that a training, or the run itself, began with.

    The same one said again is the same; one that was given another value revises the first.
    """
    activity = course.node or account.run
    place = below(activity, "setting", full_name(setting))
    known = course.settings.get(key(setting))
    if known is not None:
        if same(known.value, setting.value):
            return
        place = below(activity, "setting", full_name(setting), serial)
    course.settings[key(setting)] = InForce(place, setting.value)
    yield account.say(activity, v.PROV_USED, place)
    if activity != account.run:
        yield account.say(activity, v.MLS_HAS_INPUT, place)
    if known is not None:
        yield account.say(place, v.PROV_WAS_REVISION_OF, known.node)
        yield account.say(place, v.PROV_WAS_DERIVED_FROM, known.node)
    yield from setting_quads(account, place, setting)


def parameters_set(account: Account, event: ParametersSet) -> Iterator[Quad]:
    """Yield the hyperparameters that were given by hand."""
    course = account.own if event.of is None else account.course(event.of)
    for setting in event.settings:
        yield from initial(account, course, setting, account.serial(event))
