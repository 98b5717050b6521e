# SPDX-License-Identifier: Apache-2.0
"""A knowledge base's settings: what ``kb.toml`` says, with a default for each key.

A knowledge base is a folder. Making one mints its BASE, below which every name it makes
lies, so that two labs never collide. Sizes are bytes.
"""

from __future__ import annotations

import json
import os
import tomllib
import uuid
from pathlib import Path
from typing import Any, Literal

import msgspec

from dlprov_rdf.errors import FaultySettings, NoKnowledgeBase

#: Names below this mean the same in every lab: measures, hyperparameters, algorithms.
SHARED = "https://w3id.org/dlprov-rdf/id/"

_NEW = """\
# A dlprov-rdf knowledge base. docs/settings.md tells of every key.
base = {base}      # every name of this knowledge base lies below it
title = {title}
# publisher = "…"
# licence = "https://creativecommons.org/licenses/by/4.0/"

# [person]                 # who trains here; else git's user.name
# name = "…"
# orcid = "0000-0000-0000-0000"

[capture]
# include = ["train", "evaluate"]     # kinds of step, or "kind:name"; empty = everything
# exclude = ["predict"]
# digest_budget = 268435456           # bytes of content that are digested whole
# series_after = 10000                # observations of one measure that stay one by one
# batch_metrics = false               # each batch's metrics too
# meters = ["rapl", "nvml"]           # of energy and devices; [] = none

# [check]
# shapes = ["own.ttl"]                # rules of your own, SHACL files beside this one

# [endpoints.lab]                     # a SPARQL service, which --endpoint lab and push lab mean
# address = "https://sparql.example.org/dataset"
# user = "ann"
# password_env = "LAB_PASSWORD"       # the environment variable that has the password
"""


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who trains, where neither the call nor git says it."""

    name: str | None = None
    orcid: str | None = None


class Capture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is captured, and how much work may be spent on it."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    digest_budget: int = 256 * 2**20
    series_after: int = 10_000
    batch_metrics: bool = False
    meters: tuple[Literal["rapl", "nvml", "codecarbon"], ...] = ("rapl", "nvml")
    country: str | None = None


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``dlprov check`` holds runs against, beside what ships with the software."""

    shapes: tuple[str, ...] = ()


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A SPARQL service, and where the secret lies by which we are known there."""

    address: str
    user: str | None = None
    password_env: str | None = None
    token_env: str | None = None
    keyring: str | None = None


class Settings(msgspec.Struct, frozen=True):
    """One knowledge base's settings."""

    base: str
    title: str = "dlprov-rdf knowledge base"
    publisher: str | None = None
    licence: str | None = None
    person: Person = Person()
    capture: Capture = Capture()
    check: Check = Check()
    endpoints: dict[str, Endpoint] = {}

    @property
    def digest_budget(self) -> int:
        """Bytes of content that are digested whole; above, a sample is."""
        return self.capture.digest_budget


def locate(folder: Path | str | None = None) -> Path:
    """Tell which folder is meant: the one given, ``$DLPROV_KB``, or ``./dlprov-kb``."""
    return Path(folder or os.environ.get("DLPROV_KB") or "dlprov-kb").absolute()


def load(folder: Path) -> Settings:
    """Read the settings of a knowledge base that is there.

    Raises:
        NoKnowledgeBase: The folder has no ``kb.toml``.
        FaultySettings: The file is no TOML, or a key has a value it cannot have.
    """
    path = folder / "kb.toml"
    try:
        given: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise NoKnowledgeBase(folder) from None
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        raise FaultySettings(path, str(error)) from error
    try:
        settings = msgspec.convert(given, Settings)
    except msgspec.ValidationError as error:
        raise FaultySettings(path, str(error)) from error
    if not settings.base.startswith(("http://", "https://", "urn:")) or _unsafe(settings.base):
        raise FaultySettings(path, f"base {settings.base!r} is not an absolute IRI")
    if not settings.base.endswith(("/", "#", ":")):
        raise FaultySettings(path, f"base {settings.base!r} must end in a slash")
    return settings


def _unsafe(iri: str) -> bool:
    return any(letter in '<>"{}|^`\\' or letter <= " " for letter in iri)


def make(folder: Path, title: str | None = None) -> Settings:
    """Make a knowledge base, or read the one that is there.

    The file appears whole or not at all, and of two processes that make it at once the
    first wins.

    Raises:
        FaultySettings: ``kb.toml`` is there and cannot be used.
        OSError: The folder cannot be written.
    """
    path = folder / "kb.toml"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        base = json.dumps(f"{SHARED}{uuid.UUID(bytes=os.urandom(16), version=4)}/")
        text = _NEW.format(base=base, title=json.dumps(title or folder.name, ensure_ascii=False))
        draft = folder / f".kb.toml.{os.getpid()}"
        draft.write_text(text, encoding="utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            draft.replace(path)
            return load(folder)
        draft.unlink()
    return load(folder)
