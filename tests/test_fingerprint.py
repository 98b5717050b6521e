# SPDX-License-Identifier: Apache-2.0
"""A digest is exact, and a sample is never taken for the whole."""

from __future__ import annotations

import hashlib
import io
import os
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp

from dlprov_rdf.capture.contents import fingerprint
from dlprov_rdf.capture.contents.fingerprint import (
    array_digest,
    describe,
    file_digest,
    weights_digest,
    weights_of,
)
from dlprov_rdf.capture.contents.overlap import shared_rows
from dlprov_rdf.events.contents import content

BUDGET = 10**9
arrays = hnp.arrays(
    dtype=hnp.boolean_dtypes()
    | hnp.integer_dtypes()
    | hnp.floating_dtypes()
    | hnp.unicode_string_dtypes(),
    shape=hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)


def saved(array: np.ndarray) -> bytes:
    """Give the octets of the file that numpy writes, in C order and little endian."""
    plain = np.array(array, order="C", copy=True)
    octets = io.BytesIO()
    np.lib.format.write_array(
        octets, plain.astype(plain.dtype.newbyteorder("<")), version=(1, 0), allow_pickle=False
    )
    return octets.getvalue()


@given(array=arrays)
def test_a_digest_is_the_sha256_of_the_saved_file(array: np.ndarray) -> None:
    """``sha256sum`` of a file that numpy saved agrees, whatever type, shape or byte order."""
    assert array_digest(array) == content(hashlib.sha256(saved(array)).digest())


def test_order_in_memory_does_not_change_a_digest() -> None:
    """Fortran order, a view and a copy are the same content."""
    array = np.arange(24.0).reshape(4, 6)

    assert array_digest(np.asfortranarray(array)) == array_digest(array)
    assert array_digest(np.repeat(array, 2, axis=1)[:, ::2]) == array_digest(array)


def test_weights_are_digested_one_after_the_other() -> None:
    """In the order of ``get_weights()``, so that layers that change places are told apart."""
    one, other = np.ones(3), np.zeros(2)

    assert weights_digest([one, other]) == content(
        hashlib.sha256(saved(one) + saved(other)).digest()
    )
    assert weights_of({"a": one, "b": other})[0] == weights_digest([one, other])
    assert weights_of(None) == (None, "weights were not given")
    assert weights_of(object())[0] is None


def test_an_array_is_described() -> None:
    """Shape, type, rows, octets, and how many there are of each class."""
    told = describe(np.array([1, 2, 2], dtype="int32"), BUDGET)

    assert (told.shape, told.dtype, told.rows, told.bytes) == ([3], "int32", 3, 12)
    assert told.classes == {"1": 1, "2": 2}
    assert told.digest is not None


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (np.eye(3)[[0, 0, 2]], {"0": 2, "2": 1}),
        (np.array([[1], [0], [1]]), {"0": 1, "1": 2}),
        (np.array([True, False]), {"False": 1, "True": 1}),
        (np.array(["cat", "dog"]), {"cat": 1, "dog": 1}),
        (np.array([0.5, 0.25]), {}),
        (np.arange(2000), {}),
        (np.ones((3, 3)), {}),
    ],
)
def test_classes_are_counted_where_there_are_classes(
    labels: np.ndarray, classes: dict[str, int]
) -> None:
    """Integers, words, truth values and one-hot rows are labels; measurements are none."""
    assert describe(labels, BUDGET).classes == classes


def test_above_the_budget_a_sample_has_another_name() -> None:
    """A sample is never mistaken for the whole."""
    array = np.arange(5000.0)
    changed = array.copy()
    changed[1] += 1

    told = describe(array, 100)

    assert told.digest is None
    assert told.sample_digest is not None
    assert told.sample_digest.startswith("sample:1024-of-5000:")
    assert describe(changed, 100).sample_digest == told.sample_digest


@pytest.mark.parametrize("value", [iter([1]), object(), np.array([object()]), {"a": 1}, None])
def test_what_cannot_be_digested_says_why(value: object) -> None:
    """No digest is made up."""
    told = describe(value, BUDGET)

    assert told.digest is None
    assert told.undigested


def test_an_object_that_raises_costs_its_digest_only() -> None:
    """A foreign class may do anything when it is looked at."""

    class Hostile:
        def __array__(self, *args: object) -> None:
            raise RuntimeError("no")

    assert "RuntimeError: no" in str(describe(Hostile(), BUDGET).undigested)


def test_no_random_number_is_drawn() -> None:
    """Looking at data leaves every generator where it was."""
    before = random.getstate(), np.random.get_state()[1].tolist()

    describe(np.arange(5000.0), 100)
    shared_rows(np.zeros((5, 2)), np.zeros((5, 2)), BUDGET)

    assert (random.getstate(), np.random.get_state()[1].tolist()) == before


def test_a_file_and_a_folder_have_digests(tmp_path: Path) -> None:
    """A saved model may be either; names within a folder count."""
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "a").write_bytes(b"12")
    first = file_digest(tmp_path / "m", BUDGET)
    (tmp_path / "m" / "a").rename(tmp_path / "m" / "b")

    assert file_digest(tmp_path / "m" / "b", BUDGET) == (
        content(hashlib.sha256(b"12").digest()),
        None,
        2,
    )
    assert file_digest(tmp_path / "m", BUDGET)[0] != first[0]
    assert file_digest(tmp_path / "m", 1) == (None, "more than the digest budget of 1 bytes", 2)
    assert "FileNotFoundError" in str(file_digest(tmp_path / "none", BUDGET)[1])


@pytest.mark.parametrize("value", ["é" * 1000, b"x" * 1000])
def test_text_above_the_budget_is_sampled_too(value: str | bytes) -> None:
    """No content is digested whole above the budget."""
    told = describe(value, 100)

    assert told.digest is None
    assert str(told.sample_digest).startswith("sample:100-of-")


def test_a_sample_of_enormous_rows_stays_small() -> None:
    """Two rows may be gigabytes: then single elements are the sample."""
    array = np.zeros((2, 1 << 18))
    changed = array.copy()
    changed[0, 1] = 1

    told = str(describe(array, 100).sample_digest)

    assert told.startswith("sample:1024-elements-of-524288:")
    assert describe(changed, 100).sample_digest == told
    changed[-1, -1] = 1
    assert describe(changed, 100).sample_digest != told


def test_words_and_numbers_in_one_list_have_no_digest() -> None:
    """As an array the numbers would be words, and [1, "a"] be the same as ["1", "a"]."""
    assert "mixes" in str(describe([1, "a"], BUDGET).undigested)
    assert describe(["1", "a"], BUDGET).digest is not None


def test_a_masked_array_has_no_digest() -> None:
    """What is hidden is not content, and a digest of the rest would be of another array."""
    assert "masked" in str(describe(np.ma.array([1, 2], mask=[0, 1]), BUDGET).undigested)


def test_an_array_that_lies_in_a_file_is_not_read() -> None:
    """A data set of h5py, zarr or dask says ``__array__`` and would be loaded whole."""

    class Lazy:
        shape = (10, 2)
        chunks = (5, 2)

        def __array__(self, *args: object) -> None:
            pytest.fail("it was read")

    told = describe(Lazy(), BUDGET)

    assert told.shape == [10, 2]
    assert told.undigested == "not held in memory as an array"


def test_a_header_that_no_file_can_have_is_said() -> None:
    """Format 1.0 holds 64 kB of field names; nothing is raised beyond that."""
    wide = np.zeros(1, dtype=[(f"field{index:050}", "f4") for index in range(2000)])

    assert "ValueError" in str(describe(wide, BUDGET).undigested)


def test_a_large_array_out_of_order_is_digested_a_part_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The parts join to what the whole would be, for any order and byte order."""
    monkeypatch.setattr(fingerprint, "_STRETCH", 64)
    array = np.arange(600, dtype="int32").reshape(10, 6, 10)

    for turned in (np.asfortranarray(array), array[::-1], array.T, array.astype(">i4")):
        assert array_digest(turned) == content(hashlib.sha256(saved(turned)).digest())


def test_files_of_a_folder_do_not_run_into_each_other(tmp_path: Path) -> None:
    """Octets that look like a name and a file are none."""
    for name, octets in (("one", {"a": b"1b\x002"}), ("two", {"a": b"1", "b": b"2"})):
        (tmp_path / name).mkdir()
        for file, held in octets.items():
            (tmp_path / name / file).write_bytes(held)

    assert file_digest(tmp_path / "one", BUDGET)[0] != file_digest(tmp_path / "two", BUDGET)[0]


def test_what_is_no_regular_file_is_not_read(tmp_path: Path) -> None:
    """A pipe would never end."""
    os.mkfifo(tmp_path / "pipe")

    assert "no regular file" in str(file_digest(tmp_path / "pipe", BUDGET)[1])
    assert file_digest(Path("a\0b"), BUDGET)[0] is None


@pytest.mark.require("keras")
def test_a_tensor_has_the_digest_of_its_array() -> None:
    """Whoever holds the data, the content is the same."""
    keras = pytest.importorskip("keras")
    array = np.arange(6, dtype="float32").reshape(2, 3)

    told = describe(keras.ops.convert_to_tensor(array), BUDGET)

    assert (told.digest, told.shape, told.dtype) == (array_digest(array), [2, 3], "float32")


@pytest.mark.require("pandas")
def test_a_table_of_several_types_has_no_digest() -> None:
    """One array would round its integers to floats; one type is as good as an array."""
    pandas = pytest.importorskip("pandas")
    exact = 2**53 + 1

    mixed = describe(pandas.DataFrame({"a": [exact], "b": [0.5]}), BUDGET)
    even = describe(pandas.DataFrame({"a": [exact], "b": [5]}), BUDGET)

    assert "several types" in str(mixed.undigested)
    assert even.digest == array_digest(np.array([[exact, 5]]))
