# SPDX-License-Identifier: Apache-2.0
"""Brings runs' graphs to a SPARQL service: what changed, whole or not at all, and nothing else."""

from __future__ import annotations

from dlprov_rdf.pipeline.pushing.planning import PushWishes
from dlprov_rdf.pipeline.pushing.push import Pushed, push

__all__ = ["PushWishes", "Pushed", "push"]
