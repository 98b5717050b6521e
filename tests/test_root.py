# SPDX-License-Identifier: Apache-2.0
"""The package's root: the names of the README's first example, and nothing heavy."""

from __future__ import annotations

import pytest
from programs_started import output_of

import dlprov_rdf

HEAVY = ("keras", "numpy", "pyoxigraph", "rdflib", "rich", "shifty", "starlette", "tensorflow")


def loaded_by(statement: str) -> list[str]:
    """Tell which heavy modules a statement loads in a fresh interpreter."""
    code = f"import sys\n{statement}\nprint(*[m for m in {HEAVY} if m in sys.modules])"
    return output_of(code).split()


def test_the_exported_names_are_these() -> None:
    """A name more or less is a change of the interface."""
    assert dlprov_rdf.__all__ == [
        "Attribute", "__version__", "autolog", "extractor", "open", "start_run", "steering",
        "step",
    ]  # fmt: skip
    assert all(hasattr(dlprov_rdf, name) for name in dlprov_rdf.__all__)


def test_importing_it_loads_nothing_heavy() -> None:
    """Whoever only imports it pays for nothing."""
    assert loaded_by("import dlprov_rdf") == []


def test_capture_carries_no_rdf_into_a_training_process() -> None:
    """A run that is recorded loads neither a store nor a framework."""
    assert loaded_by("import dlprov_rdf.capture.start, dlprov_rdf.capture.autolog") == []


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As of any module."""
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = dlprov_rdf.nothing
