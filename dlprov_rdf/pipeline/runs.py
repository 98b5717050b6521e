# SPDX-License-Identifier: Apache-2.0
"""The runs of a knowledge base, and how each of them is doing now."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.pipeline import inventory, liveness
from dlprov_rdf.pipeline.building import run_folders
from dlprov_rdf.pipeline.inventory import Inventory
from dlprov_rdf.pipeline.told import FileMark, Told, moment, same
from dlprov_rdf.settings import Settings
from dlprov_rdf.store.embedded import last_note


class RunInfo(Struct, frozen=True, kw_only=True):
    """One run: what it is called and how it is doing.

    Attributes:
        source: ``captured`` here.
        status: ``running``, ``completed``, ``failed`` or ``interrupted``.
        started, ended: Times in UTC; ``ended`` only by the run's own word.
        events, lost: How many events are told, and how many are known to be lost.
        study: The study it belongs to, if it was told.
        quarantined: Whether its graph breaks rules and is kept out of the store.
    """

    id: str
    iri: str
    name: str
    source: str
    status: str
    started: str | None
    ended: str | None
    events: int
    lost: int
    study: str | None = None
    quarantined: bool = False


def runs(kb: Path, settings: Settings) -> list[RunInfo]:
    """List the runs, newest first. What was built is remembered; the rest is read."""
    built = inventory.read(last_note(kb / "store"), settings.base) or Inventory("")
    found = [
        (folder.name, *_told(folder, files, built)) for folder, files in run_folders(kb).items()
    ]
    found.sort(key=lambda run: (run[1].started or 0, run[0]), reverse=True)
    return [_info(settings.base, *run) for run in found]


def _told(folder: Path, files: tuple[FileMark, ...], built: Inventory) -> tuple[Told, bool]:
    """Give what a run tells, and whether it is quarantined."""
    entry = built.runs.get(folder.name)
    quarantined = entry is not None and entry.quarantined
    if entry is not None and same(entry.files, files):
        return entry.told, quarantined
    try:
        return liveness.read_again(folder), quarantined
    except OSError:  # one bad run never hides the others; the build said what is wrong with it
        return Told(), quarantined


def _info(base: str, run: str, facts: Told, quarantined: bool) -> RunInfo:  # noqa: FBT001
    return RunInfo(
        id=run,
        iri=Iris(base, run).run.value,
        name=facts.name or run,
        source="captured",
        status=liveness.status(facts),
        started=moment(facts.started),
        ended=moment(facts.ended),
        events=facts.events,
        lost=facts.lost,
        study=facts.study,
        quarantined=quarantined,
    )
