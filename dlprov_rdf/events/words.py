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


class Annotated(Event, frozen=True, tag="annotated"):
    """Said later, by somebody, of something in the run: one of `ANNOTATIONS`.

    ``about`` is a local name or what follows the run's IRI (``seed/7``), None for the run;
    with a slash before it, what follows BASE (``/person/Ada``); else an absolute IRI.
    ``name`` says which attribute, what a seed seeds, or how a measure is printed; ``term`` is
    an IRI: what an attribute means, or who a creator is. ``by`` says it, with ``by_orcid``.
    """

    what: str
    value: Value = None
    about: str | None = None
    name: str | None = None
    unit: str | None = None
    term: str | None = None
    by: str = ""
    by_orcid: str | None = None


class Attached(Event, frozen=True, tag="attached"):
    """RDF of the user's own field about something, as it was given; the graph reads it.

    ``about`` is as in `Annotated`; relative IRIs in the ``text`` are relative to it, so that
    ``<>`` is the thing itself. ``form``: turtle, trig, ntriples, nquads, jsonld or rdfxml.
    ``fault``: why the text is not here. ``by``: who attached it later.
    """

    name: str
    form: str = "turtle"
    text: str | None = None
    fault: str | None = None
    about: str | None = None
    by: str | None = None
    by_orcid: str | None = None


#: What can be said later; of the last two a second one does not take the place of the first.
ANNOTATIONS = (
    "licence", "orcid", "purpose", "description", "title", "seed", "source", "direction",
    "access-url", "access-rights", "attribute", "retraction", "creator", "note",
)  # fmt: skip
