# SPDX-License-Identifier: Apache-2.0
"""Models and the data and people behind them: each answer was worked out on paper."""

from __future__ import annotations

import re

import pytest
from small_graph import BASE, R1, R2, R3, R4, four_runs, rows, store_of, text_of_four_runs

from dlprov_rdf.ask import questions
from dlprov_rdf.errors import NotFound
from dlprov_rdf.store.embedded import EmbeddedStore

#: The data of run 1's validation measures, and another scientist of run 2.
MEASURED = "r1:e11va dlprov:measuredOn r1:data\\/7 . r1:e30va dlprov:measuredOn r1:data\\/7 . "
SPECIAL = "r1:data\\/7 prov:specializationOf <ni:///sha-256;v> . "
AGAIN = (
    "r2:e20va dlprov:measuredOn r2:data\\/9 . r2:data\\/9 a mls:Dataset ; "
    'rdfs:label "held out" ; prov:specializationOf <ni:///sha-256;v> . '
)


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The four runs."""
    return four_runs()


def with_more(**more: str) -> EmbeddedStore:
    """Load the four runs with more said in the graphs r1 to r4."""
    text = text_of_four_runs()
    for graph, said in more.items():
        text = text.replace(f"{graph}:graph {{", f"{graph}:graph {{ {said}", 1)
    return store_of(text)


# ── P1 ──


def test_p1_the_least_loss_on_a_data_set_tells_the_settings_of_its_training(
    store: EmbeddedStore,
) -> None:
    """On validation data, by default; the data set is where the training data came from."""
    columns = ("model_name", "best_value", "reported_as", "epoch", "hyperparameters", "run_name")
    found = rows(store, "P1", *columns, data="digits")

    assert found == [
        ("cnn", 0.5, "val_loss", 1, "batch_size = 32; learning_rate = 0.001", "digits")
    ]


def test_p1_equal_octets_are_one_data_set_in_whatever_run(store: EmbeddedStore) -> None:
    """Run 2's loss is less, and its digits are run 1's; batches and NaN do not count."""
    for data in ("digits", f"{R1}/data/2", "ni:///sha-256;digits"):
        found = rows(store, "P1", "best_value", "run_name", data=data, on="training")

        assert found == [(0.3, "digits again")]


def test_p1_data_that_a_run_made_itself_is_its_own(store: EmbeddedStore) -> None:
    """Two runs call something train; only one of them is this."""
    found = rows(store, "P1", "best_value", data=f"{R1}/data/6", on="training")

    assert found == [(0.4,)]


def test_p1_a_name_of_different_data_is_taken_for_all_and_said(store: EmbeddedStore) -> None:
    """As a model's name means every architecture of that name."""
    answer = questions.ask(store, BASE, "P1", data="train", on="training")

    assert len(answer.rows) == 1
    assert answer.notes == ("train stands for 2 different data sets",)


def test_p1_trainings_that_tie_are_all_given_and_nan_is_none_of_them() -> None:
    """The wide cnn's last loss is NaN."""
    store = store_of(text_of_four_runs().replace("mls:hasValue 0.3e0", "mls:hasValue 0.4e0"))

    assert rows(store, "P1", "run_name", on="training") == [("digits",), ("digits again",)]


def test_p1_best_goes_by_the_measures_direction(store: EmbeddedStore) -> None:
    """The highest accuracy, then."""
    assert rows(store, "P1", "best_value", measure="accuracy") == [(0.9,), (0.9,)]


def test_p1_data_of_no_training_has_no_answer_and_data_of_nobody_is_no_data(
    store: EmbeddedStore,
) -> None:
    """The serving run's batch was never trained on."""
    assert rows(store, "P1", "training", data="batch") == []
    with pytest.raises(NotFound, match="There are: batch, digits"):
        rows(store, "P1", "training", data="no such")


# ── P4 ──


def test_p4_the_best_models_come_with_their_data_and_people(store: EmbeddedStore) -> None:
    """What ties shares its rank; a failed training counts with what it reached."""
    columns = ("rank", "model_name", "best_value", "data_names", "people", "run_name")

    assert rows(store, "P4", *columns) == [
        (1, "cnn", 0.9, "train", "Ada Lovelace", "digits"),
        (1, "cnn", 0.9, "train", "Ada Lovelace", "digits again"),
        (2, "mlp", 0.8, "train", "Ada Lovelace", "digits"),
        (3, "cnn", 0.1, "train", "Ada Lovelace", "digits"),
    ]


@pytest.mark.parametrize(("k", "count"), [(1, 2), (2, 3), (3, 4), (99, 4)])
def test_p4_k_counts_different_values(k: int, count: int, store: EmbeddedStore) -> None:
    """Two trainings of equal value are one value."""
    assert len(rows(store, "P4", "rank", k=k)) == count


def test_p4_the_least_loss_is_the_best_and_nan_has_no_rank(store: EmbeddedStore) -> None:
    """By the measure's direction."""
    found = rows(store, "P4", "rank", "best_value", measure="loss", on="training")

    assert found == [(1, 0.3), (2, 0.4), (3, 0.5 + 0.1)]


def test_p4_the_sources_of_the_data_and_several_people_stand_in_one_row() -> None:
    """Each name once, in the order of the alphabet."""
    other = 'demo:person\\/bo a prov:Person ; foaf:name "Bo" . '
    with_bo = "run:0194a000-0000-7000-8000-000000000001 prov:wasAssociatedWith demo:person\\/bo . "
    store = with_more(r1=other + with_bo, r2=other)

    found = rows(store, "P4", "people", "sources", k=1)

    assert found == [
        ("Ada Lovelace; Bo", "https://doi.org/10.24432/C50P49"),
        ("Ada Lovelace", None),
    ]


# ── V3, V5 ──


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


# ── N5 ──


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


# ── N7 ──


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


# ── N8 ──


def test_n8_each_data_set_has_its_best_by_the_octets() -> None:
    """Run 2 calls the same validation data otherwise, and ties with run 1."""
    columns = ("data_name", "best_value", "model_name", "who", "machine", "run_name", "content")

    found = rows(with_more(r1=MEASURED + SPECIAL, r2=AGAIN), "N8", *columns)

    assert found == [
        ("held out", 0.9, "cnn", "Ada Lovelace", "lab", "digits again", "ni:///sha-256;v"),
        ("validation", 0.9, "cnn", "Ada Lovelace", "lab", "digits", "ni:///sha-256;v"),
    ]


def test_n8_data_whose_octets_nobody_knows_is_a_data_set_of_its_own() -> None:
    """The same name in two runs does not make it the same."""
    again = AGAIN.replace(" ; prov:specializationOf <ni:///sha-256;v>", "").replace(
        "held out", "validation"
    )
    lower = again.replace("r2:e20va", "r2:e20l")

    found = rows(with_more(r1=MEASURED, r2=lower), "N8", "best_value", "run_name")
    both = rows(with_more(r1=MEASURED, r2=again), "N8", "best_value", "content")

    assert found == [(0.9, "digits")]
    assert both == [(0.9, None), (0.9, None)]


def test_n8_a_test_metric_tells_how_the_model_was_made(store: EmbeddedStore) -> None:
    """The settings are those of the training that made the model that was tested."""
    columns = ("data_name", "best_value", "hyperparameters", "lab")
    found = rows(store, "N8", *columns, on="test", measure="loss", data="digits")

    assert found == [("test", 0.45, "batch_size = 32; learning_rate = 0.001", BASE)]


def test_n8_data_that_nothing_was_measured_on_has_no_row() -> None:
    """And NaN is no best."""
    nan = MEASURED.replace("r1:e11va", "r1:e41va").replace("r1:e30va", "r1:e41va")

    assert rows(with_more(r1=MEASURED), "N8", "metric", data="batch") == []
    assert rows(with_more(r1=nan), "N8", "metric") == []


# ── N15 ──


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
