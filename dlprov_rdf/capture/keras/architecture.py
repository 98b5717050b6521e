# SPDX-License-Identifier: Apache-2.0
"""What a Keras model is made of: its layers in order, taken out of nested models.

A layer that is used again stands there once more and says with which use it shares its
weights. The digest is of the model's configuration, with the numbers that Keras puts behind
names counted afresh, so that the same model made twice in one process is the same.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import keras
from keras.src.utils.naming import to_snake_case

from dlprov_rdf.capture.contents.fingerprint import text_digest
from dlprov_rdf.capture.keras.names import config_of, plain, public_name
from dlprov_rdf.events import Layer, Value

#: Settings that are told in a field of their own, or say nothing of the layer.
_BESIDES = frozenset({"name", "trainable", "dtype", "batch_shape", "layers", "build_config"})
_NUMBERED = re.compile(r"_\d+$")


def architecture(model: Any) -> dict[str, Any]:
    """Tell of a model's architecture: the fields of ``ArchitectureSeen``, but for the id."""
    built = bool(model.built)
    return {
        "name": str(model.name),
        "type": public_name(model),
        "layers": layers(model),
        "parameters": model.count_params() if built else None,
        "trainable_parameters": _count(model.trainable_weights) if built else None,
        "digest": config_digest(model) if built else None,
    }


def layers(model: Any) -> list[Layer]:
    """List a model's layers, those of nested models in the place of these."""
    first_use: dict[int, str] = {}
    return [_layer(layer, path, first_use) for path, layer in _walk(model, "", set())]


def _walk(model: Any, prefix: str, above: set[int]) -> Iterator[tuple[str, Any]]:
    """Yield each use of each layer with its path; a layer used n times comes n times."""
    for layer in model.layers:
        path = f"{prefix}{layer.name}"
        if isinstance(layer, keras.Model) and layer.layers and id(layer) not in above:
            yield from _walk(layer, f"{path}/", above | {id(model)})
            continue
        for use in range(_uses(layer, model)):
            yield (path if use == 0 else f"{path}:{use}"), layer


def _uses(layer: Any, model: Any) -> int:
    """Count the calls of a layer in a functional model; elsewhere each layer counts once."""
    by_depth = getattr(model, "_nodes_by_depth", None)
    if not by_depth or isinstance(model, keras.Sequential):
        return 1
    nodes = {id(node) for level in by_depth.values() for node in level}
    return max(1, sum(id(node) in nodes for node in getattr(layer, "_inbound_nodes", ())))


def _layer(layer: Any, path: str, first_use: dict[int, str]) -> Layer:
    shared = first_use.get(id(layer))
    first_use.setdefault(id(layer), path)
    place = int(path.rpartition(":")[2]) if shared and ":" in path.rpartition("/")[2] else 0
    return Layer(
        path=path,
        type=public_name(layer),
        settings=_settings(layer),
        input_shape=_shape(layer, "input_tensors", place),
        output_shape=_shape(layer, "output_tensors", place),
        parameters=layer.count_params() if layer.built else None,
        trainable=bool(layer.trainable),
        shared_with=shared,
    )


def _settings(layer: Any) -> dict[str, Value]:
    told = {name: value for name, value in config_of(layer).items() if name not in _BESIDES}
    settings = {name: _setting(value) for name, value in told.items()}
    return {name: value for name, value in settings.items() if value is not None}


def _setting(value: Any) -> Value:
    """Make one setting plain; an initializer, say, is its class and what was set there."""
    inner = getattr(value, "get_config", None)
    if isinstance(value, dict) or inner is not None:
        return plain(_without_storage(value if isinstance(value, dict) else _serialized(value)))
    return plain(value)


def _serialized(value: Any) -> dict[str, Any]:
    return {"class_name": type(value).__name__, "module": None, "config": config_of(value)}


def _without_storage(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_storage(inner)
            for key, inner in value.items()
            if key not in {"registered_name", "build_config", "compile_config"}
        }
    return value


def _shape(layer: Any, which: str, place: int) -> list[int | None] | None:
    """Give the one shape that goes in or out; None where there are several or none is known."""
    nodes: list[Any] = list(getattr(layer, "_inbound_nodes", ()))
    if len(nodes) > place:
        tensors = list(getattr(nodes[place], which, ()))
        if len(tensors) == 1:
            return _open(tensors[0].shape)
    if which == "input_tensors":
        return _built_with(layer)
    return None


def _built_with(layer: Any) -> list[int | None] | None:
    told = getattr(layer, "_build_shapes_dict", None) or {}
    shapes = list(told.values())
    if len(shapes) != 1 or not isinstance(shapes[0], tuple | list):
        return None
    if not all(size is None or isinstance(size, int) for size in shapes[0]):
        return None
    return _open(shapes[0])


def _open(shape: Any) -> list[int | None]:
    """Leave the first axis open: it is the batch's, and the first batch's size is no setting."""
    return [None, *(None if size is None else int(size) for size in list(shape)[1:])]


def _count(weights: Any) -> int:
    total = 0
    for weight in weights:
        size = 1
        for length in weight.shape:
            size *= int(length)
        total += size
    return total


def config_digest(model: Any) -> str | None:
    """Digest a model's configuration, its automatic names counted afresh.

    None for a subclassed model: its configuration does not tell what it computes.
    """
    if type(model) is not keras.Sequential and type(model).__name__ != "Functional":
        return None
    told = config_of(model)
    if not told:
        return None
    names: dict[str, str] = {}
    _renumber({"class_name": type(model).__name__, "config": told}, names, Counter())
    told = _renamed(
        {key: value for key, value in told.items() if key != "build_input_shape"}, names
    )
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), default=repr)
    digest: str = text_digest(text.encode())
    return digest


def _renumber(told: Any, names: dict[str, str], counts: Counter[str]) -> None:
    """Map each automatic name (a class's name and a number) to one counted from here."""
    if isinstance(told, list | tuple):
        for inner in told:
            _renumber(inner, names, counts)
    if not isinstance(told, dict):
        return
    inside = told.get("config")
    name = inside.get("name") if isinstance(inside, dict) else None
    word = to_snake_case(str(told.get("class_name")))
    if isinstance(name, str) and name not in names and _NUMBERED.sub("", name) == word:
        names[name] = f"{word}:{counts[word]}"
        counts[word] += 1
    for inner in told.values():
        _renumber(inner, names, counts)


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """Put the new names in, and leave the size of a batch open."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, dict):
        return {
            key: _open(inner) if key == "batch_shape" and inner else _renamed(inner, names)
            for key, inner in value.items()
            if key != "build_config"
        }
    if isinstance(value, list | tuple):
        return [_renamed(inner, names) for inner in value]
    return value
