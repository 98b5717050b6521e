# SPDX-License-Identifier: Apache-2.0
"""What everything that goes on in a run shares: its recorder, its data, and where we are in it.

Any thread may ask where it is; each has steps of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from dlprov_rdf.capture.contents import files
from dlprov_rdf.capture.contents.data import DataBook, Handle
from dlprov_rdf.capture.contents.records import AS_IT_IS
from dlprov_rdf.capture.extracting import Extractors
from dlprov_rdf.capture.meters import Meters
from dlprov_rdf.capture.recorder import Recorder


class Journal:
    """One run, as its steps and trainings see it.

    Attributes:
        recorder: Writes its log.
        data: Knows its data occurrences again.
        meters: Read what it uses; only the first of several processes does.
        extractors: Read attributes out of what is acquired.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.data = DataBook(recorder)
        chosen = recorder.settings.capture
        self.meters = Meters(chosen.meters if recorder.rank == "0" else (), chosen.country)
        self.extractors = Extractors(recorder)
        self._inside: dict[int, list[str]] = {}

    @property
    def within(self) -> str | None:
        """The step or training that is going on in this thread, if any."""
        inside = self._inside.get(threading.get_ident())
        return inside[-1] if inside else None

    def enter(self, activity: str) -> None:
        """Say that an activity began in this thread."""
        self._inside.setdefault(threading.get_ident(), []).append(activity)

    def leave(self, activity: str) -> None:
        """Say that it ended."""
        inside = self._inside.get(threading.get_ident(), [])
        if activity in inside:
            inside.remove(activity)

    def see(self, value: object, name: str) -> Handle:
        """Tell which handle a value is: itself, a framework's model, a file, or data."""
        if isinstance(value, Handle):
            return value
        for resolve in resolvers:
            known = resolve(self, value)
            if known is not None:
                return known
        file = files.resolve(self.recorder, value)
        return file or self.data.see(value, name=name, said=AS_IT_IS)


#: Frameworks whose capture knows objects of theirs again: a Keras model is its trained state.
resolvers: list[Callable[[Journal, object], Handle | None]] = []
