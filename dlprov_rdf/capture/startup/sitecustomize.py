# SPDX-License-Identifier: Apache-2.0
"""Begins the capture in a Python that ``dlprov run`` starts, before the script's first line.

Python imports a ``sitecustomize`` by itself. So the script runs as in ``python train.py``,
as the real ``__main__``, with no frame of ours below it: tracebacks, ``sys.argv``, the
depth of recursion and exit statuses need no imitation. This module's traces in the
environment are wiped away, and a ``sitecustomize`` of the user's own still runs.
"""

import os
import sys


def _wipe() -> str | None:
    """Take this folder out of the paths again; give what the parent handed over."""
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 -- no pathlib yet
    sys.path[:] = [entry for entry in sys.path if entry != here]
    sys.path_importer_cache.pop(here, None)
    before = os.environ.pop("DLPROV_LAUNCH_PYTHONPATH", None)
    os.environ.pop("PYTHONPATH", None)
    if before is not None:
        os.environ["PYTHONPATH"] = before
    return os.environ.pop("DLPROV_LAUNCH", None)


def _customize_as_the_user_wants() -> None:
    ours = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # type: ignore[import-not-found]  # noqa: F401 -- the next on the path
    except ModuleNotFoundError as error:
        if error.name != "sitecustomize":
            raise
    finally:
        if ours is not None:
            sys.modules.setdefault("sitecustomize", ours)


def _begin(handed: str) -> None:
    root = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))  # noqa: PTH100, PTH118, PTH120 -- no pathlib yet
    borrowed = root not in sys.path
    if borrowed:
        sys.path.append(root)
    try:
        from dlprov_rdf.capture.launched import begin

        begin(handed)
    finally:
        if borrowed:
            sys.path.remove(root)


_handed = _wipe()
try:
    if _handed is not None:
        _begin(_handed)
except Exception as fault:  # noqa: BLE001 -- capture never hurts the script
    sys.stderr.write(f"dlprov: this run is not captured ({type(fault).__name__}: {fault})\n")
_customize_as_the_user_wants()
