# SPDX-License-Identifier: Apache-2.0
"""What a run tells of the rows and the features of its data, and of the files that data are."""

from __future__ import annotations

from msgspec import Struct, field

from dlprov_rdf.events.parts import Event, Number


class RowsDigested(Event, frozen=True, tag="rows_digested"):
    """Each row of a data occurrence has a digest, in a columnar file in the run's folder.

    ``width`` is how many octets of each row's SHA-256 are kept.
    """

    of: str
    rows: int
    width: int
    path: str
    digest: str


class RecordsMapped(Event, frozen=True, tag="records"):
    """Which row of ``origin`` each row of ``of`` was made from.

    ``by``: ``content`` (their octets are equal), ``position`` (row i from row i, or a slice)
    or ``hand`` (somebody said so). Without a ``path`` row i was made from row i; else the
    columnar file has them. ``unmatched`` rows have no origin there; ``ambiguous`` ones have
    several rows of equal content, and nobody knows which it was.
    """

    of: str
    origin: str
    by: str
    rows: int
    unmatched: int = 0
    ambiguous: int = 0
    path: str | None = None
    digest: str | None = None


class RecordsNotMapped(Event, frozen=True, tag="records_not_mapped"):
    """Why nobody knows which rows a data occurrence was made from."""

    of: str
    reason: str


class Feature(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One column of a table: its name, its type, and what was measured of its values."""

    name: str
    dtype: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    values: dict[str, Number] = field(default_factory=dict)


class DataProfiled(Event, frozen=True, tag="profile"):
    """What data are like: their features in order, and numbers that characterise the whole.

    ``counts`` (missing) and ``values`` (mean, std, minimum, maximum, of what is there) are of
    all data or of a feature. ``left_out`` counts
    the features beyond those told; ``not_measured`` says why no value is.
    """

    of: str
    features: list[Feature] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    values: dict[str, Number] = field(default_factory=dict)
    left_out: int = 0
    not_measured: str | None = None


class Member(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file of data that are a set of files, under the key that it has there."""

    key: str
    file: str


class MembersSeen(Event, frozen=True, tag="members"):
    """Data are a set of files. ``count`` is of all, those beyond the ones told too."""

    of: str
    members: list[Member] = field(default_factory=list)
    count: int = 0
