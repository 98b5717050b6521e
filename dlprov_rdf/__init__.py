# SPDX-License-Identifier: Apache-2.0
"""A provenance knowledge base for deep learning: watched as it trains, asked as linked data."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from dlprov_rdf.version import __version__

if TYPE_CHECKING:
    from dlprov_rdf.capture.autolog import autolog
    from dlprov_rdf.capture.extracting import Attribute, extractor
    from dlprov_rdf.capture.start import start_run
    from dlprov_rdf.capture.steering import steering
    from dlprov_rdf.capture.step import step
    from dlprov_rdf.kb import open_kb as open  # noqa: A004 -- dlprov.open is the call's name

_HOMES = {
    "Attribute": ("dlprov_rdf.capture.extracting", "Attribute"),
    "autolog": ("dlprov_rdf.capture.autolog", "autolog"),
    "extractor": ("dlprov_rdf.capture.extracting", "extractor"),
    "open": ("dlprov_rdf.kb", "open_kb"),
    "start_run": ("dlprov_rdf.capture.start", "start_run"),
    "steering": ("dlprov_rdf.capture.steering", "steering"),
    "step": ("dlprov_rdf.capture.step", "step"),
}

__all__ = [
    "Attribute", "__version__", "autolog", "extractor", "open", "start_run", "steering", "step",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load what is asked for, and nothing before."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(importlib.import_module(module), attribute)
