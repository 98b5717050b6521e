# SPDX-License-Identifier: Apache-2.0
"""Runs our own code beside a training so that no fault of it reaches the training.

Whatever fails is told once, in one warning a place, and the training goes on. What passes
is what is not ours to hold: Ctrl-C, the end of the process.

The time spent here is added up, in seconds, so that a benchmark can say what capture costs.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from dlprov_rdf.capture.recorder import warn

P = ParamSpec("P")
R = TypeVar("R")

_warned: set[str] = set()


class _Account(threading.local):
    """How deep this thread is in our own code, so that nothing is counted twice."""

    depth = 0


_account = _Account()


@dataclass
class Spent:
    """What one piece of guarded code has cost so far: calls, and seconds of wall clock."""

    calls: int = 0
    seconds: float = 0.0


_spent: dict[str, Spent] = {}


def own_time() -> dict[str, Spent]:
    """Tell what our own code has cost this process, by where it was entered."""
    return dict(_spent)


def own_seconds() -> float:
    """Tell the seconds that this process spent in guarded code, in all threads."""
    return sum(spent.seconds for spent in _spent.values())


def guarded(function: Callable[P, R]) -> Callable[P, R | None]:
    """Make a function one that never fails: it returns None where it would have raised."""
    place = f"{function.__module__}.{function.__qualname__}"
    spent = _spent.setdefault(place, Spent())

    @functools.wraps(function)
    def careful(*args: P.args, **kwargs: P.kwargs) -> R | None:
        outermost = _account.depth == 0
        _account.depth += 1
        began = time.perf_counter()
        try:
            return function(*args, **kwargs)
        except Exception as fault:  # noqa: BLE001 -- promise 2: no fault reaches the training
            tell(place, fault)
            return None
        finally:
            _account.depth -= 1
            if outermost:
                spent.seconds += time.perf_counter() - began
                spent.calls += 1

    return careful


def tell(place: str, fault: Exception) -> None:
    """Warn of a fault of ours, once a place."""
    if place in _warned:
        return
    _warned.add(place)
    warn(
        f"{place}: {type(fault).__name__}: {str(fault)[:200]}. "
        "This was not captured; the training goes on unharmed."
    )
