# SPDX-License-Identifier: Apache-2.0
"""Watches evaluations and predictions: which state of a model, on which data, and what came out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dlprov_rdf.capture.activity import end_of
from dlprov_rdf.capture.calling import calling_code
from dlprov_rdf.capture.guard import guarded
from dlprov_rdf.capture.keras.data import given_data, usages
from dlprov_rdf.capture.keras.measures import measures as measures_of
from dlprov_rdf.capture.keras.names import shortest
from dlprov_rdf.capture.keras.observers import Joining, Listening, join
from dlprov_rdf.capture.keras.session import Asked, Inference, Session
from dlprov_rdf.capture.keras.states import Fed, State
from dlprov_rdf.events import MeasureSeen, Metric, StepEnded, StepStarted, Usage, Used

#: Calls of one inference whose data are told; the others are counted.
TOLD_CALLS = 100


def state_of(session: Session, model: Any) -> State | None:
    """Tell a model's state, also while a fit of it is going on."""
    training = session.trainings.get(id(model))
    if training is not None and training.epoch is not None:
        return training.state_now()
    return session.states.current(model)


class EvaluationWatch:
    """One evaluation."""

    def __init__(self, session: Session, asked: Asked) -> None:
        self._session, self._recorder, self._model = session, session.recorder, asked.model
        self._logs: dict[str, Any] = {}
        self._state = state_of(session, asked.model)
        seen = guarded(given_data)(session, asked, "test") or []
        self._fed = _in_role(session, self._state, seen)
        used = usages(self._fed)
        if self._state is not None:
            used.insert(0, Usage(self._state.id, "model"))
        self._step = self._recorder.open(
            "step", StepStarted, type="evaluate", name=f"evaluate {asked.model.name}", used=used,
            within=session.run.within, code=calling_code(asked.caller),
        )  # fmt: skip
        session.run.enter(self._step)
        guarded(self._compare)()
        self._joining = Joining(asked.model, [], [Listening(self._logs.update)])
        join(self._joining, asked.arguments.get("callbacks"))

    def _compare(self) -> None:
        """Count the rows that these data share with those that the model was trained on."""
        for before in self._state.fed if self._state else ():
            for now in self._fed:
                if before.slot == now.slot == "x" and before.part == now.part:
                    self._session.compare(before, now)

    def returned(self, result: Any) -> None:  # noqa: ARG002 -- a watch's signature
        """Evaluate returned."""
        if self._state is None:
            self._state = self._session.states.current(self._model)
            if self._state is not None:
                self._recorder.event(Used, activity=self._step, entity=self._state.id, role="model")
        guarded(self._tell)()
        self._end({"status": "completed"})

    def _tell(self) -> None:
        measures = measures_of(self._model)
        role = self._fed[0].role if self._fed else None
        for name, value in self._logs.items():
            if not self._recorder.choice.wants("metric", name):
                continue
            if name in measures:
                self._recorder.event(
                    MeasureSeen, reported_as=name, of=self._step, role=role, **measures[name]
                )
            self._recorder.event(
                Metric, name=name, value=shortest(value), of=self._step,
                model=self._state.id if self._state else None,
                data=self._fed[0].id if self._fed else None,
            )  # fmt: skip

    def raised(self, error: BaseException) -> None:
        """An exception left evaluate."""
        self._end(end_of(type(error), error))

    def _end(self, fields: dict[str, Any]) -> None:
        self._joining.leave()
        self._session.run.leave(self._step)
        self._recorder.event(StepEnded, id=self._step, **fields)


def _in_role(session: Session, state: State | None, fed: list[Fed]) -> list[Fed]:
    """Give data the role it had in the trainings that led to a state, or that of a test.

    Of a state that no training of this run led to, any training of the run tells.
    """
    validated = sorted(state.fed if state else (), key=lambda one: one.role == "training")
    roles = {one.id: one.role for one in validated} or session.roles
    return [replace(one, role=roles.get(one.id, one.role)) for one in fed]


class PredictionWatch:
    """One call of predict; consecutive ones of one state are one inference."""

    def __init__(self, session: Session, asked: Asked) -> None:
        self._session, self._recorder, self._model = session, session.recorder, asked.model
        self._asked = asked
        self._fed: list[Fed] = []
        self._state = state_of(session, asked.model)
        going_on = session.inference
        if going_on and self._goes_on(going_on):
            going_on.calls += 1
            self._inference = going_on
            self._see_input()
            for one in self._fed:
                self._use(one.id, "input")
        else:
            self._begin()

    def _goes_on(self, going_on: Inference) -> bool:
        same = self._state is not None and going_on.state == self._state.id
        return same and going_on.within == self._session.run.within

    def _begin(self) -> None:
        session = self._session
        session.end_inference()
        self._inference = Inference("", self._state.id if self._state else "", session.run.within)
        self._see_input()
        used = [Usage(one.id, "input") for one in self._fed]
        if self._state is not None:
            used.insert(0, Usage(self._state.id, "model"))
        self._inference.step = self._recorder.open(
            "step", StepStarted, type="predict", name=f"predict with {self._model.name}",
            used=used, within=session.run.within, code=calling_code(self._asked.caller),
        )  # fmt: skip
        session.inference = self._inference

    def _see_input(self) -> None:
        if self._inference.calls <= TOLD_CALLS:
            seen = guarded(given_data)(self._session, self._asked, "input")
            self._fed = [one for one in seen or [] if one.slot == "x"]

    def _use(self, entity: str, role: str) -> None:
        self._recorder.event(Used, activity=self._inference.step, entity=entity, role=role)

    def returned(self, result: Any) -> None:
        """Predict returned."""
        if self._state is None:
            self._state = self._session.states.current(self._model)
            if self._state is not None:
                self._inference.state = self._state.id
                self._use(self._state.id, "model")
        if self._inference.calls > TOLD_CALLS:
            return
        origins = [self._state.id] if self._state else []
        data = self._session.data
        made = data.see(
            result, name="predictions", generated_by=self._inference.step, type="prediction",
            derived_from=[*origins, *dict.fromkeys(one.id for one in self._fed)],
        )  # fmt: skip
        for prediction in made.ids:
            data.records.in_order(prediction, [one.id for one in self._fed])

    def raised(self, error: BaseException) -> None:
        """An exception left predict."""
        if self._session.inference is self._inference:
            self._session.end_inference(**end_of(type(error), error))
