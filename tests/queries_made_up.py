# SPDX-License-Identifier: Apache-2.0
"""Queries made up at random over a small world, and worlds for them."""

from __future__ import annotations

from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

THINGS = tuple(NamedNode(f"urn:{letter}") for letter in "abcd")
RELATIONS = tuple(NamedNode(f"urn:{letter}") for letter in "pq")
GRAPHS = tuple(NamedNode(f"urn:g{number}") for number in range(3))
OBJECTS = (*THINGS, Literal("x"), Literal(1))

VARIABLES = ("?x", "?y", "?z")
_term = st.sampled_from([*VARIABLES, *VARIABLES, *VARIABLES, "<urn:a>"])
_object = st.one_of(_term, _term, _term, st.sampled_from(["<urn:b>", '"x"', "1"]))
_relation = st.sampled_from(["<urn:p>", "<urn:q>"])
_path = st.one_of(
    _relation, _relation, st.just("?r"),
    st.sampled_from([
        "<urn:p>*", "<urn:p>+", "<urn:q>?", "^<urn:p>", "<urn:p>/<urn:q>", "<urn:p>?/<urn:q>",
        "<urn:p>|^<urn:q>", "(<urn:p>|<urn:q>)*", "<urn:p>*/<urn:q>?", "!<urn:p>", "!(^<urn:p>)",
    ]),
)  # fmt: skip
_triple = st.builds("{} {} {}".format, _term, _path, _object)
_bgp = st.lists(_triple, min_size=1, max_size=2).map(" . ".join)
_graph = st.sampled_from(["?g", "?g", "?h", "?x", "<urn:g1>"])
_cell = st.sampled_from(["<urn:a>", "<urn:b>", "<urn:c>", '"x"', "1", "UNDEF"])
_values = st.one_of(
    st.builds("VALUES {} {{ {} {} }}".format, st.sampled_from(VARIABLES), _cell, _cell),
    st.builds("VALUES (?x ?y) {{ ({} {}) ({} {}) }}".format, _cell, _cell, _cell, _cell),
)
_bind = st.builds(
    "BIND({} AS ?{})".format, st.sampled_from([*VARIABLES, "<urn:a>", "1"]), st.sampled_from("uvw")
)
_filter = st.one_of(
    st.builds(
        "FILTER({} {} {})".format, st.sampled_from(VARIABLES), st.sampled_from(["=", "!="]), _object
    ),
    st.builds(
        "FILTER({} IN (<urn:a>, <urn:b>) && {} = <urn:p>)".format,
        st.sampled_from(VARIABLES),
        st.sampled_from(["?r", "?x", "?y"]),
    ),
)


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Make what has groups in it out of groups."""
    select = st.builds(
        "{{ SELECT {} {{ {} }} {} }}".format,
        st.sampled_from(["?x", "?x ?y", "DISTINCT ?y", "?y ?z", "*"]), inner,
        st.sampled_from(["", "", "ORDER BY ?x ?y ?z ?g ?h ?r ?u ?v ?w LIMIT 2"]),
    )  # fmt: skip
    counted = st.builds(
        "{{ SELECT {0} (COUNT({1}) AS ?n) {{ {2} }} GROUP BY {0} }}".format,
        st.sampled_from(VARIABLES), st.sampled_from(["*", "?x", "DISTINCT ?y"]), inner,
    )  # fmt: skip
    return st.one_of(
        st.builds("{} {}".format, inner, inner),
        st.builds("{} OPTIONAL {{ {} }}".format, inner, inner),
        st.builds("OPTIONAL {{ {} }} {}".format, inner, inner),
        st.builds("{} OPTIONAL {{ {} {} }}".format, inner, inner, _filter),
        st.builds("{{ {} }} UNION {{ {} }}".format, inner, inner),
        st.builds("{} MINUS {{ {} }}".format, inner, inner),
        st.builds("GRAPH {} {{ {} }}".format, _graph, inner),
        st.builds("{} FILTER NOT EXISTS {{ {} }}".format, inner, inner),
        st.builds("{} FILTER EXISTS {{ {} }}".format, inner, inner),
        st.builds("{} {}".format, _values, inner),
        st.builds("{} {}".format, inner, _values),
        st.builds("{{ {} }} {}".format, inner, _bind),
        st.builds("{} {}".format, inner, _filter),
        select,
        counted,
    )


groups = st.recursive(st.one_of(_bgp, st.builds("GRAPH {} {{ {} }}".format, _graph, _bgp)), _wider,
                      max_leaves=5)  # fmt: skip

queries = st.one_of(
    groups.map("SELECT * {{ {} }}".format),
    groups.map("ASK {{ {} }}".format),
    groups.map("CONSTRUCT {{ ?x <urn:new> ?y }} {{ {} }}".format),
    groups.map("SELECT ?x (COUNT(*) AS ?count) {{ {} }} GROUP BY ?x HAVING (COUNT(*) > 0)".format),
)

_quads = st.builds(
    Quad, st.sampled_from(THINGS), st.sampled_from(RELATIONS), st.sampled_from(OBJECTS)
)


@st.composite
def worlds(draw: st.DrawFn) -> list[list[Quad]]:
    """Make up to three graphs, each whole at one or two of three labs; give what labs hold."""
    labs: list[list[Quad]] = [[], [], []]
    for graph in GRAPHS:
        told = draw(st.lists(_quads, min_size=4, max_size=14, unique_by=str))
        for lab in draw(st.sets(st.integers(0, 2), min_size=1, max_size=2)):
            labs[lab] += (Quad(one.subject, one.predicate, one.object, graph) for one in told)
    return labs
