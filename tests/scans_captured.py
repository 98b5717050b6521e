# SPDX-License-Identifier: Apache-2.0
"""A run with data and a training, to say something of later, and what was said of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from parts import require

from dlprov_rdf.capture.start import start_run
from dlprov_rdf.kb import KnowledgeBase

require("numpy")
import numpy as np


def capture(folder: Path, name: str = "scans") -> str:
    """Capture a run with data and a training."""
    with start_run(name, kb=folder, person="Ada") as run:
        with run.step("load", kind="acquire") as step:
            data = step.generated(np.arange(3), name="numbers")
        with run.training("net", used={"training": data}) as training:
            for number, dice in enumerate([0.5, 0.25]):
                with training.epoch(number):
                    training.log_metric("val_roughness", dice)
    return run.run_id


def asked(kb: KnowledgeBase, what: str) -> list[tuple[Any, ...]]:
    """Ask for rows by the body of a query."""
    return [tuple(row) for row in kb.sparql(f"SELECT {what}").rows]  # type: ignore[union-attr]


def values(kb: KnowledgeBase, predicate: str) -> list[Any]:
    """Give what was said later and stands, by one property."""
    return sorted(row[0] for row in asked(kb, f"?v {{ ?a dlprov:annotates ?x ; {predicate} ?v }}"))
