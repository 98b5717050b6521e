# SPDX-License-Identifier: Apache-2.0
"""Finds what ships beside the code: the ontology, the shapes, the queries.

In a wheel they lie in ``dlprov_rdf/_data/``, in a checkout at its top.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dlprov_rdf.errors import AssetMissing

_HERE = Path(__file__).resolve().parent


@cache
def root() -> Path:
    """Tell the folder that holds ``ontology``, ``shapes`` and ``queries``."""
    for folder in (_HERE / "_data", _HERE.parent):
        if (folder / "shapes").is_dir():
            return folder
    raise AssetMissing("shapes")


def path(name: str) -> Path:
    """Find one file, ``shapes/core.ttl`` say.

    Raises:
        AssetMissing: No such file ships with this installation.
    """
    found = root() / name
    if not found.is_file():
        raise AssetMissing(name)
    return found


def text(name: str) -> str:
    """Read one file."""
    return path(name).read_text(encoding="utf-8")


def names(folder: str, suffix: str = "") -> list[str]:
    """List the files below a folder, sorted, as names that ``text`` takes."""
    top = root()
    return sorted(
        found.relative_to(top).as_posix()
        for found in (top / folder).rglob(f"*{suffix}")
        if found.is_file()
    )
