# SPDX-License-Identifier: Apache-2.0
"""What the caller of a watched function calls the things that it hands over."""

from __future__ import annotations

from types import FrameType
from typing import Any

from dlprov_rdf.events import Code


def name_of(value: object, caller: FrameType | None, otherwise: str) -> str:
    """Find the variable that holds this very object, in the caller's frame or module.

    Args:
        value: What was handed over.
        caller: The frame of who did.
        otherwise: The name to give where no variable holds it: an expression, say.
    """
    if caller is None or value is None:
        return otherwise
    for scope in (caller.f_locals, caller.f_globals):
        for name, held in list(scope.items()):
            if held is value and not name.startswith("_"):
                return name
    return otherwise


def calling_code(caller: FrameType | None) -> Code | None:
    """Tell which function or script made a call."""
    if caller is None:
        return None
    code = caller.f_code
    module = str(caller.f_globals.get("__name__", ""))
    name = module if code.co_name == "<module>" else f"{module}.{code.co_qualname}"
    return Code(name=name, path=code.co_filename, line=caller.f_lineno)


def outside(frame: FrameType | None, packages: tuple[str, ...]) -> FrameType | None:
    """Go outwards to the first frame that is in none of these packages."""
    while frame is not None and _top(frame) in packages:
        frame = frame.f_back
    return frame


def _top(frame: FrameType) -> Any:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
