# SPDX-License-Identifier: Apache-2.0
"""What is no whole answer, or none to our question, is never taken for one."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal
from served_by_hand import JSON, ROW, ROWS, Request, by_hand
from service_asked import BEGUN, ONCE, QUERY, answers
from test_store import ONE, say

from dlprov_rdf.errors import ServiceFault
from dlprov_rdf.store.remote import RemoteStore

#: What Fuseki 6.2 writes when its time limit ends a query whose rows it is sending.
FUSEKI_ENDS = b"""
##  Query cancelled due to timeout during execution   ##
##  ****          Incomplete results           ****   ##
"""


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


def test_a_service_whose_questions_are_not_asked_of_all_graphs_is_told() -> None:
    """Each answer would be empty."""
    false = b'{"v": {"type": "literal", "value": "false"}}'
    with (
        by_hand(answers(200, ROWS % false), united=False) as server,
        RemoteStore.at(server.address) as store,
        pytest.raises(ServiceFault, match="unionDefaultGraph"),
    ):
        store.query(QUERY)


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
