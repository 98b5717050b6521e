# SPDX-License-Identifier: Apache-2.0
"""Files and sets of files that a run reads or writes, each an occurrence with its digest.

A data set that is a folder, or a list of files, has each file as a member, under the key of
its path there. Beyond `MOST_MEMBERS` they are counted and no longer told one by one; the
digest of the whole is of all of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dlprov_rdf.capture.contents import fingerprint
from dlprov_rdf.capture.contents.data import Data, Handle
from dlprov_rdf.capture.recorder import Recorder
from dlprov_rdf.events import DataSeen, FileSeen, Member, MembersSeen

#: Files of one data set that are told one by one.
MOST_MEMBERS = 1000

#: Letters of a text that may be a path at the most.
_LONGEST = 4096


class File(Handle):
    """A file that was written or read."""


def seen(recorder: Recorder, path: str | Path, **fields: Any) -> File:
    """Record a file: fields of ``FileSeen`` say whether it was written, and what is in it."""
    digest, reason, size = fingerprint.file_digest(Path(path), recorder.settings.digest_budget)
    local = recorder.open(
        "file", FileSeen, path=str(path), digest=digest, undigested=reason, bytes=size, **fields
    )
    return File([local], Path(path).name)


def path_of(value: object) -> Path | None:
    """Read a value as the path of something that is there: a path, or text that names one."""
    if isinstance(value, str):
        if not value or len(value) > _LONGEST or "\0" in value or not os.path.exists(value):  # noqa: PTH110 -- Path would raise for some texts
            return None
        return Path(value)
    return Path(value) if isinstance(value, os.PathLike) else None


def resolve(recorder: Recorder, value: object) -> Handle | None:
    """Record the file or the folder that a value names; None if it names none."""
    path = path_of(value)
    if path is None:
        return None
    return folder(recorder, path) if path.is_dir() else seen(recorder, path)


def folder(recorder: Recorder, path: Path, name: str | None = None, **fields: Any) -> Data:
    """Record a folder as data, with its files as members.

    Args:
        recorder: Writes the log.
        path: The folder.
        name: What to call it; its own name, unless said.
        **fields: Of ``DataSeen``: ``generated_by``, ``derived_from``.
    """
    try:
        inside = sorted(one for one in path.rglob("*") if one.is_file())
    except OSError:  # what cannot be read has no members; the digest says why
        inside = []
    digest, reason, size = fingerprint.file_digest(path, recorder.settings.digest_budget)
    fields.setdefault("source", str(path))
    local = recorder.open(
        "data", DataSeen, name=name or path.name or str(path), form="folder", digest=digest,
        undigested=reason, bytes=size, **fields,
    )  # fmt: skip
    tell_members(recorder, local, inside, by=fields.get("generated_by"))
    return Data([local], name or path.name, path)


def several(recorder: Recorder, paths: Sequence[str | Path], name: str) -> Data:
    """Record a list of files as one set of data."""
    local = recorder.open(
        "data", DataSeen, name=name, form="files", undigested="its files have digests of their own"
    )
    tell_members(recorder, local, paths)
    return Data([local], name, paths)


def tell_members(
    recorder: Recorder, of: str, paths: Sequence[str | Path], *, by: str | None = None,
    undigested: str | None = None, known: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Record the files that data are; without their digests, if ``undigested`` says why.

    ``known`` holds the local names of those that were recorded before, by their paths.
    """
    already = known or {}
    if not paths:
        return
    told = [Path(one) for one in paths[:MOST_MEMBERS]]
    top = _common(told)
    members = [
        Member(
            key=_key(one, top),
            file=already.get(str(one)) or _member(recorder, one, by, undigested),
        )
        for one in told
    ]
    recorder.event(MembersSeen, of=of, members=members, count=len(paths))


def _member(recorder: Recorder, path: Path, by: str | None, undigested: str | None) -> str:
    if undigested is None:
        return seen(recorder, path, generated_by=by).id
    return recorder.open(
        "file", FileSeen, path=str(path), undigested=undigested, generated_by=by
    )  # fmt: skip


def _common(paths: Iterable[Path]) -> str | None:
    """Find the folder that all of these lie in; None where there is none, on two drives say."""
    try:
        return os.path.commonpath([one.parent for one in paths])
    except ValueError:
        return None


def _key(path: Path, top: str | None) -> str:
    return path.relative_to(top).as_posix() if top else path.as_posix()
