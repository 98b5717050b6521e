# SPDX-License-Identifier: Apache-2.0
"""Values enter a query as serialised terms, in the rows of its VALUES blocks and nowhere else."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from dlprov_rdf import assets
from dlprov_rdf.ask import header
from dlprov_rdf.ask.binding import bind, bind_table, blocks_of

ECHO = "SELECT ?name WHERE { VALUES ?name { 'as it stands' } }"
HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | st.sampled_from(
    [
        '"} } DROP ALL #',
        "' . ?s ?p ?o . '",
        "\\",
        '"""',
        "'''",
        "\n\r\t\x00",
        "?name",
        "VALUES ?name { 1 }",
        "> <",
    ]
)


def answers(sparql: str) -> list[tuple[object, ...]]:
    """Ask an empty store."""
    return [tuple(row) for row in ox.Store().query(sparql)]


@given(text=HOSTILE)
def test_any_text_comes_back_as_it_went_in(text: str) -> None:
    """A hostile string is a string: it closes no brace and begins no pattern."""
    query = bind(ECHO, {"name": [Literal(text)]})

    assert answers(query) == [(Literal(text),)]


@given(text=HOSTILE, language=st.sampled_from(["en", "de-AT"]))
def test_a_text_with_a_language_keeps_it(text: str, language: str) -> None:
    """A term is serialised whole."""
    term = Literal(text, language=language)

    assert answers(bind(ECHO, {"name": [term]})) == [(term,)]


@pytest.mark.parametrize("text", ["http://e.org/a>b", "http://e.org/ x", "x } DROP ALL", "<x>"])
def test_what_is_no_iri_never_becomes_a_term(text: str) -> None:
    """An IRI is checked when it is made, so none can leave its brackets."""
    with pytest.raises(ValueError, match=r"IRI|scheme"):
        NamedNode(text)


def test_every_block_of_a_parameter_is_bound_in_a_sub_select_too() -> None:
    """An average over all runs is wrong: the restriction stands where it must."""
    sparql = "SELECT * { VALUES ?a { 1 } { SELECT ?b { VALUES ?a { 1 } BIND(?a AS ?b) } } }"

    assert answers(bind(sparql, {"a": [Literal(7)]})) == [(Literal(7), Literal(7))]


def test_several_values_are_several_rows_and_several_parameters_every_combination() -> None:
    """A name can stand for many things."""
    sparql = "SELECT ?a ?b { VALUES (?a ?b) { (1 2) (3 4) } } ORDER BY ?a ?b"

    query = bind(sparql, {"a": [Literal(5), Literal(6)], "b": [Literal("x")]})

    assert answers(query) == [(Literal(5), Literal("x")), (Literal(6), Literal("x"))]


def test_without_a_value_a_block_goes_and_a_shared_one_is_undef() -> None:
    """What does not restrict costs nothing."""
    sparql = "SELECT * { BIND(1 AS ?a) VALUES ?a { 2 } VALUES (?b ?c) { (1 2) } }"

    query = bind(sparql, {"a": None, "b": None, "c": [Literal(9)]})

    assert "VALUES ?a" not in query
    assert answers(query) == [(Literal(1), None, Literal(9))]


def test_no_terms_at_all_match_nothing() -> None:
    """A name that stands for nothing does not become a question without a restriction."""
    assert answers(bind(ECHO, {"name": []})) == []


def test_a_block_of_no_parameter_and_what_only_looks_like_one_stay() -> None:
    """Comments, strings and IRIs hold no blocks."""
    sparql = """# VALUES ?name { 'in a comment' }
        SELECT * {
          BIND("VALUES ?name { 'in a string' }" AS ?s)
          BIND(<urn:VALUES?name#> AS ?i)
          VALUES ?own { 1 }
        }"""

    assert bind(sparql, {"name": [Literal("x")]}) == sparql


def test_a_table_fills_the_block_with_exactly_its_variables() -> None:
    """A walk's rows enter together, with UNDEF where a cell is empty."""
    sparql = "SELECT ?a ?b { VALUES (?a ?b) { (1 2) } }"

    query = bind_table(sparql, ("a", "b"), [(Literal(1), None), (Literal("}"), NamedNode("urn:x"))])

    assert answers(query) == [(Literal(1), None), (Literal("}"), NamedNode("urn:x"))]


@pytest.mark.parametrize("name", assets.names("queries", ".rq"))
def test_every_parameter_of_a_file_restricts_somewhere(name: str) -> None:
    """A parameter that stands in no block would be taken and ignored."""
    sparql = assets.text(name)
    question = header.read(name, sparql)
    bound = {variable for block in blocks_of(sparql) for variable in block.variables}

    if question is not None and question.walk is None:
        for parameter in question.given:
            limited = bind(sparql, {parameter.name: [Literal(987_654_321)]})
            assert parameter.name in bound or limited != sparql


def test_a_marked_limit_is_a_parameter_and_any_other_is_not() -> None:
    """SPARQL wants a number there, so only a count can enter."""
    sparql = "SELECT * { { SELECT * { ?s ?p ?o } LIMIT 3 # ?k\n } } LIMIT 9"

    assert bind(sparql, {"k": [Literal(5)]}) == sparql.replace("LIMIT 3", "LIMIT 5")
    assert bind(sparql, {}) == sparql
    with pytest.raises(ValueError, match="invalid literal"):
        bind(sparql, {"k": [Literal("1 } DROP ALL")]})
