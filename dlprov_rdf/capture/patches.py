# SPDX-License-Identifier: Apache-2.0
"""Puts a watcher around functions of a framework, and takes all of them away again.

The function that was there is called with what it was called with, and what it returns or
raises is what the caller gets. Undoing puts the very same function objects back.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any, Protocol

from dlprov_rdf.capture.guard import guarded


class Watch(Protocol):
    """What watches one call, from its beginning to its end."""

    def returned(self, result: Any) -> None:
        """The call returned."""

    def raised(self, error: BaseException) -> None:
        """An exception left the call, and goes on its way."""


class Call:
    """One call of a watched function, as its caller made it.

    Attributes:
        caller: The frame that called.
    """

    def __init__(self, caller: FrameType, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        self.caller, self.args, self.kwargs = caller, args, kwargs


Begin = Callable[[Call], Watch | None]


def watched(original: Callable[..., Any], begin: Begin) -> Callable[..., Any]:
    """Wrap a function so that ``begin`` sees each call, and its watch how it ended."""
    start = guarded(begin)

    @functools.wraps(original)
    def call(*args: Any, **kwargs: Any) -> Any:
        watch = start(Call(sys._getframe(1), args, kwargs))  # noqa: SLF001 -- the way to a caller
        try:
            result = original(*args, **kwargs)
        except BaseException as error:
            if watch is not None:
                guarded(watch.raised)(error)
            # A traceback shows the user's frames and Keras's: this one is taken out of it.
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            raise
        if watch is not None:
            guarded(watch.returned)(result)
        return result

    return call


class Patches:
    """Everything that was replaced, so that it can be put back."""

    def __init__(self) -> None:
        self._replaced: list[tuple[Any, str, Any, Any]] = []

    def replace(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """Put ``make(what is there)`` in the place of an attribute of a class or module.

        A name that is not there is left alone: versions of a framework differ.
        """
        original = vars(owner).get(name)
        if original is None:
            return
        replacement = make(original)
        setattr(owner, name, replacement)
        self._replaced.append((owner, name, original, replacement))

    def watch(self, owner: Any, name: str, begin: Begin) -> None:
        """Put a watcher around a function."""
        self.replace(owner, name, lambda original: watched(original, begin))

    def undo(self) -> None:
        """Put back what was there, unless somebody else has replaced ours since."""
        while self._replaced:
            owner, name, original, replacement = self._replaced.pop()
            if vars(owner).get(name) is replacement:
                setattr(owner, name, original)
