# SPDX-License-Identifier: Apache-2.0
"""Which function each name that Keras prints stands for, and which way is better.

Keras names what it prints when the first batch is through, so this is asked after that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dlprov_rdf.capture.keras.names import differing, loss_name, metric_name
from dlprov_rdf.events import Value

Told = tuple[str, str | None, dict[str, Value], str | None]

_DIRECTIONS = {"up": "higher", "down": "lower"}


def measures(model: Any) -> dict[str, dict[str, Any]]:
    """Tell, for each printed name, the fields function, parameters and direction."""
    told: dict[str, dict[str, Any]] = {}
    for name, function, parameters, direction in (*_losses(model), *_metrics(model)):
        told.setdefault(
            name, {"function": function, "parameters": parameters, "direction": direction}
        )
    return told


def _losses(model: Any) -> Iterator[Told]:
    """Name the loss; with several outputs, the total is no function of its own."""
    compiled = getattr(model, "_compile_loss", None)
    given = getattr(compiled, "_flat_losses", None) or []
    if len(given) == 1:
        loss = given[0].loss
        yield "loss", loss_name(loss), differing(loss), "lower"
        return
    yield "loss", None, {}, "lower"
    for one, tracker in zip(given, getattr(compiled, "metrics", ()), strict=False):
        yield tracker.name, loss_name(one.loss), differing(one.loss), "lower"


def _metrics(model: Any) -> Iterator[Told]:
    compiled = getattr(model, "_compile_metrics", None)
    if compiled is not None and getattr(compiled, "built", False):
        yield from _compiled(compiled)
    for metric in getattr(model, "metrics", ()):
        if type(metric).__name__ != "CompileMetrics":
            yield _told(metric.name, metric)


def _compiled(compiled: Any) -> Iterator[Told]:
    """Name the metrics given to ``compile`` as ``CompileMetrics.result`` does (Keras 3)."""
    count: dict[str, int] = {}
    plain = [(m, group) for group in _groups(compiled, "_flat_metrics") for m in group.metrics]
    for metric, group in plain:
        yield _told(_unique(_prefixed(metric.name, group), count), metric)
    weighted = [
        (m, group) for group in _groups(compiled, "_flat_weighted_metrics") for m in group.metrics
    ]
    for metric, group in weighted:
        name = _prefixed(metric.name, group)
        name = _prefixed(f"weighted_{metric.name}", group) if name in count else name
        yield _told(_unique(name, count), metric)


def _groups(compiled: Any, which: str) -> list[Any]:
    """List the metrics of each output that has some."""
    return [group for group in getattr(compiled, which) if group]


def _prefixed(name: str, group: Any) -> str:
    return f"{group.output_name}_{name}" if group.output_name else name


def _unique(name: str, count: dict[str, int]) -> str:
    times = count.get(name, 0)
    count[name] = times + 1
    return name if times == 0 else f"{name}_{times}"


def _told(name: str, metric: Any) -> Told:
    direction = _DIRECTIONS.get(getattr(metric, "_direction", None) or "")
    return name, metric_name(metric), differing(metric), direction
