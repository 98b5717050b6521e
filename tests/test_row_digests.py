# SPDX-License-Identifier: Apache-2.0
"""A row's digest is of its content, in whatever memory or table it lies, and finds its equals."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlprov_rdf.capture.contents import rows as rows_of

IMAGES = np.arange(40, dtype="float32").reshape(10, 4)
BUDGET = 1 << 20


def test_a_rows_digest_is_the_beginning_of_that_of_its_saved_array() -> None:
    """Whoever has the row can work its digest out with numpy.save and sha256sum."""
    found = rows_of.digested(IMAGES, BUDGET)

    saved = io.BytesIO()
    np.lib.format.write_array(saved, IMAGES[3], version=(1, 0))
    assert isinstance(found, rows_of.Rows)
    assert found.digests[3 * 16 : 4 * 16] == hashlib.sha256(saved.getvalue()).digest()[:16]


@pytest.mark.parametrize("labels", [np.array([3, 1, 3, 256]), np.array([b"a", b"a\0b", b"b"])])
def test_narrow_rows_are_digested_as_wide_ones_are(labels: Any) -> None:
    """Equal labels are digested once, and come out the same."""
    found = rows_of.digested(labels, BUDGET)

    each = []
    for label in labels:
        saved = io.BytesIO()
        np.lib.format.write_array(saved, np.asarray(label, labels.dtype), version=(1, 0))
        each.append(hashlib.sha256(saved.getvalue()).digest()[:16])
    assert isinstance(found, rows_of.Rows)
    assert found.digests == b"".join(each)


def test_memory_order_and_byte_order_do_not_change_a_row() -> None:
    """Content is what numpy.save writes, little-endian and in C order."""
    found = [
        rows_of.digested(one, BUDGET)
        for one in (IMAGES, np.asfortranarray(IMAGES), IMAGES.astype(">f4"), IMAGES[::-1][::-1])
    ]

    assert len(set(found)) == 1


def test_a_row_of_another_type_is_another_row() -> None:
    """1.0 as float32 and as float64 are not one content."""
    small, large = rows_of.digested(IMAGES, BUDGET), rows_of.digested(IMAGES.astype("f8"), BUDGET)

    assert isinstance(small, rows_of.Rows)
    assert isinstance(large, rows_of.Rows)
    assert small.kind != large.kind
    assert small.digests != large.digests


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (IMAGES, "digest budget of 8 bytes"),
        (np.array([[None, "x"]]), "Python objects"),
        (np.array([{}]), "a cell holds a dict"),
        (iter(()), "not held in memory"),
    ],
)
def test_what_has_no_digests_says_why(value: object, reason: str) -> None:
    """In words."""
    found = rows_of.digested(value, 8)

    assert isinstance(found, str)
    assert reason in found


def test_a_table_of_several_types_has_rows_too() -> None:
    """Numbers, words and what is missing; the index is no part of a row."""
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(
        {"a": [1, 2, 1, 1], "b": ["x", "y", "x", None], "c": [0.5, np.nan, 0.5, 0.5]}
    )

    whole, part = (
        rows_of.digested(one, BUDGET) for one in (table, table.sample(4, random_state=1))
    )

    assert isinstance(whole, rows_of.Rows)
    assert isinstance(part, rows_of.Rows)
    found = rows_of.matched(part, whole)
    order = table.sample(4, random_state=1).index.tolist()
    assert list(found.candidates) == [2 if row in {0, 2} else 1 for row in order]
    assert list(found.first) == [0 if row == 2 else row for row in order]


def test_words_are_rows_that_are_not_mixed_up() -> None:
    """The text 1 is not the number 1."""
    words = rows_of.digested(np.array(["1", 1, True, None, "a"], dtype=object), BUDGET)

    assert isinstance(words, rows_of.Rows)
    assert len({words.digests[at : at + 16] for at in range(0, 80, 16)}) == 5


def test_too_many_rows_are_not_digested(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step does not wait for minutes."""
    monkeypatch.setattr(rows_of, "MOST_ROWS", 9)

    assert rows_of.digested(IMAGES, BUDGET) == "more than 9 rows"


@given(
    values=st.lists(st.integers(0, 6), min_size=1, max_size=30),
    chosen=st.lists(st.integers(0, 29), max_size=30),
    width=st.sampled_from([1, 30]),
)
def test_a_row_has_the_content_of_every_row_that_its_map_names(
    values: list[int], chosen: list[int], width: int
) -> None:
    """For any choice with any duplicates; and it names all that have it."""
    source = np.array(values, dtype="float32")
    if width > 1:
        source = np.repeat(source, width).reshape(-1, width)
    part = source[[one % len(values) for one in chosen]] if chosen else source[:0]
    both = [rows_of.digested(one, BUDGET) for one in (part, source)]
    assert all(isinstance(one, rows_of.Rows) for one in both)

    found = rows_of.matched(*both)  # type: ignore[arg-type]

    for row, first, candidates in zip(part, *found, strict=True):
        equal = [place for place, one in enumerate(source) if (one == row).all()]
        assert (first, candidates) == (equal[0], len(equal))


def test_digests_that_begin_alike_are_told_apart() -> None:
    """Half of a digest is only where the search begins."""
    same, one, other, third = bytes(8), b"1" * 8, b"2" * 8, b"3" * 8
    origin = rows_of.Rows(("x", ()), same + one + same + other + same + one)
    made = rows_of.Rows(("x", ()), same + other + same + one + same + third)
    alone = rows_of.Rows(("x", ()), same + one)

    found, never = rows_of.matched(made, origin), rows_of.matched(made, alone)

    assert (list(found.first), list(found.candidates)) == ([1, 0, -1], [1, 2, 0])
    assert (list(never.first), list(never.candidates)) == ([-1, 0, -1], [0, 1, 0])
