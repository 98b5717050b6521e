# SPDX-License-Identifier: Apache-2.0
"""Goes through what Oxigraph gives, which one thread alone may read and let go of.

The garbage collector runs in whichever thread it likes, and what it drops of another's is
complained of on stderr and never freed. So what is let go of elsewhere is left to its own
thread, which drops it when it next asks, or when it ends.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import count
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")


class _Owner:
    """A thread, as long as it lives, and what others could not let go of for it."""

    def __init__(self) -> None:
        self.number = next(_NUMBERS)
        self.left: list[object] = []
        _OWNERS[self.number] = self


_NUMBERS = count()  # a thread's own number is given to another when it ends

_OWNERS: WeakValueDictionary[int, _Owner] = WeakValueDictionary()

_HERE = threading.local()

#: What belonged to threads that have ended: nobody can let go of it.
_NOBODYS: list[object] = []


def _owner() -> _Owner:
    """Give the thread that calls."""
    try:
        owner: _Owner = _HERE.owner
    except AttributeError:
        owner = _HERE.owner = _Owner()
    return owner


class Owned(Generic[T]):
    """Goes once through something, in the thread that began, and drops it in that one too."""

    def __init__(self, each: Iterator[T]) -> None:
        owner = _owner()
        owner.left.clear()
        self._each, self._number = each, owner.number

    def __iter__(self) -> Owned[T]:
        return self

    def __next__(self) -> T:
        if _owner().number != self._number:
            raise RuntimeError("an answer is read by the thread that asked")
        return next(self._each)

    def close(self) -> None:
        """Read no more; any thread may say so."""
        each, self._each = self._each, iter(())
        if _owner().number != self._number:
            owner = _OWNERS.get(self._number)
            (owner.left if owner else _NOBODYS).append(each)

    def __del__(self) -> None:
        self.close()
