# SPDX-License-Identifier: Apache-2.0
"""The data, people and graphs behind a model or a prediction, as worked out on paper."""

from __future__ import annotations

import re

import pytest
from small_graph import (
    BASE,
    R1,
    R2,
    R3,
    R4,
    four_runs,
    rows,
    store_of,
    text_of_four_runs,
    with_more,
)

from dlprov_rdf.ask import questions
from dlprov_rdf.errors import NotFound
from dlprov_rdf.store.embedded import EmbeddedStore


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The four runs."""
    return four_runs()


def test_v3_a_model_by_name_is_all_its_trainings(store: EmbeddedStore) -> None:
    """With the layers of each in order; two architectures have that name."""
    columns = ("layers", "layer_count", "hyperparameters", "training_name", "run_name")

    assert rows(store, "V3", *columns, model="cnn") == [
        (
            "Conv2D 8 relu; Dropout 0.4; Dense 10 softmax", 3,
            "batch_size = 32; learning_rate = 0.001", "cnn", "digits",
        ),
        ("Conv2D 64", 1, "learning_rate = 10.0", "cnn wide", "digits"),
        ("Dropout 0.4", 1, "learning_rate = 0.01", "cnn", "digits again"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "model",
    [
        f"{R1}/model/25", f"{R1}/training/20/epoch/0/model", f"{R1}/file/71", "models/cnn.keras",
        "cnn.keras", f"{R3}/model/3", "ni:///sha-256;file", "00000003/model/3",
    ],
)  # fmt: skip
def test_v3_a_state_or_a_file_is_followed_to_the_training_that_made_it(
    model: str, store: EmbeddedStore
) -> None:
    """Across the runs that saved and loaded it, and no other of the same name."""
    assert rows(store, "V3", "training", model=model) == [(f"{R1}/training/20",)]


def test_v3_a_training_without_an_architecture_has_its_settings_still(
    store: EmbeddedStore,
) -> None:
    """By hand, no layer is told; this one was interrupted and told nothing."""
    found = rows(store, "V3", "model_name", "layers", "hyperparameters", model="by hand")

    assert found == [("by hand", None, None)]


def test_v3_what_stands_for_nothing_says_what_there_is(store: EmbeddedStore) -> None:
    """A name that neither a model nor a file has."""
    with pytest.raises(NotFound, match="There are: by hand, cnn, mlp"):
        rows(store, "V3", "training", model="resnet")


def test_v5_who_trained_it_with_role_login_and_machine() -> None:
    """The role is that person's, and the login the process's."""
    said = (
        "run:0194a000-0000-7000-8000-000000000001 prov:qualifiedAssociation r1:a1, r1:a2 . "
        "r1:a1 prov:agent demo:person\\/ada ; prov:hadRole dlprov:scientistRole . "
        "r1:a2 prov:agent r1:process ; prov:hadRole dlprov:executorRole . "
        'r1:process dlprov:login "ada" . '
    )
    columns = ("person_name", "role", "login", "machine", "training_name")

    found = rows(with_more(r1=said), "V5", *columns, model="cnn.keras")

    assert found == [("Ada Lovelace", "scientist", "ada", "lab", "cnn")]


def test_v5_nobody_is_made_up_where_nobody_is_recorded(store: EmbeddedStore) -> None:
    """The training is told, and no person."""
    found = rows(store, "V5", "person_name", "end_state", "training", model="by hand")

    assert found == [(None, "interrupted", f"{R4}/training/20")]


def test_n5_other_runs_that_used_equal_data_are_found_both_ways(store: EmbeddedStore) -> None:
    """The run itself is not among them."""
    columns = ("data_name", "other_name", "run_name", "content")
    there = rows(store, "N5", *columns, run="digits")
    back = rows(store, "N5", *columns, run="digits again")

    assert there == [("digits", "digits", "digits again", "ni:///sha-256;digits")]
    assert back == [("digits", "digits", "digits", "ni:///sha-256;digits")]


def test_n5_another_lab_that_calls_it_otherwise_is_found_by_the_octets() -> None:
    """Its runs lie below another BASE, and its role is told."""
    there = """
        GRAPH <https://other.example/run/x/graph> {
          <https://other.example/run/x> a dlprov:WorkflowRun ; rdfs:label "theirs" .
          <https://other.example/run/x/training/1> a dlprov:Training ;
            dcterms:isPartOf <https://other.example/run/x> ;
            prov:used <https://other.example/run/x/data/1> ;
            prov:qualifiedUsage <https://other.example/run/x/usage/1> .
          <https://other.example/run/x/usage/1> prov:hadRole dlprov:testRole ;
            prov:entity <https://other.example/run/x/data/1> .
          <https://other.example/run/x/data/1> a mls:Dataset ; rdfs:label "ours" ;
            prov:specializationOf <ni:///sha-256;digits> .
        }"""
    store = store_of(text_of_four_runs() + there)

    found = rows(store, "N5", "other_name", "role", "lab", run="digits", data="digits")

    assert found == [
        ("digits", None, BASE),
        ("ours", "test", "https://other.example/"),
    ]


def test_n5_data_without_digest_is_equal_to_nothing_and_the_answer_says_so(
    store: EmbeddedStore,
) -> None:
    """Two runs call something train, and nobody knows whether it is the same."""
    answer = questions.ask(store, BASE, "N5", run="digits", data="train")

    assert answer.rows == []
    assert answer.notes[-1].startswith("no other run is recorded")


def test_n7_a_prediction_leads_through_the_file_to_the_training_and_its_data(
    store: EmbeddedStore,
) -> None:
    """The newest prediction, by default."""
    columns = ("model_name", "file", "training_name", "data_name", "source", "run_name", "model")

    assert rows(store, "N7", *columns) == [
        (
            "cnn", "cnn.keras", "cnn", "train", "https://doi.org/10.24432/C50P49", "digits",
            f"{R3}/model/3",
        ),
    ]  # fmt: skip


def test_n7_a_deployment_is_named_and_another_model_behind_the_input_is_not() -> None:
    """The batch came from run 2's model: that made the input, not the prediction."""
    said = (
        'r3:step\\/5 a dlprov:Deployment ; rdfs:label "to production" ; prov:used r3:model\\/3 . '
        "r3:data\\/4 prov:wasDerivedFrom r2:model\\/25 . "
    )

    found = rows(with_more(r3=said), "N7", "deployed_by", "training", thing="predictions")

    assert found == [("to production", f"{R1}/training/20")]


@pytest.mark.parametrize("deployed", ["r1:model\\/25", "r1:file\\/71"])
def test_n7_a_deployment_in_the_run_that_saved_the_file_is_found(deployed: str) -> None:
    """Who predicts has the file alone, in another process; another model's deployment is not it."""
    said = (
        'r1:step\\/91 a dlprov:Deployment ; rdfs:label "to production" ; prov:used %s . '
        'r1:step\\/92 a dlprov:Deployment ; rdfs:label "another" ; prov:used r1:model\\/35 . '
    )

    found = rows(with_more(r1=said % deployed), "N7", "deployed_by", "model")

    assert found == [("to production", f"{R3}/model/3")]


def test_n7_a_model_of_unknown_origin_has_no_training_and_the_answer_says_so(
    store: EmbeddedStore,
) -> None:
    """Run 3 alone: nobody here saved that file."""
    text = text_of_four_runs()
    alone = text.replace(
        "r1:file\\/71 a prov:Entity, dcat:Distribution, dlprov:File",
        "r1:file\\/72 a prov:Entity, dcat:Distribution, dlprov:File",
    ).replace("r1:model\\/25 a prov:Entity", "r1:model\\/26 a prov:Entity")
    lonely = re.sub(r"<ni:///sha-256;file>", "<ni:///sha-256;other>", alone, count=1)

    answer = questions.ask(store_of(lonely), BASE, "N7")

    assert (answer.rows, answer.notes) == (
        [], ("no training is recorded from which the model of this prediction came",),
    )  # fmt: skip


def test_n15_what_two_runs_state_has_two_graphs_that_assert_it(store: EmbeddedStore) -> None:
    """A package is of no one run."""
    found = rows(store, "N15", "run_name", "people", "statements", "lab", thing="keras 3.15.1")

    assert found == [
        ("digits", "Ada Lovelace", 3, BASE),
        ("digits again", "Ada Lovelace", 3, BASE),
    ]


def test_n15_a_graph_tells_its_software_its_ontology_and_its_publisher() -> None:
    """As it says of itself, and not as another graph says of it."""
    said = (
        "r2:graph prov:wasAttributedTo <pkg:pypi/dlprov-rdf@0.1.0> ; dcterms:publisher "
        '"Lab" ; dcterms:conformsTo <https://w3id.org/dlprov-rdf/ontology/0.1.0> . '
        '<pkg:pypi/dlprov-rdf@0.1.0> rdfs:label "dlprov-rdf 0.1.0" . '
    )
    columns = ("software", "ontology", "publisher", "graph")

    own = rows(with_more(r2=said), "N15", *columns, thing=f"{R2}/data/2")
    others = rows(with_more(r1=said), "N15", *columns, thing=f"{R2}/data/2")

    assert own == [
        ("dlprov-rdf 0.1.0", "https://w3id.org/dlprov-rdf/ontology/0.1.0", "Lab", f"{R2}/graph")
    ]
    assert others == [(None, None, None, f"{R2}/graph")]
