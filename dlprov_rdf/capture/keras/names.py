# SPDX-License-Identifier: Apache-2.0
"""Public names of Keras objects, and their settings as plain values.

Keras is imported as ``keras.optimizers.Adam`` and lives in ``keras.src.…``, which moves
between versions: only the public name means the same in every lab.
"""

from __future__ import annotations

import inspect
import struct
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras.src.api_export import get_name_from_symbol
from keras.src.utils.naming import to_snake_case

from dlprov_rdf import values
from dlprov_rdf.events import Number, Value

#: Entries of a configuration that say how it is stored, not what it is.
_BESIDES = frozenset(
    {"name", "dtype", "trainable", "module", "registered_name", "build_config", "fn"}
)


def public_name(symbol: Any) -> str:
    """Give the name by which a class or function is imported (an object's: its class's)."""
    named = symbol if inspect.isclass(symbol) or inspect.isroutine(symbol) else type(symbol)
    try:
        known = get_name_from_symbol(named)
    except TypeError:  # not hashable
        known = None
    module = getattr(named, "__module__", None) or "builtins"
    return known or f"{module}.{getattr(named, '__qualname__', type(named).__qualname__)}"


def loss_name(loss: Any) -> str | None:
    """Give one name to a loss, however it was asked for: by class, function or word."""
    if loss is None:
        return None
    return _class_of(loss, keras.losses, "keras.losses") or public_name(_function_in(loss))


def metric_name(metric: Any) -> str | None:
    """Give the name of the function that a metric is; None for a mere average."""
    if type(metric) is keras.metrics.Mean:
        return None
    return _class_of(metric, keras.metrics, "keras.metrics") or public_name(_function_in(metric))


def _function_in(wrapper: Any) -> Any:
    """Take the function out of a wrapper that Keras puts around one."""
    inner = getattr(wrapper, "fn", None) or getattr(wrapper, "_fn", None)
    generic = type(wrapper).__name__ in {"LossFunctionWrapper", "MeanMetricWrapper"}
    return inner if generic and callable(inner) else wrapper


def _class_of(given: Any, module: Any, prefix: str) -> str | None:
    """Find the class that stands for a function or a word of Keras's own."""
    inner = _function_in(given)
    word = inner if isinstance(inner, str) else None
    if inspect.isroutine(inner) and (inner.__module__ or "").startswith("keras."):
        word = inner.__name__
    if word is None:
        return None
    if isinstance(inner, str):
        found = getattr(module, "get")(inner)  # noqa: B009 -- a module is Any here
        if not isinstance(found, str):
            return _class_of(found, module, prefix) or public_name(found)
    for name, kind in vars(module).items():
        if inspect.isclass(kind) and to_snake_case(name) == word:
            return f"{prefix}.{name}"
    return None


def differing(thing: Any) -> dict[str, Value]:
    """Give the settings of a loss or metric that are not the default."""
    told = config_of(thing)
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(type(thing).__init__).parameters.items()
    }
    return {
        name: plain(value)
        for name, value in told.items()
        if name not in _BESIDES and name in defaults and not _equal(value, defaults[name])
    }


def _equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except (TypeError, ValueError):
        return False


def optimizer_of(model: Any) -> Any:
    """Give the optimizer that trains a model, or None; with mixed precision Keras wraps it."""
    optimizer = getattr(model, "optimizer", None)
    return getattr(optimizer, "inner_optimizer", optimizer)


def config_of(thing: Any) -> dict[str, Any]:
    """Give an object's configuration, or nothing where it has none."""
    try:
        told = thing.get_config()
    except Exception:  # noqa: BLE001 -- a user's class may raise anything
        return {}
    return told if isinstance(told, dict) else {}


def plain(value: Any) -> Value:
    """Make a setting plain: a float32 is its shortest decimal, an object its name and settings."""
    if isinstance(value, float):
        return _special(shortest(value))
    if isinstance(value, Mapping) and "class_name" in value and "config" in value:
        return values.plain(_named(value))
    if isinstance(value, list | tuple | dict | str | int) or value is None:
        return values.plain(value)
    if inspect.isclass(value) or inspect.isroutine(value):
        return public_name(value)
    if isinstance(value, keras.Variable):
        return plain(values.number(value.numpy()))
    told = config_of(value)
    if told:
        return values.plain({"class": public_name(value), **told})
    return values.plain(value)


def _named(serialized: Mapping[str, Any]) -> dict[str, Any]:
    module, inner = serialized.get("module"), serialized["config"]
    name = f"{module}.{serialized['class_name']}" if module else str(serialized["class_name"])
    return {"class": name, **(inner if isinstance(inner, dict) else {"name": inner})}


def _special(given: Number) -> Value:
    return given if isinstance(given, float) else {"double": given}


#: Integers below this are the same in a float32 and a double.
_EXACT = 2.0**24

_FLOAT32 = struct.Struct("f")


def shortest(value: Any) -> Number:
    """Read a number that Keras may have widened from a float32: the shortest decimal then.

    Keras hands on ``float(float32)``, 0.10000000149011612 for 0.1: a double whose value is
    exactly a float32's.

    Raises:
        TypeError: The value is not one number.
    """
    given = values.number(value)
    if isinstance(given, str) or (given.is_integer() and abs(given) < _EXACT):
        return given
    try:
        (narrow,) = _FLOAT32.unpack(_FLOAT32.pack(given))
    except OverflowError:
        return given
    return float(str(np.float32(given))) if narrow == given else given
