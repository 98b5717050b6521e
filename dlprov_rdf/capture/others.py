# SPDX-License-Identifier: Apache-2.0
"""Models of other runs by what people call them: to choose among models of several days.

Only logs are read. A model of this knowledge base is logged relative to BASE, so that BASE can
change: ``../RUN/model/36``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from dlprov_rdf import log
from dlprov_rdf.capture.activity import Model
from dlprov_rdf.errors import EventLogError, WrongCall
from dlprov_rdf.events import ModelSeen, RunStarted

#: Letters of a run's id that are enough to mean one.
_PART = 4


def model(logs: Path, base: str, name: str, own: str | None = None) -> Model:
    """Find a trained state that an earlier run has recorded.

    Args:
        logs: The folder of all runs' logs.
        base: This knowledge base's BASE.
        name: A run, then the last state that was trained in it is meant: its name, its id, a
            beginning or ending of that, its IRI, or ``@latest`` (the newest before this one).
            ``RUN/model/36`` or the IRI of a state is that state; the IRI of a state in
            another knowledge base is taken as it is.
        own: The id of the run that asks: it is not meant.

    Raises:
        WrongCall: No run or several are called so, or it has no such model.
    """
    words = name.strip()
    if "://" in words or words.startswith("urn:"):
        if not base or not words.startswith(f"{base}run/"):
            return Model([words], words)
        words = unquote(words.removeprefix(f"{base}run/"))
    folder, local = _run(logs, own, words)
    states = [event for event in _events(folder) if isinstance(event, ModelSeen)]
    trained = [one for one in states if "training/" in (one.generated_by or "")]
    found = [one for one in states if one.id == local] if local else (trained or states)[-1:]
    if not found:
        what = f"{name!r}: the run has no model {local}" if local else f"{name!r} has no model"
        raise WrongCall("select", what, "See: dlprov show RUN")
    return Model([f"../{folder.name}/{found[-1].id}"], found[-1].name)


def _run(logs: Path, own: str | None, words: str) -> tuple[Path, str]:
    """Find a run's folder, and the local name after it if there is one."""
    runs = [one for one in logs.glob("*/") if one.name != own]
    began = {one: _began(one) for one in runs}
    if words == "@latest" and runs:
        return max(runs, key=lambda one: (_at(began[one]), one.name)), ""
    first, _, local = words.partition("/")
    for test in (
        lambda one: one.name == first,
        lambda one: (begun := began[one]) is not None and begun.name in {words, first},
        lambda one: (
            len(first) >= _PART and (one.name.startswith(first) or one.name.endswith(first))
        ),
    ):
        found = [one for one in runs if test(one)]
        if len(found) > 1:
            ids = ", ".join(sorted(one.name for one in found))
            raise WrongCall("select", f"several runs are {words!r}", f"Say which: {ids}.")
        if found:
            begun = began[found[0]]
            whole = begun is not None and begun.name == words
            return found[0], "" if whole else local
    known = sorted({begun.name for begun in began.values() if begun is not None})
    there = f"There are: {', '.join(known[:12])}." if known else "No other run is recorded."
    raise WrongCall("select", f"no run is {words!r}", there)


def _at(begun: RunStarted | None) -> int:
    return begun.at if begun is not None else 0


def _began(folder: Path) -> RunStarted | None:
    return next((event for event in _events(folder) if isinstance(event, RunStarted)), None)


def _events(folder: Path) -> Iterator[object]:
    """Read a run's log; what is damaged in it is not ours to tell here."""
    try:
        yield from log.read_run(folder, _overlook)
    except OSError:
        return


def _overlook(_fault: EventLogError) -> None:
    """Go on."""
