# SPDX-License-Identifier: Apache-2.0
"""Hands a service out as other libraries' clients, which know where it is and who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlprov_rdf.errors import MissingExtra, ServiceReadOnly, ServiceRefused
from dlprov_rdf.store.http.address import Service
from dlprov_rdf.store.http.asking import Asking

if TYPE_CHECKING:
    from rdflib.plugins.stores.sparqlstore import SPARQLStore as SPARQLStore  # noqa: PLC0414 -- exported
    from SPARQLWrapper import SPARQLWrapper as SPARQLWrapper  # noqa: PLC0414 -- exported


def sparql_wrapper(asking: Asking, service: Service, words: dict[str, str]) -> SPARQLWrapper:
    """Make a SPARQLWrapper, whose answers are JSON.

    Raises:
        MissingExtra: It is not installed.
    """
    try:
        from SPARQLWrapper import JSON, POST, POSTDIRECTLY, SPARQLWrapper
    except ImportError as error:
        raise MissingExtra("SPARQLWrapper", "rdflib") from error
    try:
        updates = service.update
    except (ServiceReadOnly, ServiceRefused):
        updates = None
    client = SPARQLWrapper(service.query, updateEndpoint=updates, returnFormat=JSON)
    client.setMethod(POST)
    client.setRequestMethod(POSTDIRECTLY)
    client.setTimeout(int(asking.limits.whole))
    for name, value in words.items():
        client.addParameter(name, value)
    for name, value in asking.access.headers().items():
        client.addCustomHttpHeader(name.title(), value)
    return client


def rdflib_store(asking: Asking, service: Service, words: dict[str, str]) -> SPARQLStore:
    """Make a store for rdflib, which reads.

    Raises:
        MissingExtra: rdflib is not installed.
    """
    try:
        from rdflib.plugins.stores.sparqlstore import SPARQLStore
    except ImportError as error:
        raise MissingExtra("rdflib", "rdflib") from error
    headers = asking.access.headers()
    return SPARQLStore(
        service.query, method="POST", returnFormat="json", headers=headers, params=words
    )
