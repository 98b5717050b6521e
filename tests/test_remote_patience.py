# SPDX-License-Identifier: Apache-2.0
"""A service is waited for as long as was said, and asked again where that can mend it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal
from served_by_hand import ROW, ROWS, TRUE, Answers, Request, by_hand
from service_asked import BEGUN, QUERY, answers, ask
from test_store import ONE, say

from dlprov_rdf.ask.federating.fetching.labs import limits
from dlprov_rdf.errors import DlprovError, ServiceFault, ServiceRefused, ServiceTooSlow
from dlprov_rdf.store.base import Rows
from dlprov_rdf.store.remote import Limits, RemoteStore


@pytest.fixture
def silent() -> Iterator[str]:
    """A service that takes connections and says nothing, as a frozen one does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_a_frozen_service_is_left_in_time(silent: str) -> None:
    """It is not tried again either, for the time is over."""
    with (
        RemoteStore.at(silent, limits=Limits(whole=0.3)) as store,
        pytest.raises(ServiceTooSlow, match=r"0\.3 s"),
    ):
        store.count()


def test_a_frozen_service_holds_up_no_other(silent: str) -> None:
    """Where it takes queries is looked for while another is asked."""
    frozen = RemoteStore.at(silent, limits=Limits(whole=8))

    def wait() -> None:
        with pytest.raises(DlprovError):
            frozen.count()

    waiting = threading.Thread(target=wait, daemon=True)
    with by_hand(lambda _: TRUE) as service, RemoteStore.at(service.address) as store:
        waiting.start()
        time.sleep(0.3)

        answered = store.query("ASK {}")

    assert answered is True
    assert waiting.is_alive(), "it was waited for"


def test_silence_has_a_limit_of_its_own(silent: str) -> None:
    """It is shorter than the whole time."""
    with (
        RemoteStore.at(silent, limits=Limits(read=0.2, whole=60, tries=1)) as store,
        pytest.raises(ServiceTooSlow, match=r"said nothing within 0\.2 s"),
    ):
        store.count()


@pytest.mark.parametrize("dripping", ["rows", "nothing"])
def test_the_whole_time_holds_though_a_service_is_never_silent_for_long(dripping: str) -> None:
    """It begins late, or it drips, and then it is silent: the wait does not begin anew."""
    left = threading.Event()

    def drip(request: Request) -> None:
        if dripping == "nothing":
            time.sleep(2.7)
        request.begin(200, transfer_encoding="chunked")
        request.chunk(BEGUN)
        for _ in range(54 if dripping == "rows" else 0):
            request.chunk(b"," + ROW)
            time.sleep(0.05)
        left.wait(20)

    with by_hand(drip) as server:
        begun = time.monotonic()
        with pytest.raises(ServiceTooSlow, match=r"within 3 s"):
            ask(server, seconds=3)
        took = time.monotonic() - begun
        left.set()

    assert took < 5  # and not the 6 s of which each wait alone is shorter than 3


def test_a_service_is_told_how_long_we_wait() -> None:
    """One that heeds the header does not go on with what nobody waits for."""
    with by_hand(answers(200, ROWS % ROW)) as server:
        ask(server, seconds=7)

        assert server.asked[-1].headers["timeout"] == "7.000"


def test_a_closed_answer_is_seen_by_the_service() -> None:
    """So it stops; closed from another thread too, while its reader waits."""
    stopped = threading.Event()

    def endless(request: Request) -> None:
        request.begin(200, transfer_encoding="chunked")
        request.chunk(BEGUN)
        try:
            while True:
                request.chunk(b"," + ROW)
                time.sleep(0.01)
        finally:
            stopped.set()

    with by_hand(endless) as server, RemoteStore.at(server.address) as store:
        rows = store.query(QUERY)
        assert isinstance(rows, Rows)
        closer = threading.Timer(0.2, rows.close)
        closer.start()

        with pytest.raises(ServiceFault):
            list(rows)

        assert stopped.wait(20)
        closer.join()


def busy(times: int, then: Answers, status: int = 503, **headers: str) -> Answers:
    """Refuse some times, and then answer."""
    left = iter(range(times))

    def answer(request: Request) -> None:
        if next(left, None) is None:
            then(request)
        else:
            request.give(status, b"later", "text/plain", **headers)

    return answer


def test_a_query_is_asked_again_when_the_service_is_busy() -> None:
    """It does no harm."""
    with by_hand(busy(2, answers(200, ROWS % ROW))) as server:
        assert ask(server, Limits(tries=3)) == [Literal("a")]
        assert len(server.bodies()) == 3


def test_a_query_is_asked_no_more_often_than_allowed() -> None:
    """Then the refusal is told."""
    with by_hand(busy(9, answers(200, ROWS % ROW))) as server:
        with pytest.raises(ServiceRefused, match="503"):
            ask(server, Limits(tries=2))

        assert len(server.bodies()) == 2


def test_what_asking_again_cannot_mend_is_asked_once() -> None:
    """It failed inside; it is forbidden."""
    for status in (500, 403):
        with by_hand(answers(status)) as server:
            with pytest.raises(ServiceRefused):
                ask(server, Limits(tries=3))

            assert len(server.bodies()) == 1


def test_a_query_that_the_service_gave_up_is_not_asked_again() -> None:
    """Fuseki says 503 when its own time limit ends a query before its first row."""
    with by_hand(answers(503, b"Query timed out\n", "text/plain")) as server:
        with pytest.raises(ServiceTooSlow, match="its own limit"):
            ask(server, Limits(tries=3))

        assert len(server.bodies()) == 1


def test_the_wish_to_be_left_alone_is_heeded() -> None:
    """Retry-After of one second."""
    with by_hand(busy(1, answers(200, ROWS % ROW), retry_after="1")) as server:
        begun = time.monotonic()

        assert ask(server, Limits(tries=2)) == [Literal("a")]
        assert time.monotonic() - begun >= 1


def test_a_wish_longer_than_our_time_is_told_at_once() -> None:
    """Nobody waits for what comes too late."""
    with by_hand(busy(1, answers(200, ROWS % ROW), retry_after="3600")) as server:
        with pytest.raises(ServiceRefused) as caught:
            ask(server, Limits(tries=2, whole=60))

        assert caught.value.after == 3600
        assert len(server.bodies()) == 1


def test_an_answer_that_never_began_is_asked_for_again() -> None:
    """A connection that was kept may be gone."""
    first = iter([True])

    def drop(request: Request) -> None:
        if next(first, False):
            request.close_connection = True
        else:
            request.give(200, ROWS % ROW)

    with by_hand(drop) as server:
        assert ask(server, Limits(tries=2)) == [Literal("a")]


def test_a_bare_update_is_sent_once() -> None:
    """It may have been done; a replacement is sent again, for it does the same twice."""

    def writes(request: Request) -> None:
        request.give(204 if request.body == b" " else 503, kind="")

    with by_hand(writes) as server, RemoteStore.at(server.address, limits=Limits(tries=2)) as store:
        with pytest.raises(ServiceRefused):
            store.update("INSERT DATA { <a:s> <a:p> [] }")
        once = [body for body in server.bodies() if b"INSERT" in body]
        with pytest.raises(ServiceRefused):
            store.drop(ONE)
        twice = [body for body in server.bodies() if b"DROP" in body]

    assert (len(once), len(twice)) == (1, 2)


def test_quads_that_were_sent_are_not_sent_again() -> None:
    """They are read once; a service that moved meanwhile is told, not given an empty body."""

    def moves(request: Request) -> None:
        if request.body:
            request.give(307, kind="", location="/elsewhere")
        else:
            request.give(204, kind="")

    with by_hand(moves) as server, RemoteStore.at(server.address, limits=Limits(tries=3)) as store:
        with pytest.raises(ServiceFault, match="moved"):
            store.load(iter([say(1)]))

        assert len([body for body in server.bodies() if body.strip()]) == 1


@given(pause=st.floats(0, 10), turn=st.integers(1, 6))
def test_each_pause_is_twice_the_last_and_a_part_of_it_chance(pause: float, turn: int) -> None:
    """So a service that is overloaded is left alone for longer, and not asked by all at once."""
    longest = pause * 2 ** (turn - 1)

    assert longest / 2 <= Limits(pause=pause).pause_after(turn) <= longest


def test_a_lab_is_asked_again_sooner_than_a_service() -> None:
    """The rows of the others wait for it."""
    assert 2 * limits(20).pause < Limits().pause
    assert limits(20).tries == 2
