# SPDX-License-Identifier: Apache-2.0
"""What Keras capture knows of one run: model states, files, data roles, what is open."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

import keras

from dlprov_rdf.capture import calling
from dlprov_rdf.capture.activity import Model
from dlprov_rdf.capture.contents.overlap import shared_rows
from dlprov_rdf.capture.guard import guarded
from dlprov_rdf.capture.journal import Journal
from dlprov_rdf.capture.keras.pipelines import PipelineBook
from dlprov_rdf.capture.keras.resuming import Finished
from dlprov_rdf.capture.keras.states import Fed, State, StateBook
from dlprov_rdf.capture.run import Run
from dlprov_rdf.capture.start import current_or_new
from dlprov_rdf.events import OverlapCounted, StepEnded

_PACKAGES = ("keras", "dlprov_rdf")


@dataclass(frozen=True)
class Asked:
    """What a call of fit, evaluate or predict asks for.

    Attributes:
        arguments: All of them, with Keras's defaults.
        given: Those that the caller gave.
        caller: The user's own frame.
    """

    model: Any
    arguments: dict[str, Any]
    given: dict[str, Any]
    caller: FrameType | None


class GoingOn(Protocol):
    """A training that is going on, for what happens to its model meanwhile.

    Attributes:
        epoch: The local name of its epoch, None before the first.
    """

    epoch: str | None

    def state_now(self) -> State:
        """Tell the state that the model is in while it trains."""

    def restored(self, state: State) -> None:
        """A callback has loaded a state into the model."""


class Inference:
    """Consecutive predictions of one model state: one step, with the count of its calls."""

    def __init__(self, step: str, state: str, within: str | None) -> None:
        self.step, self.state, self.within = step, state, within
        self.calls = 1


class Session:
    """Keras capture in one run.

    Attributes:
        states: Knows architectures and states of models.
        pipelines: Knows data that are read while a model trains.
        files: The state that each known file holds, by path and digest.
        roles: The role in which a data occurrence went into a training.
        trainings: The trainings that are going on, by the model's identity.
        finished: The trainings that are through, by their local name.
        inference: The inference that the next prediction may be a part of.
    """

    def __init__(self, run: Run) -> None:
        self.run, self.recorder, self.data = run, run.recorder, run.data
        self.states = StateBook(run.recorder)
        self.pipelines = PipelineBook(run)
        self.files: dict[tuple[str, str], tuple[str, State | None]] = {}
        self.roles: dict[str, str] = {}
        self.trainings: dict[int, GoingOn] = {}
        self.finished: dict[str, Finished] = {}
        self.inference: Inference | None = None
        self._compared: set[tuple[str, str]] = set()

    def end_inference(self, **fields: Any) -> None:
        """Say that the predictions that were going on are through."""
        open_one, self.inference = self.inference, None
        if open_one is not None:
            calls = open_one.calls if open_one.calls > 1 else None
            self.recorder.event(StepEnded, id=open_one.step, calls=calls, **fields)

    def compare(self, one: Fed, other: Fed) -> None:
        """Count the rows that two data occurrences share, once a pair."""
        pair = (one.id, other.id)
        if one.id == other.id or pair in self._compared or pair[::-1] in self._compared:
            return
        self._compared.add(pair)
        first, second = one.value(), other.value()
        shared: int | str = "the data are no longer in memory"
        if first is not None and second is not None:
            shared = shared_rows(
                first, second, self.recorder.settings.digest_budget, keras.config.floatx()
            )
        counted = {"rows": shared} if isinstance(shared, int) else {"not_counted": shared}
        self.recorder.event(OverlapCounted, a=one.id, b=other.id, **counted)

    def file_key(self, path: Path, digest: str | None) -> tuple[str, str] | None:
        """Tell under which key a file is known: where it lies, and its content."""
        return None if digest is None else (str(path.absolute()), digest)


_sessions: weakref.WeakKeyDictionary[Run, Session] = weakref.WeakKeyDictionary()


def session() -> Session:
    """Give the session of the active run; one is begun where there is none."""
    return session_of(current_or_new())


def session_of(run: Run) -> Session:
    """Give the session of a run."""
    known = _sessions.get(run)
    if known is None:
        known = _sessions[run] = Session(run)
        run.before_end.append(guarded(known.end_inference))
        run.surroundings.saw_framework()
    return known


def end_open_inferences() -> None:
    """Close what is open in every run."""
    for known in list(_sessions.values()):
        if not known.run.ended:
            known.end_inference()


def resolve(run: Journal, value: object) -> Model | None:
    """Tell the state of a Keras model that a user hands to a recorder by hand."""
    if not isinstance(value, keras.Model) or not isinstance(run, Run):
        return None
    state = session_of(run).states.current(value)
    return None if state is None else Model([state.id], state.name)


def user_of(frame: FrameType) -> FrameType | None:
    """Find the user's own frame in a call."""
    return calling.outside(frame, _PACKAGES)
