# SPDX-License-Identifier: Apache-2.0
"""What a run tells of architectures, trainings, epochs, measures, adaptations and choices."""

from __future__ import annotations

from msgspec import field

from dlprov_rdf.events.parts import Code, Event, Layer, Number, Setting, Technique, Usage, Value


class ArchitectureSeen(Event, frozen=True, tag="architecture"):
    """What the questions call a model: its name and its layers in order."""

    id: str
    name: str
    type: str | None = None
    layers: list[Layer] = field(default_factory=list)
    parameters: int | None = None
    trainable_parameters: int | None = None
    digest: str | None = None


class ModelSeen(Event, frozen=True, tag="model"):
    """A trained state of an architecture.

    ``epoch`` is the id of the epoch whose weights these are (EarlyStopping may restore an
    earlier one). ``derived_from``: earlier states, or the file it was loaded from, and the
    data it was trained on.
    """

    id: str
    name: str
    architecture: str | None = None
    generated_by: str | None = None
    derived_from: list[str] = field(default_factory=list)
    epoch: str | None = None
    version: str | None = None
    digest: str | None = None
    undigested: str | None = None
    parameters: int | None = None


class TrainingStarted(Event, frozen=True, tag="training_started"):
    """A training began. ``resumes`` is the training in this run that it continues.

    ``used`` holds data (roles training, validation, test) and the initial state (role model).
    ``asked`` is what fit was asked to do: epochs, initial_epoch, batch_size, shuffle …
    """

    id: str
    name: str
    used: list[Usage] = field(default_factory=list)
    architecture: str | None = None
    settings: list[Setting] = field(default_factory=list)
    asked: dict[str, Value] = field(default_factory=dict)
    techniques: list[Technique] = field(default_factory=list)
    algorithm: str | None = None
    implementation: str | None = None
    task: str | None = None
    resumes: str | None = None
    within: str | None = None
    code: Code | None = None


class TrainingEnded(Event, frozen=True, tag="training_ended"):
    """A training ended. ``reason``: diverged, early_stopping or another word."""

    id: str
    status: str
    reason: str | None = None
    exception: str | None = None
    message: str | None = None
    last_epoch: int | None = None
    restored_epoch: int | None = None


class EpochStarted(Event, frozen=True, tag="epoch_started"):
    """An epoch began, numbered from 0."""

    id: str
    training: str
    number: int


class EpochEnded(Event, frozen=True, tag="epoch_ended"):
    """An epoch ended with these metrics, under the names that the framework prints."""

    id: str
    training: str
    number: int
    metrics: dict[str, Number] = field(default_factory=dict)
    learning_rate: Number | None = None
    seconds: float | None = None


class MeasureSeen(Event, frozen=True, tag="measure"):
    """Which function a printed name stands for, in one training or step (or all, None).

    ``function`` is importable (``keras.metrics.SparseCategoricalAccuracy``) or None for a
    name given by hand; ``parameters`` only those that differ from the default;
    ``direction``: higher or lower (is better), None where unknown; ``role``: of the data.
    """

    reported_as: str
    of: str | None = None
    function: str | None = None
    parameters: dict[str, Value] = field(default_factory=dict)
    direction: str | None = None
    role: str | None = None


class Metric(Event, frozen=True, tag="metric"):
    """One value of a measure, in an activity (``of``; None is the run itself).

    ``step`` counts what the user counts; ``batch`` is the batch's number in an epoch.
    """

    name: str
    value: Number
    of: str | None = None
    step: int | None = None
    batch: int | None = None
    model: str | None = None
    data: str | None = None


class Adapted(Event, frozen=True, tag="adapted"):
    """A hyperparameter changed while training: once, with what did it.

    ``epoch`` is the id of the epoch whose hook made the change.
    """

    training: str
    setting: Setting
    old: Value
    technique: Technique
    epoch: str | None = None
    batch: int | None = None
    reason: str | None = None


class DataReduced(Event, frozen=True, tag="data_reduced"):
    """A training goes on with fewer data: once, with what or who reduced them.

    ``before`` and ``after`` are data; ``epoch`` is the id of the epoch that was going on.
    ``made`` is false where the smaller data were there before and were chosen.
    """

    training: str
    before: str
    after: str
    technique: Technique
    made: bool = True
    epoch: str | None = None
    reason: str | None = None


class Selected(Event, frozen=True, tag="selected"):
    """A model was chosen among candidates, in a step of kind select.

    A candidate of another run of this knowledge base is called ``../RUN/model/36``, and one
    from elsewhere by its absolute IRI; ``names`` tells what those are called there.
    """

    step: str
    chosen: str
    candidates: list[str]
    criterion: str
    on: str | None = None
    values: dict[str, Number] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
