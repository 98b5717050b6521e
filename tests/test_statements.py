# SPDX-License-Identifier: Apache-2.0
"""PROV statements read from quads: what PROV-O says twice is one statement."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import Statement, instances, statements

HEAD = "@prefix prov: <http://www.w3.org/ns/prov#> . @prefix : <x:> . "
TIME = '"2026-01-01T10:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>'
WHEN = "2026-01-01T10:00:00Z"
PROV = "http://www.w3.org/ns/prov#"


def read(turtle: str) -> tuple[Statement, ...]:
    """The statements of some Turtle."""
    return statements(ox.parse(HEAD + turtle, format=ox.RdfFormat.TURTLE))


def typed(name: str) -> tuple[tuple[str, str], ...]:
    """The attributes of a statement with a type of PROV's."""
    return ((PROV + "type", PROV + name),)


@pytest.mark.parametrize(
    ("turtle", "statement"),
    [
        (":e a prov:Entity .", s.Entity("x:e")),
        (":e a prov:Entity, prov:Plan .", s.Entity("x:e", typed("Plan"))),
        (f":a prov:startedAtTime {TIME} .", s.Activity("x:a", WHEN)),
        (":p a prov:Person .", s.Agent("x:p", typed("Person"))),
        (":e prov:wasGeneratedBy :a .", s.Generation("x:e", "x:a")),
        (":a prov:generated :e .", s.Generation("x:e", "x:a")),
        (f":e prov:generatedAtTime {TIME} .", s.Generation("x:e", None, WHEN)),
        (
            (f":e prov:wasGeneratedBy :a ; prov:generatedAtTime {TIME} . "
            f":e prov:qualifiedGeneration :g . :g prov:activity :a ; prov:atTime {TIME} ."),
            s.Generation("x:e", "x:a", WHEN, "x:g"),
        ),
        (
            ":a prov:used :e ; prov:qualifiedUsage :u . :u prov:entity :e ; prov:hadRole :r .",
            s.Usage("x:a", "x:e", id="x:u"),
        ),
        (":a prov:wasInformedBy :b .", s.Communication("x:a", "x:b")),
        (
            (":a prov:wasStartedBy :e ; prov:qualifiedStart :s . "
            f":s prov:entity :e ; prov:hadActivity :b ; prov:atTime {TIME} ."),
            s.Start("x:a", "x:e", "x:b", WHEN, "x:s"),
        ),
        (":a prov:wasEndedBy :e .", s.End("x:a", "x:e")),
        (":a prov:invalidated :e .", s.Invalidation("x:e", "x:a")),
        (":f prov:wasDerivedFrom :e .", s.Derivation("x:f", "x:e")),
        (
            ":f prov:wasRevisionOf :e ; prov:wasDerivedFrom :e .",
            s.Derivation("x:f", "x:e", attributes=typed("Revision")),
        ),
        (
            (":f prov:wasRevisionOf :e ; prov:wasDerivedFrom :e ; prov:qualifiedRevision :d . "
            ":d prov:entity :e ; prov:hadActivity :a ; prov:hadGeneration :g ; prov:hadUsage :u ."),
            s.Derivation("x:f", "x:e", "x:a", "x:g", "x:u", "x:d", typed("Revision")),
        ),
        (":e prov:wasAttributedTo :p .", s.Attribution("x:e", "x:p")),
        (
            (":a prov:wasAssociatedWith :p ; prov:qualifiedAssociation :q . "
            ":q prov:agent :p ; prov:hadPlan :l ."),
            s.Association("x:a", "x:p", "x:l", "x:q"),
        ),
        (
            (":p prov:actedOnBehalfOf :r ; prov:qualifiedDelegation :q . "
            ":q prov:agent :r ; prov:hadActivity :a ."),
            s.Delegation("x:p", "x:r", "x:a", "x:q"),
        ),
        (
            ":e prov:qualifiedInfluence :i . :i prov:influencer :f .",
            s.Influence("x:e", "x:f", "x:i"),
        ),
        (":e prov:alternateOf :f .", s.Alternate("x:e", "x:f")),
        (":e prov:specializationOf :f .", s.Specialization("x:e", "x:f")),
        (":e prov:mentionOf :f ; prov:asInBundle :b .", s.Mention("x:e", "x:f", "x:b")),
        (":c prov:hadMember :e .", s.Membership("x:c", "x:e")),
        (
            ":d prov:hadDictionaryMember :m . :m prov:pairKey 'k' ; prov:pairEntity :e .",
            s.Membership("x:d", "x:e"),
        ),
    ],
)  # fmt: skip
def test_each_relation_is_read_once_in_whatever_form(turtle: str, statement: Statement) -> None:
    """Plain, qualified, both, or from the other end."""
    assert read(turtle) == (statement,)


def test_a_relation_between_others_is_not_taken_for_the_qualified_one() -> None:
    """Two usages, of which one has a role."""
    found = read(":a prov:used :e, :f ; prov:qualifiedUsage :u . :u prov:entity :e .")

    assert set(found) == {s.Usage("x:a", "x:e", id="x:u"), s.Usage("x:a", "x:f")}


def test_what_is_stated_in_two_graphs_is_one_statement() -> None:
    """The union of graphs says nothing twice."""
    trig = HEAD + "GRAPH :g { :e prov:wasGeneratedBy :a } GRAPH :h { :e prov:wasGeneratedBy :a }"
    quads = list(ox.parse(trig, format=ox.RdfFormat.TRIG))

    assert statements(quads) == (s.Generation("x:e", "x:a"),)
    assert [one.name for one in instances(quads)] == ["x:g", "x:h"]


def test_a_second_start_time_is_a_second_statement() -> None:
    """So that a contradiction is not read away."""
    other = TIME.replace("10:00", "11:00")

    found = read(f":a a prov:Activity ; prov:startedAtTime {TIME}, {other} .")

    assert len(found) == 2


def test_a_blank_node_has_no_name() -> None:
    """It stands for anything, and is called as PROV-N calls it."""
    (found,) = read(":e prov:qualifiedGeneration [ prov:activity :a ] .")

    assert isinstance(found, s.Generation)
    assert str(found.id).startswith("_:")
