# SPDX-License-Identifier: Apache-2.0
"""What events are made of: the base that all share, and the parts that several have."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

FORMAT = "1.0"

#: The kinds of step that have a class of their own; any other word is the user's own.
STEP_KINDS = (
    "acquire", "preprocess", "split", "train", "evaluate", "select", "deploy", "predict",
    "save", "load",
)  # fmt: skip

#: How a run, a step or a training can end (``running`` is worked out, never stored).
END_STATES = ("completed", "failed", "interrupted")

#: A parameter's value: a JSON scalar, or one of the marked forms that `values.plain` makes.
Value = Any

#: A metric's value: a float, or "NaN", "INF", "-INF", for which JSON has no number.
Number = float | str


class Event(Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    """What every event says: its place in its file, counted from 0, and its time."""

    seq: int
    at: int


class Usage(Struct, frozen=True, omit_defaults=True):
    """One entity that an activity used, and the role it had there.

    Roles with a meaning of their own: training, validation, test, model, candidate.
    """

    entity: str
    role: str | None = None


class Code(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The function or script that did something."""

    name: str
    path: str | None = None
    line: int | None = None
    digest: str | None = None


class Setting(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One hyperparameter with the value it was set to.

    ``of`` is the importable name of what it belongs to (``keras.optimizers.Adam``), or
    None for a name given by hand.
    """

    name: str
    value: Value
    of: str | None = None


class Technique(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What changes a hyperparameter, or watches over a training.

    ``type``: callback (a software agent), schedule (a plan), person, or code.
    ``of`` is the importable name (``keras.callbacks.ReduceLROnPlateau``); ``name`` is short,
    and a person's own, whose ``orcid`` may be known.
    """

    name: str
    type: str
    of: str | None = None
    settings: dict[str, Value] = field(default_factory=dict)
    orcid: str | None = None


class PlannedStep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of a plan that was declared beforehand.

    What runs with this ``type`` (one of STEP_KINDS or the user's own word) and this ``name``
    carries it out; without a name any step of the type does, without a type any of the name.
    ``used`` and ``generated`` are names of data, models or files; ``after`` are the places in
    the plan, from 0, of the steps that come before it.
    """

    type: str | None = None
    name: str | None = None
    used: list[str] = field(default_factory=list)
    generated: list[str] = field(default_factory=list)
    parameters: dict[str, Value] = field(default_factory=dict)
    after: list[int] = field(default_factory=list)


class Layer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One layer of an architecture; ``path`` tells where in a nested model it stands.

    ``shared_with`` is the path of the first use of a layer that is used again.
    ``settings`` are the layer's own (units, filters, activation, rate, kernel_size …).
    """

    path: str
    type: str
    settings: dict[str, Value] = field(default_factory=dict)
    input_shape: list[int | None] | None = None
    output_shape: list[int | None] | None = None
    parameters: int | None = None
    trainable: bool = True
    shared_with: str | None = None
