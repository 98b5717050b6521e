# SPDX-License-Identifier: Apache-2.0
"""What a person says later, read and checked: from words to events, before anything is written."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from pyoxigraph import NamedNode

from dlprov_rdf import values
from dlprov_rdf.capture import attaching
from dlprov_rdf.capture.around.environment import git_person
from dlprov_rdf.errors import FaultyRdf, FaultyWords, NobodySays, NothingSaid, WrongAnnotation
from dlprov_rdf.events import Annotated, Attached
from dlprov_rdf.graph import attachments, iris
from dlprov_rdf.graph.attributes import is_ours
from dlprov_rdf.graph.measures import DIRECTIONS
from dlprov_rdf.pipeline import attributes, licences
from dlprov_rdf.settings import Settings

#: Python's own generator, and its hashes, may be seeded with words.
_OF_WORDS = frozenset({"random", "random.seed", "PYTHONHASHSEED"})


class Saying(Struct, frozen=True, kw_only=True):
    """What is said, as people type it; `KnowledgeBase.annotate` tells of each."""

    licence: str | None = None
    orcid: str | None = None
    purpose: str | None = None
    description: str | None = None
    title: str | None = None
    source: str | None = None
    access_url: str | None = None
    access_rights: str | None = None
    note: str | Sequence[str] = ()
    creator: str | Sequence[str] = ()
    seed: Any = None
    direction: Any = None
    attributes: Mapping[str, Any] = {}
    term: str | None = None
    unit: str | None = None
    retract: bool = False
    rdf: Any = None
    rdf_format: str | None = None


class Person(Struct, frozen=True):
    """Who says something, or who made it."""

    name: str
    orcid: str | None = None


class Placed(Struct, frozen=True):
    """What a file says of one thing: the how manieth, of what, and in which run."""

    number: int
    of: str
    run: str | None
    said: Saying


class _Written(Saying, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ``[[annotation]]`` of a file."""

    of: str
    run: str | None = None


def read(file: Path) -> list[Placed]:
    """Read a TOML file of annotations.

    Raises:
        FaultyWords: It is no TOML, or says something else.
    """
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as fault:
        raise FaultyWords(str(file), f"{fault}.") from fault
    if set(given) != {"annotation"} or not isinstance(given["annotation"], list):
        raise FaultyWords(str(file), "it must be a list of [[annotation]].")
    found = []
    for number, one in enumerate(given["annotation"], 1):
        try:
            said = msgspec.convert(one, _Written)
        except msgspec.ValidationError as fault:
            raise FaultyWords(f"{file}: annotation {number}", f"{fault}.") from fault
        found.append(Placed(number, said.of, said.run, _beside(file, said)))
    return found


def _beside(file: Path, said: Saying) -> Saying:
    """Take the files that are named as they lie from the file that names them."""
    path = file.parent / str(said.rdf) if said.rdf is not None else None
    given = dict(said.attributes)
    if str(given.get("digest", "")).startswith("@"):
        given["digest"] = f"@{file.parent / str(given['digest'])[1:]}"
    return msgspec.structs.replace(said, rdf=path, attributes=given)


def person(words: str) -> Person:
    """Read a person: a name, an ORCID, or a name with an ORCID: ``Ada <0000-0002-1825-0097>``.

    Raises:
        WrongAnnotation: It is no name.
    """
    name, _, last = words.strip().removesuffix(">").replace("<", " ").strip().rpartition(" ")
    known = iris.orcid(last)
    if known is not None:
        return Person(name.strip() or known.value, known.value)
    if not words.strip():
        raise WrongAnnotation("person", words, "it is no name", "Give a name, or an ORCID.")
    return Person(words.strip())


def speaker(settings: Settings, by: str | None) -> Person:
    """Tell who says it: the one who is named, else kb.toml's person, else git's.

    Raises:
        NobodySays: None of them is known.
    """
    if by is not None:
        return person(by)
    name = settings.person.name or git_person(Path.cwd()) or settings.person.orcid
    if not name:
        raise NobodySays
    return Person(name, settings.person.orcid)


def events_of(said: Saying, by: Person) -> list[Annotated | Attached]:
    """Make the events of what is said, each still of the run itself.

    Raises:
        NothingSaid: There is nothing.
        WrongAnnotation: A value cannot be what it is said to be.
    """
    told: list[Annotated | Attached] = [
        Annotated(seq=0, at=0, by=by.name, by_orcid=by.orcid, **fields) for fields in _fields(said)
    ]
    if said.rdf is not None:
        told.append(_attached(said, by))
    if not told:
        raise NothingSaid
    return told


def _attached(said: Saying, by: Person) -> Attached:
    """Take RDF that is attached later; what cannot be read is refused at once."""
    fields: dict[str, Any] = attaching.carried(said.rdf, said.rdf_format)
    name, text = fields["name"], fields["text"]
    if text is None:
        raise FaultyRdf(name, fields["fault"])
    try:
        attachments.read(text, fields["form"], NamedNode("urn:x-dlprov:thing"))
    except attachments.Unreadable as fault:
        raise FaultyRdf(name, str(fault)) from fault
    return Attached(seq=0, at=0, by=by.name, by_orcid=by.orcid, **fields)


def _fields(said: Saying) -> Iterator[dict[str, Any]]:
    if said.retract:
        yield {"what": "retraction"}
    if said.licence is not None:
        yield {"what": "licence", "value": _licence(said.licence)}
    if said.orcid is not None:
        yield {"what": "orcid", "value": _orcid(said.orcid)}
    for what in ("purpose", "description", "title", "source"):
        words = getattr(said, what)
        if words is not None:
            yield {"what": what, "value": _words(what, words)}
    if said.access_url is not None:
        yield {"what": "access-url", "value": _url(said.access_url)}
    if said.access_rights is not None:
        yield {"what": "access-rights", "value": _words("access rights", said.access_rights)}
    for name, value in _named(said.seed):
        yield {"what": "seed", "value": _seed(value, name), "name": name}
    for name, value in _named(said.direction):
        yield {"what": "direction", "value": _direction(value), "name": name}
    yield from _attributes(said)
    for words in _several(said.creator):
        maker = person(words)
        yield {"what": "creator", "value": maker.name, "term": maker.orcid}
    for words in _several(said.note):
        yield {"what": "note", "value": _words("note", words)}


def _attributes(said: Saying) -> Iterator[dict[str, Any]]:
    if (said.term or said.unit) and len(said.attributes) != 1:
        given = str(said.term or said.unit)
        raise WrongAnnotation(
            "term or unit", given, "it is of one attribute", "Say it with one --set NAME=VALUE."
        )
    if said.term is not None:
        term = iris.absolute(said.term)
        if term is None or is_ours(term):
            raise WrongAnnotation(
                "term", said.term, "it cannot be used", "Give the IRI of a property of your field."
            )
    for name, value in said.attributes.items():
        yield {
            "what": "attribute", "value": values.plain(attributes.checked(name, value)),
            "name": _words("name", name), "unit": said.unit, "term": said.term,
        }  # fmt: skip


def _licence(words: str) -> str:
    found = licences.iri(words.strip()) or (iris.absolute(words.strip()) and words.strip())
    if found:
        return found
    near = licences.near(words)
    hint = f"Did you mean {' or '.join(near)}?" if near else "Give its IRI."
    raise WrongAnnotation("licence", words, "it is no SPDX name known here, and no IRI", hint)


def _orcid(words: str) -> str:
    found = iris.orcid(words)
    if found is None or not _adds_up(found.value[-19:].replace("-", "")):
        raise WrongAnnotation(
            "ORCID",
            words,
            "it is none",
            "Give it as 0000-0002-1825-0097; its last digit checks it.",
        )
    return found.value


def _adds_up(digits: str) -> bool:
    """Check the last digit of an ORCID (ISO 7064, MOD 11-2).

    Source:
        https://support.orcid.org/hc/en-us/articles/360006897674
    """
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == digits[-1]


def _url(words: str) -> str:
    if iris.absolute(words) is None:
        raise WrongAnnotation("access URL", words, "it is no absolute IRI", "Give https://….")
    return words


def _direction(value: object) -> str:
    if value not in DIRECTIONS:
        raise WrongAnnotation(
            "direction", str(value), "it is none", "Say higher or lower (is better)."
        )
    return str(value)


def _seed(value: object, name: str | None) -> Any:
    if value is None or value == "":
        raise WrongAnnotation("seed", str(value), "it is no value", "Give one: --seed numpy=42.")
    return values.plain(value if name in _OF_WORDS else attributes.integer(value))


def _words(what: str, words: object) -> str:
    text = values.plain(str(words))
    if not str(text).strip():
        raise WrongAnnotation(what, str(words), "it says nothing", "Give some words.")
    return str(text)


def _named(given: Any) -> list[tuple[str | None, object]]:
    """Read what may stand under names: ``{"numpy": 42}``, or 42 alone."""
    if given is None:
        return []
    return list(given.items()) if isinstance(given, Mapping) else [(None, given)]


def _several(given: str | Sequence[str]) -> Sequence[str]:
    return (given,) if isinstance(given, str) else given


def typed(words: str, name: str = "") -> object:
    """Read the value of an attribute as it was typed: a number, true or false, else text."""
    if name in attributes.WORDS:
        return words
    try:
        value = json.loads(words)
    except ValueError:
        return words
    return value if isinstance(value, bool | int | float) else words
