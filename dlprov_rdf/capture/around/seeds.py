# SPDX-License-Identifier: Apache-2.0
"""Sees when a random generator is seeded, and with what; the generators are left as they are."""

from __future__ import annotations

import functools
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from dlprov_rdf.capture import importing

#: The calls that seed, as people write them.
CALLS = (
    "random.seed", "numpy.random.seed", "keras.utils.set_random_seed", "tensorflow.random.set_seed",
    "torch.manual_seed",
)  # fmt: skip

Seen = Callable[[str, object], None]

#: What is waited for where it is not loaded yet; numpy loads its part when it is first used.
_LATER = ("numpy.random", "keras", "tensorflow", "torch")

#: Seeds that are kept of one watcher for runs that have not begun yet, at the most.
_MOST = 100

#: Who watches, outermost first, and what was seeded while nobody within watched: a run takes
#: over the seeds of those that it is within, and not those of a run beside it that has ended.
_watchers: dict[Seen, list[tuple[str, object]]] = {}
_waiting: list[importing.Waiting] = []
_within = threading.local()


def seed_from_hash() -> str | None:
    """Tell PYTHONHASHSEED as the process sees it."""
    return os.environ.get("PYTHONHASHSEED") or None


def watch_seeds(seen: Seen) -> Callable[[], None]:
    """Be told once of each call that seeds, in modules that are loaded by now or later.

    ``keras.utils.set_random_seed`` calls the others: only the outermost call is told.

    Args:
        seen: Called with the call's name and the seed, after the generator was seeded.

    Returns:
        Stops it, and puts the calls back as they were when nobody watches any more.
    """
    _watchers.setdefault(seen, [])
    _replace()
    if not _waiting:
        coming = [importing.wait_for(name, _replace) for name in _LATER if name not in sys.modules]
        _waiting.extend(one for one in coming if one is not None)

    def stop() -> None:
        _watchers.pop(seen, None)
        if not _watchers:
            _unwatch()

    return stop


def remember() -> Callable[[], None]:
    """Keep what is seeded while no run watches, for the runs that begin later.

    Returns:
        Stops it.
    """
    return watch_seeds(_no_run)


def remembered() -> list[tuple[str, object]]:
    """Give what a run that begins now takes over: the seeds of whoever watches already."""
    return [seed for kept in tuple(_watchers.values()) for seed in kept]


def _no_run(by: str, value: object) -> None:
    """Watch for no run: what is seeded is kept."""


def _replace() -> None:
    """Watch every call whose module is loaded and that is not watched yet."""
    for name in CALLS if _watchers else ():
        module, _, call = name.rpartition(".")
        owner = _loaded(module)
        original = getattr(owner, call, None)
        if original is not None and not hasattr(original, "dlprov_original"):
            with suppress(Exception):
                setattr(owner, call, _watched(name, original))


def _loaded(module: str) -> Any:
    """Give a module that is loaded, without loading a lazy one."""
    top, *rest = module.split(".")
    owner = sys.modules.get(module) or sys.modules.get(top)
    if owner is None or module in sys.modules:
        return owner
    for part in rest:
        owner = getattr(owner, "__dict__", {}).get(part)
    return owner


def _watched(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def seeding(*args: Any, **kwargs: Any) -> Any:
        outer = getattr(_within, "call", None)
        _within.call = outer or name
        try:
            result = original(*args, **kwargs)
        finally:
            _within.call = outer
        if outer is None:
            _tell(name, args[0] if args else next(iter(kwargs.values()), None))
        return result

    # Pickled by its name, as an initialiser of worker processes is: random.seed calls itself
    # Random.seed, which is another function.
    seeding.__module__, _, seeding.__qualname__ = name.rpartition(".")
    seeding.dlprov_original = original  # type: ignore[attr-defined]
    return seeding


def _tell(name: str, seed: object) -> None:
    for kept in list(_watchers.values())[-1:]:
        kept.append((name, seed))
        del kept[:-_MOST]
    for seen in tuple(_watchers):
        with suppress(Exception):
            seen(name, seed)


def _unwatch() -> None:
    while _waiting:
        importing.stop(_waiting.pop())
    for name in CALLS:
        module, _, call = name.rpartition(".")
        owner = _loaded(module)
        original = getattr(getattr(owner, call, None), "dlprov_original", None)
        if original is not None:
            setattr(owner, call, original)
