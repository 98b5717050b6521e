# SPDX-License-Identifier: Apache-2.0
"""Selections: which model was chosen among which, by what, and with which values."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import Selected
from dlprov_rdf.graph import literals, roles
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.iris import below
from dlprov_rdf.graph.reported import shown


def selected(account: Account, event: Selected) -> Iterator[Quad]:
    """Yield a choice: the model chosen, those rejected, the criterion, and the decision."""
    step = account.of_kind(event.step, "step")
    if step is None or not account.first("selected", step):
        return
    say, serial = account.say, account.serial(event)
    yield say(step, v.DLPROV_CRITERION, literals.text(event.criterion))
    for place, name in enumerate(dict.fromkeys(event.candidates)):
        candidate = account.of_kind(name, "model")
        if candidate is None:
            continue
        yield from roles.used(account, step, candidate, "candidate", f"{serial}.{place}")
        if name != event.chosen:
            yield say(step, v.DLPROV_REJECTED, candidate)
        if name in event.values:
            value = below(step, "candidate", str(place))
            yield from _valued(account, value, candidate, event, name)
    data = account.of_kind(event.on, "data") if event.on is not None else None
    if data is not None:
        yield say(step, v.DLPROV_SELECTED_ON, data)
        yield from roles.used(account, step, data, None, serial)
    yield from _decision(account, step, event)


def _valued(
    account: Account, place: NamedNode, candidate: NamedNode, event: Selected, name: str
) -> Iterator[Quad]:
    value = event.values[name]
    label = f"{event.criterion}: {shown(value)}"
    yield from account.describe(place, label, v.PROV_ENTITY, v.DLPROV_CANDIDATE_VALUE)
    yield account.say(place, v.DLPROV_CANDIDATE, candidate)
    yield account.say(place, v.MLS_HAS_VALUE, literals.number(value))
    yield account.say(place, v.PROV_WAS_GENERATED_BY, account.iris.local(event.step))


def _decision(account: Account, step: NamedNode, event: Selected) -> Iterator[Quad]:
    decision = below(step, "decision")
    yield from account.describe(
        decision, f"chosen by {event.criterion}", v.PROV_ENTITY, v.DLPROV_DECISION
    )
    yield account.say(decision, v.PROV_WAS_GENERATED_BY, step)
    chosen = account.of_kind(event.chosen, "model")
    if chosen is not None:
        yield account.say(step, v.DLPROV_SELECTED, chosen)
        yield account.say(decision, v.PROV_WAS_DERIVED_FROM, chosen)
