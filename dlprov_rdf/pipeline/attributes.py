# SPDX-License-Identifier: Apache-2.0
"""What an attribute said later must be, where a rule of completeness goes by its name."""

from __future__ import annotations

import binascii
import re
import sys
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from pathlib import Path

from pyoxigraph import Quad

from dlprov_rdf.capture.contents import fingerprint
from dlprov_rdf.errors import WrongAnnotation
from dlprov_rdf.events.contents import content
from dlprov_rdf.graph import literals
from dlprov_rdf.graph import vocabulary as v

#: Attributes that are words however they look: a SHA may read as a number.
WORDS = frozenset({"commit", "digest"})

_HEX = re.compile(r"(?:sha-?256[:-])?([0-9a-f]{64})", re.IGNORECASE)
_NAME = re.compile(r"ni:///sha-256;([A-Za-z0-9_-]{43})")
_COMMIT = re.compile(r"[0-9a-f]{40}", re.IGNORECASE)


def checked(name: str, value: object) -> object:
    """Give an attribute's value as it is kept.

    Args:
        name: Only ``seed``, ``digest`` and ``commit`` are looked at.
        value: A digest may be ``ni:///sha-256;…``, 64 hexadecimal digits, or ``@FILE``, the
            content of a file or folder.

    Raises:
        WrongAnnotation: It cannot be that.
    """
    match name:
        case "seed":
            return integer(value)
        case "digest":
            return _digest(str(value).strip())
        case "commit":
            return _commit(str(value).strip())
    return value


def integer(value: object) -> int:
    """Check a seed.

    Raises:
        WrongAnnotation: It is no integer.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise WrongAnnotation("seed", str(value), "it is no integer", "Say --seed numpy=42.")
    return value


def _digest(words: str) -> str:
    if words.startswith("@"):
        return _of_file(Path(words[1:]))
    spelled = _HEX.fullmatch(words)
    if spelled:
        return content(bytes.fromhex(spelled[1]))
    named = _NAME.fullmatch(words)
    try:
        if named and content(urlsafe_b64decode(named[1] + "=")) == words:
            return words
    except binascii.Error:
        pass
    raise WrongAnnotation(
        "digest", words, "it is no SHA-256",
        "Give ni:///sha-256;… or its 64 hexadecimal digits, or have it computed: "
        "--set digest=@FILE.",
    )  # fmt: skip


def _of_file(path: Path) -> str:
    digest, why, _ = fingerprint.file_digest(path, sys.maxsize)
    if digest is None:
        raise WrongAnnotation("digest", f"@{path}", str(why), "Name a file, or a folder of files.")
    return digest


def _commit(words: str) -> str:
    if not _COMMIT.fullmatch(words):
        raise WrongAnnotation(
            "commit", words, "it is not the whole of a commit's name",
            "Give its 40 hexadecimal digits: git rev-parse HEAD",
        )  # fmt: skip
    return words.lower()


def not_differing(commit: str, quads: Sequence[Quad]) -> None:
    """Check that the code is not recorded as differing from this very commit.

    Args:
        commit: Said to be the code that ran.
        quads: All that the run's graph says.

    Raises:
        WrongAnnotation: It is.
    """
    changed = {
        quad.subject
        for quad in quads
        if quad.predicate == v.DLPROV_DIRTY and quad.object == literals.truth(value=True)
    }
    recorded = literals.text(commit)
    if any(
        quad.predicate == v.DLPROV_COMMIT_PROPERTY
        and quad.object == recorded
        and quad.subject in changed
        for quad in quads
    ):
        raise WrongAnnotation(
            "commit", commit, "the code that ran differs from it",
            "Commit the changes, and give that commit.",
        )  # fmt: skip
