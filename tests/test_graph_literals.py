# SPDX-License-Identifier: Apache-2.0
"""Literals: what a store is given, it gives back, quad for quad."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse, serialize

from dlprov_rdf import values
from dlprov_rdf.graph import literals

ANY_TEXT = st.text(st.characters(exclude_categories=()))
MOMENTS = st.integers(min_value=-(2**63), max_value=2**63 - 1)
VALUES = st.one_of(
    st.none(), st.booleans(), ANY_TEXT, st.integers(), st.floats(),
    st.lists(st.integers() | st.floats() | st.text()), st.builds(object),
)  # fmt: skip


def in_and_out(literal: Literal) -> tuple[Literal, Literal]:
    """Send a literal through a store, and through N-Quads."""
    quad = Quad(NamedNode("a:s"), NamedNode("a:p"), literal, NamedNode("a:g"))
    store = Store()
    store.add(quad)
    written = serialize([quad], format=RdfFormat.N_QUADS)
    (stored,), (read,) = list(store), list(parse(written, format=RdfFormat.N_QUADS))
    return stored.object, read.object


@given(value=st.floats())
@example(value=math.nan)
@example(value=-0.0)
@example(value=5e-324)
@example(value=-math.inf)
@example(value=1.7976931348623157e308)
def test_a_number_keeps_its_value_and_its_spelling(value: float) -> None:
    """Subnormals, NaN, the infinities and the negative zero are values of xsd:double."""
    literal = literals.number(values.number(value))

    assert in_and_out(literal) == (literal, literal)
    assert literal.datatype == literals.DOUBLE
    back = float(literal.value)
    assert math.isnan(back) == math.isnan(value)
    assert math.isnan(value) or (back, math.copysign(1, back)) == (value, math.copysign(1, value))


@given(value=st.integers())
def test_a_count_is_an_integer_of_any_size(value: int) -> None:
    """Stores rewrite the narrower integer types, so there is but one."""
    literal = literals.count(value)

    assert in_and_out(literal) == (literal, literal)
    assert int(literal.value) == value


@given(at=MOMENTS)
@example(at=0)
@example(at=-1)
@example(at=1_767_261_600_100_000_000)
@example(at=2**63 - 1)
def test_a_moment_keeps_its_nanoseconds(at: int) -> None:
    """A dateTime is in Z and has no zeros at the end of its fraction."""
    literal = literals.moment(at)

    assert in_and_out(literal) == (literal, literal)
    whole, _, fraction = literal.value.removesuffix("Z").partition(".")
    seconds = datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp()
    assert int(seconds) * 10**9 + int(Decimal(f"0.{fraction or 0}") * 10**9) == at
    assert not fraction.endswith("0")


@given(words=ANY_TEXT)
@example(words="\x01\x0b\x1f\x7f\x85\ufffe\uffff\r\n\t")
@example(words="\0 and \ud800")
def test_a_text_keeps_every_character_that_rdf_can_carry(words: str) -> None:
    """NUL and lone surrogates become U+FFFD, one for one; nothing else changes."""
    literal = literals.text(words)

    assert in_and_out(literal) == (literal, literal)
    assert literal.value == "".join(
        "\ufffd" if letter == "\0" or "\ud800" <= letter <= "\udfff" else letter for letter in words
    )


@given(value=VALUES)
def test_any_value_that_a_log_holds_becomes_a_literal(value: object) -> None:
    """Whatever `values.plain` made of it, the store gives it back."""
    literal = literals.value(values.plain(value))

    assert in_and_out(literal) == (literal, literal)


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        (True, Literal(True)),
        (16, Literal(16)),
        (0.001, Literal(0.001)),
        ({"double": "-INF"}, Literal(-math.inf)),
        ({"integer": "1" + "0" * 30}, literals.count(10**30)),
        ({"json": "[3,3]"}, Literal("[3,3]")),
        ({"repr": "<object>", "type": "a.B", "cut": True}, Literal("<object>")),
        ({"double": "no number"}, Literal("no number")),
        (None, Literal("None")),
        (["not", "marked"], Literal('["not", "marked"]')),
    ],
)
def test_a_value_has_the_type_it_had(given_value: object, expected: Literal) -> None:
    """Numbers are numbers, truths are truths, and all else is words."""
    assert literals.value(given_value) == expected


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        (Literal("0.1e0", datatype=literals.DOUBLE), Literal(0.1)),
        (Literal("1.0E2", datatype=literals.DOUBLE), Literal(100.0)),
        (Literal("-INF", datatype=literals.DOUBLE), Literal(-math.inf)),
        (Literal("NaN", datatype=literals.DOUBLE), Literal(math.nan)),
        (Literal("+007", datatype=literals.INTEGER), Literal(7)),
        (Literal("1", datatype=literals.BOOLEAN), Literal(True)),
        (
            Literal("2026-01-01T10:00:00.500+00:00", datatype=literals.DATE_TIME),
            Literal("2026-01-01T10:00:00.5Z", datatype=literals.DATE_TIME),
        ),
        (
            Literal("2026-01-01T10:00:00.000Z", datatype=literals.DATE_TIME),
            Literal("2026-01-01T10:00:00Z", datatype=literals.DATE_TIME),
        ),
        (Literal("x", datatype=literals.DOUBLE), Literal("x", datatype=literals.DOUBLE)),
        (Literal("1.0"), Literal("1.0")),
    ],
)
def test_what_another_store_spells_otherwise_is_respelled(foreign: Literal, ours: Literal) -> None:
    """Fuseki gives doubles back in its own spelling; then a comparison would see changes."""
    assert literals.respelled(foreign) == ours


@given(value=st.floats())
def test_our_own_spelling_needs_no_respelling(value: float) -> None:
    """To respell is the identity on what this software writes."""
    literal = literals.number(values.number(value))

    assert literals.respelled(literal) == literal
