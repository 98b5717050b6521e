# SPDX-License-Identifier: Apache-2.0
"""Gives back the room that replaced graphs and many transactions take in Fuseki's data set.

TDB2 writes changed blocks anew and keeps the old ones: 1 M quads put in as 1,001 graphs took
4.5 GB, and 0.36 GB after it. What was put in by a few large requests takes no less after it,
and compacting takes as long as putting it in.

Source:
    https://jena.apache.org/documentation/tdb2/tdb2_admin.html#compaction
"""

from __future__ import annotations

import time
from pathlib import Path

import httpx

from dlprov_rdf.errors import ServiceFault, ServiceRefused, ServiceUnreachable
from dlprov_rdf.store.fuseki.access import credentials
from dlprov_rdf.store.fuseki.process import running

_PAUSE = 0.2

#: Bytes on the disk for each quad above which it pays, three times what a data set takes that
#: was just compacted; and what it may take whatever it holds.
_PER_QUAD = 1_000
_ANYWAY = 64 * 2**20


def pays(folder: Path, quads: int) -> bool:
    """Tell whether the data of a knowledge base's Fuseki take much more room than they need.

    Args:
        folder: The knowledge base's.
        quads: How many it holds.
    """
    files = (folder / "fuseki" / "tdb2").rglob("*")
    return sum(one.stat().st_blocks * 512 for one in files) > _ANYWAY + _PER_QUAD * quads


def compact(folder: Path, *, wait: float = 600) -> bool:
    """Compact the data of a knowledge base's Fuseki, and wait until it is done.

    It answers questions meanwhile, and takes no writing.

    Args:
        folder: The knowledge base's.
        wait: Seconds.

    Returns:
        Whether it was done; not where no Fuseki of the knowledge base runs.

    Raises:
        ServiceError: Fuseki refused, or did not end in time.
    """
    started = running(folder.absolute() / "fuseki")
    known = credentials(folder)
    if started is None or known is None:
        return False
    address = f"{started.server}/$/compact/{started.dataset}"
    try:
        with httpx.Client(auth=known, timeout=wait, trust_env=False) as http:
            begun = http.post(address, params={"deleteOld": "true"})
            if not begun.is_success:
                raise ServiceRefused(address, begun.status_code, begun.text[:200])
            task = f"{started.server}/$/tasks/{begun.json()['taskId']}"
            until = time.monotonic() + wait
            while not (told := http.get(task).raise_for_status().json()).get("finished"):
                if time.monotonic() > until:
                    raise ServiceFault(address, f"it did not end within {wait:g} s")
                time.sleep(_PAUSE)
    except httpx.HTTPError as error:
        raise ServiceUnreachable(address, str(error)) from error
    if not told.get("success", True):
        raise ServiceFault(address, "it failed; see fuseki.log")
    return True
