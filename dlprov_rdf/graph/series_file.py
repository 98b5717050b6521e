# SPDX-License-Identifier: Apache-2.0
"""The file of a long series: a table of numbers whose digest the graph states.

The octets are a function of the events, so whoever has the log can make the file, at any
time, and the digest tells that it is that one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from pyoxigraph import NamedNode, Quad

from dlprov_rdf import columns
from dlprov_rdf.graph import contents, literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.series import Series


class SeriesFile(NamedTuple):
    """A series as a file.

    Attributes:
        path: Where it lies, below the run's folder.
        octets: What it holds.
        digest: Their RFC 6920 name.
    """

    path: str
    octets: bytes
    digest: str


#: Is given the file of each series, once the series has been told.
OnSeries: TypeAlias = Callable[[SeriesFile], object]


def file_quads(
    account: Account, node: NamedNode, series: Series, on_series: OnSeries | None
) -> Iterator[Quad]:
    """Yield that a series is a file, and what it holds.

    Args:
        account: Of this telling.
        node: The series.
        series: What was observed.
        on_series: Is given the file.
    """
    octets = columns.octets(series.table())
    made = SeriesFile(path_of(account.run, node), octets, columns.digest(octets))
    say = account.say
    yield say(node, v.RDF_TYPE, v.DCAT_DISTRIBUTION)
    yield say(node, v.DLPROV_PATH, literals.text(made.path))
    yield say(node, v.DCTERMS_FORMAT, literals.text("npz"))
    yield say(node, v.DCAT_BYTE_SIZE, literals.count(len(octets)))
    yield from contents.of(account, node, made.digest)
    if on_series is not None:
        on_series(made)


def path_of(run: NamedNode, node: NamedNode) -> str:
    """Tell where a series lies in the folder of its run: ``series/training/20/loss.npz``.

    The parts of the series' name are parts of a path: percent-encoded, at most 200 octets
    each, and neither of them ``..``.
    """
    holder, _, name = node.value.removeprefix(f"{run.value}/").rpartition("series/")
    return f"series/{holder}{name}.npz"
