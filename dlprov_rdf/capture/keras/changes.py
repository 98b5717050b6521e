# SPDX-License-Identifier: Apache-2.0
"""What changes while a model trains: each change once, with its epoch and what did it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import keras

from dlprov_rdf.capture import steering
from dlprov_rdf.capture.keras import adaptation, settings
from dlprov_rdf.capture.keras.adaptation import Change, Watched
from dlprov_rdf.capture.keras.names import optimizer_of, public_name
from dlprov_rdf.capture.keras.schedule import Schedule
from dlprov_rdf.capture.keras.stack import Actor
from dlprov_rdf.capture.recorder import Recorder
from dlprov_rdf.events import Adapted, Number, Setting, Technique

_NOBODY = Actor()
_UNSEEN = Technique(name="not observed", type="code")


class Changes:
    """The hyperparameters of one training that are not what they were.

    Attributes:
        training: The training's local name.
        began: When it began, by the clock of those who steer.
        epoch: That of the epoch that is going on or was the last.
    """

    def __init__(self, recorder: Recorder, model: Any, callbacks: list[Any]) -> None:
        self.training = ""
        self.began = steering.clock()
        self.epoch: str | None = None
        self._recorder = recorder
        self._optimizer = optimizer_of(model)
        self._schedule = Schedule(self._optimizer)
        self._techniques = {id(one): settings.technique(one) for one in callbacks}
        self._watched: dict[str, Watched] = {}
        self._looks = _may_slip(model, callbacks)
        self._epoch_rate: Number | None = None

    def now(self) -> dict[str, Number]:
        """Tell what the hyperparameters that are watched were last set to."""
        return {name: one.value for name, one in self._watched.items()}

    def watch(self) -> None:
        """Look at the optimizer's variables from now on."""
        if self._optimizer is not None:
            self._watched = adaptation.watch(self._optimizer, self._changed)

    def forget(self) -> None:
        """Look at them no longer."""
        adaptation.forget(self._watched)

    def epoch_begins(self, epoch: str) -> None:
        """An epoch begins: with another rate than the last, where a schedule says so."""
        self.epoch = epoch
        rate = self._watched.get("learning_rate")
        self._epoch_rate = rate.value if rate else None
        moved = self._schedule.moved()
        if moved is not None:
            self._tell("learning_rate", *moved, self._schedule.technique or _UNSEEN)

    def epoch_ends(self) -> Number | None:
        """Tell the learning rate that an epoch was trained with, at its end."""
        if self._schedule.technique is not None:
            return self._schedule.look()
        rate = self._watched.get("learning_rate")
        if rate is not None and self._looks:
            self._look_again(rate)
        return self._epoch_rate

    def _look_again(self, rate: Watched) -> None:
        """Find a change that was made past the variable's own assignment, in a graph say."""
        old, now = rate.value, rate.look()
        if now != old:
            rate.value = self._epoch_rate = now
            self._tell("learning_rate", old, now, _UNSEEN)

    def _changed(self, change: Change) -> None:
        if change.name == "learning_rate" and change.by.hook != "on_epoch_end":
            self._epoch_rate = change.new
        if not change.by.restoring:
            steered = steering.during(self.began)
            technique = steered.technique if steered else self._technique(change.by)
            why = steered.why if steered else None
            self._tell(change.name, change.old, change.new, technique, change.by, why)

    def _technique(self, by: Actor) -> Technique:
        if by.callback is not None:
            known = self._techniques.get(id(by.callback))
            return known or settings.technique(by.callback)
        if by.code is not None:
            return Technique(name=by.code.rpartition(".")[2], type="code", of=by.code)
        return _UNSEEN

    def _tell(
        self,
        name: str,
        old: Number,
        new: Number,
        technique: Technique,
        by: Actor = _NOBODY,
        why: str | None = None,
    ) -> None:
        epoch = self.epoch if by.epoch is None else f"{self.training}/epoch/{by.epoch}"
        setting = Setting(name=name, value=_value(new), of=public_name(self._optimizer))
        self._recorder.event(
            Adapted, training=self.training, setting=setting, old=_value(old),
            technique=technique, epoch=epoch, batch=by.batch, reason=why,
        )  # fmt: skip


def _may_slip(model: Any, callbacks: Iterable[Any]) -> bool:
    """Tell whether there is code of the user's own that could change a variable unseen."""
    own = [type(one) for one in callbacks if not _of_keras(type(one))]
    wrapped = any(isinstance(one, keras.callbacks.LambdaCallback) for one in callbacks)
    step = getattr(type(model), "train_step", None)
    return (
        bool(own) or wrapped or not all(_of_keras(one) for one in (step, type(optimizer_of(model))))
    )


def _of_keras(thing: Any) -> bool:
    return str(getattr(thing, "__module__", "")).startswith("keras.")


def _value(number: Number) -> Any:
    return number if isinstance(number, float) else {"double": number}
