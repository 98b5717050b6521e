# SPDX-License-Identifier: Apache-2.0
"""A Fuseki of one's own answers, and keeps writers out who have no password."""

from __future__ import annotations

from parts import require

require("fuseki")

import httpx
import pytest
from fuseki_started import Fuseki

from dlprov_rdf.store.fuseki import status

INSERT = "INSERT DATA { GRAPH <u:new> { <u:a> <u:b> <u:c> } }"
QUADS = {"content-type": "application/n-quads"}

#: Each way to change something, by Fuseki's own pages too, and ways around a rule for a path.
WRITES = [
    ("POST", "/update", {"data": {"update": INSERT}}),
    ("POST", "/up%64ate", {"data": {"update": INSERT}}),
    ("POST", "/sparql;/../update", {"data": {"update": INSERT}}),
    ("POST", "", {"data": {"update": INSERT}}),
    ("POST", "/sparql", {"data": {"update": INSERT}}),
    ("POST", "/data", {"content": b"<u:a> <u:b> <u:c> <u:new> .\n", "headers": QUADS}),
    ("PUT", "/data?graph=u:new", {"content": b"<u:a> <u:b> <u:c> .", "headers": QUADS}),
    ("DELETE", "/data?graph=u:old", {"headers": {"X-HTTP-Method-Override": "GET"}}),
    ("DELETE", "/../$/datasets/dlprov", {}),
    ("DELETE", "/../%24/datasets/dlprov", {}),
    ("POST", "/../$/datasets", {"data": {"dbName": "more", "dbType": "mem"}}),
    ("POST", "/../$/compact/dlprov", {}),
    ("POST", "/../$/backup/dlprov", {}),
]


def test_a_question_goes_over_the_union_of_the_graphs(fuseki: Fuseki) -> None:
    """A triple that two graphs hold is one triple of the union."""
    fuseki.load(b'<u:a> <u:b> "c" <u:g> .\n<u:a> <u:b> "c" <u:h> .\n')

    rows = fuseki.select("SELECT ?s { ?s ?p ?o }")

    assert rows == [{"s": "u:a"}]


@pytest.mark.parametrize(("method", "path", "request_"), WRITES)
def test_nothing_is_changed_without_the_password(
    fuseki: Fuseki, method: str, path: str, request_: dict[str, object]
) -> None:
    """Each way is refused, and the store is what it was."""
    fuseki.load(b"<u:s> <u:p> <u:o> <u:old> .\n")
    above, below = fuseki.server, path.removeprefix("/..")
    address = above + below if below != path else fuseki.address + path

    refused = httpx.request(method, address, trust_env=False, timeout=60, **request_)

    assert refused.status_code in {400, 401, 405, 415}
    assert fuseki.select("SELECT ?g ?s { GRAPH ?g { ?s ?p ?o } }") == [{"g": "u:old", "s": "u:s"}]


@pytest.mark.parametrize("password", ["", "wrong"])
def test_another_password_is_refused(fuseki: Fuseki, password: str) -> None:
    """An empty one too."""
    refused = httpx.post(
        f"{fuseki.address}/update", data={"update": INSERT}, auth=(fuseki.user, password),
        trust_env=False,
    )  # fmt: skip

    assert refused.status_code == 401
    assert fuseki.select("SELECT ?s { ?s ?p ?o }") == []


def test_reading_is_open_by_query_and_by_graph(fuseki: Fuseki) -> None:
    """Nobody needs the password to ask, nor to fetch a graph."""
    fuseki.load(b"<u:s> <u:p> <u:o> <u:old> .\n")

    graph = httpx.get(
        f"{fuseki.address}/data", params={"graph": "u:old"}, trust_env=False,
        headers={"accept": "application/n-triples"},
    )  # fmt: skip

    assert graph.text.strip() == "<u:s> <u:p> <u:o> ."
    assert fuseki.select("SELECT ?s { ?s ?p ?o }") == [{"s": "u:s"}]


def test_its_own_pages_are_reachable(fuseki: Fuseki) -> None:
    """The page, the script that it runs, and what the page asks to list the data sets."""
    with httpx.Client(base_url=fuseki.server, trust_env=False) as http:
        page = http.get("/")
        script = page.text.partition('src="')[2].partition('"')[0]

        assert "Apache Jena Fuseki" in page.text
        assert http.get(script).is_success
        assert http.get("/$/server").json()["datasets"][0]["ds.name"] == "/dlprov"


def test_it_listens_on_loopback_only(fuseki: Fuseki) -> None:
    """Another address of this machine is closed."""
    port = fuseki.server.rpartition(":")[2]

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.2:{port}/", trust_env=False)


def test_a_strange_web_page_may_not_read_it(fuseki: Fuseki) -> None:
    """It says to no browser that other origins may see its answers."""
    answer = httpx.get(
        f"{fuseki.address}/sparql", params={"query": "ASK {}"}, trust_env=False,
        headers={"origin": "https://elsewhere.example"},
    )  # fmt: skip

    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_its_password_stands_in_no_command_line(fuseki: Fuseki) -> None:
    """Everybody on the machine can read those."""
    with open(f"/proc/{fuseki.pid}/cmdline", "rb") as file:  # noqa: PTH123 -- one line
        words = file.read()

    assert fuseki.password.encode() not in words
    assert b"jena-fuseki-server" in words


def test_its_secrets_are_readable_by_their_owner_alone(fuseki: Fuseki) -> None:
    """And so is the folder."""
    home = fuseki.folder / "fuseki"

    modes = {name: (home / name).stat().st_mode & 0o777 for name in ("password", "shiro.ini", "")}

    assert modes == {"password": 0o600, "shiro.ini": 0o600, "": 0o700}


def test_status_counts_triples_and_graphs(fuseki: Fuseki) -> None:
    """What two graphs hold counts twice: it is what was put in."""
    fuseki.load(b'<u:a> <u:b> "c" <u:g> .\n<u:a> <u:b> "c" <u:h> .\n<u:a> <u:b> "d" <u:h> .\n')

    told = status(fuseki.folder)

    assert (told.running, told.endpoint, told.pid) == (True, fuseki.address, fuseki.pid)
    assert (told.triples, told.graphs, told.version) == (3, 2, "6.2.0")
