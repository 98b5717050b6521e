# SPDX-License-Identifier: Apache-2.0
"""What the user chose to capture, and a count of what was left out.

A choice is a kind (``predict``, ``metric``, ``data``, …) or a kind and a name
(``metric:val_*``), with ``*`` for any text. An empty ``include`` means everything;
``exclude`` wins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fnmatch import fnmatchcase


class Choice:
    """Tells what is wanted, and remembers what was not."""

    def __init__(self, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
        self.include, self.exclude = tuple(include), tuple(exclude)
        self.everything = not self.include and not self.exclude
        self.left_out: Counter[str] = Counter()

    def wants(self, kind: str, name: str = "") -> bool:
        """Tell whether to capture this; what is left out is counted."""
        if self.everything:
            return True
        both = f"{kind}:{name}"
        if _any(self.exclude, kind, both) or (self.include and not _any(self.include, kind, both)):
            self.left_out[both if name else kind] += 1
            return False
        return True


def _any(patterns: Sequence[str], kind: str, both: str) -> bool:
    return any(
        fnmatchcase(both, pattern) if ":" in pattern else fnmatchcase(kind, pattern)
        for pattern in patterns
    )
