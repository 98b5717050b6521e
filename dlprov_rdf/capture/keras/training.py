# SPDX-License-Identifier: Apache-2.0
"""Watches one fit: its epochs, what changes while it trains, and how it ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any

import keras

from dlprov_rdf.capture.calling import calling_code
from dlprov_rdf.capture.guard import guarded, tell
from dlprov_rdf.capture.keras import resuming, settings
from dlprov_rdf.capture.keras.changes import Changes
from dlprov_rdf.capture.keras.data import fit_data, usages
from dlprov_rdf.capture.keras.ending import ending_of, restored_epoch
from dlprov_rdf.capture.keras.measures import measures as measures_of
from dlprov_rdf.capture.keras.names import optimizer_of, public_name, shortest
from dlprov_rdf.capture.keras.observers import Closing, ClosingBatches, Joining, Opening, join
from dlprov_rdf.capture.keras.session import Asked, Session
from dlprov_rdf.capture.keras.stack import who
from dlprov_rdf.capture.keras.states import State
from dlprov_rdf.events import (
    EpochEnded,
    EpochStarted,
    MeasureSeen,
    Metric,
    Number,
    Setting,
    TrainingEnded,
    TrainingStarted,
    Usage,
    Used,
)


class TrainingWatch:
    """One fit, from its call to its end.

    Attributes:
        id: The training's local name.
        epoch: The local name of the epoch that is going on or was the last.
        number: Its number, from 0.
    """

    def __init__(self, session: Session, asked: Asked) -> None:
        self._session, self._recorder, self._model = session, session.recorder, asked.model
        self._callbacks = _listed(asked.arguments.get("callbacks"))
        self._joining = Joining(asked.model, [], [])
        self._optimizer = optimizer_of(asked.model)
        self._changes = Changes(session.recorder, asked.model, self._callbacks)
        self._logs: dict[str, Any] = {}
        self._measured = self._whole = False
        self.id = ""
        self.epoch: str | None = None
        self.number: int | None = None
        self._began = 0.0
        self._begin(asked)

    # ── beginning ──

    def _begin(self, asked: Asked) -> None:
        session, model = self._session, self._model
        architecture = session.states.architecture(model)
        self._initial: State | None = session.states.current(model)
        seen = len(session.data.recorded)
        self._fed = guarded(fit_data)(session, asked) or []
        used = usages(self._fed)
        if self._initial is not None:
            used.append(Usage(self._initial.id, "model"))
        given = settings.settings(model, asked.arguments, session.states.layers(model))
        resumes = self._initial.training if self._initial else None
        self.id = self._recorder.open(
            "training", TrainingStarted, name=str(model.name), used=used,
            architecture=architecture, settings=given,
            asked=settings.asked(asked.given),
            techniques=settings.techniques(self._callbacks, self._optimizer),
            algorithm=settings.algorithm(model),
            implementation=settings.implementation(), task=settings.task(model),
            resumes=resumes,
            within=session.run.within, code=calling_code(asked.caller),
        )  # fmt: skip
        self._changes.training = self.id
        session.run.enter(self.id)
        session.trainings[id(model)] = self
        for one in self._fed:
            session.roles.setdefault(one.id, one.role)
        guarded(self._resume)(session.finished.get(resumes or ""), given, seen)
        self._compare()
        session.run.meters.begin(self.id)

    def _resume(self, before: resuming.Finished | None, given: list[Setting], seen: int) -> None:
        """Tell what changed since the training that this one continues."""
        if before is None:
            return
        of = public_name(self._optimizer)
        resuming.changed(self._recorder, self.id, before, given, of)
        new = self._session.data.recorded[seen:]
        resuming.reduced(self._recorder, self.id, before, self._fed, new)

    def _compare(self) -> None:
        """Count the rows that training and validation data share."""
        inputs = [one for one in self._fed if one.slot == "x"]
        for one in inputs:
            for other in inputs:
                roles = one.role, other.role
                if roles == ("training", "validation") and one.part == other.part:
                    guarded(self._session.compare)(one, other)

    def join(self, callbacks: Any, batches: bool) -> None:  # noqa: FBT001 -- one of two ways
        """Let our callbacks into the list, and look at the rate's variable from now on."""
        closing = ClosingBatches(self) if batches else Closing(self)
        self._joining = Joining(self._model, [Opening(self)], [closing])
        join(self._joining, callbacks)
        self._changes.watch()

    # ── epochs ──

    def epoch_begins(self, number: int) -> None:
        """An epoch begins."""
        self.number, self.epoch = number, f"{self.id}/epoch/{number}"
        self._whole = False
        self._began = time.perf_counter()
        self._recorder.event(EpochStarted, id=self.epoch, training=self.id, number=number)
        self._changes.epoch_begins(self.epoch)

    def epoch_ends(self, number: int, logs: dict[str, Any]) -> None:
        """An epoch has ended, and every other callback has seen it."""
        seconds = time.perf_counter() - self._began
        self._logs, self._whole = logs, True
        if not self._measured:
            self._measure(logs)
        rate = self._changes.epoch_ends()
        self._recorder.event(
            EpochEnded, id=self.epoch, training=self.id, number=number, metrics=self._numbers(logs),
            learning_rate=rate, seconds=seconds,
        )  # fmt: skip

    def batch_ends(self, batch: int, logs: dict[str, Any]) -> None:
        """A batch is through."""
        for name, value in self._numbers(logs).items():
            self._recorder.event(Metric, name=name, value=value, of=self.epoch, batch=batch)

    def _numbers(self, logs: Mapping[str, Any]) -> dict[str, Number]:
        """Read the logs; the rate that callbacks put there is no measure."""
        numbers: dict[str, Number] = {}
        wants = self._recorder.choice.wants
        for name, value in logs.items():
            if name in {"learning_rate", "lr"} or not wants("metric", name):
                continue
            try:
                numbers[str(name)] = shortest(value)
            except (TypeError, ValueError) as fault:
                tell(f"metric {name!r} is not a number", fault)
        return numbers

    def _measure(self, logs: Mapping[str, Any]) -> None:
        """Say what the printed names mean, once Keras knows."""
        self._measured = True
        self._session.states.architecture(self._model)
        for name, told in measures_of(self._model).items():
            for printed, role in ((name, "training"), (f"val_{name}", "validation")):
                if printed in logs:
                    self._recorder.event(
                        MeasureSeen, reported_as=printed, of=self.id, role=role, **told
                    )

    def restored(self, state: State) -> None:
        """A callback has loaded a state into the model: the training goes on from that."""
        if self.epoch is None:
            self._initial = state
            self._recorder.event(Used, activity=self.id, entity=state.id, role="model")

    def origin(self) -> dict[str, Any]:
        """Tell what a state that this training makes comes from."""
        initial = [self._initial.id] if self._initial else []
        data = [one.id for one in self._fed if one.role == "training"]
        before = self._initial.fed if self._initial else ()
        return {
            "generated_by": self.id, "training": self.id, "derived_from": [*initial, *data],
            "fed": (*before, *self._fed),
        }  # fmt: skip

    def state_now(self) -> State:
        """Tell the state that the model is in while it trains: to save it, say."""
        known = self._session.states.unchanged(self._model)
        if known is not None and known.training == self.id:
            return known
        ended = who(sys._getframe(1)).hook == "on_epoch_end"  # noqa: SLF001 -- the hook is on the stack
        return self._session.states.became(
            self._model, epoch=self.epoch if ended else None, **self.origin()
        )

    # ── the end ──

    def returned(self, result: Any) -> None:  # noqa: ARG002 -- a watch's signature
        """Fit returned."""
        restored = restored_epoch(self._callbacks)
        self._end(ending_of(self._model, self._callbacks, self._logs, None), restored)

    def raised(self, error: BaseException) -> None:
        """An exception left fit."""
        self._end(ending_of(self._model, self._callbacks, self._logs, error), None)

    def _end(self, fields: dict[str, Any], restored: int | None) -> None:
        through = guarded(resuming.finished)(self._fed, self._changes.now())
        if through is not None:
            self._session.finished[self.id] = through
        self._changes.forget()
        self._joining.leave()
        self._session.run.leave(self.id)
        self._session.trainings.pop(id(self._model), None)
        guarded(self._session.run.meters.end)(self.id, self._recorder.event)
        guarded(self._final_state)(restored)
        self._recorder.event(
            TrainingEnded, id=self.id, last_epoch=self.number, restored_epoch=restored, **fields
        )

    def _final_state(self, restored: int | None) -> None:
        """Record the state that the model has reached, and whose epoch's weights it has."""
        if self.number is None or not self._model.built:
            return
        states = self._session.states
        states.architecture(self._model)
        known = states.unchanged(self._model)
        if restored is None and known is not None and known.training == self.id:
            return
        # An average of weights over all steps overwrites those of the last epoch at the end.
        averaged = getattr(self._optimizer, "use_ema", False)
        epoch = self.epoch if self._whole and not averaged else None
        if restored is not None:
            epoch = f"{self.id}/epoch/{restored}"
        states.became(self._model, epoch=epoch, **self.origin())


def _listed(callbacks: Any) -> list[Any]:
    """List the user's callbacks, whichever way they were handed over."""
    if isinstance(callbacks, keras.callbacks.CallbackList):
        callbacks = callbacks.callbacks
    return [
        one for one in keras.tree.flatten(callbacks) if isinstance(one, keras.callbacks.Callback)
    ]
