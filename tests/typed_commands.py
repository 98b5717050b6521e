# SPDX-License-Identifier: Apache-2.0
"""Commands as a user types them: what they answer, how they refuse, and two runs to ask about."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dlprov_rdf.capture.start import start_run

ROOT = Path(__file__).parent.parent
DLPROV = [sys.executable, "-m", "dlprov_rdf"]


def dlprov(
    *arguments: str | Path, folder: Path = ROOT, typed: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as a program that reads it through pipes."""
    return subprocess.run(
        [*DLPROV, *map(str, arguments)],
        input=typed,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        timeout=120,
        check=False,
    )


def answer(*arguments: str | Path, **variables: str) -> str:
    """What a command that succeeds writes to standard output."""
    done = dlprov(*arguments, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout


def object_of(*arguments: str | Path) -> Any:
    """What a command answers in JSON."""
    return json.loads(answer(*arguments, "--format", "json"))


def refusal(*arguments: str | Path, folder: Path = ROOT, typed: str = "") -> str:
    """The one line in which a command refuses what was asked."""
    done = dlprov(*arguments, folder=folder, typed=typed)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def two_runs(folder: Path) -> Path:
    """Make a knowledge base of a run with a training that completed, and one that failed."""
    with start_run("first", kb=folder) as run:
        with run.step("load", kind="acquire") as step:
            data = step.generated([1, 2, 3], name="numbers", source="https://example.org/numbers")
        with run.training(
            "line", used={"training": data}, parameters={"learning_rate": 0.1}
        ) as training:
            for number, loss in enumerate([0.9, float("nan")]):
                with training.epoch(number):
                    training.log_metric("loss", loss)
    with pytest.raises(ValueError, match="lost"), start_run("second", kb=folder):
        raise ValueError("the data\nwere lost")
    return folder
