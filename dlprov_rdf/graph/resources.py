# SPDX-License-Identifier: Apache-2.0
"""What a run and its trainings used: time and memory plainly, all else by its unit and meter."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import QuantityUsed, ResourcesUsed
from dlprov_rdf.graph import literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.iris import below


def resources_used(account: Account, event: ResourcesUsed) -> Iterator[Quad]:
    """Yield what the first process of the run had used at the end of the run or a training."""
    activity = _activity(account, event.of)
    if activity is None or not account.first("resources", activity):
        return
    say = account.say
    if event.wall is not None:
        yield say(activity, v.DLPROV_WALL_SECONDS, literals.number(event.wall))
    if event.cpu is not None:
        yield say(activity, v.DLPROV_CPU_SECONDS, literals.number(event.cpu))
    if event.peak_memory is not None:
        yield say(activity, v.DLPROV_PEAK_MEMORY_BYTES, literals.count(event.peak_memory))
    for meter, why in sorted(event.unmeasured.items()):
        yield say(activity, v.DLPROV_UNMEASURED, literals.text(f"{meter}: {why}"))


def quantity_used(account: Account, event: QuantityUsed) -> Iterator[Quad]:
    """Yield what a meter shows, of the run or of a training."""
    activity = _activity(account, event.of)
    if activity is None:
        return
    device = () if event.device is None else (event.device,)
    use = below(activity, "resource", event.by, event.quantity, *device)
    if not account.first("resource", use):
        return
    say, text = account.say, literals.text
    of = f" of {event.device}" if event.device is not None else ""
    label = f"{event.quantity}{of}: {event.value} {event.unit}"
    yield from account.describe(use, label, v.PROV_ENTITY, v.DLPROV_RESOURCE_USE)
    yield say(use, v.PROV_WAS_GENERATED_BY, activity)
    yield say(use, v.DLPROV_QUANTITY, text(event.quantity))
    yield say(use, v.MLS_HAS_VALUE, literals.number(event.value))
    yield say(use, v.DLPROV_UNIT, text(event.unit))
    yield say(use, v.DLPROV_MEASURED_BY, text(event.by))
    if event.device is not None:
        yield say(use, v.DLPROV_DEVICE, text(event.device))


def _activity(account: Account, of: str | None) -> NamedNode | None:
    return account.run if of is None else account.of_kind(of, "training")
