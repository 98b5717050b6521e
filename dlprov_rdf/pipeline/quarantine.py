# SPDX-License-Identifier: Apache-2.0
"""Where a graph that breaks rules is put: not into the store, and never silently away.

``quarantine/RUN/graph.trig`` is what the graph would have been, and
``quarantine/RUN/report.ttl`` says what is wrong with it, as a W3C validation report.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from dlprov_rdf.validate.report import Report


def put(folder: Path, quads: Iterable[ox.Quad], report: Report) -> None:
    """Write a graph and its report into a folder, which appears whole.

    Args:
        folder: ``quarantine/RUN``; what was in it gives way.
        quads: The graph.
        report: What is wrong with it.
    """
    draft = folder.with_name(f".{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    ox.serialize(quads, str(draft / "graph.trig"), format=ox.RdfFormat.TRIG)
    (draft / "report.ttl").write_text(report.turtle(), encoding="utf-8")
    release(folder)
    draft.rename(folder)


def release(folder: Path) -> None:
    """Remove a run's quarantine; that there is none is no fault."""
    shutil.rmtree(folder, ignore_errors=True)
