# SPDX-License-Identifier: Apache-2.0
"""A service is asked where its address leads, and no other learns who we are."""

from __future__ import annotations

import pytest
from served_by_hand import ROW, ROWS, TRUE, Request, by_hand
from service_asked import QUERY, answers, ask

from dlprov_rdf.errors import FaultyAddress, ServiceFault
from dlprov_rdf.store.remote import Access, RemoteStore

SECRETS = ("geheim", "zeichen")


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
