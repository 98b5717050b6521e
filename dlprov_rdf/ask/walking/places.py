# SPDX-License-Identifier: Apache-2.0
"""What an IRI tells by itself: in which run a thing is, and what it is called there."""

from __future__ import annotations

import re

_RUN = "/run/"


def place(iri: str) -> tuple[str | None, str]:
    """Split an IRI into that of its run and what it is called there; None: it is in no run."""
    before, _, after = iri.partition(_RUN)
    identifier, _, local = after.partition("/")
    return (before + _RUN + identifier, local) if identifier else (None, "")


def is_general(iri: str) -> bool:
    """Say whether things of several runs may be the same as this: a content, a commit."""
    run, _ = place(iri)
    return run is None


def local_name(iri: str) -> str:
    """Name a thing without a label: its local id in its run, or the end of its IRI."""
    _, local = place(iri)
    if local:
        return local
    if iri.startswith("ni:"):
        return iri.rpartition(";")[2][:12] + "…"
    return re.split("[/#]", iri.rstrip("/#"))[-1] or iri
