# SPDX-License-Identifier: Apache-2.0
"""What people say of a run, and what is learned of it later."""

from __future__ import annotations

from dlprov_rdf.events.parts import Event, Value


class FoundDead(Event, frozen=True, tag="found_dead"):
    """Learned later: the run's process is gone and told no end."""

    last_event_at: int


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
