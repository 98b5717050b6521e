# SPDX-License-Identifier: Apache-2.0
"""Looks at what is around a run, beside the training and not before it.

What takes time (git, the list of packages) is looked up in a thread of its own; what is only
known once a framework is loaded is looked up again then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from dlprov_rdf import values
from dlprov_rdf.capture.around import environment, seeds
from dlprov_rdf.capture.recorder import Recorder, warn
from dlprov_rdf.events import CodeSeen, EnvironmentSeen, SeedSet

#: Seconds that the end of a run waits for the look around it.
_PATIENCE = 10.0


class Surroundings:
    """What is around one run."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._stop_watching: Callable[[], None] | None = None
        self._looking: threading.Thread | None = None

    def observe(self) -> None:
        """Begin to look at code, environment and seeds."""
        for by, value in seeds.remembered():
            self._seeded(by, value)
        self._stop_watching = seeds.watch_seeds(self._seeded)
        hashed = seeds.seed_from_hash()
        if hashed is not None:
            self._recorder.event(SeedSet, by="PYTHONHASHSEED", value=hashed)
        self._looking = threading.Thread(target=self._look, name="dlprov-environment", daemon=True)
        self._looking.start()

    def saw_framework(self) -> None:
        """Look again: a framework tells of a back end, of devices, and has seeds of its own."""
        if self._stop_watching is not None:
            seeds.watch_seeds(self._seeded)
        seen = environment.framework_seen()
        if seen:
            self._recorder.event(EnvironmentSeen, **seen)

    def finish(self) -> None:
        """Stop watching, and let the look that was begun come to its end."""
        if self._stop_watching is not None:
            self._stop_watching()
        self.wait()

    def wait(self) -> None:
        """Wait until the first look is through."""
        if self._looking is not None:
            self._looking.join(_PATIENCE)

    def _seeded(self, by: str, value: object) -> None:
        if self._recorder.owned:
            self._recorder.event(SeedSet, by=by, value=values.plain(value))

    def _look(self) -> None:
        try:
            self._recorder.event(EnvironmentSeen, **environment.environment_seen())
            code = environment.code_seen(Path.cwd(), self._recorder.folder)
            if code is not None:
                self._recorder.event(CodeSeen, **code)
        except Exception as fault:  # noqa: BLE001 -- promise 2
            warn(f"the environment could not be recorded ({type(fault).__name__}: {fault})")
