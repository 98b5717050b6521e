# SPDX-License-Identifier: Apache-2.0
"""Waits for a package to be imported, without importing it.

The finder stands first in ``sys.meta_path`` and finds nothing itself: it lets the others
find the package and asks its loader to tell when the package has been executed.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Sequence
from types import ModuleType

from dlprov_rdf.capture.guard import guarded


class Waiting(importlib.abc.MetaPathFinder):
    """Calls ``then`` once, as soon as ``package`` has been imported.

    Attributes:
        package: The name of a top-level package.
    """

    def __init__(self, package: str, then: Callable[[], None]) -> None:
        self.package, self._then = package, guarded(then)
        self._looking = False

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 -- the signature of the protocol
        target: ModuleType | None = None,  # noqa: ARG002 -- the signature of the protocol
    ) -> importlib.machinery.ModuleSpec | None:
        """Give what the other finders find, with a loader that tells when it is done."""
        if fullname != self.package or self._looking:
            return None
        self._looking = True
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._looking = False
        if spec is not None and spec.loader is not None:
            self._ask(spec.loader)
        return spec

    def _ask(self, loader: importlib.abc.Loader) -> None:
        """Let this one loader say when it is done; its class stays what it is."""
        execute = loader.exec_module

        def execute_and_tell(module: ModuleType) -> None:
            vars(loader).pop("exec_module", None)
            execute(module)
            stop(self)
            self._then()

        try:
            loader.exec_module = execute_and_tell  # type: ignore[method-assign]
        except AttributeError:  # a loader with slots: the package is not watched
            return


def wait_for(package: str, then: Callable[[], None]) -> Waiting | None:
    """Call ``then`` when a package is imported: now, if it is there already."""
    if package in sys.modules:
        guarded(then)()
        return None
    waiting = Waiting(package, then)
    sys.meta_path.insert(0, waiting)
    return waiting


def stop(waiting: Waiting | None) -> None:
    """Wait no longer."""
    if waiting in sys.meta_path:
        sys.meta_path.remove(waiting)
