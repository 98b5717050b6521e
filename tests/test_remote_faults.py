# SPDX-License-Identifier: Apache-2.0
"""Whatever a service does wrong is told in words, and never taken for an answer."""

from __future__ import annotations

import pickle
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from pyoxigraph import Literal
from served_by_hand import JSON, ROW, ROWS, TRUE, Answers, ByHand, Request, by_hand
from test_store import ONE, say

from dlprov_rdf.errors import (
    DlprovError,
    FaultyAddress,
    FaultyQuery,
    ServiceFault,
    ServiceReadOnly,
    ServiceRefused,
    ServiceTooSlow,
    ServiceUnreachable,
)
from dlprov_rdf.store.base import Rows
from dlprov_rdf.store.remote import Access, Limits, RemoteStore

QUERY = "SELECT ?v { ?s ?p ?v }"
BEGUN = ROWS.split(b"%s")[0] + ROW
#: What Fuseki 6.2 writes when its time limit ends a query whose rows it is sending.
FUSEKI_ENDS = b"""
##  Query cancelled due to timeout during execution   ##
##  ****          Incomplete results           ****   ##
"""
SECRETS = ("geheim", "zeichen")
ONCE = Limits(tries=1)


def ask(server: ByHand, limits: Limits = ONCE, **more: float) -> list[object]:
    """Ask a service for a column."""
    with RemoteStore.at(server.address, limits=limits) as store:
        rows = store.query(QUERY, **more)  # type: ignore[arg-type]
        assert isinstance(rows, Rows)
        return [row[0] for row in rows]


def answers(status: int, body: bytes = b"", kind: str = JSON, **headers: str) -> Answers:
    """Answer always the same."""
    return lambda request: request.give(status, body, kind, **headers)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "wants to know who asks"),
        (403, "does not allow this"),
        (404, "nothing here"),
        (405, "may be read-only"),
        (413, "too large"),
        (415, "does not take this format"),
        (418, "refuses"),
        (500, "failed inside"),
        (503, "too busy"),
    ],
)
def test_a_refusal_is_told_in_words(status: int, words: str) -> None:
    """With the status, and what the service says of it."""
    with (
        by_hand(answers(status, b"Because.\nmore", "text/plain")) as server,
        pytest.raises(ServiceRefused, match=words) as caught,
    ):
        ask(server)

    assert str(status) in str(caught.value)
    assert "'Because.'" in str(caught.value)
    assert caught.value.exit_status == 3
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 -- ours


def test_a_query_that_the_service_does_not_understand_is_the_askers_fault() -> None:
    """It says what is wrong with it."""
    with (
        by_hand(answers(400, b"line 1: no such function", "text/plain")) as server,
        pytest.raises(FaultyQuery, match="no such function"),
    ):
        ask(server)


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"<html>Please log in</html>", "text/html", "'text/html'.*log in"),
        (b"", JSON, "cannot be read"),
        (b"", "", "no format"),
        (BEGUN, JSON, "cannot be read"),
        (ROWS % ROW + b" and more", JSON, "cannot be read"),
        (BEGUN + FUSEKI_ENDS, JSON, "says 'Query cancelled due to timeout during execution'"),
        (b'{"error": "out of memory"}', JSON, "cannot be read"),
        (b'{"error": "out of memory"}', "application/json", "cannot be read"),
        (b"<a:s> <a:p> <a:o> .\n<a:s> <a", "application/n-triples", "cannot be read"),
    ],
)
def test_what_is_no_answer_is_not_taken_for_one(body: bytes, kind: str, words: str) -> None:
    """Though its status is 200."""
    with (
        by_hand(answers(200, body, kind)) as server,
        RemoteStore.at(server.address, limits=ONCE) as store,
        pytest.raises(ServiceFault, match=words),
    ):
        list(store.query(QUERY))  # type: ignore[arg-type]


def test_an_answer_that_stops_in_the_middle_is_told() -> None:
    """Its rows so far are whole ones, and then there is an error and no end."""

    def cut(request: Request) -> None:
        request.begin(200, transfer_encoding="chunked")
        request.chunk(BEGUN + b",")
        request.close_connection = True

    with by_hand(cut) as server, RemoteStore.at(server.address, limits=ONCE) as store:
        rows = iter(store.query(QUERY))  # type: ignore[arg-type]
        assert next(rows) == (Literal("a"),)

        with pytest.raises(ServiceFault, match="broke off"):
            next(rows)


def test_triples_that_stop_between_two_are_told() -> None:
    """A line less looks like a whole answer, but for its length."""

    def cut(request: Request) -> None:
        request.begin(200, "application/n-triples", content_length="40")
        request.wfile.write(b"<a:s> <a:p> <a:o> .\n")
        request.close_connection = True

    with (
        by_hand(cut) as server,
        RemoteStore.at(server.address, limits=ONCE) as store,
        pytest.raises(ServiceFault, match="broke off"),
    ):
        list(store.query("CONSTRUCT WHERE { ?s ?p ?o }"))  # type: ignore[arg-type]


def test_triples_without_an_end_that_could_be_missed_are_refused() -> None:
    """If neither length nor pieces are told, half of them look like all."""

    def unframed(request: Request) -> None:
        request.begin(200, "application/n-triples", connection="close")
        request.wfile.write(b"<a:s> <a:p> <a:o> .\n")
        request.close_connection = True

    with (
        by_hand(unframed) as server,
        RemoteStore.at(server.address, limits=ONCE) as store,
        pytest.raises(ServiceFault, match="neither its length nor its end"),
    ):
        store.query("CONSTRUCT WHERE { ?s ?p ?o }")


def test_nobody_listening_is_told() -> None:
    """The port was free a moment ago."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with (
        RemoteStore.at(f"http://127.0.0.1:{port}/lab") as store,
        pytest.raises(ServiceUnreachable, match="nothing listens there"),
    ):
        store.count()


def test_a_host_that_nobody_knows_is_told() -> None:
    """``.invalid`` is never a host's name (RFC 2606)."""
    with RemoteStore.at("http://lab.invalid/lab") as store, pytest.raises(ServiceUnreachable):
        store.count()


def test_what_speaks_no_http_is_told() -> None:
    """And nothing hangs."""

    def speak(listening: socket.socket) -> None:
        talk, _ = listening.accept()
        with talk:
            talk.recv(1000)
            talk.sendall(b"220 mail.example ESMTP\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=speak, args=(listening,))
        thread.start()
        with (
            RemoteStore.at(f"http://127.0.0.1:{listening.getsockname()[1]}", limits=ONCE) as store,
            pytest.raises(ServiceFault, match="broke off"),
        ):
            store.count()
        thread.join()


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


def test_a_redirection_on_the_same_host_is_followed() -> None:
    """With the question, and with who asks."""

    def moved(request: Request) -> None:
        if request.path == "/new":
            request.give(200, TRUE if request.body == b"ASK {}" else ROWS % ROW)
        else:
            request.give(308, kind="", location="/new")

    with by_hand(moved, finds=False) as server:
        with RemoteStore.at(server.address, access=Access(token=SECRETS[0])) as store:
            assert len(list(store.query(QUERY))) == 1  # type: ignore[arg-type]
            assert store.service.query == f"{server.address}/new"
        assert {one.headers["authorization"] for one in server.asked} == {f"Bearer {SECRETS[0]}"}


def test_a_redirection_to_another_host_is_not_followed() -> None:
    """It was not named, and it would learn who we are."""
    with (
        by_hand(answers(200, ROWS % ROW)) as other,
        by_hand(answers(307, kind="", location=f"{other.address}/x")) as server,
    ):
        with pytest.raises(ServiceFault, match="another host"):
            ask(server)

        assert other.asked == []


def test_a_redirection_in_circles_ends() -> None:
    """After some turns."""
    with (
        by_hand(answers(307, kind="", location="/sparql")) as server,
        pytest.raises(ServiceFault, match="in circles"),
    ):
        ask(server)


def test_a_service_that_only_reads_says_so() -> None:
    """It has queries, and nothing else."""
    with (
        by_hand(answers(404)) as server,
        RemoteStore.at(server.address) as store,
        pytest.raises(ServiceReadOnly, match="only queries"),
    ):
        store.drop(ONE)


def test_a_page_for_people_is_no_place_to_write() -> None:
    """Some servers answer everything with their first page."""
    with (
        by_hand(answers(200, b"<html>", "text/html")) as server,
        RemoteStore.at(server.address) as store,
    ):
        with pytest.raises(ServiceReadOnly):
            store.drop(ONE)
        assert store.service.data is None


def test_a_service_whose_questions_are_not_asked_of_all_graphs_is_told() -> None:
    """Each answer would be empty."""
    false = b'{"v": {"type": "literal", "value": "false"}}'
    with (
        by_hand(answers(200, ROWS % false), united=False) as server,
        RemoteStore.at(server.address) as store,
        pytest.raises(ServiceFault, match="unionDefaultGraph"),
    ):
        store.query(QUERY)


DESCRIPTION = """
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
[] a sd:Service ; sd:endpoint <http://elsewhere.example/> ; sd:supportedLanguage sd:SPARQL11Query .
[] a sd:Service ; sd:endpoint <{here}/ask> ; sd:supportedLanguage sd:SPARQL11Query .
[] a sd:Service ; sd:endpoint <{here}/change> ; sd:supportedLanguage sd:SPARQL11Update .
"""


def test_addresses_are_found_in_the_description_of_a_service() -> None:
    """Where they are none of the usual ones; those of other hosts are passed over."""

    def described(request: Request) -> None:
        here = f"http://{request.headers['host']}"
        if request.command == "GET":
            request.give(200, DESCRIPTION.format(here=here).encode(), "text/turtle")
        elif request.path == "/ask":
            request.give(200, TRUE if request.body == b"ASK {}" else ROWS % ROW)
        elif request.path == "/change":
            request.give(204 if request.body == b" " else 200, kind="")
        else:
            request.give(404)

    with by_hand(described, finds=False) as server, RemoteStore.at(server.address) as store:
        assert store.service.query == f"{server.address}/ask"
        assert store.service.update == f"{server.address}/change"


def test_a_service_without_graphs_gives_them_by_queries() -> None:
    """The Graph Store Protocol is not everywhere; nor is loading quads."""

    def without(request: Request) -> None:
        if b"CONSTRUCT" in request.body:
            request.give(200, b"<a:s> <a:p> <a:o> .\n", "application/n-triples")
        elif request.path == "/update":
            request.give(204, kind="")
        else:
            request.give(404)

    with by_hand(without) as server, RemoteStore.at(server.address) as store:
        assert [str(quad) for quad in store.graph(ONE)] == [f"<a:s> <a:p> <a:o> {ONE}"]

        store.load([say(1)])

        assert b"INSERT DATA" in server.bodies()[-1]
        assert str(ONE).encode() in server.bodies()[-1]


def test_a_service_that_does_not_unpack_is_sent_what_is_plain() -> None:
    """It is tried once, with an update that does nothing."""

    def plain(request: Request) -> None:
        refuses = request.headers.get("content-encoding") == "gzip"
        request.give(415 if refuses else 204, kind="")

    with by_hand(plain) as server, RemoteStore.at(server.address, packs=True) as store:
        store.load([say(1)])
        store.load([say(2)])

        packed = [one for one in server.asked if one.headers.get("content-encoding")]
        assert len(packed) == 1
        assert str(say(2)).encode() in server.bodies()[-1]


@pytest.mark.parametrize(
    "address",
    [
        "lab",
        "ftp://lab.example/",
        "file:///etc/passwd",
        "http://",
        "http://a b/",
        "http://lab:port/",
        "",
    ],
)
def test_what_is_no_address_is_told(address: str) -> None:
    """Before anything is contacted."""
    with pytest.raises(FaultyAddress):
        RemoteStore.at(address)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    """Addresses are shown and logged."""
    with pytest.raises(FaultyAddress) as caught:
        RemoteStore.at("http://ann:geheim@lab.example/lab")

    assert "geheim" not in str(caught.value)


def test_a_secret_is_not_shown() -> None:
    """Nor in an error."""
    access = Access("ann", *SECRETS)

    assert not any(secret in repr(access) for secret in SECRETS)


def test_every_fault_of_a_service_is_one_error() -> None:
    """Who catches ours catches all."""
    for error in (ServiceFault, ServiceReadOnly, ServiceRefused, ServiceTooSlow, FaultyAddress):
        assert issubclass(error, DlprovError)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://elsewhere.example/> { ?s ?p ?o } }",
        "DROP ALL",
        "INSERT DATA { <a:s> <a:p> 1 }",
        "SELECT ?v { ?s ?p }",
    ],
)
def test_what_is_no_query_of_ours_never_leaves_this_machine(query: str) -> None:
    """Some services take an update where they take queries."""
    with by_hand(answers(200, ROWS % ROW)) as server, RemoteStore.at(server.address) as store:
        with pytest.raises(FaultyQuery):
            store.query(query)

        assert server.asked == []
