# SPDX-License-Identifier: Apache-2.0
"""What a run tells of its steps, and of the data and files that they used and made."""

from __future__ import annotations

from msgspec import field

from dlprov_rdf.events.parts import Code, Event, Usage, Value


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
    or ``prediction`` for what an inference made. ``source`` and ``sources``, IRIs or words,
    are where it came from; a file that is a source is in ``derived_from``.
    """

    id: str
    name: str
    type: str = "data"
    generated_by: str | None = None
    derived_from: list[str] = field(default_factory=list)
    source: str | None = None
    sources: list[str] = field(default_factory=list)
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
