# SPDX-License-Identifier: Apache-2.0
"""What a run tells of itself as a whole: its log, its process, its code and machine."""

from __future__ import annotations

from msgspec import field

from dlprov_rdf.events.parts import Code, Event, Number, Setting, Value


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


class RunStarted(Event, frozen=True, tag="run_started"):
    """A workflow run began, in this process; ``licence`` is what its record is given under."""

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
    licence: str | None = None


class RunEnded(Event, frozen=True, tag="run_ended"):
    """The run's own end. ``exception`` is a type's name; ``reason`` a word (``sigterm``)."""

    status: str
    exception: str | None = None
    message: str | None = None
    reason: str | None = None


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
    """What the process had used when it was asked: seconds and bytes.

    ``of`` is the training in which it was used; None is the run. ``unmeasured`` says by
    meter why nothing is told.
    """

    wall: float | None = None
    cpu: float | None = None
    peak_memory: int | None = None
    of: str | None = None
    unmeasured: dict[str, str] = field(default_factory=dict)


class QuantityUsed(Event, frozen=True, tag="quantity"):
    """What a meter (``by``) shows to have been used, in a training (``of``) or the run (None).

    ``unit`` is a UCUM code (``J``); ``device`` is the device's name, where it is one's.
    """

    quantity: str
    value: Number
    unit: str
    by: str
    device: str | None = None
    of: str | None = None


class ParametersSet(Event, frozen=True, tag="parameters"):
    """Hyperparameters given by hand, of the run (None) or of a training."""

    settings: list[Setting]
    of: str | None = None
