# SPDX-License-Identifier: Apache-2.0
"""Whatever a service does wrong is told in words."""

from __future__ import annotations

import pickle
import socket
import threading

import pytest
from served_by_hand import ROW, ROWS, by_hand
from service_asked import ONCE, answers, ask
from test_store import ONE

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
from dlprov_rdf.store.remote import RemoteStore


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
