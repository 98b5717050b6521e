# SPDX-License-Identifier: Apache-2.0
"""The wheel as it is released, unpacked, and Python with it and nothing of a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def built(place: Path) -> Path:
    """Build the wheel by way of the source distribution, in an empty folder."""
    _run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(place)], ROOT)
    (sdist,) = place.glob("*.tar.gz")
    _run(["tar", "-xzf", sdist.name], place)
    (source,) = (folder for folder in place.iterdir() if folder.is_dir())
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)], source)
    (wheel,) = place.glob("*.whl")
    return wheel


def unpacked(wheel: Path, place: Path) -> Path:
    """Unpack a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


def python(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder that is its home too, with an unpacked wheel; it must end well."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "HOME": str(folder)}
    return _run([sys.executable, *arguments], folder, environment)


def _run(
    command: list[str], folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done
