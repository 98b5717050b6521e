# SPDX-License-Identifier: Apache-2.0
"""A Fuseki of one's own answers, keeps writers out who have no password, and ends when told."""

from __future__ import annotations

from parts import require

require("fuseki")

import httpx
from fuseki_started import Fuseki


def test_a_question_goes_over_the_union_of_the_graphs(fuseki: Fuseki) -> None:
    """A triple that two graphs hold is one triple of the union."""
    fuseki.load(b'<u:a> <u:b> "c" <u:g> .\n<u:a> <u:b> "c" <u:h> .\n')

    rows = fuseki.select("SELECT ?s { ?s ?p ?o }")

    assert rows == [{"s": "u:a"}]


def test_a_change_needs_the_password(fuseki: Fuseki) -> None:
    """Reads are open; an update without the password is refused, and nothing is changed."""
    update = {"update": "INSERT DATA { GRAPH <u:g> { <u:a> <u:b> <u:c> } }"}

    refused = httpx.post(f"{fuseki.address}/update", data=update, trust_env=False)

    assert refused.status_code == 401
    assert fuseki.select("SELECT ?s { ?s ?p ?o }") == []
