# SPDX-License-Identifier: Apache-2.0
"""What of a run can differ from another's, each with the thing in the graph that says it.

Data, models and code are compared by their content: what they are called makes no
difference. A value is text, as it is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dlprov_rdf.ask.comparing.told import Told
from dlprov_rdf.ask.walking import kinds
from dlprov_rdf.ask.walking.places import local_name

GROUPS = (
    "data", "split", "code", "environment", "seeds", "hyperparameters", "architecture", "result",
)  # fmt: skip

_D, _P, _M = kinds.DLPROV, kinds.PROV, kinds.MLS

#: How much of a digest a person reads.
_SHORT = 12


@dataclass(frozen=True)
class Facet:
    """One thing of a run that can differ: what it is called, its value, and where it stands.

    ``compared`` is what must be equal, and None where nobody knows: then it is neither
    equal nor different. An ``ending`` lies upstream of nothing: it came after all else.
    """

    group: str
    what: str
    shown: str
    compared: str | None
    node: str
    ending: bool = False


def of_run(told: Told) -> Iterator[Facet]:
    """Yield what is of the run as a whole: data, steps, code, environment, seeds."""
    for data in told.origins:
        yield _octets(told, "data", told.name(data), data)
    yield from _steps(told)
    yield from _code(told)
    yield from _environment(told)
    for used in told.values(told.run, _P + "used"):
        if told.is_a(used, "HyperParameterSetting") or told.is_a(used, "ParameterSetting"):
            yield _setting(told, used, "the run")
    for seed in told.all("Seed"):
        value = told.one(seed, _D + "seedValue") or "?"
        yield Facet("seeds", told.one(seed, _D + "setBy") or told.name(seed), value, value, seed)


def of_training(told: Told, training: str, name: str) -> Iterator[Facet]:
    """Yield what is of one training: its data, settings, architecture and what came of it."""
    for used, role in told.used(training):
        if told.is_a(used, "Dataset"):
            yield _octets(told, "split", f"{role or 'other'} data of {name}", used)
        elif told.is_a(used, "HyperParameterSetting") or told.is_a(used, "ParameterSetting"):
            yield _setting(told, used, name)
    for technique in told.values(training, _P + "wasAssociatedWith"):
        if told.is_a(technique, "Callback"):
            how = "; ".join(told.values(technique, _D + "setting")) or "as it is by default"
            what = f"{told.name(technique)} of {name}"
            yield Facet("hyperparameters", what, how, how, technique)
    yield from _architecture(told, training, name)
    yield from _outcome(told, training, name)


def same_architecture(one: Told, first: str, other: Told, second: str) -> bool:
    """Say whether two trainings have architectures of equal content."""
    contents = [
        [told.content(architecture) for architecture in told.values(training, _D + "architecture")]
        for told, training in ((one, first), (other, second))
    ]
    return contents[0] == contents[1] and None not in contents[0]


def of_tests(told: Told) -> Iterator[Facet]:
    """Yield what steps measured or predicted: results that are of no training."""
    for step in told.all("Evaluation"):
        for metric in told.near(step, _P + "wasGeneratedBy"):
            if value := told.one(metric, _M + "hasValue"):
                printed = told.one(metric, _D + "reportedAs") or told.name(metric)
                what = f"{printed} in {told.name(step)}"
                yield Facet("result", what, value, value, metric)
    for data in told.all("Prediction"):
        yield _octets(told, "result", told.name(data), data)
    for step in told.all("ModelSelection"):
        for model in told.values(step, _D + "selected"):
            chosen = told.name(model)
            yield Facet("result", f"chosen in {told.name(step)}", chosen, chosen, step)


def _octets(told: Told, group: str, what: str, thing: str) -> Facet:
    """Compare by content; a thing that was not digested is neither equal nor different."""
    content = told.content(thing)
    if content is None:
        return Facet(group, what, f"{told.name(thing)} (not digested)", None, thing)
    digest = content.rpartition(";")[2]
    cut = f"{digest[:_SHORT]}…" if len(digest) > _SHORT else digest
    return Facet(group, what, f"{told.name(thing)} ({cut})", content, thing)


def _steps(told: Told) -> Iterator[Facet]:
    """Yield the steps that prepared data, each with what it was set to."""
    for kind, group in (("Preprocessing", "data"), ("DataSplitting", "split")):
        for step in told.all(kind):
            parameters = [
                told.name(used) for used in told.values(step, _P + "used")
                if told.is_a(used, "ParameterSetting")
            ]  # fmt: skip
            how = "; ".join(sorted(parameters)) or "without parameters"
            yield Facet(group, f"step {told.name(step)}", how, how, step)


def _code(told: Told) -> Iterator[Facet]:
    for code in told.all("SourceCode"):
        if commit := told.one(code, _D + "commit"):
            yield Facet("code", "commit", commit[:_SHORT], commit, code)
        if dirty := told.one(code, _D + "dirty"):
            yield Facet("code", "differs from the commit", dirty, dirty, code)
    for kind, what in (("Patch", "patch"), ("Script", "script"), ("Function", "function")):
        for thing in told.all(kind):
            called = "patch" if kind == "Patch" else f"{what} {told.name(thing)}"
            yield _octets(told, "code", called, thing)


def _environment(told: Told) -> Iterator[Facet]:
    for environment in told.all("Environment"):
        for term in ("pythonVersion", "platform", "backend"):
            if value := told.one(environment, _D + term):
                what = {"pythonVersion": "Python"}.get(term, term)
                yield Facet("environment", what, value, value, environment)
        for package in told.values(environment, _P + "hadMember"):
            name, _, version = told.name(package).rpartition(" ")
            yield Facet("environment", f"package {name}", version, version, package)
        for variable in told.values(environment, _D + "variable"):
            name, _, value = variable.partition("=")
            yield Facet("environment", f"variable {name}", value, value, environment)
    for place in told.values(told.run, _P + "atLocation"):
        machine = told.name(place)
        yield Facet("environment", "machine", machine, machine, place)
        for device in told.values(place, _D + "device"):
            yield Facet("environment", f"device {device}", "there", "there", place)


def _setting(told: Told, setting: str, name: str) -> Facet:
    """Name a setting by its hyperparameter, whatever implementation it is of."""
    by = told.one(setting, _M + "specifiedBy")
    called = told.one(setting, _D + "parameterName") or (told.name(by) if by else None)
    called = called or told.name(setting).partition(" = ")[0]
    value = told.one(setting, _M + "hasValue") or "?"
    compared = f"{value} ({local_name(by)})" if by else value
    return Facet("hyperparameters", f"{called} of {name}", value, compared, setting)


def _architecture(told: Told, training: str, name: str) -> Iterator[Facet]:
    for architecture in told.values(training, _D + "architecture"):
        layers = told.values(architecture, _D + "hasLayer")
        if not layers:
            yield _octets(told, "architecture", f"architecture of {name}", architecture)
            continue
        for layer in layers:
            position = told.one(layer, _D + "position") or "?"
            said = _layer(told, layer)
            yield Facet("architecture", f"layer {position} of {name}", said, said, architecture)


def _layer(told: Told, layer: str) -> str:
    words = told.values(layer, _D + "layerClass")
    for term in ("units", "filters", "dropoutRate", "activation", "outputShape"):
        words += told.values(layer, _D + term)
    return " ".join([*words, *told.values(layer, _D + "setting")])


def _outcome(told: Told, training: str, name: str) -> Iterator[Facet]:
    if state := told.one(training, _D + "endState"):
        reason = told.one(training, _D + "endReason")
        said = f"{state} ({reason})" if reason else state
        yield Facet("result", f"end of {name}", said, said, training, ending=True)
    if last := told.one(training, _D + "lastEpoch"):
        yield Facet("result", f"last epoch of {name}", last, last, training, ending=True)
    for word in ("best", "last"):
        for metric in told.values(training, f"{_D}{word}Evaluation"):
            if value := told.one(metric, _M + "hasValue"):
                printed = told.one(metric, _D + "reportedAs") or local_name(metric)
                yield Facet("result", f"{word} {printed} of {name}", value, value, metric)
    for state in told.values(training, _M + "hasOutput"):
        if told.is_a(state, "Model"):
            yield _octets(told, "result", f"weights of {name}", state)
