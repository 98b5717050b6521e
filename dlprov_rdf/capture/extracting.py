# SPDX-License-Identifier: Apache-2.0
"""Extractors: functions of the user's that read attributes out of what is acquired.

An extractor is given a file (a ``Path``) or a value, and returns attributes by name. What it
does never harms the run: a fault is told once and counted, and one that does not come back
in time is left behind and not called again in this process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from dlprov_rdf import values
from dlprov_rdf.capture.recorder import Recorder, warn
from dlprov_rdf.capture.terms import usable
from dlprov_rdf.events import AttributeSet, NoteAdded

#: Seconds that an extractor may take for one file or value, unless it was told otherwise.
PATIENCE = 10.0

#: Attributes of one file or value, at the most.
_MOST = 500

#: Seconds of an extractor in one run that are worth a note.
_LONG = 1.0

#: Is given a Path or a value; returns attributes by name.
Function = Callable[[Any], Mapping[str, object]]


class Attribute(NamedTuple):
    """A value with its unit (a UCUM code) and the IRI of a property that means it."""

    value: object
    unit: str | None = None
    term: str | None = None


class Extractor:
    """One function, what it is for, and how it did in this process."""

    def __init__(self, function: Function, pattern: str, patience: float) -> None:
        self.function, self.pattern, self.patience = function, pattern, patience
        self.name = str(getattr(function, "__name__", type(function).__name__))
        self.given_up = False

    def fits(self, name: str) -> bool:
        """Tell whether it is for something of this name or path."""
        path = name.replace("\\", "/")
        return fnmatchcase(path, self.pattern) or fnmatchcase(path.rpartition("/")[2], self.pattern)


class _Account:
    """How one extractor did in one run."""

    def __init__(self) -> None:
        self.calls = self.faults = 0
        self.seconds = 0.0


#: Extractors of all runs of this process.
everywhere: list[Extractor] = []


def extractor(
    function: Function | None = None, *, for_: str = "*", seconds: float = PATIENCE
) -> Any:
    """Have a function read attributes out of everything that is acquired from here on.

    Args:
        function: Is given a ``Path`` (of a file that is read, or that acquired data came from)
            or the acquired value, and returns attributes by name: plain values, or
            `Attribute` with unit and term.
        for_: Which: a pattern of names or paths, ``*.tif`` say.
        seconds: How long it may take for one.

    Returns:
        The function; without one, a decorator.

    >>> @extractor(for_="*.tif")
    ... def size(path):
    ...     return {"size": Attribute(path.stat().st_size, unit="By")}
    >>> everywhere.pop().pattern
    '*.tif'
    """
    if function is None:
        return lambda given: extractor(given, for_=for_, seconds=seconds)
    everywhere.append(Extractor(function, for_, seconds))
    return function


class Extractors:
    """The extractors of one run: those of the process, and its own."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.own: list[Extractor] = []
        self._accounts: dict[Extractor, _Account] = {}

    def for_file(self, local: str, path: Path, only: Function | None = None) -> None:
        """Read attributes out of a file that was read."""
        self._run(self._chosen([str(path)], only), local, path, path.name)

    def for_data(
        self, local: str, value: object, name: str, source: str | None, only: Function | None
    ) -> None:
        """Read attributes out of data: out of the file that they came from, if there is one."""
        from_file = self._chosen([source]) if source and _is_file(source) else []
        self._run(from_file, local, Path(source or ""), name)
        rest = [one for one in self._chosen([name], only) if one not in from_file]
        self._run(rest, local, value, name)

    def wants(self, name: str) -> bool:
        """Tell whether any extractor is for a file of this name."""
        return bool(self._chosen([name]))

    def finish(self) -> None:
        """Say at the end of the run how often each failed and how long it took."""
        for one, account in self._accounts.items():
            if account.faults > 1 or account.seconds > _LONG:
                self._note(
                    f"extractor {one.name}: {account.calls} calls took {account.seconds:.3g} s, "
                    f"{account.faults} failed"
                )

    def _chosen(self, names: Iterable[str], only: Function | None = None) -> list[Extractor]:
        """Choose the extractors that are for these names, and one that was named itself."""
        chosen = [
            one for one in [*everywhere, *self.own]
            if not one.given_up and any(one.fits(name) for name in names)
        ]  # fmt: skip
        if only is not None:
            known = next((one for one in self._accounts if one.function is only), None)
            chosen.append(known or Extractor(only, "*", PATIENCE))
        return chosen

    def _run(self, chosen: Iterable[Extractor], local: str, subject: object, name: str) -> None:
        for one in chosen:
            if one.given_up:
                continue
            account = self._accounts.setdefault(one, _Account())
            account.calls += 1
            began = time.perf_counter()
            try:
                self._tell(local, _called(one, subject))
            except Exception as fault:  # noqa: BLE001 -- promise 2: a user's function may raise anything
                self._failed(one, account, name, fault)
            account.seconds += time.perf_counter() - began

    def _tell(self, local: str, found: Mapping[str, object]) -> None:
        if not isinstance(found, Mapping):
            raise TypeError(f"it gave no mapping but {type(found).__name__}")
        wrong = None
        for number, (name, given) in enumerate(found.items()):
            if number == _MOST:
                raise ValueError(f"it gave {len(found)} attributes; the first {_MOST} are recorded")
            one = _attribute(given)
            term = one.term if one.term is not None and usable(str(one.term)) else None
            wrong = one.term if term is None and one.term is not None else wrong
            self._recorder.event(
                AttributeSet, about=local, name=str(name), value=values.plain(one.value),
                unit=None if one.unit is None else str(one.unit), term=term,
            )  # fmt: skip
        if wrong is not None:
            raise ValueError(f"term {wrong!r} cannot be used; the value is recorded without it")

    def _failed(self, one: Extractor, account: _Account, name: str, fault: Exception) -> None:
        """Warn of an extractor's first fault, and say it in the run."""
        account.faults += 1
        if account.faults > 1:
            return
        words = f"extractor {one.name}: {name}: {type(fault).__name__}: {str(fault)[:200]}"
        warn(f"{words}. Its attributes may be missing; the run goes on.")
        self._note(words)

    def _note(self, words: str) -> None:
        self._recorder.event(NoteAdded, text=words, by="dlprov-rdf")


def _called(one: Extractor, subject: object) -> Mapping[str, object]:
    """Call an extractor, and wait for it as long as it may take."""
    given: list[Mapping[str, object]] = []
    fault: list[BaseException] = []

    def work() -> None:
        try:
            given.append(one.function(subject))
        except BaseException as raised:  # noqa: BLE001 -- SystemExit too: it is told, not obeyed
            fault.append(raised)

    worker = threading.Thread(target=work, name=f"extractor {one.name}", daemon=True)
    worker.start()
    worker.join(one.patience)
    if given:
        return given[0]
    if fault:
        raise RuntimeError(f"{type(fault[0]).__name__}: {fault[0]}") from fault[0]
    one.given_up = True
    raise TimeoutError(f"it took more than {one.patience:g} s and is not called again")


def _attribute(given: object) -> Attribute:
    if isinstance(given, Attribute):
        return given
    if isinstance(given, Mapping) and "value" in given and set(given) <= {"value", "unit", "term"}:
        return Attribute(**given)
    return Attribute(given)


def _is_file(source: str) -> bool:
    try:
        return Path(source).is_file()
    except (OSError, ValueError):
        return False
