# SPDX-License-Identifier: Apache-2.0
"""What of all that was said later still stands: not superseded, and not taken back.

A later word of the same person about the same property takes the place of the earlier one;
notes and creators add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dlprov_rdf.events import ANNOTATIONS, Annotated
from dlprov_rdf.graph.account import serial
from dlprov_rdf.graph.iris import orcid

#: What has a name of its own: another name is another property.
NAMED = frozenset({"seed", "attribute"})

#: A second one of these stands beside the first.
_ADDED = frozenset(ANNOTATIONS[-2:])


@dataclass(slots=True)
class Word:
    """One annotation.

    Attributes:
        serial: Names it within its run.
        earlier: The serial of the one whose place it took.
        until: When it ceased to stand, in nanoseconds since 1970; None while it stands.
    """

    serial: str
    event: Annotated
    earlier: str | None = None
    until: int | None = None


def words(said: Iterable[tuple[str, Annotated]]) -> list[Word]:
    """Put in order what was said, and tell what still stands.

    Args:
        said: Annotations of one run, each with the rank of the file that tells it.
    """
    ordered = sorted(said, key=lambda told: (told[1].at, told[0], told[1].seq, told[1].about or ""))
    by_serial: dict[str, Word] = {}
    latest: dict[tuple[object, ...], Word] = {}
    for rank, event in ordered:
        if event.what not in ANNOTATIONS:
            continue
        name = serial(rank, event)
        word = by_serial[name] = Word(name, event)
        if event.what == "retraction":
            found = by_serial.get(str(event.about).removeprefix("annotation/"))
            if found is not None and found.until is None:
                found.until = event.at
        elif event.what not in _ADDED:
            name_ = event.name if event.what in NAMED else None
            before = latest.get(key := (event.what, event.about, name_, _speaker(event)))
            if before is not None:
                word.earlier = before.serial
                before.until = event.at if before.until is None else before.until
            latest[key] = word
    return list(by_serial.values())


def _speaker(event: Annotated) -> tuple[str, str]:
    """Tell persons apart as their names in the graph do: by ORCID, else by name."""
    known = orcid(event.by_orcid) if event.by_orcid else None
    return ("orcid", known.value) if known else ("name", event.by or str(event.by_orcid))
