# SPDX-License-Identifier: Apache-2.0
"""Rows that two sets of data share are counted exactly, by content, or not at all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dlprov_rdf.capture.contents.overlap import shared_rows

BUDGET = 10**9


@given(
    a=hnp.arrays(
        "int8", hnp.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.integers(0, 1)
    ),
    b=hnp.arrays(
        "int8", hnp.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.integers(0, 1)
    ),
)
def test_shared_rows_are_counted_exactly(a: np.ndarray, b: np.ndarray) -> None:
    """As many as a count by hand finds; rows of another width are not compared."""
    counted = shared_rows(a, b, BUDGET)

    if a.shape[1] == b.shape[1]:
        known = [row.tolist() for row in a]
        assert counted == sum(row.tolist() in known for row in b)
    else:
        assert "differ" in str(counted)


def test_above_the_budget_rows_are_not_counted_and_it_says_so() -> None:
    """An answer of zero would be a lie."""
    a = np.zeros((10, 10))

    assert "not counted" in str(shared_rows(a, a, 100))
    assert "not counted" in str(shared_rows(a, iter([]), BUDGET))


@pytest.mark.parametrize("shape", [(0, 3), (0,), (4, 0)])
def test_empty_rows_are_counted(shape: tuple[int, ...]) -> None:
    """No row is shared where there is none; rows without elements are all the same."""
    empty = np.zeros(shape, "float32")
    other = np.ones((5, *shape[1:]), "float32")

    assert shared_rows(other, empty, BUDGET) == len(empty)
    assert shared_rows(empty, other, BUDGET) == (5 if len(empty) else 0)


def test_a_row_that_is_there_twice_counts_twice() -> None:
    """Each copy in the second array is a leak of its own; copies in the first are not."""
    a, b = np.array([[1], [1], [2]]), np.array([[1], [1], [1], [3]])

    assert shared_rows(a, b, BUDGET) == 3
    assert shared_rows(b, a, BUDGET) == 2


def test_rows_of_another_type_are_not_compared() -> None:
    """One as an integer and one as a float have no octets in common."""
    assert "differ" in str(shared_rows(np.ones((2, 2)), np.ones((2, 2), "int64"), BUDGET))


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [("float64", "float32", 3), ("float32", "float64", 3), ("float64", "int64", 3),
     ("int32", "int64", 3), ("bool", "uint8", 3), ("float64", "float64", 3)],
)  # fmt: skip
def test_rows_of_unlike_numbers_are_compared_as_a_model_is_fed(
    one: str, other: str, shared: int
) -> None:
    """A tenth as a double and as a float are one number by then; integers stay exact."""
    a, b = np.array([[0.1, 1], [0, 1], [1, 1]]), np.array([[0.1, 1], [0, 1], [1, 1], [7, 7]])

    assert shared_rows(a.astype(one), b.astype(other), BUDGET, "float32") == shared


def test_integers_that_no_float_tells_apart_are_no_shared_rows() -> None:
    a, b = np.array([2**24], "int32"), np.array([2**24 + 1], "int64")

    assert shared_rows(a, b, BUDGET, "float32") == 0


def test_a_table_of_several_types_of_numbers_is_compared_as_a_model_is_fed() -> None:
    pandas = pytest.importorskip("pandas")
    a = pandas.DataFrame({"age": [1, 2, 3], "dose": [0.1, 0.2, 0.3]})
    b = a.iloc[1:].to_numpy(dtype="float32")

    assert shared_rows(a, b, BUDGET, "float32") == 2
    assert "budget of 30 bytes" in str(shared_rows(a, b, 30, "float32"))
    assert "several types" in str(shared_rows(a, b, BUDGET))
