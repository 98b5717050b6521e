# SPDX-License-Identifier: Apache-2.0
"""When a store of files is compacted: once enough of it is new to pay for it.

What was written lies in layers of files until it is compacted, and each look-up goes through
all of them: over a million quads, questions take half the time after it, and it takes 1.3 s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

_One = TypeVar("_One")

#: What is compacted: this many changed quads, if they are at least this part of all.
MUCH = 20_000
_PART = 20


class Layers:
    """How many quads were changed since a store was compacted, and how many it held then.

    Attributes:
        changed: Those changed by this process, to be added up by whoever changes them.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "layers"
        self.changed = 0

    def counted(self, quads: Iterable[_One]) -> Iterator[_One]:
        """Count quads as they go by."""
        for quad in quads:
            self.changed += 1
            yield quad

    def settle(self, compact: Callable[[], object], count: Callable[[], int]) -> None:
        """Compact, if enough has changed, and write down how it is now."""
        held, changed = self._read()
        changed, self.changed = changed + self.changed, 0
        if changed >= max(MUCH, held // _PART):
            compact()
            held, changed = count(), 0
        self._path.write_text(f"{held} {changed}", encoding="utf-8")

    def _read(self) -> tuple[int, int]:
        """Read the two counts; where the file is not there or cut off, nothing was counted."""
        try:
            held, changed = (int(word) for word in self._path.read_text(encoding="utf-8").split())
        except (OSError, ValueError):
            return 0, 0
        return held, changed
