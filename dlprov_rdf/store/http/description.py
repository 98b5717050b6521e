# SPDX-License-Identifier: Apache-2.0
"""Reads where a service's own description says that it takes queries and updates."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import pyoxigraph as ox

from dlprov_rdf.errors import ServiceError
from dlprov_rdf.store.http import answers
from dlprov_rdf.store.http.asking import Asking, Request

_SD = "http://www.w3.org/ns/sparql-service-description#"
_ENDPOINT = _SD + "endpoint"
_LANGUAGE = _SD + "supportedLanguage"
_UPDATE = ox.NamedNode(_SD + "SPARQL11Update")

#: Triples that are read of what may be no description but all that a service holds.
_TRIPLES = 2_000


@dataclass(frozen=True)
class Description:
    """Where a service says it takes queries and updates, on the host that was named."""

    queries: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()


def described(asking: Asking, address: str) -> Description:
    """Read the description at an address; there may be none.

    Source:
        SPARQL 1.1 Service Description, section 2 (accessing) and 3.2 (properties).
    """
    try:
        answer = asking.send(Request("GET", address, headers={"accept": answers.TRIPLES}))
        said = []
        reading = answers.triples(answer)
        for one in reading:
            said.append(one)
            if len(said) == _TRIPLES:
                reading.close()
                break
    except ServiceError:
        return Description()
    writers = {one.subject for one in said if _says(one, _LANGUAGE) and one.object == _UPDATE}
    places = [
        (one.subject, one.object.value)
        for one in said
        if _says(one, _ENDPOINT) and isinstance(one.object, ox.NamedNode)
    ]
    here = httpx.URL(address)
    near = [(service, place) for service, place in places if httpx.URL(place).host == here.host]
    return Description(
        queries=tuple(place for service, place in near),
        updates=tuple(place for service, place in near if service in writers),
    )


def _says(triple: ox.Triple, predicate: str) -> bool:
    return triple.predicate.value == predicate
