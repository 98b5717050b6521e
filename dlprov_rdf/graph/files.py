# SPDX-License-Identifier: Apache-2.0
"""Files: occurrences that this run wrote or read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import Quad

from dlprov_rdf.events import FileSeen
from dlprov_rdf.graph import contents, literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.data import origin


def file_seen(account: Account, event: FileSeen) -> Iterator[Quad]:
    """Yield a file; one that was written here derives from what is in it."""
    if not account.first("entity", event.id):
        return
    say, file = account.say, account.iris.local(event.id)
    label = base_name(event.path)
    yield from account.describe(file, label, v.PROV_ENTITY, v.DCAT_DISTRIBUTION, v.DLPROV_FILE)
    yield say(file, v.DLPROV_PATH, literals.text(event.path))
    if event.format is not None:
        yield say(file, v.DCTERMS_FORMAT, literals.text(event.format))
    if event.bytes is not None:
        yield say(file, v.DCAT_BYTE_SIZE, literals.count(event.bytes))
    yield from contents.known(account, file, event.digest, None, event.undigested)
    written = event.generated_by is not None and event.of is not None
    yield from origin(account, file, event.generated_by, [str(event.of)] if written else [])
    account.told.add(event.id)


def base_name(path: str) -> str:
    """Give the last part of a path, of any system."""
    return re.split(r"[/\\]", path.rstrip("/\\"))[-1] or path
