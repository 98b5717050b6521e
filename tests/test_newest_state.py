# SPDX-License-Identifier: Apache-2.0
"""The model that is meant when nobody names one: the newest state that a training left."""

from __future__ import annotations

import pytest
from small_graph import BASE, store_of

from dlprov_rdf.ask.naming import names, states
from dlprov_rdf.store.embedded import EmbeddedStore

HEAD = """
PREFIX dlprov: <https://w3id.org/dlprov-rdf/ontology#>
PREFIX mls: <http://www.w3.org/ns/mls#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX : <https://example.org/>
"""


def training(name: str, day: int, *models: str) -> str:
    """Tell of a training in July and of what it left behind."""
    began = f'"2026-07-{day:02}T00:00:00Z"^^xsd:dateTime'
    return f":{name} a dlprov:Training ; prov:startedAtTime {began} ." + "".join(
        f':{one} a mls:Model ; rdfs:label "net" ; prov:wasGeneratedBy :{name} .' for one in models
    )


def store(*told: str) -> EmbeddedStore:
    """Put what is told into one graph."""
    return store_of(f"{HEAD} :graph {{ {' '.join(told)} }}")


def newest(*told: str) -> str:
    """Name the state that is meant by default."""
    return names.state(store(*told), BASE, "@model").value.rpartition("/")[2]


def test_a_newer_training_that_left_nothing_is_passed_over() -> None:
    """It may have failed before its first epoch ended."""
    assert newest(training("old", 1, "a"), training("new", 2)) == "a"


def test_of_trainings_that_began_at_once_the_last_state_by_name_is_meant() -> None:
    """As it would be if all states were sorted."""
    assert newest(training("t", 1, "z"), training("u", 2, "b"), training("v", 2, "c", "a")) == "c"


def test_a_state_that_a_step_made_is_meant_where_no_training_left_one() -> None:
    """A model that was loaded is better than none."""
    step = ":load a dlprov:ModelLoading ."
    made = ':m a mls:Model ; rdfs:label "m" ; prov:wasGeneratedBy :load .'

    assert newest(training("new", 2), step, made) == "m"


def test_a_state_behind_many_trainings_that_left_nothing_is_found_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After the first few it is looked for among all states at once."""
    monkeypatch.setattr(states, "_FEW", 2)

    assert (
        newest(training("old", 1, "a"), *(training(f"t{day}", day) for day in range(2, 9))) == "a"
    )


def test_a_name_means_the_newest_state_of_that_name_and_not_the_newest_of_all() -> None:
    """A later training of another model leaves it alone."""
    other = training("new", 2, "b").replace('"net"', '"other"')

    state = names.state(store(training("old", 1, "a"), other), BASE, "net")

    assert state.value == "https://example.org/a"
