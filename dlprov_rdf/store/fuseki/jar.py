# SPDX-License-Identifier: Apache-2.0
"""The jar of Fuseki: fetched once from a Maven repository, checked, and kept in the user's cache.

It is checked whenever it is used, for the cache is a place where anything may have happened.
Which repository is asked is jgo's matter: Maven Central, or what ``jgo.conf`` says.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dlprov_rdf.errors import MissingExtra, NoFusekiJar, WrongJar

VERSION = "6.2.0"
COORDINATE = f"org.apache.jena:jena-fuseki-server:{VERSION}"
SHA256 = "2c92c598e65ab69d99820052e05f4277ed1d77980a8845f87545ad35b71a76ee"

#: Seconds that the repository may be silent.
_PATIENCE = 30

OnProgress = Callable[[str], object]


def silently(words: str) -> None:
    """Say nothing."""


def jar(given: Path | None = None, on_progress: OnProgress = silently) -> Path:
    """Give the jar, checked; it is fetched where the cache does not have it.

    Args:
        given: A file to take instead of fetching; it is put into the cache.
        on_progress: Is told, in words, that it is being fetched.

    Raises:
        WrongJar: What was given or fetched is another file, or damaged.
        NoFusekiJar: It could not be fetched.
        MissingExtra: It must be fetched, and jgo is not installed.
        OSError: The file that was given cannot be read, or the cache not be written.
    """
    kept = cache() / f"jena-fuseki-server-{VERSION}.jar"
    if given is not None:
        _check(given, given)
        return given if kept.is_file() and _digest(kept) == SHA256 else _keep(given, kept)
    if kept.is_file() and _digest(kept) == SHA256:
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=kept.parent) as folder:
        fetched = _resolve(Path(folder), on_progress)
        _check(fetched, COORDINATE)
        return _keep(fetched, kept)


def cache() -> Path:
    """Tell the folder of the user's cache that is ours."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    above = Path(named) if Path(named).is_absolute() else Path.home() / ".cache"
    return above / "dlprov-rdf"


def _resolve(folder: Path, on_progress: OnProgress) -> Path:
    """Find the jar in the user's own Maven repository, else fetch it into a folder."""
    try:
        from jgo.config import GlobalSettings
        from jgo.constants import MAVEN_CENTRAL_URL
        from jgo.maven import MavenContext
    except ImportError as error:
        raise MissingExtra("jgo, which fetches Fuseki,", "fuseki") from error

    settings = GlobalSettings.load()
    there = MavenContext(repo_cache=settings.repo_cache).create_dependency(COORDINATE)
    path = there.artifact.cached_path
    if path is not None and path.is_file() and _digest(path) == SHA256:
        return Path(path)
    on_progress(f"Fetching Apache Jena Fuseki {VERSION} (57 MB), once for all")
    context = MavenContext(
        repo_cache=folder,
        remote_repos={"central": MAVEN_CENTRAL_URL, **settings.repositories},
        timeout=_PATIENCE,
    )
    try:
        return Path(context.create_dependency(COORDINATE).artifact.resolve())
    except (OSError, RuntimeError) as error:  # what requests and jgo raise
        raise NoFusekiJar(COORDINATE, str(error).rstrip(".")) from error


def _keep(found: Path, kept: Path) -> Path:
    """Put a jar into the cache, where it appears whole or not at all."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_name(f".{kept.name}.{os.getpid()}")
    try:
        shutil.copyfile(found, draft)
        _check(draft, found)
        draft.replace(kept)
    finally:
        with suppress(OSError):
            draft.unlink()
    return kept


def _check(path: Path, named: Path | str) -> None:
    found = _digest(path)
    if found != SHA256:
        raise WrongJar(named, SHA256, found)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
