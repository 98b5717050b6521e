# SPDX-License-Identifier: Apache-2.0
"""Asks ProvToolbox whether documents are valid: many in one process, for a JVM is slow to start.

It lies in a folder beside this checkout (``../shared``), or in the one that ``DLPROV_SHARED``
names, and needs a JDK and Maven.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

SHARED = Path(os.environ.get("DLPROV_SHARED") or Path(__file__).parents[3] / "shared")
ORACLE = SHARED / "tools" / "prov-oracle" / "run"

#: Documents in one process: the command line has to hold their names.
_BATCH = 1_000

#: Seconds after which a batch is given up.
_PATIENCE = 900


def lacking() -> str:
    """Say why there is no oracle; nothing if there is one."""
    missing = [program for program in ("java", "javac", "mvn") if shutil.which(program) is None]
    if missing:
        return f"{', '.join(missing)} is not here"
    return "" if ORACLE.exists() else "the oracle is not here"


def judge(texts: Sequence[str]) -> list[bool | None]:
    """Give the oracle's verdict on each PROV-N text: valid or not, or None where it failed."""
    found: list[bool | None] = []
    for start in range(0, len(texts), _BATCH):
        found += _batch(texts[start : start + _BATCH])
    return found


def _batch(texts: Sequence[str]) -> list[bool | None]:
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{number}.provn" for number in range(len(texts))]
        for name, text in zip(names, texts, strict=True):
            (Path(folder) / name).write_text(text, encoding="utf-8")
        done = subprocess.run(
            [ORACLE.absolute(), *names], cwd=folder, capture_output=True, text=True, check=False,
            timeout=_PATIENCE,
        )  # fmt: skip
    told = dict(line.split()[:2] for line in done.stdout.splitlines())
    if len(told) != len(names):
        raise RuntimeError(f"{ORACLE}: {len(told)} verdicts of {len(names)}: {done.stderr[-500:]}")
    return [{"PASS": True, "FAIL": False}.get(told[name]) for name in names]
