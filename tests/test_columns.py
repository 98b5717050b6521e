# SPDX-License-Identifier: Apache-2.0
"""A table of columns comes back as it was written, and its digest is that of its content."""

from __future__ import annotations

import hashlib
import zipfile
from array import array
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlprov_rdf import columns
from dlprov_rdf.columns import Octets
from dlprov_rdf.errors import FaultyColumns

TABLE = {
    "step": array("q", [0, 1, -(2**63)]),
    "value": array("d", [0.1, float("inf"), -0.0]),
    "digest": Octets(b"aabbcc", 2),
}


@given(
    steps=st.lists(st.integers(-(2**63), 2**63 - 1)),
    values=st.lists(st.floats()),
)
def test_every_number_comes_back(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int], values: list[float]
) -> None:
    path = tmp_path_factory.mktemp("columns") / "table.npz"

    columns.write(path, {"step": array("q", steps), "value": array("d", values)})

    found = columns.read(path)
    assert found["step"] == array("q", steps)
    assert bytes(found["value"]) == bytes(array("d", values))


def test_octets_come_back_a_row_each(tmp_path: Path) -> None:
    columns.write(tmp_path / "table.npz", TABLE)

    digest = columns.read(tmp_path / "table.npz")["digest"]

    assert isinstance(digest, Octets)
    assert [digest.row(number) for number in range(digest.rows)] == [b"aa", b"bb", b"cc"]


def test_the_digest_is_that_of_the_file_and_knows_no_clock(tmp_path: Path) -> None:
    first = columns.write(tmp_path / "first.npz", TABLE)
    second = columns.write(tmp_path / "second.npz", TABLE)

    of_file = hashlib.sha256((tmp_path / "first.npz").read_bytes()).digest()
    spelled = urlsafe_b64encode(of_file).rstrip(b"=").decode()
    assert first == second == f"ni:///sha-256;{spelled}"


def test_numpy_reads_it(tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy")
    columns.write(tmp_path / "table.npz", TABLE)

    with numpy.load(tmp_path / "table.npz") as found:
        assert found["step"].tolist() == [0, 1, -(2**63)]
        assert found["value"].tobytes() == TABLE["value"].tobytes()
        assert found["digest"].tolist() == [b"aa", b"bb", b"cc"]


@pytest.mark.parametrize("keep", [0, 10, 200])
def test_a_cut_table_is_told_in_words(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "table.npz"
    columns.write(path, TABLE)
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(FaultyColumns, match=r"table\.npz"):
        columns.read(path)


def test_a_column_that_is_shorter_than_it_says_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.npz"
    columns.write(path, {"step": array("q", [1, 2, 3])})
    with zipfile.ZipFile(path) as archive:
        octets = archive.read("step.npy")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("step.npy", octets[:-8])

    with pytest.raises(FaultyColumns, match="3 rows holds 2"):
        columns.read(path)
