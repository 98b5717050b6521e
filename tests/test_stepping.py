# SPDX-License-Identifier: Apache-2.0
"""A step from many things leads where a step from each alone leads."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode
from study_runs import study

from dlprov_rdf.ask.lineage import described
from dlprov_rdf.ask.walking.stepping import Facts, steps
from dlprov_rdf.store.embedded import EmbeddedStore


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The study beside the four runs."""
    return study(beside_the_four=True)


@pytest.fixture(scope="module")
def everything(store: EmbeddedStore) -> list[str]:
    """All that the graphs speak of."""
    quads = [quad for name in store.graphs() for quad in store.graph(name)]
    ends = {end for quad in quads for end in (quad.subject, quad.object)}
    return sorted(end.value for end in ends if isinstance(end, NamedNode))


@pytest.mark.parametrize("upward", [True, False])
def test_many_at_once_step_as_each_alone(
    store: EmbeddedStore, everything: list[str], *, upward: bool
) -> None:
    """What is read in one look and then told apart is what the query for a step finds."""
    each = [edge for one in everything for edge in steps(store, [one], upward=upward)]

    at_once = steps(store, everything, upward=upward)

    assert at_once == sorted(set(each))
    assert len({relation for _, _, relation in at_once}) > 7


def test_the_way_of_data_leads_to_no_people_and_no_plans(
    store: EmbeddedStore, everything: list[str]
) -> None:
    """Else it is the way of all that anything depends on; of one thing as of many."""
    answering = {"http://www.w3.org/ns/prov#wasAssociatedWith", "http://www.w3.org/ns/prov#hadPlan"}
    whole = steps(store, everything, upward=True)

    at_once = steps(store, everything, upward=True, of_data=True)

    assert at_once == [edge for edge in whole if edge[2] not in answering]
    assert len(at_once) < len(whole)
    each = [edge for one in everything for edge in steps(store, [one], upward=True, of_data=True)]
    assert sorted(set(each)) == at_once


def test_what_a_step_learns_is_what_a_description_asks(
    store: EmbeddedStore, everything: list[str]
) -> None:
    """Names and kinds at hand are not asked for again, so they must be the same."""
    facts: dict[str, Facts] = {}
    steps(store, everything, upward=True, facts=facts)

    known = described(store, dict.fromkeys(everything, 0), facts)

    assert len(facts) > 50
    assert known == described(store, dict.fromkeys(everything, 0))
