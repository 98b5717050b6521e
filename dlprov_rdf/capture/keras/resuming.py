# SPDX-License-Identifier: Apache-2.0
"""What changed between two trainings of which one continues the other.

Nothing is watched between two calls of ``fit``. A hyperparameter that differs is told as a
change where a person says that it is theirs (``dlprov.steering``); else the settings of the
two trainings show it. Data are told as reduced where the rows of the second fit are among
those of the first, or where a person says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import keras

from dlprov_rdf.capture import steering
from dlprov_rdf.capture.contents.overlap import shared_rows
from dlprov_rdf.capture.keras.states import Fed
from dlprov_rdf.capture.recorder import Recorder
from dlprov_rdf.events import Adapted, DataReduced, Number, Setting, Technique, Value

_FEWER = Technique(name="fewer data given to fit", type="code")


class Input(NamedTuple):
    """What a training was fed with, with its rows where they can be counted."""

    fed: Fed
    rows: int | None


class Finished(NamedTuple):
    """A training that is through: when, its inputs by part, and what it was set to at last."""

    at: int
    inputs: dict[str, Input]
    settings: dict[str, Number]


def finished(fed: Iterable[Fed], settings: Mapping[str, Number]) -> Finished:
    """Take down what a training that is through leaves to one that continues it."""
    return Finished(steering.clock(), _inputs(fed), dict(settings))


def changed(
    recorder: Recorder, training: str, before: Finished, settings: Iterable[Setting], of: str
) -> None:
    """Tell which hyperparameters a person has changed since an earlier training."""
    steered = steering.between(before.at)
    if steered is None:
        return
    for setting in settings:
        old = before.settings.get(setting.name)
        if setting.of == of and old is not None and _value(old) != setting.value:
            recorder.event(
                Adapted, training=training, setting=setting, old=_value(old),
                technique=steered.technique, reason=steered.why,
            )  # fmt: skip


def reduced(
    recorder: Recorder, training: str, before: Finished, fed: Iterable[Fed], new: Iterable[str]
) -> None:
    """Tell which data are fewer than those of an earlier training.

    Args:
        recorder: Writes the log.
        training: The one that begins.
        before: The one that it continues.
        fed: What the one that begins is fed with.
        new: The data that were seen for the first time as it began.
    """
    steered = steering.between(before.at)
    made = frozenset(new)
    for part, now in _inputs(fed).items():
        old = before.inputs.get(part)
        if old is None or old.fed.id == now.fed.id or not _fewer(old, now):
            continue
        if steered is not None or _among(old.fed.value(), now, recorder.settings.digest_budget):
            recorder.event(
                DataReduced, training=training, before=old.fed.id, after=now.fed.id,
                technique=steered.technique if steered else _FEWER, made=now.fed.id in made,
                reason=steered.why if steered else None,
            )  # fmt: skip


def _inputs(fed: Iterable[Fed]) -> dict[str, Input]:
    chosen = [one for one in fed if one.role == "training" and one.slot == "x"]
    return {one.part: Input(one, _rows(one.value())) for one in chosen}


def _rows(value: Any) -> int | None:
    shape = getattr(value, "shape", None)
    return int(shape[0]) if shape is not None and len(shape) and shape[0] is not None else None


def _fewer(old: Input, now: Input) -> bool:
    return old.rows is not None and now.rows is not None and now.rows < old.rows


def _among(larger: Any, smaller: Input, budget: int) -> bool:
    """Tell whether all rows of the smaller data are known to be among the larger."""
    value = smaller.fed.value()
    if larger is None or value is None:
        return False
    return shared_rows(larger, value, budget, keras.config.floatx()) == smaller.rows


def _value(number: Number) -> Value:
    return number if isinstance(number, float) else {"double": number}
