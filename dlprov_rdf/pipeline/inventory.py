# SPDX-License-Identifier: Apache-2.0
"""What was built into a store: for each run where its logs ended then, and what they told.

It goes with the store it tells of, so that a store that is thrown away takes it along.
"""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct, field

from dlprov_rdf import assets
from dlprov_rdf.graph import vocabulary
from dlprov_rdf.pipeline.told import FileMark, Told
from dlprov_rdf.version import __version__

#: What an entry tells; one of another edition is made afresh.
_EDITION = 3


class Entry(Struct, frozen=True):
    """One run, as it was built."""

    files: tuple[FileMark, ...]
    told: Told
    quarantined: bool = False

    #: The digest of the run's graph, where it has one in the store, and how many quads it has.
    digest: str | None = None
    quads: int = 0


class Inventory(Struct):
    """All runs of a store, and what else its graphs depend on."""

    made_with: str
    runs: dict[str, Entry] = field(default_factory=dict)


def made_with(base: str) -> str:
    """Tell all that graphs depend on beside the logs: BASE, the software, its terms and rules."""
    rules = hashlib.sha256(assets.text("shapes/core.ttl").encode()).hexdigest()[:16]
    return (
        f"dlprov-rdf {__version__}, {vocabulary.ONTOLOGY.value}, core {rules}, {_EDITION}, {base}"
    )


def read(note: str | None, base: str) -> Inventory | None:
    """Read an inventory; None where it is damaged, or its graphs would be made otherwise now."""
    if note is None:
        return Inventory(made_with(base))
    try:
        found = msgspec.json.decode(note, type=Inventory)
    except msgspec.DecodeError:
        return None
    return found if found.made_with == made_with(base) else None


def write(inventory: Inventory) -> str:
    """Write an inventory as text."""
    return msgspec.json.encode(inventory).decode()
