# SPDX-License-Identifier: Apache-2.0
"""A training recorded by hand, for any framework: its epochs, its changes, its model."""

from __future__ import annotations

import operator
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, SupportsIndex

from dlprov_rdf import values
from dlprov_rdf.capture import steering
from dlprov_rdf.capture.activity import Model, Timed, usages
from dlprov_rdf.capture.contents.data import Data, Handle
from dlprov_rdf.capture.journal import Journal
from dlprov_rdf.capture.step import see_model, write_file
from dlprov_rdf.errors import WrongCall
from dlprov_rdf.events import (
    Adapted,
    DataReduced,
    EpochEnded,
    EpochStarted,
    ParametersSet,
    Setting,
    Technique,
    TrainingEnded,
    TrainingStarted,
    Usage,
    Used,
)


class Epoch(Timed):
    """One epoch, numbered from 0."""

    def __init__(self, training: Training, number: SupportsIndex) -> None:
        super().__init__(training.run)
        self.wanted = training.wanted
        self.training, self.number = training, _counted(number)
        self._began = 0.0

    def __enter__(self) -> Self:
        """Begin the epoch; one of the same number again gets a name of its own."""
        owner = self.training
        owner.times[self.number] += 1
        again = owner.times[self.number]
        self.id = f"{owner.id}/epoch/{self.number}" + (f".{again}" if again > 1 else "")
        owner.last_epoch = max(self.number, owner.last_epoch or 0)
        self._began = time.perf_counter()
        self._recorder.event(EpochStarted, id=self.id, training=owner.id, number=self.number)
        owner.epoch_now = self
        return self

    def _end(self, fields: dict[str, Any]) -> None:
        self.training.epoch_now = None
        if fields["status"] == "completed":
            self._recorder.event(
                EpochEnded, id=self.id, training=self.training.id, number=self.number,
                seconds=time.perf_counter() - self._began,
            )  # fmt: skip


def _counted(number: SupportsIndex) -> int:
    """Read an epoch's number: any library's integer, from 0."""
    try:
        counted = operator.index(number)
    except TypeError:
        counted = -1
    if counted < 0:
        raise WrongCall("epoch", f"{number!r} is no epoch", "Count epochs from 0.")
    return counted


class Training(Timed):
    """One training, from its beginning to its end."""

    def __init__(
        self,
        run: Journal,
        name: str,
        used: object = None,
        parameters: Mapping[str, object] | None = None,
        *,
        resumes: Training | None = None,
        algorithm: str | None = None,
        implementation: str | None = None,
        task: str | None = None,
    ) -> None:
        super().__init__(run)
        self.name = str(name)
        self.wanted = run.recorder.choice.wants("train", self.name)
        self.last_epoch: int | None = None
        self.epoch_now: Epoch | None = None
        self.times: Counter[int] = Counter()
        self.inputs = usages(run, used) if self.wanted else []
        self._settings = {str(k): values.plain(v) for k, v in (parameters or {}).items()}
        self._told: dict[str, Any] = {
            "name": self.name,
            "resumes": resumes.id if resumes else None,
            "algorithm": algorithm,
            "implementation": implementation,
            "task": task,
        }

    def __enter__(self) -> Self:
        """Begin the training."""
        self.id = self._recorder.open(
            "training", TrainingStarted, used=self.inputs, settings=_settings(self._settings),
            within=self.run.within, **self._told,
        )  # fmt: skip
        self.run.enter(self.id)
        if self.wanted:
            self.run.meters.begin(self.id)
        return self

    def _end(self, fields: dict[str, Any]) -> None:
        if self.id is not None:
            self.run.leave(self.id)
            self.run.meters.end(self.id, self._recorder.event)
            self._recorder.event(TrainingEnded, id=self.id, last_epoch=self.last_epoch, **fields)

    def epoch(self, number: SupportsIndex) -> Epoch:
        """Begin an epoch: a ``with`` block.

        Raises:
            WrongCall: ``number`` is no integer from 0.
        """
        return Epoch(self, number)

    def log_metric(self, name: str, value: object, step: int | None = None, **more: Any) -> None:
        """Record a metric, of the epoch that is going on if one is."""
        if self.epoch_now is not None:
            self.epoch_now.log_metric(name, value, step, **more)
        else:
            super().log_metric(name, value, step, **more)

    def log_params(self, parameters: Mapping[str, object]) -> None:
        """Record hyperparameters of this training."""
        given = {str(key): values.plain(value) for key, value in parameters.items()}
        self._settings.update(given)
        self._recorder.event(ParametersSet, settings=_settings(given), of=self.id)

    def change(
        self,
        name: str,
        value: object,
        *,
        by: str | None = None,
        who: str | None = None,
        why: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Record that a hyperparameter was changed while training.

        Args:
            name: The hyperparameter.
            value: What it is from now on.
            by: The technique: words, or the name of a callback.
            who: The person who did it, if a person did; else who says so by ``steering``.
            why: Their reason.
            reason: The same as ``why``.

        Raises:
            WrongCall: Neither what nor who made the change is said.
        """
        technique, words = _made_by("change", by, who, why or reason)
        old = self._settings.get(name)
        new = values.plain(value)
        self._settings[name] = new
        self._recorder.event(
            Adapted, training=self.id, setting=Setting(name=name, value=new), old=old,
            technique=technique, epoch=self.epoch_now.id if self.epoch_now else None, reason=words,
        )  # fmt: skip

    def reduce_data(
        self,
        smaller: object,
        *,
        of: object = None,
        name: str | None = None,
        by: str | None = None,
        who: str | None = None,
        why: str | None = None,
    ) -> Handle:
        """Record that the training goes on with fewer data.

        Args:
            smaller: The data from now on: an array, a table, a handle.
            of: The data it had; its training data, unless said.
            name: What to call the smaller data.
            by: The technique: words, or the name of what chose the rows.
            who: The person who did it, if a person did; else who says so by ``steering``.
            why: Their reason.

        Returns:
            The handle of the smaller data.

        Raises:
            WrongCall: It is not clear which data are reduced, they are the same, or neither
                what nor who did it is said.
        """
        technique, words = _made_by("reduce_data", by, who, why)
        if not self.wanted:
            return Data((), name or "", smaller)
        before = self._fed(of)
        known = len(self.run.data.recorded)
        handle = self.run.see(smaller, name or "fewer training data")
        if handle.id == before:
            raise WrongCall("reduce_data", "the data are the same", "Give the smaller data.")
        usage = Usage(handle.id, "training")
        self.inputs = [*(one for one in self.inputs if one.entity != before), usage]
        self._recorder.event(Used, activity=self.id, entity=handle.id, role="training")
        self._recorder.event(
            DataReduced, training=self.id, before=before, after=handle.id, reason=words,
            made=handle.id in self.run.data.recorded[known:], technique=technique,
            epoch=self.epoch_now.id if self.epoch_now else None,
        )  # fmt: skip
        return handle

    def _fed(self, of: object) -> str:
        """Tell which data are reduced: those given, or the only ones it trains on."""
        if of is not None:
            return self.run.see(of, "training data").id
        given = [one.entity for one in self.inputs if one.role in {"training", "train"}]
        if len(given) != 1:
            what = f"it trains on {len(given)} data"
            raise WrongCall("reduce_data", what, "Say which are reduced: of=…")
        return given[0]

    def log_model(
        self,
        name: str | None = None,
        *,
        weights: object = None,
        file: str | Path | None = None,
        version: str | None = None,
    ) -> Model:
        """Record the state that this training has reached.

        Args:
            name: What to call it; the training's name, unless said.
            weights: An array, or a list or mapping of arrays in the model's order, to be
                known by content.
            file: Where it was saved.
            version: The user's own version of it.

        Returns:
            A handle that ``select``, ``step`` and other trainings take.
        """
        model = see_model(
            self.run, name or self.name, weights, generated_by=self.id, version=version,
            derived_from=[usage.entity for usage in self.inputs if usage.role in _MADE_FROM],
            epoch=self.epoch_now.id if self.epoch_now else None,
        )  # fmt: skip
        if file is not None:
            write_file(self.run, self.id, file, model, None)
        return model


_MADE_FROM = frozenset({"training", "model"})


def _settings(given: Mapping[str, Any]) -> list[Setting]:
    return [Setting(name=name, value=value) for name, value in given.items()]


def _made_by(
    call: str, by: str | None, who: str | None, why: str | None
) -> tuple[Technique, str | None]:
    """Tell what or who made a change, and why."""
    steered = steering.current() if who is None else None
    if who is None and steered is None:
        if by is None:
            raise WrongCall(call, "nothing and nobody did it", "Say what did, by=, or who=.")
        return Technique(name=by, type="code"), why
    technique = steered.technique if steered else Technique(name=str(who), type="person")
    why = why or (steered.why if steered else None)
    return technique, f"{why} ({by})" if why and by else why or by
