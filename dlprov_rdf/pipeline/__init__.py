# SPDX-License-Identifier: Apache-2.0
"""From log to store: the one place where the stages meet."""

from __future__ import annotations

from dlprov_rdf.pipeline.annotating import Place, annotate
from dlprov_rdf.pipeline.building import Built, OnProgress, build, quads_of, rebuild
from dlprov_rdf.pipeline.liveness import status_of
from dlprov_rdf.pipeline.placing import place
from dlprov_rdf.pipeline.reading import reading
from dlprov_rdf.pipeline.runs import RunInfo, runs

__all__ = [
    "Built", "OnProgress", "Place", "RunInfo", "annotate", "build", "place", "quads_of", "reading",
    "rebuild", "runs", "status_of",
]  # fmt: skip
