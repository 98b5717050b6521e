# SPDX-License-Identifier: Apache-2.0
"""Who changes a training from outside while it runs, and why.

A change is seen where it is made; who wants it and why only a person can say. What they say
holds for the thread that says it, and for what was running when they said it: a callback in a
``fit`` that begins inside the block acts for itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from dlprov_rdf.errors import WrongCall
from dlprov_rdf.events import Technique


@dataclass(frozen=True)
class Steering:
    """A person at the wheel; ``since`` is in nanoseconds of this process's own clock."""

    by: str
    why: str | None
    orcid: str | None
    since: int

    @property
    def technique(self) -> Technique:
        """The person, as what makes a change."""
        return Technique(name=self.by, type="person", orcid=self.orcid)


_now: ContextVar[Steering | None] = ContextVar("steering", default=None)

#: The last block that was left: what it changed may be seen only when training goes on.
_left: list[Steering] = []


@contextmanager
def steering(by: str, why: str | None = None, *, orcid: str | None = None) -> Iterator[None]:
    """Say who makes the changes in this block, and why.

    In a callback, in a notebook or in another thread, while a training runs or between two
    that continue each other::

        with dlprov.steering(by="Ada Lovelace", why="plateau"):
            model.optimizer.learning_rate = 1e-4

    Args:
        by: The person's name; the run's own person is known again by it.
        why: Their reason.
        orcid: Their ORCID.

    Raises:
        WrongCall: ``by`` is no name.
    """
    name = str(by or "").strip()
    if not name:
        raise WrongCall("steering", f"by {by!r} is no name", "Say who: by='Ada Lovelace'.")
    begun = Steering(name, why, orcid, clock())
    token = _now.set(begun)
    try:
        yield
    finally:
        _now.reset(token)
        _left[:] = [begun]


def clock() -> int:
    """Tell the time by which steering and trainings are put in order."""
    return time.monotonic_ns()


def current() -> Steering | None:
    """Tell who is steering in this thread."""
    return _now.get()


def during(began: int) -> Steering | None:
    """Tell who is steering in this thread and began to after something had begun."""
    now = _now.get()
    return now if now is not None and now.since >= began else None


def between(ended: int) -> Steering | None:
    """Tell who steered after something had ended: in this thread now, or last of all."""
    now = during(ended)
    if now is not None:
        return now
    return next((one for one in _left if one.since >= ended), None)
