# SPDX-License-Identifier: Apache-2.0
"""Reads off the stack who is at work in a fit: which callback, in which hook, for which epoch."""

from __future__ import annotations

from types import FrameType
from typing import Any, NamedTuple

import keras

_OURS = __name__.rpartition(".")[0]
#: Frames below which a whole state is put back: restoring is no adaptation.
_RESTORING = "keras.src.saving"
_FRAMES = 200


class Actor(NamedTuple):
    """Who is at work, read off the stack.

    Attributes:
        callback: The Keras callback; None where other code is at work.
        hook: The callback's hook, ``on_epoch_end`` say.
        epoch: The epoch that the hook was called for.
        batch: The batch that the hook was called for.
        code: The importable name of the innermost function that is not Keras's own.
        restoring: Whether a saved state is being put back.
    """

    callback: Any = None
    hook: str | None = None
    epoch: int | None = None
    batch: int | None = None
    code: str | None = None
    restoring: bool = False


def who(frame: FrameType | None) -> Actor:
    """Read off the stack who is at work, from a frame outwards to the callbacks' list."""
    code: str | None = None
    callback: Any = None
    for _ in range(_FRAMES):
        if frame is None:
            break
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(_RESTORING):
            return Actor(restoring=True)
        found = None if module.startswith(_OURS) else _callback_in(frame)
        if isinstance(found, keras.callbacks.CallbackList):
            return _in_hook(frame, callback, code)
        callback = callback if callback is not None else found
        if code is None and not module.startswith(("keras.", "tensorflow.", _OURS)):
            code = f"{module}.{frame.f_code.co_qualname}"
        frame = frame.f_back
    return Actor(callback, code=code)


def _in_hook(frame: FrameType, callback: Any, code: str | None) -> Actor:
    """Read the loop of ``CallbackList``: a ``LambdaCallback`` is seen only there."""
    here = frame.f_locals
    acting = callback if callback is not None else here.get("callback")
    hook = frame.f_code.co_name.removeprefix("_")
    return Actor(acting, hook, _count(here.get("epoch")), _count(here.get("batch")), code)


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, int) else None


def _callback_in(frame: FrameType) -> Any:
    """Give the callback whose method a frame is, if it is one."""
    names = frame.f_code.co_varnames
    if not frame.f_code.co_argcount or not names:
        return None
    owner = frame.f_locals.get(names[0])
    return owner if isinstance(owner, keras.callbacks.Callback) else None
