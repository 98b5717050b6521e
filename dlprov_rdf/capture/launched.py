# SPDX-License-Identifier: Apache-2.0
"""The capture's side in the Python that ``dlprov run`` started: begins the run, leaves its end.

An exit status is known to nobody inside a Python that ends by ``SystemExit``: only to the
one who waits for it. So an exception or SIGTERM is told from within, and any other end by
``capture.launch``, which waits.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

import msgspec

from dlprov_rdf.capture.autolog import autolog
from dlprov_rdf.capture.run import Run
from dlprov_rdf.capture.start import start_run

#: The environment variables by which one Python hands over to the next.
HANDED = "DLPROV_LAUNCH"
PYTHONPATH_BEFORE = "DLPROV_LAUNCH_PYTHONPATH"


class Handed(msgspec.Struct, frozen=True):
    """What the waiting process hands over.

    ``tell`` is the descriptor of a pipe on which to tell the run's folder; ``module`` is
    what stands behind ``-m``.
    """

    kb: str
    tell: int
    name: str | None = None
    study: str | None = None
    module: str | None = None


def begin(handed: str) -> None:
    """Begin the run, before the script's first line."""
    told = msgspec.json.decode(handed, type=Handed)
    try:
        with _arguments_of(told.module):
            run = start_run(told.name or told.module, kb=told.kb, study=told.study)
        os.write(told.tell, os.fsencode(run.recorder.folder))
    finally:
        os.close(told.tell)
    atexit.register(_leave, run)
    autolog()


def _leave(run: Run) -> None:
    """End what is to be ended here, and leave it to the waiting process to say how."""
    if getattr(sys, "last_value", None) is None:
        run.end(None)


@contextlib.contextmanager
def _arguments_of(module: str | None) -> Iterator[None]:
    """Let ``sys.argv`` name the module's file, as it will; now it still says ``-m``."""
    before = sys.argv
    found = _file_of(module) if module else None
    if found is not None:
        sys.argv = [str(found), *before[1:]]
    try:
        yield
    finally:
        sys.argv = before


def _file_of(module: str) -> Path | None:
    """Find a module's file without importing its packages, whose code is the script's to run."""
    places: list[str] | None = [str(Path.cwd()), *sys.path]
    spec = None
    for depth in range(1, module.count(".") + 2):
        spec = PathFinder.find_spec(".".join(module.split(".")[:depth]), places)
        if spec is None:
            return None
        places = list(spec.submodule_search_locations or ())
    if places:
        spec = PathFinder.find_spec(f"{module}.__main__", places)
    return Path(spec.origin) if spec is not None and spec.origin else None
