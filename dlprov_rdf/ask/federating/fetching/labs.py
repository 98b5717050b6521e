# SPDX-License-Identifier: Apache-2.0
"""The labs that are asked: all at once, each for so long, and what is said of one that fails.

A lab that fails is out for the rest of the question: what was had from it would else stand
beside what could not be had any more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from dlprov_rdf.errors import ServiceFault
from dlprov_rdf.store.base import Rows, Store
from dlprov_rdf.store.remote import Limits, RemoteStore

_Told = TypeVar("_Told")


@dataclass(frozen=True)
class Lab:
    """A store that is asked with others, and what it is called: its address, mostly."""

    name: str
    store: Store

    def rows(self, sparql: str, seconds: float | None) -> Rows:
        """Ask a SELECT query; a service is told how long it has.

        Raises:
            ServiceFault: It answers something else.
        """
        if isinstance(self.store, RemoteStore):
            return self.store.table(sparql, seconds=seconds)
        found = self.store.query(sparql)
        if not isinstance(found, Rows):
            raise ServiceFault(self.name, "it gives no rows where rows were asked for")
        return found


@dataclass(frozen=True)
class Outcome(Generic[_Told]):
    """What the labs told, and why those that told nothing did not, by their names."""

    told: dict[str, _Told]
    faults: dict[str, str]


def limits(seconds: float) -> Limits:
    """Give what a lab's service may take where a question has so many seconds.

    It is asked twice at most, and soon again: the others' rows wait for it.
    """
    return Limits(read=seconds, whole=seconds, tries=2, pause=0.05)


class Threads:
    """A thread for each lab, kept for the next request: to start one takes as long as to ask."""

    def __init__(self) -> None:
        self._inboxes: dict[str, SimpleQueue[Callable[[], None] | None]] = {}

    def ask_all(
        self, labs: Sequence[Lab], question: Callable[[Lab], _Told], seconds: float | None
    ) -> Outcome[_Told]:
        """Ask every lab at once, and wait for the last, or until the time is over.

        Args:
            labs: Whom to ask; one that was silent is not to be asked again.
            question: Asks one; it runs in the thread of that lab.
            seconds: How long; None waits for ever.

        Returns:
            What they told. A service that has not answered in time is let go of by its own
            store, which was told how long it has.
        """
        until = None if seconds is None else time.monotonic() + seconds
        answers: SimpleQueue[tuple[Lab, _Told | None, str]] = SimpleQueue()

        def one(lab: Lab) -> None:
            try:
                answers.put((lab, question(lab), ""))
            except Exception as error:  # noqa: BLE001 -- whatever a lab does, the others are heard
                answers.put((lab, None, str(error) or type(error).__name__))

        for lab in labs:
            self._inbox(lab.name).put(partial(one, lab))
        outcome: Outcome[_Told] = Outcome({}, {})
        silent = {lab.name for lab in labs}
        while silent:
            left = None if until is None else max(until - time.monotonic(), 0.0)
            try:
                lab, told, fault = answers.get(timeout=left)
            except Empty:
                break
            silent.discard(lab.name)
            if fault:
                outcome.faults[lab.name] = fault
            else:
                outcome.told[lab.name] = told  # type: ignore[assignment]
        for name in silent:
            outcome.faults[name] = f"it did not answer within {seconds:.3g} s"
        return outcome

    def close(self) -> None:
        """Let the threads end, each once it has done what it is at."""
        while self._inboxes:
            self._inboxes.popitem()[1].put(None)

    def _inbox(self, name: str) -> SimpleQueue[Callable[[], None] | None]:
        if name not in self._inboxes:
            inbox = self._inboxes[name] = SimpleQueue()
            threading.Thread(target=_work, args=(inbox,), name=f"ask {name}", daemon=True).start()
        return self._inboxes[name]


def _work(inbox: SimpleQueue[Callable[[], None] | None]) -> None:
    while (task := inbox.get()) is not None:
        task()
        del task  # what it holds is dropped before the next is waited for
