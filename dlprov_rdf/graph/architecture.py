# SPDX-License-Identifier: Apache-2.0
"""Architectures: what the questions call a model, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import ArchitectureSeen, Layer
from dlprov_rdf.graph import contents, literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.iris import below
from dlprov_rdf.graph.published import last_part

#: Settings of a layer that have a property of their own.
_COUNTS = {"units": v.DLPROV_UNITS, "filters": v.DLPROV_FILTERS}


def architecture_seen(account: Account, event: ArchitectureSeen) -> Iterator[Quad]:
    """Yield an architecture, as it was told last: shapes are known once a model is built."""
    if not account.first("entity", event.id):
        return
    told = account.survey.architectures[event.id]
    say, architecture = account.say, account.iris.local(event.id)
    yield from account.describe(architecture, told.name, v.PROV_ENTITY, v.DLPROV_MODEL_ARCHITECTURE)
    yield say(architecture, v.RDF_TYPE, v.PROVML_MODEL_SCHEMA)
    if told.type is not None:
        yield say(architecture, v.DLPROV_CLASS_NAME, literals.text(told.type))
    if told.parameters is not None:
        yield say(architecture, v.DLPROV_PARAMETER_COUNT, literals.count(told.parameters))
    if told.trainable_parameters is not None:
        count = literals.count(told.trainable_parameters)
        yield say(architecture, v.DLPROV_TRAINABLE_PARAMETER_COUNT, count)
    if told.digest is not None:
        yield from contents.of(account, architecture, told.digest)
    first_use: dict[str, NamedNode] = {}
    for position, layer in enumerate(told.layers):
        node = below(architecture, "layer", str(position))
        yield say(architecture, v.DLPROV_HAS_LAYER, node)
        yield from _layer(account, node, position, layer)
        if layer.shared_with is not None and layer.shared_with in first_use:
            yield say(node, v.DLPROV_SHARED_WITH, first_use[layer.shared_with])
        first_use.setdefault(layer.path, node)
    account.told.add(event.id)


def _layer(account: Account, node: NamedNode, position: int, layer: Layer) -> Iterator[Quad]:
    say = account.say
    name = layer.path.rpartition("/")[2] or layer.path
    yield from account.describe(node, name, v.DLPROV_LAYER)
    yield say(node, v.DLPROV_POSITION, literals.count(position))
    yield say(node, v.DLPROV_LAYER_PATH, literals.text(layer.path))
    yield say(node, v.DLPROV_LAYER_CLASS, literals.text(last_part(layer.type)))
    if layer.type != last_part(layer.type):
        yield say(node, v.DLPROV_CLASS_NAME, literals.text(layer.type))
    if layer.input_shape is not None:
        yield say(node, v.DLPROV_INPUT_SHAPE, literals.shape(layer.input_shape))
    if layer.output_shape is not None:
        yield say(node, v.DLPROV_OUTPUT_SHAPE, literals.shape(layer.output_shape))
    if layer.parameters is not None:
        yield say(node, v.DLPROV_PARAMETER_COUNT, literals.count(layer.parameters))
    yield say(node, v.DLPROV_TRAINABLE, literals.truth(layer.trainable))
    for key, value in layer.settings.items():
        yield _setting(account, node, key, value)


def _setting(account: Account, node: NamedNode, key: str, value: object) -> Quad:
    """Make what is said of one setting of a layer: a property of its own, or words."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if key in _COUNTS and whole:
        return account.say(node, _COUNTS[key], literals.value(value))
    if key == "activation" and isinstance(value, str):
        return account.say(node, v.DLPROV_ACTIVATION, literals.text(value))
    if key == "rate" and (whole or isinstance(value, float)):
        return account.say(node, v.DLPROV_DROPOUT_RATE, literals.value(float(str(value))))
    words = f"{key}={literals.words(value)}"
    return account.say(node, v.DLPROV_SETTING, literals.text(words))
