# SPDX-License-Identifier: Apache-2.0
"""What a run tells of itself: one frozen class for each kind of event.

An event is a fact with a time. It holds plain values only, no framework object and
no RDF term, so that a log written beside a GPU today can be read anywhere, later.

Units, in every event: ``at`` is nanoseconds since 1970-01-01T00:00Z; durations are
seconds of wall clock; sizes are bytes; array shapes are outermost axis first, with
``None`` for an axis left open; digests are ``ni:///sha-256;…`` (RFC 6920).

Names, in every event: ``id`` is the local name that an occurrence keeps in its run, a
noun and the sequence number of the event that first tells of it (``data/12``,
``training/20``); an epoch's is ``training/20/epoch/3``. Other events refer to it by that.
"""

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
    ``of`` is the importable name (``keras.callbacks.ReduceLROnPlateau``); ``name`` is short.
    """

    name: str
    type: str
    of: str | None = None
    settings: dict[str, Value] = field(default_factory=dict)


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


# ── the log itself ──


class LogStarted(Event, frozen=True, tag="log"):
    """The first line of each file."""

    run: str
    format: str = ""
    rank: str = "0"
    software: str = ""


class EventsLost(Event, frozen=True, tag="lost"):
    """Events could not be written; ``reason`` is the first fault met."""

    count: int
    reason: str


class LeftOut(Event, frozen=True, tag="left_out"):
    """What the user chose not to capture: a count for each ``kind`` or ``kind:name``."""

    counts: dict[str, int]


# ── the run ──


class RunStarted(Event, frozen=True, tag="run_started"):
    """A workflow run began, in this process."""

    name: str
    study: str | None = None
    host: str | None = None
    boot: str | None = None
    pid: int | None = None
    pid_started: str | None = None
    command: list[str] = field(default_factory=list)
    folder: str | None = None
    script: Code | None = None
    login: str | None = None
    series_after: int = 10_000
    person: str | None = None
    orcid: str | None = None
    include: list[str] = field(default_factory=list)
    exclude: list[str] = field(default_factory=list)


class RunEnded(Event, frozen=True, tag="run_ended"):
    """The run's own end. ``exception`` is a type's name; ``reason`` a word (``sigterm``)."""

    status: str
    exception: str | None = None
    message: str | None = None
    reason: str | None = None


class FoundDead(Event, frozen=True, tag="found_dead"):
    """Learned later: the run's process is gone and told no end."""

    last_event_at: int


class PersonSeen(Event, frozen=True, tag="person"):
    """Somebody who took part, with the role they had."""

    id: str
    name: str
    orcid: str | None = None
    role: str | None = None


class CodeSeen(Event, frozen=True, tag="code"):
    """The version-controlled code. ``patch`` is a file in the run's folder, secrets removed."""

    commit: str
    branch: str | None = None
    remote: str | None = None
    dirty: bool = False
    patch: str | None = None
    patch_digest: str | None = None
    patch_redacted: bool = False


class EnvironmentSeen(Event, frozen=True, tag="environment"):
    """Software and machine. What could not be found out is left out, never made up."""

    python: str | None = None
    platform: str | None = None
    packages: dict[str, str] = field(default_factory=dict)
    backend: str | None = None
    cpu: str | None = None
    cores: int | None = None
    memory: int | None = None
    devices: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)


class SeedSet(Event, frozen=True, tag="seed"):
    """A random generator was seeded: ``by`` is the call or variable that did it."""

    by: str
    value: Value


class ResourcesUsed(Event, frozen=True, tag="resources"):
    """What the process had used when it was asked: seconds and bytes."""

    wall: float | None = None
    cpu: float | None = None
    peak_memory: int | None = None


class NoteAdded(Event, frozen=True, tag="note"):
    """Words of a person, about something in the run or the run itself (None)."""

    text: str
    about: str | None = None
    by: str | None = None


class AttributeSet(Event, frozen=True, tag="attribute"):
    """An attribute of the user's own. ``term`` is an IRI that says what it means."""

    about: str | None
    name: str
    value: Value
    unit: str | None = None
    term: str | None = None


class ParametersSet(Event, frozen=True, tag="parameters"):
    """Hyperparameters given by hand, of the run (None) or of a training."""

    settings: list[Setting]
    of: str | None = None


# ── steps, data, files ──


class StepStarted(Event, frozen=True, tag="step_started"):
    """A step of the workflow began. ``type`` is one of STEP_KINDS or the user's own word."""

    id: str
    type: str
    name: str
    used: list[Usage] = field(default_factory=list)
    parameters: dict[str, Value] = field(default_factory=dict)
    code: Code | None = None
    within: str | None = None


class StepEnded(Event, frozen=True, tag="step_ended"):
    """A step ended. ``calls`` counts how often it was called, where that was more than once."""

    id: str
    status: str = "completed"
    exception: str | None = None
    message: str | None = None
    calls: int | None = None


class Used(Event, frozen=True, tag="used"):
    """An activity that had begun before used an entity."""

    activity: str
    entity: str
    role: str | None = None


class DataSeen(Event, frozen=True, tag="data"):
    """A data occurrence: made by ``generated_by``, or first seen where it was used (None).

    Exactly one of ``digest`` (all of the content), ``sample_digest`` (a sample of it: never
    the same thing) and ``undigested`` (why there is none) is given. ``type`` is ``data``,
    or ``prediction`` for what an inference made.
    """

    id: str
    name: str
    type: str = "data"
    generated_by: str | None = None
    derived_from: list[str] = field(default_factory=list)
    source: str | None = None
    form: str | None = None
    shape: list[int | None] | None = None
    dtype: str | None = None
    rows: int | None = None
    bytes: int | None = None
    digest: str | None = None
    sample_digest: str | None = None
    undigested: str | None = None
    classes: dict[str, int] = field(default_factory=dict)


class OverlapCounted(Event, frozen=True, tag="overlap"):
    """Rows that two data occurrences share, by content; or why that was not counted."""

    a: str
    b: str
    rows: int | None = None
    not_counted: str | None = None


class FileSeen(Event, frozen=True, tag="file"):
    """A file, written by ``generated_by`` or read (None). ``of`` is the model or data in it."""

    id: str
    path: str
    generated_by: str | None = None
    of: str | None = None
    format: str | None = None
    bytes: int | None = None
    digest: str | None = None
    undigested: str | None = None


# ── training ──


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


class Selected(Event, frozen=True, tag="selected"):
    """A model was chosen among candidates, in a step of kind select."""

    step: str
    chosen: str
    candidates: list[str]
    criterion: str
    on: str | None = None
    values: dict[str, Number] = field(default_factory=dict)


KINDS: dict[str, type[Event]] = {
    str(kind.__struct_config__.tag): kind for kind in Event.__subclasses__()
}
