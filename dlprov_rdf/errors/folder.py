# SPDX-License-Identifier: Apache-2.0
"""What a knowledge base's folder, settings and parts can lack."""

from __future__ import annotations

from pathlib import Path

from dlprov_rdf.errors.root import DlprovError


class SettingsError(DlprovError):
    """The folder or kb.toml of a knowledge base cannot be used."""


class NoKnowledgeBase(SettingsError):
    """A folder holds no knowledge base."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return (
            f"{self.folder}: no knowledge base here. "
            "Name one with --kb DIR or $DLPROV_KB, or capture a run first: dlprov run train.py"
        )


class FaultySettings(SettingsError):
    """A key of kb.toml has a value that it cannot have."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(path, what)
        self.path, self.what = path, what

    def __str__(self) -> str:
        return f"{self.path}: {self.what}. Mend the file; docs/settings.md lists every key."


class FaultyCacheLimit(SettingsError):
    """What may be kept of labs' graphs is no number of bytes."""

    def __init__(self, variable: str, value: str) -> None:
        super().__init__(variable, value)
        self.variable, self.value = variable, value

    def __str__(self) -> str:
        return (
            f"environment variable {self.variable}: {self.value!r} is no number of bytes. "
            "Say 2000000000 for 2 GB, or 0 to keep nothing."
        )


class MissingExtra(DlprovError):
    """A part that is not installed was asked for."""

    def __init__(self, part: str, extra: str) -> None:
        super().__init__(part, extra)
        self.part, self.extra = part, extra

    def __str__(self) -> str:
        return f'{self.part} is not installed. Type: pip install "dlprov-rdf[{self.extra}]"'


class AssetMissing(DlprovError):
    """A file that ships with the software is not where it should be."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"{self.name!r} does not ship with this installation. Install dlprov-rdf again."


class DemoFailed(DlprovError):
    """A process of the demonstration failed."""

    exit_status = 1

    def __init__(self, step: str, last_words: str) -> None:
        super().__init__(step, last_words)
        self.step, self.last_words = step, last_words

    def __str__(self) -> str:
        return f"demo {self.step}: the process failed: {self.last_words}. Mend that, and try again."


class FaultyColumns(DlprovError):
    """A table of columns in a run's folder cannot be read."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(path, what)
        self.path, self.what = path, what

    def __str__(self) -> str:
        return (
            f"{self.path}: no whole table of columns ({self.what}). "
            "Fetch the file again from where the run was captured."
        )
