# SPDX-License-Identifier: Apache-2.0
"""Which trained state a Keras model is in: known by the digest of its weights.

A model object is remembered weakly. Its state changes by a training or a loading, which
say so; where the weights are others without that (set by hand, a training loop of the
user's own), the state is a new one that derives from the one before. Models share layers
(an encoder that is a part of a trained model, a base that is trained further): a state
that is seen first derives from every state that last held one of its variables.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dlprov_rdf.capture.contents import fingerprint
from dlprov_rdf.capture.keras.architecture import architecture
from dlprov_rdf.capture.recorder import Recorder
from dlprov_rdf.events import ArchitectureSeen, ModelSeen


@dataclass(frozen=True)
class Fed:
    """A data occurrence that a model was trained or validated on.

    Attributes:
        slot: x, y or sample_weight.
        role: training or validation.
        value: Gives the data itself, or None when it is gone.
        part: Which of several inputs it is, ``[image]`` or ``[0]`` say; empty for the only one.
    """

    id: str
    name: str
    slot: str
    role: str
    value: Callable[[], Any]
    part: str = ""


@dataclass(frozen=True)
class State:
    """A trained state of a model.

    Attributes:
        training: The training that made it, also where it has been saved and loaded since.
        fed: All data that went into it.
    """

    id: str
    name: str
    weights: str
    training: str | None = None
    fed: tuple[Fed, ...] = ()


@dataclass
class _Known:
    """What is known of one model object."""

    reference: weakref.ref[Any]
    architecture: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    state: State | None = None


class StateBook:
    """The architecture and the state of every model that one run has seen."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._models: dict[int, _Known] = {}
        self._holding: dict[int, tuple[weakref.ref[Any], State]] = {}

    def _known(self, model: Any) -> _Known:
        known = self._models.get(id(model))
        if known is None or known.reference() is not model:
            key = id(model)
            known = _Known(weakref.ref(model, lambda _: self._models.pop(key, None)))
            self._models[key] = known
        return known

    def architecture(self, model: Any) -> str:
        """Tell which architecture a model has, recording it if it is new.

        One that had no shapes yet is told again, under the same name, when it has been built.
        """
        known = self._known(model)
        fields = architecture(model)
        if fields == known.told:
            return known.architecture
        if known.told and known.told["parameters"] is None and fields["parameters"] is not None:
            self._recorder.event(ArchitectureSeen, id=known.architecture, **fields)
        else:
            known.architecture = self._recorder.open("architecture", ArchitectureSeen, **fields)
        known.told = fields
        return known.architecture

    def layers(self, model: Any) -> list[Any]:
        """List the layers of a model whose architecture has been told."""
        return list(self._known(model).told.get("layers", ()))

    def last(self, model: Any) -> State | None:
        """Give the state that a model was last known in."""
        return self._known(model).state

    def unchanged(self, model: Any) -> State | None:
        """Give the state that a model was last known in, if its weights are still those."""
        former = self.last(model)
        if former is None or not model.built or former.weights != self._weights(model)["key"]:
            return None
        return former

    def current(self, model: Any) -> State | None:
        """Tell the state that a model is in, recording it if it is new; None if unbuilt."""
        if not model.built:
            return None
        former = self.last(model)
        weights = self._weights(model)
        if former is not None and former.weights == weights["key"]:
            return former
        origins = [former] if former else []
        origins += [one for one in self._holders(model) if one is not former]
        fed = {(one.id, one.role): one for origin in origins for one in origin.fed}
        return self._new(
            model, weights, fed=tuple(fed.values()), derived_from=[one.id for one in origins]
        )

    def became(
        self,
        model: Any,
        *,
        generated_by: str,
        derived_from: Sequence[str],
        epoch: str | None = None,
        training: str | None = None,
        fed: tuple[Fed, ...] = (),
    ) -> State:
        """Record the state that a training or a loading has brought a model into."""
        return self._new(
            model, self._weights(model), generated_by=generated_by, epoch=epoch,
            training=training, fed=fed, derived_from=list(dict.fromkeys(derived_from)),
        )  # fmt: skip

    def _new(
        self,
        model: Any,
        weights: dict[str, Any],
        *,
        training: str | None = None,
        fed: tuple[Fed, ...] = (),
        **fields: Any,
    ) -> State:
        name = str(model.name)
        local = self._recorder.open(
            "model", ModelSeen, name=name, architecture=self.architecture(model),
            parameters=weights["parameters"], digest=weights["digest"],
            undigested=weights["reason"], **fields,
        )  # fmt: skip
        state = State(local, name, weights["key"], training, fed)
        self._known(model).state = state
        self._hold(model, state)
        return state

    def _hold(self, model: Any, state: State) -> None:
        """Remember, of each variable of a model, the state that holds it now."""
        for variable in model.weights:
            self._holding[id(variable)] = weakref.ref(variable), state

    def _holders(self, model: Any) -> list[State]:
        """List the states, of whatever model, that last held the variables of this one."""
        held: dict[str, State] = {}
        for variable in model.weights:
            reference, state = self._holding.get(id(variable), (None, None))
            if state is not None and reference is not None and reference() is variable:
                held[state.id] = state
        return list(held.values())

    def _weights(self, model: Any) -> dict[str, Any]:
        """Digest a model's weights; above the budget they are known by the steps trained."""
        variables = model.weights
        size = sum(fingerprint_size(variable) for variable in variables)
        told: dict[str, Any] = {"parameters": model.count_params(), "digest": None, "reason": None}
        budget = self._recorder.settings.digest_budget
        if size > budget:
            told["reason"] = f"{size} bytes of weights are above the digest budget of {budget}"
            steps = getattr(getattr(model, "optimizer", None), "iterations", None)
            return {**told, "key": f"step {int(steps) if steps is not None else 0}"}
        digest = fingerprint.weights_digest(model.get_weights())
        return {**told, "digest": digest, "key": digest}


def fingerprint_size(variable: Any) -> int:
    """Give the bytes of a variable, without reading it."""
    count = 1
    for length in variable.shape:
        count *= int(length)
    bits = "".join(letter for letter in str(variable.dtype) if letter.isdigit()) or "8"
    return count * max(1, int(bits[:3]) // 8)
