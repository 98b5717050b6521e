# SPDX-License-Identifier: Apache-2.0
"""How a fit ended: completed, failed or interrupted, and why; whose weights it left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import keras

from dlprov_rdf.capture.activity import end_of
from dlprov_rdf.capture.keras.names import shortest

_NOT_FINITE = frozenset({"NaN", "INF", "-INF"})


def ending_of(
    model: Any,
    callbacks: Iterable[Any],
    logs: Mapping[str, Any],
    error: BaseException | None,
) -> dict[str, Any]:
    """Tell how a fit ended: the fields status, reason, exception and message.

    Args:
        model: What was trained.
        callbacks: The user's.
        logs: Of the last epoch that ended.
        error: What left fit, if anything did.
    """
    watching = [one for one in callbacks if isinstance(one, keras.callbacks.TerminateOnNaN)]
    if error is not None:
        return _left_by(error, watching)
    if not getattr(model, "stop_training", False):
        return {"status": "completed"}
    if watching and _diverged(logs):
        return {"status": "failed", "reason": "diverged"}
    if any(_stopped(one) for one in callbacks):
        return {"status": "completed", "reason": "early_stopping"}
    return {"status": "completed", "reason": "stopped"}


def _left_by(error: BaseException, watching: list[Any]) -> dict[str, Any]:
    ended = end_of(type(error), error)
    if isinstance(error, SystemExit | GeneratorExit):
        ended = {"status": "interrupted", "exception": type(error).__qualname__}
    raises = any(getattr(one, "raise_error", False) for one in watching)
    if raises and isinstance(error, RuntimeError) and "NaN" in str(error):
        ended["reason"] = "diverged"
    return ended


def _diverged(logs: Mapping[str, Any]) -> bool:
    try:
        return shortest(logs.get("loss")) in _NOT_FINITE
    except (TypeError, ValueError):
        return False


def _stopped(callback: Any) -> bool:
    """Tell whether this is an EarlyStopping that stopped: it says the epoch then."""
    stopping = isinstance(callback, keras.callbacks.EarlyStopping)
    return stopping and callback.stopped_epoch > 0


def restored_epoch(callbacks: Iterable[Any]) -> int | None:
    """Tell the epoch whose weights were put back at the end of a fit.

    Keras 3 restores the best weights also where training was not stopped early.
    """
    for one in callbacks:
        if not isinstance(one, keras.callbacks.EarlyStopping):
            continue
        if one.restore_best_weights and one.best_weights is not None:
            return int(one.best_epoch)
    return None
