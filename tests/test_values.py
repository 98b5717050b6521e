# SPDX-License-Identifier: Apache-2.0
"""Values of any library become plain values, and nothing is invented."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlprov_rdf.values import REPR_LENGTH, number, plain


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.25, 0.25), (3, 3.0), (True, 1.0), (10**400, "INF"), (-(10**400), "-INF"),
        (math.nan, "NaN"), (math.inf, "INF"), (-math.inf, "-INF"),
        (np.float32(0.1), 0.1), (np.float16(0.1), 0.1), (np.float64(0.1), 0.1),
        (np.float32("nan"), "NaN"), (np.array(0.5), 0.5), (np.array([0.5]), 0.5),
        (np.int64(7), 7.0),
    ],
)  # fmt: skip
def test_a_metric_is_read_as_it_is(value: object, expected: object) -> None:
    """A scalar of any numeric type is its value; a float32 is its shortest decimal."""
    assert number(value) == expected


@pytest.mark.parametrize("value", ["0.5", b"1", None, [1.0], np.array([1.0, 2.0]), object(), 1j])
def test_what_is_no_number_is_refused(value: object) -> None:
    """A string that looks like a number is none."""
    with pytest.raises((TypeError, AttributeError)):
        number(value)


@given(value=st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_float32_reads_back_the_same(value: float) -> None:
    """The shortest decimal loses nothing."""
    assert np.float32(number(np.float32(value))) == np.float32(value)


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_every_plain_value_can_be_written_as_json(value: object) -> None:
    """Whatever a parameter is, the log can hold it."""
    assert msgspec.json.decode(msgspec.json.encode(plain(value))) == plain(value)


def test_an_object_is_its_repr_cut_and_marked() -> None:
    """A parameter that is an object is told by its repr, and it says so."""

    class Thing:
        def __repr__(self) -> str:
            return "x" * (REPR_LENGTH + 1)

    told = plain(Thing())

    assert told["repr"] == "x" * REPR_LENGTH
    assert told["cut"] is True
    assert told["type"].endswith("Thing")


def test_an_object_whose_repr_raises_is_recorded_all_the_same() -> None:
    """A faulty __repr__ is no reason to lose the parameter."""

    class Faulty:
        def __repr__(self) -> str:
            raise RuntimeError

    assert "repr raised RuntimeError" in plain(Faulty())["repr"]
