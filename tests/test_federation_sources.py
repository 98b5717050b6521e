# SPDX-License-Identifier: Apache-2.0
"""A lab is asked only for what it has some of; whatever it is asked for, the rows are the same."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from labs_dealt import embedded
from pyoxigraph import NamedNode, Quad
from test_federation_requests import rows_of, sent

from dlprov_rdf.ask.answer import Answer
from dlprov_rdf.ask.federate import Federation
from dlprov_rdf.ask.federating.fetching.labs import Lab
from dlprov_rdf.ask.federating.fetching.requests import request, told
from dlprov_rdf.ask.federating.fetching.sources import Probe
from dlprov_rdf.errors import ServiceFault
from dlprov_rdf.kb.labs import Labs
from dlprov_rdf.store.base import Rows
from dlprov_rdf.store.embedded import EmbeddedStore

A, B, C, P, Q, R, G, H = (NamedNode(f"urn:{name}") for name in "abcpqrgh")
KIND, OTHER = NamedNode("urn:kind"), NamedNode("urn:other")
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

#: At two labs the parts of one way; the third has something else.
FIRST = [Quad(A, P, B, G), Quad(B, Q, C, G), Quad(A, TYPE, KIND, G)]
SECOND = [Quad(C, R, A, H), Quad(C, Q, B, H)]
THIRD = [Quad(A, OTHER, B, H), Quad(A, TYPE, OTHER, H)]

WAY = "SELECT ?y ?z { <urn:a> <urn:p> ?x . ?x <urn:q> ?y . ?y <urn:r> ?z }"
IN_GRAPH = "SELECT ?x ?z { GRAPH ?g { <urn:a> <urn:p> ?x . ?x <urn:q> ?y } ?y <urn:r> ?z }"
BEHIND = "SELECT ?y ?z { <urn:a> <urn:p> ?x . GRAPH ?g { ?x <urn:q> ?y . ?y <urn:r> ?z } }"
OF_KIND = "SELECT ?x { <urn:a> <urn:p> ?y . ?y <urn:q> ?z . ?z <urn:r> ?x . ?x a <urn:kind> }"
FURTHER = "SELECT ?x { <urn:a> <urn:p> ?y . ?y <urn:q>+ ?z . ?z <urn:r> ?x }"


@dataclass(frozen=True)
class Overheard(Lab):
    """Keeps what it was asked."""

    asked: list[str] = field(default_factory=list)

    def rows(self, sparql: str, seconds: float | None) -> Rows:
        """See ``Lab.rows``."""
        self.asked.append(sparql)
        return super().rows(sparql, seconds)


def filled(*quads: Quad) -> EmbeddedStore:
    """Make a store that holds quads."""
    store = EmbeddedStore.memory()
    store.fill(quads)
    return store


def overheard() -> tuple[Labs, list[Overheard]]:
    """Open three labs."""
    labs = [Overheard(f"lab {n}", filled(*q)) for n, q in enumerate((FIRST, SECOND, THIRD))]
    return Labs(labs), labs


def rows(labs: Labs, query: str) -> list[list[object]]:
    """Ask, and give the rows."""
    answer = labs.sparql(query)
    assert isinstance(answer, Answer)
    return [list(row) for row in answer.rows]


@pytest.mark.require("rdflib")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (WAY, [["urn:c", "urn:a"]]),
        (IN_GRAPH, [["urn:b", "urn:a"]]),
        (BEHIND, []),
        (OF_KIND, [["urn:a"]]),
        (FURTHER, [["urn:a"]]),
    ],
)
def test_a_lab_without_a_relation_is_asked_once(query: str, expected: list[list[object]]) -> None:
    """It says so with the first answer, and hears no more of the question."""
    labs, each = overheard()

    assert rows(labs, query) == expected

    assert len(each[1].asked) > 1
    assert len(each[2].asked) == 1
    for lab, held in zip(each, (FIRST, SECOND, THIRD), strict=True):
        lacks = {P, Q, R} - {quad.predicate for quad in held}
        assert not any(str(one) in text for one in lacks for text in lab.asked[1:])


@pytest.mark.require("rdflib")
def test_a_lab_is_asked_for_the_relations_and_classes_that_it_has() -> None:
    """And for no others: of two relations of one thing the one that is there."""
    labs, each = overheard()
    asked = "SELECT * { <urn:a> <urn:p> ?x . ?x <urn:q> ?y OPTIONAL { ?y <urn:r>|<urn:other> ?z } }"

    assert len(rows(labs, asked)) == 1

    last = [lab.asked[-1] for lab in each]
    assert [("<urn:r>" in text, "<urn:other>" in text) for text in last[1:]] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.require("rdflib")
def test_a_lab_without_a_class_is_not_asked_for_things_of_it() -> None:
    """Though it has things of other classes."""
    entity = NamedNode("http://www.w3.org/ns/prov#Entity")
    held = [[*FIRST, Quad(A, TYPE, entity, G)], SECOND, THIRD]
    each = [Overheard(f"lab {n}", filled(*quads)) for n, quads in enumerate(held)]

    assert rows(Labs(each), "SELECT ?y { <urn:c> <urn:r> ?y . ?y a prov:Entity }") == [["urn:a"]]

    told_of = [any(f"{A} {TYPE} {entity}" in text for text in lab.asked) for lab in each]
    assert told_of == [True, False, False]


@pytest.mark.require("rdflib")
def test_a_lab_that_can_tell_nothing_of_a_round_is_not_asked_at_all() -> None:
    """Nor what it has of what a later round may want."""
    each = [Overheard(f"lab {n}", filled(*quads)) for n, quads in enumerate((FIRST, THIRD))]
    federation = Federation(each)
    for query in (WAY, "SELECT ?y { <urn:c> <urn:q> ?x . ?x <urn:new> ?y }"):
        assert not {*federation.query(query)}  # type: ignore[misc]

    assert [len(lab.asked) for lab in each] == [3, 1]
    federation.close()


@pytest.mark.require("rdflib")
def test_a_walk_asks_all_labs_whatever_they_have() -> None:
    """It is to bring all that is said of what it meets."""
    federation = Federation(embedded((FIRST, THIRD)))
    assert not {*federation.query("SELECT ?x { ?x <urn:q> ?y . ?y <urn:r> ?x }")}  # type: ignore[misc]

    federation.reach([A], upward=True, of_data=True)

    assert {quad.predicate for quad in federation.fetched.store.graph(H)} == {OTHER, TYPE}
    federation.close()


@pytest.mark.require("rdflib")
def test_what_a_lab_has_is_asked_once_and_what_it_has_not_each_time() -> None:
    """So what is pushed to it between two questions is found by the second."""
    labs, each = overheard()
    assert rows(labs, WAY) == [["urn:c", "urn:a"]]
    first = each[0].asked[0]
    each[0].asked.clear()
    each[2].store.replace(H, [*THIRD, Quad(C, R, KIND, H)])

    assert sorted(rows(labs, WAY)) == [["urn:c", "urn:a"], ["urn:c", "urn:kind"]]

    again = each[0].asked[0]
    assert "EXISTS" in first
    assert "<urn:p>" not in again.partition("VALUES ?p")[2].partition("}")[0]


@pytest.mark.require("rdflib")
def test_a_lab_that_has_a_relation_no_more_tells_nothing_of_it() -> None:
    """What is kept from one question to the next is only whom to ask."""
    labs, each = overheard()
    assert rows(labs, WAY) == [["urn:c", "urn:a"]]

    each[1].store.drop(H)

    assert rows(labs, WAY) == []


MORE = (
    "SELECT ?x { ?x a <urn:kind> . ?y <urn:p> <urn:kind> . ?x <urn:q> ?z . ?z <urn:p> ?any }",
    "SELECT ?x { <urn:a> <urn:p> ?x . ?x <urn:q> <urn:other> . ?y a <urn:other> }",
    "SELECT ?x ?c { ?x <urn:p> ?y ; a ?c . ?c ?any ?thing }",
    "SELECT ?x { ?x a <urn:kind> . ?x a <urn:other> . ?x <urn:p>/<urn:r> ?y }",
    "SELECT ?x { <urn:a> <urn:p> ?x FILTER NOT EXISTS { ?x a <urn:kind> } }",
    "SELECT ?x { GRAPH ?g { ?x a <urn:kind> . ?x <urn:p> ?y } ?y a ?c FILTER(?c = <urn:other>) }",
    "SELECT ?x { ?x <urn:q> <urn:kind> }",
)
TERMS = st.sampled_from([A, B, C])
KINDS = st.sampled_from([KIND, OTHER])
SAID = st.one_of(
    st.builds(Quad, TERMS, st.sampled_from([P, Q, R]), st.one_of(TERMS, KINDS)),
    st.builds(Quad, TERMS, st.just(TYPE), KINDS),
)


@pytest.mark.require("rdflib")
@given(held=st.lists(st.lists(SAID, max_size=4), min_size=2, max_size=4))
def test_labs_that_have_some_relations_each_answer_as_one_store(held: list[list[Quad]]) -> None:
    """Whatever they lack; each has a graph of its own, for a graph is whole where it is."""
    held = [
        [Quad(*quad.triple, NamedNode(f"urn:graph:{lab}")) for quad in quads]
        for lab, quads in enumerate(held)
    ]
    with EmbeddedStore.memory() as together:
        together.fill(quad for quads in held for quad in quads)
        federation = Federation(embedded(held))
        for query in (WAY, IN_GRAPH, BEHIND, OF_KIND, FURTHER, *MORE):
            found, expected = federation.query(query), together.query(query)
            assert isinstance(found, Rows)
            assert isinstance(expected, Rows)
            assert {*found} == {*expected}
        federation.close()


@pytest.mark.parametrize("answer", ["0\t\t\n", "0\t<urn:q>\t\n", '0\t"p"\t\n', "0\t\t<urn:p>\n"])
def test_what_was_not_asked_about_is_refused(answer: str) -> None:
    """Else a lab would be taken for one that has what it has not, or not be asked again."""
    probe = Probe((("p", P), ("c", KIND)))
    text = "?n\t?p\t?c\n1\t\t\n0\t<urn:p>\t\n0\t\t<urn:kind>\n2\t\t\n"

    assert told((probe,), sent(text), "lab").has == {("p", P), ("c", KIND)}
    with pytest.raises(ServiceFault, match="not what"):
        told((probe,), sent(text + answer), "lab")


@pytest.mark.parametrize("union", [True, False])
def test_a_probe_finds_what_there_is(union: bool) -> None:  # noqa: FBT001 -- a parameter
    """In whatever graph, the default one too, which for some services is not all graphs."""
    store = ox.Store()
    store.extend([*FIRST, Quad(A, R, B), Quad(B, TYPE, B)])
    every = [*(("p", one) for one in (P, R, OTHER)), *(("c", one) for one in (KIND, OTHER, B))]
    asked = (Probe(tuple(every)),)

    found = store.query(request(asked), use_default_graph_as_union=union)

    assert told(asked, rows_of(found), "lab").has == {("p", P), ("p", R), ("c", KIND), ("c", B)}
