# SPDX-License-Identifier: Apache-2.0
"""The environment of a run: software with versions, variables, and the machine's parts."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from dlprov_rdf.events import EnvironmentSeen
from dlprov_rdf.graph import literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.iris import package


def environment_seen(account: Account, event: EnvironmentSeen) -> Iterator[Quad]:
    """Yield what was found out of the environment; told in parts, each fact counts once."""
    place = account.iris.in_run("environment")
    if account.first("environment"):
        yield account.say(account.run, v.PROV_USED, place)
        yield from account.describe(
            place, "environment", v.PROV_ENTITY, v.PROV_COLLECTION, v.DLPROV_ENVIRONMENT
        )
    for predicate, words in (
        (v.DLPROV_PYTHON_VERSION, event.python),
        (v.DLPROV_PLATFORM, event.platform),
        (v.DLPROV_BACKEND, event.backend),
    ):
        if words is not None and account.first("environment", predicate):
            yield account.say(place, predicate, literals.text(words))
    for name, value in sorted(event.variables.items()):
        if account.first("variable", name):
            yield account.say(place, v.DLPROV_VARIABLE, literals.text(f"{name}={value}"))
    for name, version in sorted(event.packages.items()):
        yield from _package(account, place, name, version)
    yield from _machine(account, event)


def _package(account: Account, place: NamedNode, name: str, version: str) -> Iterator[Quad]:
    member = package(name, version)
    if account.first("member", member):
        yield account.say(place, v.PROV_HAD_MEMBER, member)
        yield from account.is_a(member, v.PROV_ENTITY)
        yield from account.describe(member, f"{name} {version}", v.DLPROV_PACKAGE)


def _machine(account: Account, event: EnvironmentSeen) -> Iterator[Quad]:
    """Yield the machine's parts, if it is known which machine it was."""
    started = account.survey.started
    if started is None or started.host is None:
        return
    machine = account.iris.own("machine", started.host)
    facts: list[tuple[NamedNode, Literal]] = []
    if event.cpu is not None:
        facts.append((v.DLPROV_CPU, literals.text(event.cpu)))
    if event.cores is not None:
        facts.append((v.DLPROV_CORES, literals.count(event.cores)))
    if event.memory is not None:
        facts.append((v.DLPROV_MEMORY_BYTES, literals.count(event.memory)))
    for predicate, fact in facts:
        if account.first("machine", predicate):
            yield account.say(machine, predicate, fact)
    for device in event.devices:
        if account.first("device", device):
            yield account.say(machine, v.DLPROV_DEVICE, literals.text(device))
