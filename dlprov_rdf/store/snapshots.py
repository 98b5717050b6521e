# SPDX-License-Identifier: Apache-2.0
"""A store's folder: the writer's own directory, and the snapshots that others read.

    writer.lock         held by the one writer
    live                names the writer's directory, live-N
    live-N/             quads/ (Oxigraph) and built.json (what was built into it)
    current             names the newest snapshot, snapshots/N
    snapshots/N/        as live-N, and lock, which its readers share

``live`` and ``current`` are switched by one rename, so that a process killed at any moment
leaves the old one or the new one. What neither names is a leftover, which the next writer
removes, unless a reader still holds it.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dlprov_rdf.errors import NothingBuilt
from dlprov_rdf.store import lock

QUADS = "quads"
_LOCK = "lock"
_DRAFT = ".draft"
_GONE = ".gone"
_POINTED = re.compile(r"live-\d+|snapshots/\d+")
_TRIES = 200
_PAUSE = 0.005


class Snapshot(NamedTuple):
    """A snapshot that is held by a reader, and when it was last known to be up to date."""

    path: Path
    checked: float
    held: lock.Lock

    @property
    def quads(self) -> Path:
        """The directory that Oxigraph reads."""
        return self.path / QUADS


def live(folder: Path) -> Path | None:
    """Tell the writer's directory, or None where there is none yet. For the writer only."""
    return _named(folder / "live")


def new_live(folder: Path) -> Path:
    """Make an empty directory for the writer, which is its own only once it is switched to."""
    path = folder / f"live-{_next(folder, 'live-')}"
    path.mkdir(parents=True)
    return path


def switch_live(folder: Path, path: Path) -> None:
    """Make a directory the writer's own, and remove the one before."""
    _point(folder / "live", path.name)
    sweep(folder)


def draft(folder: Path) -> Path:
    """Make the directory of a snapshot that nobody can see yet."""
    snapshots = folder / "snapshots"
    path = snapshots / f"{_next(snapshots, '')}{_DRAFT}"
    path.mkdir(parents=True)
    (path / _LOCK).touch()
    return path


def switch_current(folder: Path, path: Path) -> None:
    """Show a draft to the readers, and remove the snapshots that nobody reads any more."""
    final = path.with_suffix("")
    path.rename(final)
    _point(folder / "current", f"snapshots/{final.name}")
    sweep(folder)


def newest(folder: Path) -> Path | None:
    """Tell the newest snapshot, which nothing keeps from being removed; None for none."""
    return _named(folder / "current")


def still_current(folder: Path) -> None:
    """Say that the newest snapshot is up to date as of now."""
    os.utime(folder / "current")


def hold_newest(folder: Path) -> Snapshot:
    """Hold the newest snapshot, so that no writer removes it.

    Raises:
        NothingBuilt: There is no snapshot.
    """
    for _ in range(_TRIES):
        try:
            checked = (folder / "current").stat().st_mtime
            path = _named(folder / "current")
            held = lock.shared(path / _LOCK) if path else None
        except (FileNotFoundError, NotADirectoryError):
            path = held = None
        if path and held:
            if path.is_dir():
                return Snapshot(path, checked, held)
            held.close()
        if not (folder / "current").exists():
            break
        time.sleep(_PAUSE)  # a newer one was switched to meanwhile, and this one is going
    raise NothingBuilt(folder)


def sweep(folder: Path) -> None:
    """Remove what is neither named nor read. For the writer only."""
    keep = {_named(folder / "live"), _named(folder / "current")}
    for path in sorted(folder.glob("live-*")):
        if path not in keep:
            shutil.rmtree(path, ignore_errors=True)
    for path in _snapshots(folder):
        if path not in keep:
            _remove(path)


def _snapshots(folder: Path) -> Iterator[Path]:
    return (path for path in sorted((folder / "snapshots").glob("*")) if path.is_dir())


def _remove(path: Path) -> None:
    """Remove a snapshot, unless somebody reads it; whoever locks it later finds it gone."""
    held = lock.alone(path / _LOCK)
    if held is None:
        return
    gone = path if path.suffix == _GONE else path.with_name(path.name + _GONE)
    path.rename(gone)
    held.close()
    shutil.rmtree(gone, ignore_errors=True)


def _named(pointer: Path) -> Path | None:
    """Follow a pointer to a directory that is there; a damaged one leads nowhere."""
    try:
        name = pointer.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, UnicodeError):
        return None
    path = pointer.parent / name
    return path if _POINTED.fullmatch(name) and path.is_dir() else None


def _point(pointer: Path, name: str) -> None:
    new = pointer.with_name(pointer.name + ".new")
    new.write_text(name, encoding="utf-8")
    new.replace(pointer)


def _next(folder: Path, prefix: str) -> int:
    """Give a number that no directory here has had since the last one that is left."""
    names = (path.name.removeprefix(prefix).split(".")[0] for path in folder.glob(f"{prefix}*"))
    return 1 + max((int(name) for name in names if name.isdigit()), default=0)
