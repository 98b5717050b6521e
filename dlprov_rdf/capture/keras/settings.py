# SPDX-License-Identifier: Apache-2.0
"""The hyperparameters of a Keras training: optimizer, loss, what fit was asked, dropout."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import keras

from dlprov_rdf import values
from dlprov_rdf.capture.keras.names import (
    config_of,
    differing,
    loss_name,
    optimizer_of,
    plain,
    public_name,
)
from dlprov_rdf.events import Layer, Setting, Technique, Value

FIT = "keras.Model.fit"

#: What fit may be asked that shapes a training (data and callbacks are told elsewhere).
_ASKED = (
    "batch_size", "epochs", "initial_epoch", "steps_per_epoch", "shuffle", "class_weight",
    "validation_split", "validation_steps", "validation_batch_size", "validation_freq",
)  # fmt: skip
_CLASSIFYING = ("crossentropy", "hinge", "focal")
_REGRESSING = ("meansquared", "meanabsolute", "huber", "logcosh")


def settings(model: Any, arguments: Mapping[str, Any], layers: list[Layer]) -> list[Setting]:
    """List the hyperparameters that a training begins with, with their effective values."""
    return [
        *_optimizer(optimizer_of(model)),
        *_loss_scale(model),
        *_loss(model),
        *_fit(arguments),
        *_dropout(layers),
    ]


def _optimizer(optimizer: Any) -> Iterator[Setting]:
    if optimizer is None:
        return
    of = public_name(optimizer)
    for name, value in config_of(optimizer).items():
        if name != "name":
            yield Setting(name=name, value=plain(value), of=of)


def _loss_scale(model: Any) -> Iterator[Setting]:
    """Tell how the loss is scaled, where precision is mixed."""
    wrapping = getattr(model, "optimizer", None)
    if wrapping is not optimizer_of(model):
        own = config_of(wrapping)
        for name in ("initial_scale", "dynamic_growth_steps"):
            if name in own:
                yield Setting(name=name, value=plain(own[name]), of=public_name(wrapping))


def _loss(model: Any) -> Iterator[Setting]:
    """One loss is told by its class and what was set there; several as they were given."""
    loss = getattr(model, "loss", None)
    if loss is None:
        return
    if isinstance(loss, list | tuple | dict):
        yield Setting(name="loss", value=plain(_names(loss)), of="keras.Model.compile")
        return
    name = loss_name(loss)
    yield Setting(name="loss", value=name, of="keras.Model.compile")
    if not isinstance(loss, str):
        for key, value in differing(loss).items():
            yield Setting(name=key, value=value, of=name)


def _names(losses: Any) -> Any:
    if isinstance(losses, dict):
        return {key: loss_name(loss) for key, loss in losses.items()}
    return [loss_name(loss) for loss in losses]


def _fit(arguments: Mapping[str, Any]) -> Iterator[Setting]:
    for name in _ASKED:
        value = effective(name, arguments)
        if value is not None:
            yield Setting(name=name, value=plain(value), of=FIT)


def effective(name: str, arguments: Mapping[str, Any]) -> Any:
    """Give the value that fit works with where it was asked for nothing."""
    value = arguments.get(name)
    if name == "batch_size" and value is None and hasattr(arguments.get("x"), "shape"):
        return 32
    if name == "epochs":
        most = keras.config.max_epochs() if hasattr(keras.config, "max_epochs") else None
        return min(value, most) if most else value
    if name in {"validation_split", "validation_freq"}:
        return value if _validates(arguments) and value else None
    return value


def _validates(arguments: Mapping[str, Any]) -> bool:
    return arguments.get("validation_data") is not None or bool(arguments.get("validation_split"))


def asked(given: Mapping[str, Any]) -> dict[str, Value]:
    """Tell what the caller of fit said, of what shapes a training."""
    return {name: plain(given[name]) for name in _ASKED if name in given}


def _dropout(layers: list[Layer]) -> Iterator[Setting]:
    """Dropout is a hyperparameter too: ``dropout``, ``dropout_1`` … in the layers' order."""
    count: Counter[str] = Counter()
    for layer in layers:
        rate = layer.settings.get("rate" if layer.type.endswith("Dropout") else "dropout")
        if (
            layer.shared_with
            or not isinstance(rate, float)
            or (rate == 0 and "Dropout" not in layer.type)
        ):
            continue
        number = count["dropout"]
        count["dropout"] += 1
        yield Setting(
            name="dropout" if number == 0 else f"dropout_{number}", value=rate, of=layer.type
        )


def task(model: Any) -> str | None:
    """Tell the task from the loss where it can be told: classification or regression."""
    loss = getattr(model, "loss", None)
    if loss is None or isinstance(loss, list | tuple | dict):
        return None
    name = (loss_name(loss) or "").rpartition(".")[2].lower().replace("_", "")
    if any(word in name for word in _CLASSIFYING):
        return "classification"
    return "regression" if any(word in name for word in _REGRESSING) else None


def techniques(callbacks: Iterable[Any], optimizer: Any) -> list[Technique]:
    """Tell what watches over a training: its callbacks, and a schedule in its optimizer."""
    told = [technique(callback) for callback in callbacks]
    schedule = schedule_of(optimizer)
    return told if schedule is None else [*told, schedule]


def technique(callback: Any) -> Technique:
    """Tell of one callback, with the settings that it was made with.

    Only attributes are read: a callback's own methods are not called.
    """
    return Technique(
        name=type(callback).__name__, type="callback", of=public_name(callback),
        settings=_made_with(callback),
    )  # fmt: skip


def _made_with(callback: Any) -> dict[str, Value]:
    held = vars(callback)
    told: dict[str, Value] = {}
    for name, parameter in inspect.signature(type(callback).__init__).parameters.items():
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
            continue
        value = held.get(name, held.get(f"_{name}", parameter.empty))
        if value is not parameter.empty:
            told[name] = plain(value) if _tells(value) else values.plain(value)
    return told


def _tells(value: Any) -> bool:
    return inspect.isroutine(value) or inspect.isclass(value) or isinstance(value, float)


def schedule_of(optimizer: Any) -> Technique | None:
    """Tell of the learning rate schedule inside an optimizer, if there is one."""
    rate = getattr(optimizer, "_learning_rate", None)
    if not isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        return None
    told = {name: plain(value) for name, value in config_of(rate).items() if name != "name"}
    return Technique(name=type(rate).__name__, type="schedule", of=public_name(rate), settings=told)


def implementation() -> str:
    """Name the software that trains."""
    return f"pkg:pypi/keras@{keras.__version__}"


def algorithm(model: Any) -> str | None:
    """Name the algorithm that trains: the optimizer's class."""
    optimizer = optimizer_of(model)
    return None if optimizer is None else public_name(optimizer)
