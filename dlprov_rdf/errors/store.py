# SPDX-License-Identifier: Apache-2.0
"""What a store can refuse."""

from __future__ import annotations

from pathlib import Path

from dlprov_rdf.errors.root import DlprovError


class StoreError(DlprovError):
    """A store could not do what was asked."""

    exit_status = 3


class StoreBusy(StoreError):
    """Another process is the store's writer."""

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(path, holder)
        self.path, self.holder = path, holder

    def __str__(self) -> str:
        return f"{self.path}: {self.holder} is writing to this store. Wait for it, or end it."


class StoreUnwritable(StoreError):
    """The store's folder does not take what is to be written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return (
            f"{self.path}: cannot write the store: {self.reason}. "
            "Make room or allow it, then type: dlprov build"
        )


class NothingBuilt(StoreError):
    """There is no snapshot of the store to read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: nothing has been built here yet. Type: dlprov build"


class StoreCorrupt(StoreError):
    """The embedded store cannot be opened or read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: the store is damaged ({self.reason}). Type: dlprov rebuild"
