# SPDX-License-Identifier: Apache-2.0
"""Says something of a thing later: finds the run that it belongs to, and writes it there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from pyoxigraph import NamedNode, Quad

from dlprov_rdf.errors import Ambiguous, NotFound, WrongAnnotation
from dlprov_rdf.events import Annotated, Attached
from dlprov_rdf.graph import literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.pipeline import attributes, later
from dlprov_rdf.pipeline.runs import RunInfo


class Place(msgspec.Struct, frozen=True):
    """Of what something is said, and in which run.

    Attributes:
        thing: The run itself, or something that its graph speaks of.
        quads: Gives all that the run's graph says.
    """

    run: RunInfo
    thing: NamedNode
    quads: Callable[[], Sequence[Quad]]


def annotate(
    kb: Path, base: str, said: Sequence[tuple[Place, Sequence[Annotated | Attached]]]
) -> list[str]:
    """Write what is said into the logs of its runs; nothing is written before all is placed.

    Args:
        kb: The knowledge base's folder.
        base: Its BASE.
        said: Of what, and events as `saying.events_of` makes them.

    Returns:
        The IRI of each annotation and attachment.

    Raises:
        NotFound: A run has no such thing, person or measure.
        Ambiguous: It has several.
        WrongAnnotation: It cannot be said of this thing.
    """
    by_run: dict[str, list[Annotated | Attached]] = {}
    for place, told in said:
        iris = Iris(base, place.run.id)
        by_run.setdefault(place.run.id, []).extend(
            msgspec.structs.replace(one, about=iris.as_spoken_of(_target(place, iris, one)))
            for one in told
        )
    names: list[str] = []
    for run, placed in by_run.items():
        serials = later.write(kb / "logs" / run, placed)
        nouns = ("attachment" if isinstance(one, Attached) else "annotation" for one in placed)
        names += [
            Iris(base, run).in_run(noun, serial).value
            for noun, serial in zip(nouns, serials, strict=True)
        ]
    return names


def _target(place: Place, iris: Iris, said: Annotated | Attached) -> NamedNode:
    """Tell what an event is of: an ORCID is a person's, a direction a measure's."""
    what = said.what if isinstance(said, Annotated) else "attachment"
    if what == "orcid":
        return _person(place)
    if what == "direction":
        return _measure(place, said.name)
    if what == "retraction":
        _only(place, v.DLPROV_ANNOTATION, "retract", "annotation", "See: dlprov show RUN")
        return place.thing
    if place.thing != iris.run:
        _spoken_of(place)
    if isinstance(said, Annotated) and (what, said.name) == ("attribute", "commit"):
        attributes.not_differing(str(said.value), place.quads())
    return place.thing


def _person(place: Place) -> NamedNode:
    if place.thing.value != place.run.iri:
        _only(place, v.PROV_PERSON, "ORCID", "person", "Say it of a run, or of a person.")
        return place.thing
    run = NamedNode(place.run.iri)
    people = _of(place.quads(), v.RDF_TYPE, v.PROV_PERSON)
    taking_part = {
        quad.object
        for quad in place.quads()
        if quad.subject == run and quad.predicate == v.PROV_WAS_ASSOCIATED_WITH
    }
    found = sorted(one.value for one in people & taking_part)
    if not found:
        raise NotFound("person of the run", place.run.name, "Say --creator NAME <ORCID> instead.")
    return NamedNode(_one("person of the run", place.run.name, found))


def _measure(place: Place, name: str | None) -> NamedNode:
    if place.thing.value != place.run.iri:
        _only(place, v.MLS_EVALUATION_MEASURE, "direction", "measure", "Say it of a measure.")
        return place.thing
    if name is None:
        raise WrongAnnotation("direction", "", "of which measure", "Say --direction NAME=higher.")
    reporters = {
        quad.subject
        for quad in place.quads()
        if quad.predicate == v.DLPROV_REPORTED_AS and quad.object == literals.text(name)
    }
    measures = {
        quad.object.value
        for quad in place.quads()
        if quad.predicate == v.MLS_SPECIFIED_BY
        and quad.subject in reporters
        and isinstance(quad.object, NamedNode)
    }
    if not measures:
        raise NotFound("measure", name, f"See what was measured: dlprov show {place.run.id}")
    return NamedNode(_one("measure", name, sorted(measures)))


def _only(place: Place, kind: NamedNode, what: str, word: str, remedy: str) -> None:
    """Say that something can be said of one kind of thing alone."""
    if place.thing not in _of(place.quads(), v.RDF_TYPE, kind):
        raise WrongAnnotation(what, place.thing.value, f"it is no {word} of this run", remedy)


def _spoken_of(place: Place) -> None:
    if not any(place.thing in {quad.subject, quad.object} for quad in place.quads()):
        raise NotFound("thing", place.thing.value, f"Run {place.run.id} does not speak of it.")


def _of(quads: Sequence[Quad], predicate: NamedNode, what: NamedNode) -> set[NamedNode]:
    return {
        quad.subject
        for quad in quads
        if quad.predicate == predicate
        and quad.object == what
        and isinstance(quad.subject, NamedNode)
    }


def _one(what: str, name: str, found: Sequence[str]) -> str:
    if len(found) > 1:
        raise Ambiguous(what, name, tuple(found))
    return found[0]
