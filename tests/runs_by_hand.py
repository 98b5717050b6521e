# SPDX-License-Identifier: Apache-2.0
"""What a run by hand has told so far, and a small array to tell of."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlprov_rdf import log
from dlprov_rdf.capture.run import Run
from dlprov_rdf.events import Event

IMAGES = np.arange(40.0).reshape(10, 4)


def told(run: Run, kind: type[Event] = Event) -> list[Any]:
    """Read the events of one kind that the run has told so far."""
    return [event for event in log.read_run(run.recorder.folder) if isinstance(event, kind)]
