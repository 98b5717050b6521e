# SPDX-License-Identifier: Apache-2.0
"""From log to store: the one place where the stages meet."""

from __future__ import annotations

from dlprov_rdf.pipeline.annotating import Place, annotate
from dlprov_rdf.pipeline.building import (
    Built,
    OnProgress,
    OnWarning,
    build,
    ignore,
    quads_of,
    rebuild,
)
from dlprov_rdf.pipeline.entailing import Reasoner, reading_entailed
from dlprov_rdf.pipeline.liveness import status_of
from dlprov_rdf.pipeline.placing import place
from dlprov_rdf.pipeline.pushing import Pushed, PushWishes, push
from dlprov_rdf.pipeline.reading import reading
from dlprov_rdf.pipeline.runs import RunInfo, runs
from dlprov_rdf.pipeline.series import one_by_one, table_of

__all__ = [
    "Built", "OnProgress", "OnWarning", "Place", "PushWishes", "Pushed", "Reasoner", "RunInfo",
    "annotate", "build", "ignore", "one_by_one", "place", "push", "quads_of", "reading",
    "reading_entailed", "rebuild", "runs", "status_of", "table_of",
]  # fmt: skip
