# SPDX-License-Identifier: Apache-2.0
"""P1, P4 and N8 find the best models, by data and measure, as worked out on paper."""

from __future__ import annotations

import pytest
from small_graph import BASE, R1, four_runs, rows, store_of, text_of_four_runs, with_more

from dlprov_rdf.ask import questions, sparql
from dlprov_rdf.ask.naming import parameters
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


def test_n8_a_single_batch_is_no_best() -> None:
    """An evaluation step may tell of its batches too."""
    batch = (
        "r1:step\\/50\\/evaluation\\/batch a mls:ModelEvaluation ; mls:hasValue 1.0e0 ; "
        "dlprov:batch 0 ; dlprov:measuredInRole dlprov:testRole ; dlprov:measuredOn r1:data\\/8 ; "
        "mls:specifiedBy measure:keras.metrics.SparseCategoricalAccuracy ; "
        "prov:wasGeneratedBy r1:step\\/50 . "
    )
    store = with_more(r1=batch)
    question = questions.find("N8")
    terms = parameters.resolve(store, BASE, question, {"on": "test", "data": "test"}).terms

    of_all = sparql.select(store, questions.bind(question, {"metric": None, **terms}))[1]

    assert rows(store, "N8", "best_value", on="test", data="test") == [(0.88,)]
    assert [row[1].value for row in of_all] == ["0.88"]


def test_n8_data_that_nothing_was_measured_on_has_no_row() -> None:
    """And NaN is no best."""
    nan = MEASURED.replace("r1:e11va", "r1:e41va").replace("r1:e30va", "r1:e41va")

    assert rows(with_more(r1=MEASURED), "N8", "metric", data="batch") == []
    assert rows(with_more(r1=nan), "N8", "metric") == []
