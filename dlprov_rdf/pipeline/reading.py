# SPDX-License-Identifier: Apache-2.0
"""Reads the store as new as can be had now: brought up to date, if nobody else is at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dlprov_rdf.errors import NothingBuilt, StoreBusy, StoreCorrupt, StoreUnwritable
from dlprov_rdf.pipeline.building import OnWarning, build, ignore, rebuild
from dlprov_rdf.settings import Settings
from dlprov_rdf.store.embedded import EmbeddedStore, Reader

#: Seconds to wait for another process's first build, before which there is nothing to read.
_FIRST_BUILD = 60.0


@contextmanager
def reading(kb: Path, settings: Settings, on_warning: OnWarning = ignore) -> Iterator[Reader]:
    """Open the newest snapshot, after bringing it up to date.

    Where another process is building, or the folder cannot be written, the newest snapshot
    is read as it is, and a warning says how old it is.

    Raises:
        StoreBusy: Another process is making the first snapshot and did not come to an end.
        NothingBuilt: There is no snapshot, and none can be made.
    """
    why_old: StoreBusy | StoreUnwritable | None = None
    try:
        build(kb, settings, on_warning, wait=0)
    except (StoreBusy, StoreUnwritable) as reason:
        why_old = reason
    with _newest(kb, settings, on_warning) as store:
        if why_old is not None:
            on_warning(f"{_reason(why_old)} This answers as of {store.age:.0f} s ago.")
        yield store


def _reason(why: StoreBusy | StoreUnwritable) -> str:
    """Say why the newest snapshot is not brought up to date first."""
    if isinstance(why, StoreBusy):
        return f"{why.holder} is bringing the store up to date."
    return str(why)


def _newest(kb: Path, settings: Settings, on_warning: OnWarning) -> Reader:
    try:
        return EmbeddedStore.reader(kb / "store")
    except NothingBuilt:
        build(kb, settings, on_warning, wait=_FIRST_BUILD)
    except StoreCorrupt as damage:
        on_warning(f"{damage.path}: the store is damaged; it is made afresh from the logs.")
        rebuild(kb, settings, on_warning)
    return EmbeddedStore.reader(kb / "store")
