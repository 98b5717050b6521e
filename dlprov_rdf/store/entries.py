# SPDX-License-Identifier: Apache-2.0
"""The files and folders of a cache that several processes use, and in which anything may happen.

What is written appears whole or not at all, and what is read is compared with digests. A folder
that is read is held, and goes when nobody reads it any more.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from dlprov_rdf.store import lock
from dlprov_rdf.store.lock import Lock

#: What begins the name of what is not finished, and seconds until it is taken for left behind.
_DRAFT, _LEFT = ".draft-", 3600.0

#: What a folder holds: what was put there, what is locked to read it, and digests of the first.
QUADS, _LOCK, _SUMS = "quads", "lock", "sums"

#: What Oxigraph leaves beside its quads.
_BESIDE = frozenset({"LOCK", "LOG"})


class Entry(NamedTuple):
    """What is in a cache; sorted, what was used longest ago comes first. Sizes are bytes."""

    used: float
    path: Path
    size: int


def entries(cache: Path) -> list[Entry]:
    """List what is there, and remove what others have left unfinished."""
    return sorted(_entries(cache))


def _entries(cache: Path) -> Iterator[Entry]:
    with suppress(OSError):
        for path in list(cache.iterdir()):
            with suppress(OSError):
                used = path.stat().st_mtime
                if not path.name.startswith(_DRAFT):
                    yield Entry(used, path, size(path))
                elif time.time() - used > _LEFT:
                    remove(path)


def size(path: Path) -> int:
    """Count the bytes of a file, or of all in a folder."""
    inner = path.rglob("*") if path.is_dir() else (path,)
    return sum(one.stat().st_size for one in inner if one.is_file())


def write_file(path: Path, told: bytes) -> None:
    """Write a file.

    Raises:
        OSError: It cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_DRAFT, dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(told)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_folder(path: Path, fill: Callable[[Path], object]) -> None:
    """Make a folder; where another process was faster, its own stays.

    Args:
        path: The folder.
        fill: Makes what is to be in it, at the path that it is given.

    Raises:
        OSError: It cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=path.parent))
    try:
        (draft / _LOCK).touch()
        held = lock.shared(draft / _LOCK)
        assert held is not None
        with closing(held):
            fill(draft / QUADS)
            (draft / _SUMS).write_bytes(_sums(draft / QUADS))
            with suppress(OSError):
                draft.rename(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def hold(path: Path) -> Lock | None:
    """Hold a folder to read it; None where there is none as it was made."""
    if not path.is_dir():
        return None
    held = None
    try:
        held = lock.shared(path / _LOCK)
        if held is not None and (path / _SUMS).read_bytes() == _sums(path / QUADS):
            return held
    except OSError:
        pass
    if held is not None:
        held.close()
    remove(path)
    return None


def remove(path: Path) -> bool:
    """Remove a file, or a folder that nobody reads, and tell whether it is gone."""
    try:
        if not path.is_dir():
            path.unlink()
            return True
        held = lock.alone(path / _LOCK)
        if held is None:
            return False
        with closing(held):
            gone = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=path.parent))
            path.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)
    except OSError:
        return False
    return True


def _sums(folder: Path) -> bytes:
    """Give the digests of a folder's files, as ``sha256sum`` writes them."""
    lines = []
    for path in sorted(folder.iterdir()):
        if path.name not in _BESIDE:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            lines.append(f"{digest}  {path.name}\n")
    return "".join(lines).encode()
