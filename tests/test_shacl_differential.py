# SPDX-License-Identifier: Apache-2.0
"""Both engines find the same in graphs that are valid but for a few changes.

The same verdict, and the same set of (node, rule), by each of the three profiles. ``make
shacl-differential`` tries 600 graphs; ``make test`` some of them. ``incomparable`` is the one
difference that is known; literals that are ill-formed for their type are not tried.
"""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dlprov_rdf.validate.shacl import Engine, check
from dlprov_rdf.validate.shapes import PROFILES

HERE = Path(__file__).parent
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
FILES = (
    "valid_run.ttl", "whole_run.ttl", "golden/serving.nq", "golden/losses.nq", "golden/raised.nq",
    "golden/failures.nq",
)  # fmt: skip
ENGINES: tuple[Engine, Engine] = ("pyshifty", "pyshacl")
EXAMPLES = int(os.environ.get("DLPROV_DIFFERENTIAL", "12"))

#: Spellings that a store or a person may leave in a graph; each is well-formed for its type.
VALUES = {
    "string": ("", "x", "None", "completed", "commit", "ni:///sha-256;x", "a\nb"),
    "integer": ("0", "-1", "7", "007", "+3", "123456789012345678901234567890"),
    "double": ("0.0", "NaN", "INF", "-INF", "1e300", "0.5e0"),
    "decimal": ("0.5", "7.0"),
    "boolean": ("true", "false"),
    "dateTime": ("2026-01-01T10:00:00Z", "2026-01-01T12:00:00+02:00", "1999-12-31T23:59:59.5Z"),
    "anyURI": ("https://doi.org/10.24432/C50P49",),
}


def _read(name: str) -> tuple[ox.Triple, ...]:
    return tuple(quad.triple for quad in ox.parse(path=HERE / name))


GRAPHS = {name: _read(name) for name in FILES}
PREDICATES = sorted({t.predicate.value for graph in GRAPHS.values() for t in graph})
CLASSES = sorted(
    {t.object.value for graph in GRAPHS.values() for t in graph if t.predicate == TYPE}
)

literals = st.one_of(
    *(
        st.sampled_from(spellings).map(
            lambda value, kind=kind: ox.Literal(value, datatype=ox.NamedNode(XSD + kind))
        )
        for kind, spellings in VALUES.items()
    ),
    st.just(ox.Literal("mot", language="fr")),
)
nodes = st.sampled_from(
    [ox.BlankNode("b"), ox.NamedNode("urn:x:1"), ox.NamedNode("https://lab.example/x")]
)


class Mutated(list[ox.Triple]):
    """The triples of a graph that was valid before a few changes."""

    def __init__(self, name: str) -> None:
        super().__init__(GRAPHS[name])
        self._name = name

    def __repr__(self) -> str:
        before = {*GRAPHS[self._name]}
        gone, new = before - {*self}, {*self} - before
        return "\n".join((self._name, *(f"- {one}" for one in gone), *(f"+ {one}" for one in new)))


@st.composite
def mutated(draw: st.DrawFn) -> Mutated:
    """A valid graph with one to five changes."""
    triples = Mutated(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(1, 5))):
        _change(draw, triples)
    return triples


def _change(draw: st.DrawFn, triples: list[ox.Triple]) -> None:
    place = draw(st.integers(0, len(triples) - 1))
    old = triples[place]
    other = triples[draw(st.integers(0, len(triples) - 1))]
    how = draw(st.sampled_from(("drop", "object", "swap", "add", "type", "predicate", "subject")))
    if how == "drop":
        del triples[place]
    elif how == "object":
        triples[place] = ox.Triple(old.subject, old.predicate, draw(literals | nodes))
    elif how == "swap":
        triples[place] = ox.Triple(old.subject, old.predicate, other.object)
    elif how == "add":
        triples.append(ox.Triple(old.subject, old.predicate, draw(literals | nodes)))
    elif how == "type":
        kind = ox.NamedNode(draw(st.sampled_from(CLASSES)))
        triples.append(ox.Triple(old.subject, TYPE, kind))
    elif how == "predicate":
        name = ox.NamedNode(draw(st.sampled_from(PREDICATES)))
        triples[place] = ox.Triple(old.subject, name, old.object)
    else:
        triples[place] = ox.Triple(draw(nodes), old.predicate, old.object)


Pair = tuple[str, str]
CORE = "https://w3id.org/dlprov-rdf/shapes/core#"


def found(triples: list[ox.Triple], profile: str, engine: Engine) -> tuple[bool, set[Pair]]:
    """Tell the verdict and who breaks what; each engine names a blank node as it likes."""
    report = check(triples, profile, engine=engine)
    pairs = {("_:" if r.focus.startswith("_:") else r.focus, r.rule) for r in report.results}
    return report.conforms, pairs


def incomparable(pairs: set[Pair]) -> set[Pair]:
    """Pairs that pyshacl may miss: times that cannot be compared, for one is no time.

    SHACL, 4.5.4: there is a result where a value is not less than or equal to the other, "or
    where the two values cannot be compared". pyshacl passes over some of the latter.
    """
    no_time = {(CORE + "ActivityStart"), (CORE + "ActivityEnd")}
    return {
        (node, rule)
        for node, rule in pairs
        if rule == CORE + "ActivityOrder" and any((node, other) in pairs for other in no_time)
    }


@pytest.mark.slow
@pytest.mark.require("rdflib")
@given(triples=mutated())
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
def test_both_engines_find_the_same(triples: Mutated) -> None:
    """By each profile, verdict for verdict and node for node."""
    for profile in PROFILES:
        ours, theirs = (found(triples, profile, engine) for engine in ENGINES)
        missed = incomparable(ours[1])
        assert ours[0] == theirs[0]
        assert ours[1] - missed == theirs[1] - missed
