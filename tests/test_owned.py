# SPDX-License-Identifier: Apache-2.0
"""What Oxigraph gives belongs to a thread, and the garbage collector runs in any."""

from __future__ import annotations

import gc
import io
import sys
import threading
from collections.abc import Callable, Iterator

import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.owned import Owned

P = NamedNode("https://example.org/p")
GRAPHS = [NamedNode(f"https://example.org/{name}") for name in "ab"]

BEGUN: dict[str, Callable[[EmbeddedStore], object]] = {
    "rows": lambda store: store.query("SELECT * { ?s ?p ?o }"),
    "triples": lambda store: store.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"),
    "graphs": lambda store: store.graphs(),
    "graph": lambda store: store.graph(GRAPHS[0]),
}


@pytest.fixture
def complaints(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was complained of where nobody could be told."""
    found: list[str] = []
    gc.collect()  # what tests before this one left is not what it is about
    monkeypatch.setattr(sys, "unraisablehook", lambda told: found.append(str(told.exc_value)))
    return found


@pytest.fixture
def store() -> EmbeddedStore:
    """A store with two graphs of three quads."""
    made = EmbeddedStore.memory()
    made.fill(Quad(graph, P, Literal(n), graph) for graph in GRAPHS for n in range(3))
    return made


def elsewhere(do: Callable[[], object]) -> None:
    """Do something in a thread of its own."""
    thread = threading.Thread(target=do)
    thread.start()
    thread.join()


def in_a_circle(begun: Iterator[object]) -> None:
    """Read the first of something, and leave it where only the garbage collector finds it."""
    next(begun)
    circle: list[object] = [begun]
    circle.append(circle)


@pytest.mark.parametrize("what", BEGUN)
def test_what_another_thread_collects_is_let_go_of_by_its_own(
    store: EmbeddedStore, complaints: list[str], what: str
) -> None:
    """A fault's traceback, kept for a while, is enough to have it so."""
    in_a_circle(iter(BEGUN[what](store)))  # type: ignore[call-overload]

    elsewhere(gc.collect)
    begun = iter(BEGUN[what](store))  # type: ignore[call-overload]

    assert complaints == []
    assert next(begun) is not None


def test_what_was_left_to_a_thread_goes_when_it_asks_again(complaints: list[str]) -> None:
    """So nothing grows."""
    gone: list[int] = []

    class Watched(io.BytesIO):
        def __del__(self) -> None:
            gone.append(threading.get_ident())

    statements = Watched(b"<a:a> <a:p> 1 , 2 .")
    in_a_circle(Owned(ox.parse(statements, format=ox.RdfFormat.TURTLE)))
    del statements
    elsewhere(gc.collect)
    before = list(gone)
    Owned(iter(()))

    assert before == []
    assert gone == [threading.get_ident()]
    assert complaints == []


def test_what_was_left_to_a_thread_goes_when_it_ends(
    store: EmbeddedStore, complaints: list[str]
) -> None:
    """A lab's thread asks no more once the question is answered."""
    begun, collected = threading.Event(), threading.Event()

    def ask() -> None:
        in_a_circle(iter(BEGUN["rows"](store)))  # type: ignore[call-overload]
        begun.set()
        collected.wait()

    asking = threading.Thread(target=ask)
    asking.start()
    begun.wait()
    gc.collect()
    collected.set()
    asking.join()

    assert complaints == []


def test_what_outlives_its_thread_is_kept_in_silence(
    store: EmbeddedStore, complaints: list[str]
) -> None:
    """Nobody could let go of it."""
    elsewhere(lambda: in_a_circle(iter(BEGUN["rows"](store))))  # type: ignore[call-overload]

    gc.collect()

    assert complaints == []


def test_another_thread_cannot_read_on(store: EmbeddedStore) -> None:
    """Pyoxigraph would end the process."""
    begun = iter(BEGUN["rows"](store))  # type: ignore[call-overload]
    next(begun)
    told: list[str] = []

    def read() -> None:
        try:
            next(begun)
        except Exception as error:  # noqa: BLE001 -- whatever it is
            told.append(str(error))

    elsewhere(read)

    assert "thread" in told[0]
