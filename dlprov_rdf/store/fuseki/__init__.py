# SPDX-License-Identifier: Apache-2.0
"""A Fuseki of one's own: Java and its jar found, one knowledge base served, started and ended.

All that belongs to it lies in the folder ``fuseki`` of the knowledge base::

    config.ttl     written once, and from then on yours to change
    shiro.ini      who may write; written at each start
    password       for writing; mode 600
    tdb2/          the data
    run/           what Fuseki keeps for itself
    fuseki.log     what it says
    fuseki.json    who it is: process, port, version
"""

from __future__ import annotations

from dlprov_rdf.store.fuseki.access import USER, credentials
from dlprov_rdf.store.fuseki.compaction import compact, pays
from dlprov_rdf.store.fuseki.service import Status, down, last_address, status, up

__all__ = [
    "USER", "Status", "compact", "credentials", "down", "last_address", "pays", "status", "up",
]  # fmt: skip
