# SPDX-License-Identifier: Apache-2.0
"""An answer is written in the standard's formats, and read back as the same terms."""

from __future__ import annotations

import csv
import io
import math
import sys

import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode

from dlprov_rdf.ask.answer import make
from dlprov_rdf.errors import MissingExtra

XSD = "http://www.w3.org/2001/XMLSchema#"
TERMS = [
    (NamedNode("urn:a"), Literal('a "b",\n\tc'), Literal(1.5), Literal(7), Literal(True), None),
    (ox.BlankNode("x"), Literal("y", language="en"), Literal(math.nan), Literal("x\\y"),
     Literal("2026-01-01T00:00:00Z", datatype=NamedNode(f"{XSD}dateTime")), Literal("")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "form"),
    [("to_json", ox.QueryResultsFormat.JSON), ("to_tsv", ox.QueryResultsFormat.TSV)],
)
def test_what_is_written_is_read_back_as_the_same_terms(
    written: str, form: ox.QueryResultsFormat
) -> None:
    """The standard's formats, read by another implementation."""
    answer = make("?", ["a", "b", "c", "d", "e", "f"], TERMS)

    parsed = ox.parse_query_results(getattr(answer, written)(), format=form)

    assert [variable.value for variable in parsed.variables] == list(answer.columns)
    assert [tuple(map(str, row)) for row in parsed] == [tuple(map(str, row)) for row in TERMS]


def test_csv_holds_values_only() -> None:
    """As the standard has it: no types, CRLF, quotes where they must be."""
    text = make("?", ["a", "b", "c", "d", "e", "f"], TERMS[:1]).to_csv()

    assert list(csv.reader(io.StringIO(text, newline="")))[1] == [
        "urn:a", 'a "b",\n\tc', "1.5", "7", "true", "",
    ]  # fmt: skip
    assert text.startswith("a,b,c,d,e,f\r\n")


def test_rows_are_plain_values() -> None:
    """Numbers are numbers, times are times, an IRI is text."""
    first, second = make("?", ["a", "b", "c", "d", "e", "f"], TERMS).rows

    assert first == ("urn:a", 'a "b",\n\tc', 1.5, 7, True, None)
    assert second[4].isoformat() == "2026-01-01T00:00:00+00:00"
    assert math.isnan(second[2])


def test_a_data_frame_needs_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the error says what to type."""
    monkeypatch.setitem(sys.modules, "pandas", None)

    with pytest.raises(MissingExtra, match=r"dlprov-rdf\[pandas\]"):
        make("?", ["a"], []).to_pandas()
