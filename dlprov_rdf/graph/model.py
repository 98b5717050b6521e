# SPDX-License-Identifier: Apache-2.0
"""Trained states of a model: what made each, and whose weights it has."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import ModelSeen
from dlprov_rdf.graph import contents, literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.data import origin
from dlprov_rdf.graph.epochs_told import training_of
from dlprov_rdf.graph.iris import below


def model_seen(account: Account, event: ModelSeen) -> Iterator[Quad]:
    """Yield a trained state; weights that were restored are a state of their own."""
    if not account.first("entity", event.id):
        return
    say, model = account.say, account.iris.local(event.id)
    yield from account.describe(model, event.name, v.PROV_ENTITY, v.MLS_MODEL)
    if event.architecture is not None:
        architecture = account.of_kind(event.architecture, "architecture")
        if architecture is not None:
            yield say(model, v.DLPROV_ARCHITECTURE, architecture)
    if event.parameters is not None:
        yield say(model, v.DLPROV_PARAMETER_COUNT, literals.count(event.parameters))
    if event.version is not None:
        yield say(model, v.DLPROV_VERSION, literals.text(event.version))
    if event.digest is not None or event.undigested is not None:
        yield from contents.known(account, model, event.digest, None, event.undigested)
    yield from origin(account, model, event.generated_by, event.derived_from)
    if event.generated_by is not None:
        training = account.survey.kinds.get(event.generated_by) == "training"
        if training:
            yield say(account.iris.local(event.generated_by), v.MLS_HAS_OUTPUT, model)
    if event.epoch is not None:
        yield from _weights_of(account, model, event.epoch)
    account.told.add(event.id)


def _weights_of(account: Account, model: NamedNode, epoch: str) -> Iterator[Quad]:
    """Yield whose epoch's weights a state has, and the state that this epoch left."""
    training = account.of_kind(training_of(epoch), "training")
    node = account.activity(epoch)
    if training is None or node is None:
        return
    yield account.say(model, v.DLPROV_WEIGHTS_OF_EPOCH, node)
    if epoch in account.survey.whole:
        yield account.say(model, v.PROV_WAS_DERIVED_FROM, below(node, "model"))
