# SPDX-License-Identifier: Apache-2.0
"""Rows: what says which row of other data each row was made from, and what each row is.

The rows themselves stay in columnar files in the run's folder; a graph says of a whole map
a few statements, never one a row.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import RecordsMapped, RecordsNotMapped, RowsDigested
from dlprov_rdf.graph import contents, literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account


def rows_digested(account: Account, event: RowsDigested) -> Iterator[Quad]:
    """Yield that each row of a data occurrence has a digest, and in which file."""
    data = account.of_kind(event.of, "data")
    if data is None:
        return
    say = account.say
    table = account.iris.in_run("records", account.serial(event))
    yield from account.describe(table, None, v.PROV_ENTITY, v.DLPROV_ROW_DIGESTS)
    yield say(table, v.DLPROV_DIGESTS_OF, data)
    yield say(table, v.DLPROV_ROWS, literals.count(event.rows))
    yield say(table, v.DLPROV_DIGEST_OCTETS, literals.count(event.width))
    yield from _file(account, table, event.path, event.digest)


def records_mapped(account: Account, event: RecordsMapped) -> Iterator[Quad]:
    """Yield a map from the rows of a data occurrence to those that they were made from."""
    data, origin = (account.of_kind(one, "data") for one in (event.of, event.origin))
    if data is None or origin is None:
        return
    say = account.say
    table = account.iris.in_run("records", account.serial(event))
    yield from account.describe(table, None, v.PROV_ENTITY, v.DLPROV_RECORD_MAP)
    yield say(table, v.DLPROV_RECORDS_OF, data)
    yield say(table, v.DLPROV_RECORDS_FROM, origin)
    yield say(table, v.DLPROV_MATCHED_BY, literals.text(event.by))
    yield say(table, v.DLPROV_ROWS, literals.count(event.rows))
    yield say(table, v.DLPROV_UNMATCHED_ROWS, literals.count(event.unmatched))
    yield say(table, v.DLPROV_AMBIGUOUS_ROWS, literals.count(event.ambiguous))
    if event.path is not None:
        yield from _file(account, table, event.path, event.digest)


def records_not_mapped(account: Account, event: RecordsNotMapped) -> Iterator[Quad]:
    """Yield why nobody knows which rows a data occurrence was made from."""
    data = account.of_kind(event.of, "data")
    if data is not None:
        yield account.say(data, v.DLPROV_NOT_MAPPED, literals.text(event.reason))


def _file(account: Account, table: NamedNode, path: str, digest: str | None) -> Iterator[Quad]:
    yield account.say(table, v.RDF_TYPE, v.DCAT_DISTRIBUTION)
    yield account.say(table, v.DLPROV_PATH, literals.text(path))
    yield from contents.known(account, table, digest, None, None)
