# SPDX-License-Identifier: Apache-2.0
"""Each question answers, on four small runs, what was worked out on paper."""

from __future__ import annotations

import csv
import io
import math
import re
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode
from small_graph import BASE, R1, R2, R3, R4, four_runs, rows, store_of, text_of_four_runs
from study_runs import study

from dlprov_rdf.ask import header, questions, terms
from dlprov_rdf.ask.answer import make
from dlprov_rdf.errors import (
    Ambiguous,
    FaultyQuery,
    MissingExtra,
    NotFound,
    UnknownProfile,
    UnknownQuestion,
    WrongParameter,
)
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.validate import shapes
from dlprov_rdf.validate.shacl import check

ASKED = [
    *(f"K{number}" for number in range(1, 9)), *(f"D{number}" for number in range(1, 11)),
    *(f"P{number}" for number in range(1, 7)), *(f"S{number}" for number in range(1, 5)),
    *(f"V{number}" for number in range(1, 6)), *(f"N{number}" for number in range(1, 11)),
    "N14", "N15", "N16", "N17", "F1",
]  # fmt: skip


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The four runs."""
    return four_runs()


@pytest.fixture(scope="module")
def whole_store() -> EmbeddedStore:
    """The four runs, and those of the study."""
    return study(beside_the_four=True)


# ── the files ──


def test_the_questions_are_those_that_were_promised() -> None:
    """Each identifier has one file."""
    assert sorted(question.id for question in questions.questions()) == sorted(ASKED)
    assert questions.find("K4").name == "best-initial-learning-rate"


@pytest.mark.parametrize("name", [question.name for question in questions.questions()])
def test_a_file_answers_as_it_stands_and_says_what_with(
    name: str, whole_store: EmbeddedStore
) -> None:
    """A query file is a valid query, with the demonstration's values, and ordered."""
    question = questions.find(name)

    found = whole_store.query(question.sparql)

    assert tuple(found.variables) == tuple(column.name for column in question.answers)
    assert list(found), "no row for the values in the file"
    assert "ORDER BY" in question.sparql
    assert question.text.endswith(("?", "."))


def test_a_default_in_a_header_is_one_that_can_be_resolved(store: EmbeddedStore) -> None:
    """Whatever has a default can be asked without being given."""
    missing = {}
    for question in questions.questions():
        try:
            questions.ask(store, BASE, question.id)
        except WrongParameter as error:
            missing[question.id] = error.parameter

    asked_of = ("K2", "K4", "K5", "K6", "K7", "K8", "P5", "V3", "V4", "V5")
    models = dict.fromkeys(asked_of, "model")
    things = dict.fromkeys(("N1", "N2", "N15", "P6", "V1", "V2"), "thing")
    assert missing == {**models, **things, "N3": "other"}


def test_a_query_without_an_identifier_is_no_question() -> None:
    """Lineage uses some queries that nobody asks by name."""
    names = {question.name for question in questions.questions()}

    assert header.read("x.rq", "# What?\nSELECT * {}") is None
    assert (
        not {"one-step-up", "one-step-down", "said-up", "data-said-up", "names-and-kinds"} & names
    )


def test_an_example_holds_names_and_values_quoted_as_in_a_shell() -> None:
    """A run's name has a space; a word that sets nothing is a slip of whoever wrote the file."""
    head = "# How?\n#\n# id:      X1\n# given:   ?run  the run\n# example: "

    question = header.read("x.rq", f'{head}run="digits: train" on=test\n')

    assert question is not None
    assert question.example == (("run", "digits: train"), ("on", "test"))
    with pytest.raises(FaultyQuery, match="NAME=VALUE"):
        header.read("x.rq", f"{head}run=digits: train\n")


def test_a_question_without_its_text_is_a_faulty_file() -> None:
    """The first line says the question."""
    with pytest.raises(FaultyQuery, match="first line"):
        header.read("x.rq", "# id:      X1\nSELECT * {}")


def test_a_header_goes_on_over_lines() -> None:
    """A long text is broken where it must be."""
    text = "# What?\n#\n# id:      X1\n# given:   ?k  how\n#          many. default: 3\nSELECT * {}"

    question = header.read("folder/what.rq", text)

    assert question is not None
    assert question.name == "what"
    assert (question.given[0].text, question.given[0].default) == ("how many. default: 3", "3")


# ── analysis of hyperparameters: K1 to K8 ──


def test_k1_the_loss_of_an_epoch_is_told_for_each_data_it_was_measured_on(
    store: EmbeddedStore,
) -> None:
    """One epoch has a training loss and a validation loss."""
    found = rows(
        store, "K1", "epoch", "reported_as", "value", "role", run="digits", training="cnn", epoch=1
    )

    assert found == [(1, "loss", 0.4, "training"), (1, "val_loss", 0.5, "validation")]


def test_k1_the_printed_name_tells_the_data(store: EmbeddedStore) -> None:
    """val_loss is the loss on validation data, and no other."""
    found = rows(store, "K1", "value", run="digits", training="cnn", epoch="0", measure="val_loss")

    assert found == [(0.9,)]


def test_k1_a_diverged_loss_is_not_a_number_and_is_told(store: EmbeddedStore) -> None:
    """A failed training is provenance too."""
    [(value,)] = rows(store, "K1", "value", run="digits", training="cnn wide", epoch=1)

    assert math.isnan(value)


def test_k2_the_layers_come_in_order_with_their_settings(store: EmbeddedStore) -> None:
    """The model is one architecture, here named by its IRI for there are two of its name."""
    found = rows(
        store, "K2", "position", "layer_class", "units", "dropout_rate", "parameters",
        model=f"{R1}/architecture/10",
    )  # fmt: skip

    assert found == [
        (0, "Conv2D", 8, None, 80),
        (1, "Dropout", None, 0.4, 0),
        (2, "Dense", 10, None, 2890),
    ]


def test_k2_two_models_of_one_name_are_asked_back(store: EmbeddedStore) -> None:
    """The layers of cnn: which? Two runs have the same one, so there are two, not three."""
    with pytest.raises(Ambiguous) as error:
        rows(store, "K2", "position", model="cnn")

    assert f"{R1}/architecture/12 (architecture of run digits)" in error.value.candidates


def test_k3_each_epoch_tells_its_time_and_its_losses(store: EmbeddedStore) -> None:
    """A training without validation losses has none."""
    columns = ("training_name", "epoch", "seconds", "training_value", "validation_value")
    found = rows(store, "K3", *columns, run="digits")

    assert found[:3] == [
        ("cnn", 0, 2.0, 0.8, 0.9),
        ("cnn", 1, 1.0, 0.4, 0.5),
        ("mlp", 0, 0.5, 0.6, None),
    ]
    assert [row[:4] for row in found[3:4]] == [("cnn wide", 0, 1.0, 50.0)]
    assert math.isnan(found[4][3])


def test_k4_trainings_that_tie_for_the_best_are_both_given(store: EmbeddedStore) -> None:
    """The general learning rate stands for that of each optimizer."""
    columns = ("initial_value", "best_value", "run_name", "training")
    found = rows(store, "K4", *columns, model="cnn")

    assert found == [
        (0.001, 0.9, "digits", f"{R1}/training/20"),
        (0.01, 0.9, "digits again", f"{R2}/training/20"),
    ]


def test_k4_best_goes_by_the_measures_direction(store: EmbeddedStore) -> None:
    """The lowest loss is the best, and NaN is no best at all."""
    found = rows(
        store, "K4", "best_value", "initial_value", model="cnn", measure="loss", on="train"
    )

    assert found == [(0.3, 0.01)]


def test_k4_a_training_of_which_only_nan_is_known_is_not_the_best() -> None:
    """NaN is equal to nothing, itself included."""
    trig = text_of_four_runs().replace("mls:hasValue 0.9e0", 'mls:hasValue "NaN"^^xsd:double')

    assert rows(store_of(trig), "K4", "best_value", model="cnn") == [(0.1,)]


def test_k5_equal_values_share_a_rank_and_k_counts_ranks(store: EmbeddedStore) -> None:
    """The three best values can be of more than three trainings."""
    found = rows(store, "K5", "rank", "best_value", "hyperparameters", model="cnn")
    first = rows(store, "K5", "rank", model="cnn", k=1)

    assert found == [
        (1, 0.9, "batch_size = 32; learning_rate = 0.001"),
        (1, 0.9, "learning_rate = 0.01"),
        (2, 0.1, "learning_rate = 10.0"),
    ]
    assert first == [(1,), (1,)]


def test_k6_an_adaptation_tells_when_by_what_and_to_what(store: EmbeddedStore) -> None:
    """A best training in which nothing changed says so with one row."""
    columns = ("run_name", "adapted", "epoch", "technique", "old_value", "new_value")
    found = rows(store, "K6", *columns, model="cnn")

    assert found == [
        ("digits", True, 0, "ReduceLROnPlateau", 0.001, 0.0005),
        ("digits again", False, None, None, None, None),
    ]


def test_k7_a_filter_is_the_preprocessing_of_the_training_data(store: EmbeddedStore) -> None:
    """The wide cnn has no dropout and is not asked for."""
    columns = ("filter_name", "parameters", "training_name", "run_name")
    found = rows(store, "K7", *columns, model="cnn")

    assert found == [
        ("scale", "divisor = 16", "cnn", "digits"),
        ("standardise", None, "cnn", "digits again"),
    ]
    assert rows(store, "K7", "filter_name", model="cnn", dropout=0.5) == []


def test_k8_the_best_and_the_worst_tell_their_filters_and_epochs(store: EmbeddedStore) -> None:
    """Both best ones are given."""
    columns = ("which", "training_name", "value", "filter_name", "epochs")
    found = rows(store, "K8", *columns, model="cnn")

    assert found == [
        ("best", "cnn", 0.9, "scale", 2),
        ("best", "cnn", 0.9, "standardise", 1),
        ("worst", "cnn wide", 0.1, "scale", 2),
    ]


# ── the whole workflow: D1 to D9 ──


def test_d1_an_average_is_over_the_epochs_of_one_training_that_are_finite(
    store: EmbeddedStore,
) -> None:
    """Two runs state the same measure, and no value counts twice."""
    columns = ("training_name", "average", "epochs", "left_out")
    found = rows(store, "D1", *columns, run="digits")

    assert [row[0] for row in found] == ["cnn", "mlp", "cnn wide"]
    assert found[0][1:] == (pytest.approx(0.6), 2, 0)
    assert found[2][1:] == (50.0, 1, 1)


def test_d2_epochs_have_an_average_time(store: EmbeddedStore) -> None:
    """A training is chosen by its name."""
    columns = ("average_seconds", "shortest", "longest", "epochs")
    found = rows(store, "D2", *columns, run="digits", training="cnn")

    assert found == [(1.5, 1.0, 2.0, 2)]


def test_d3_the_shortest_path_goes_from_the_metric_to_the_loaded_data(store: EmbeddedStore) -> None:
    """Without a metric: the newest run's, accuracy first, and the answer says which."""
    answer = questions.ask(store, BASE, "shortest-path-to-data")
    found = rows(store, "D3", "distance", "name", "made_by")

    assert found == [
        (0, "accuracy = 0.88", "evaluate"),
        (1, "evaluate", None),
        (2, "test", "split"),
        (3, "scaled digits", "scale"),
        (4, "digits", "load"),
    ]
    assert rows(store, "D3", "origin")[-1] == ("https://doi.org/10.24432/C50P49",)
    assert answer.notes == ("metric: accuracy = 0.88 of cnn",)


def test_d4_a_test_metric_tells_what_produced_it(store: EmbeddedStore) -> None:
    """The newest run with test metrics is meant, though a later run only predicts."""
    found = rows(store, "D4", "reported_as", "value", "activity_name", "activity_kind", "data_name")

    assert found == [
        ("accuracy", 0.88, "evaluate", "Evaluation", "test"),
        ("loss", 0.45, "evaluate", "Evaluation", "test"),
    ]
    assert rows(store, "D4", "value", metric="test loss") == [(0.45,)]


def test_d5_the_full_path_has_each_step_and_what_it_was_set_to(store: EmbeddedStore) -> None:
    """The epochs are folded into their training, which is on the path by the model."""
    found = dict(rows(store, "D5", "name", "parameters", metric="test loss"))

    assert set(found) == {
        "loss = 0.45", "evaluate", "cnn", "train", "validation", "test", "split",
        "scaled digits", "scale", "digits", "load",
    }  # fmt: skip
    assert found["scale"] == "divisor = 16"


def test_d6_the_hyperparameters_of_a_run_with_what_became_of_them(store: EmbeddedStore) -> None:
    """A change is counted, and the last value told."""
    columns = ("hyperparameter", "initial_value", "last_value", "changes")
    found = rows(store, "D6", *columns, run="digits", training="cnn")

    assert found == [("batch_size", 32, None, None), ("learning_rate", 0.001, 0.0005, 1)]


def test_d7_the_metrics_of_trainings_with_the_last_and_the_best(store: EmbeddedStore) -> None:
    """The last can be NaN, the best cannot."""
    columns = ("reported_as", "last_value", "best_value", "best_epoch", "role")
    found = rows(store, "D7", *columns, run="digits", training="cnn wide")

    assert math.isnan(found[0][1])
    assert [(row[0], *row[2:]) for row in found] == [
        ("loss", 50.0, 0, "training"),
        ("val_accuracy", 0.1, 0, "validation"),
    ]


def test_d8_the_test_metrics_of_a_run(store: EmbeddedStore) -> None:
    """A run without any has none."""
    columns = ("model_name", "reported_as", "value", "step_name")

    assert rows(store, "D8", *columns) == [
        ("cnn", "accuracy", 0.88, "evaluate"),
        ("cnn", "loss", 0.45, "evaluate"),
    ]
    assert rows(store, "D8", *columns, run="digits again") == []


def test_d9_trainings_are_compared_over_all_runs_best_first(store: EmbeddedStore) -> None:
    """One row a training, though two runs state the person and the machine."""
    columns = ("training_name", "best_value", "selected", "preprocessing", "scientist")
    found = rows(store, "D9", *columns)
    surroundings = rows(store, "D9", "environment", run="digits")

    assert found == [
        ("cnn", 0.9, True, "scale", "Ada Lovelace"),
        ("cnn", 0.9, True, "standardise", "Ada Lovelace"),
        ("mlp", 0.8, False, "scale", "Ada Lovelace"),
        ("cnn wide", 0.1, False, "scale", "Ada Lovelace"),
        ("by hand", None, False, None, None),
    ]
    assert surroundings == [("Python 3.11.7, tensorflow on lab",)] * 3


# ── ours ──


def test_n1_the_lineage_of_a_prediction_crosses_to_the_run_that_made_the_file(
    store: EmbeddedStore,
) -> None:
    """The loaded file is equal to the saved one, and the step says so."""
    found = rows(store, "N1", "relation", "name", "run_name", thing="@prediction")

    assert ("by content", "cnn.keras", "digits") in found
    assert ("prov:wasGeneratedBy", "load", "digits") in found
    assert not [row for row in found if row[2] == "digits again"]


def test_n2_the_impact_of_a_package_goes_through_the_runs_to_the_predictions(
    store: EmbeddedStore,
) -> None:
    """Both runs had it; the third only uses what the first made with it."""
    found = rows(store, "N2", "kind", "name", "run_name", thing="keras 3.15.1")

    assert ("model", "cnn", "digits again") in found
    assert ("prediction", "predictions", "serve") in found
    assert ("run", "serve", "serve") not in found


def test_n4_says_what_check_finds_and_what_to_do(store: EmbeddedStore) -> None:
    """The rules of a smaller profile come first, and each fault once."""
    graph = list(store.graph(NamedNode(f"{R1}/graph")))
    core = check(graph, "core")

    found = rows(store, "N4", "what", "remedy", "node", run="digits", profile="core")
    every = rows(store, "N4", "number", "profile", "rule", "node", "remedy", run="digits")

    assert [row[::2] for row in found] == [(one.name, one.focus) for one in core.results] != []
    remedies = " ".join(row[-1] for row in every)
    assert not re.search(r"\bRUN\b|annotate IRI", remedies)
    assert f"`dlprov annotate {R1[-8:]} --purpose" in remedies
    assert [row[0] for row in every] == list(range(1, len(every) + 1))
    assert [row[1] for row in every] == sorted(
        (row[1] for row in every), key=shapes.profiles().index
    )
    assert [row[-1] for row in every][: len(core.results)] == [row[1] for row in found]


@pytest.mark.parametrize(
    "asked", [("core", "reproducible", "fair"), ("fair", "core"), ("reproducible",)]
)
def test_n4_answers_as_if_each_profile_were_checked_by_itself(
    store: EmbeddedStore, asked: tuple[str, ...]
) -> None:
    """One check is enough: a fault is told by the first that asks for its rule."""
    graph = list(store.graph(NamedNode(f"{R1}/graph")))
    apart: dict[tuple[str, str, str | None], tuple[str, str, str]] = {}
    for profile in asked:
        for one in check(graph, profile).results:
            apart.setdefault((one.focus, one.rule, one.value), (profile, one.rule, one.focus))

    found = rows(store, "N4", "profile", "rule", "node", run="digits", profile=",".join(asked))

    assert found == list(apart.values()) != []


def test_n4_of_a_run_that_keeps_the_rules_is_empty_and_of_no_rules_an_error() -> None:
    """The answer says so."""
    valid = (Path(__file__).parent / "valid_run.ttl").read_text(encoding="utf-8")
    quads = list(ox.parse(valid, format=ox.RdfFormat.TURTLE))
    [run] = {q.subject for q in quads if str(q.object).endswith("#WorkflowRun>")}
    graph = NamedNode(f"{run.value}/graph")
    kept = EmbeddedStore.memory()
    kept.replace(graph, [ox.Quad(q.subject, q.predicate, q.object, graph) for q in quads])

    answer = questions.ask(kept, BASE, "N4", run=run.value, profile="core")

    assert (answer.rows, answer.notes) == ([], ("nothing is missing by these rules",))
    with pytest.raises(UnknownProfile):
        questions.ask(kept, BASE, "N4", run=run.value, profile="perfect")


def test_n6_runs_and_trainings_that_failed_say_why_and_how_far_they_got(
    store: EmbeddedStore,
) -> None:
    """A training can fail in a run that goes on; the last epoch is the last that ended."""
    columns = ("run_name", "what", "name", "end_state", "reason", "exception", "last_epoch")
    found = rows(store, "N6", *columns)

    assert found == [
        ("digits", "training", "cnn wide", "failed", "diverged", None, 1),
        ("stopped", "run", "stopped", "interrupted", None, None, None),
        ("stopped", "training", "by hand", "interrupted", None, "KeyboardInterrupt", 0),
    ]


def test_n9_leaks_are_told_and_a_split_without_shared_rows_is_none(store: EmbeddedStore) -> None:
    """Run 1 shares no row and selects on validation data; run 2 does both wrong."""
    found = rows(store, "N9", "finding", "rows", "step_name", "run_name")

    assert found == [
        ("a model was chosen on test data", None, "pick", "digits again"),
        ("training and test data share rows", 3, "cnn", "digits again"),
    ]
    clean = questions.ask(store, BASE, "N9", run="digits")
    assert (clean.rows, clean.notes) == ([], ("no leak is recorded",))


def test_n9_what_was_not_counted_is_not_called_clean() -> None:
    """Nobody knows is an answer of its own."""
    trig = text_of_four_runs().replace(
        "dlprov:sharedRows 0", 'dlprov:notCounted "above the budget"'
    )

    found = rows(store_of(trig), "N9", "finding", "why", run="digits")

    assert set(found) == {("overlap of training and test data not counted", "above the budget")}


def test_n9_training_on_test_data_is_found_by_content_and_by_derivation() -> None:
    """Another name or one more step does not hide it."""
    usage = "r1:training\\/30\\/usage\\/1 a prov:Usage ; prov:entity r1:data\\/6"
    content = "prov:specializationOf <ni:///sha-256;t> ."
    copied = f"{content} r1:data\\/8 {content}"
    derived = "prov:wasDerivedFrom r1:data\\/8 ."
    of_test = "r1:data\\/99 a mls:Dataset ; "
    for more, finding in (
        (copied, "a model was trained on test data"),
        (derived, "a model was trained on data derived from test data"),
    ):
        trig = text_of_four_runs().replace(usage, f"{of_test}{more} {usage[:-1]}99")

        assert (finding, "mlp") in rows(store_of(trig), "N9", "finding", "step_name", run="digits")


#: The mlp was trained on the very data that the cnn was tested on.
OTHERS_TEST_DATA = (
    "r1:training\\/30\\/usage\\/1 a prov:Usage ; prov:entity r1:data\\/6",
    "r1:training\\/30\\/usage\\/1 a prov:Usage ; prov:entity r1:data\\/8",
)
CHOSEN = 'dlprov:ModelSelection ; rdfs:label "select"'


def test_n9_a_model_may_be_trained_on_the_test_data_of_another() -> None:
    """As in an ensemble; but not if a step chose between them."""
    trig = text_of_four_runs().replace(*OTHERS_TEST_DATA)
    unchosen = trig.replace(CHOSEN, CHOSEN.replace("ModelSelection", "OwnStep"))
    assert trig != unchosen

    assert rows(store_of(unchosen), "N9", "finding", run="digits") == []
    assert rows(store_of(trig), "N9", "finding", "step_name", run="digits") == [
        ("a model was trained on test data", "mlp")
    ]


@pytest.mark.parametrize(
    "tested",
    ["r1:model\\/35", "r1:tuned", "r1:loaded", "r1:training\\/30\\/epoch\\/0\\/model"],
)
def test_n9_a_model_tested_on_what_it_was_trained_on_is_found_through_what_came_of_it(
    tested: str,
) -> None:
    """Itself, a state tuned from it, one that was loaded from a copy of its file, an epoch's."""
    more = (
        "r1:tuned a mls:Model ; prov:wasDerivedFrom r1:model\\/35 . "
        "r1:saved prov:specializationOf <ni:///sha-256;m> ; prov:wasDerivedFrom r1:model\\/35 . "
        "r1:copy prov:specializationOf <ni:///sha-256;m> . "
        "r1:loaded a mls:Model ; prov:wasDerivedFrom r1:copy . "
        "r1:training\\/30\\/epoch\\/0\\/model a mls:Model ; "
        "prov:wasGeneratedBy r1:training\\/30\\/epoch\\/0 . "
    )
    trig = text_of_four_runs().replace(*OTHERS_TEST_DATA)
    unchosen = trig.replace(CHOSEN, CHOSEN.replace("ModelSelection", "OwnStep"))
    tests_it = unchosen.replace("prov:used r1:model\\/25, r1:data\\/8", f"prov:used {tested}")

    found = rows(
        store_of(tests_it.replace("r1:graph {", f"r1:graph {{ {more}")), "N9", "finding",
        "step_name", run="digits",
    )  # fmt: skip

    assert found == [("a model was trained on test data", "mlp")]


def test_n9_where_nobody_knows_what_was_tested_the_finding_says_so() -> None:
    """Held out by hand, without a model."""
    trig = text_of_four_runs().replace(*OTHERS_TEST_DATA)
    unknown = trig.replace("prov:used r1:model\\/25, r1:data\\/8 ;", "prov:used r1:data\\/8 ;")

    assert rows(store_of(unknown), "N9", "finding", run="digits") == [
        ("a model was trained on test data; which model was tested on it is not known",)
    ]


def test_a_role_without_values_is_told_with_those_that_have_some() -> None:
    """Nothing was validated, say."""
    trig = text_of_four_runs().replace("dlprov:validationRole", "dlprov:trainingRole")

    assumed = questions.ask(store_of(trig), BASE, "K4", model="cnn")
    said = questions.ask(store_of(trig), BASE, "K4", model="cnn", on="validation")
    nowhere = questions.ask(four_runs(), BASE, "P4", model="by hand")

    assert (assumed.rows, assumed.notes[-1]) == (
        [],
        "there are values on training data: on=training",
    )
    assert said.notes[-1] == assumed.notes[-1]
    assert nowhere.notes[-1].startswith("no row")


def test_n9_an_evaluation_fits_nothing() -> None:
    """Measuring on the data that it was trained on is no leak of test data."""
    usage = "r1:training\\/30\\/usage\\/1 a prov:Usage ; prov:entity r1:data\\/6"
    measuring = (
        'r1:step\\/90 a dlprov:Evaluation ; rdfs:label "measure" ; dcterms:isPartOf '
        "run:0194a000-0000-7000-8000-000000000001 ; "
        "prov:qualifiedUsage r1:step\\/90\\/usage\\/1 . r1:step\\/90\\/usage\\/1 a prov:Usage ; "
        "prov:entity r1:data\\/8 ; prov:hadRole dlprov:trainingRole . "
    )
    assert usage in text_of_four_runs()
    trig = text_of_four_runs().replace(usage, measuring + usage)

    assert rows(store_of(trig), "N9", "finding", run="digits") == []


# ── many runs ──


def test_what_many_runs_state_alike_does_not_multiply_the_work() -> None:
    """A union of graphs keeps equal triples: 80 runs would join 80 x 80 times, for minutes."""
    text = text_of_four_runs()
    head, _, first = text.partition("r1:graph {")
    first = "r1:graph {" + first.partition("r2:graph {")[0]
    copies = [
        first.replace("r1:", f"c{n}:").replace("000000000001", f"1000000000{n:02}")
        for n in range(80)
    ]
    prefixes = "".join(
        f"PREFIX c{n}: <{BASE}run/0194a000-0000-7000-8000-1000000000{n:02}/>\n" for n in range(80)
    )
    store = store_of(head + prefixes + "".join(copies))

    assert len(rows(store, "K4", "training", model="cnn")) == 80
    assert len(rows(store, "K5", "training", model="cnn")) == 160
    assert len(rows(store, "D9", "training")) == 240
    assert rows(store, "D6", "training_name", training="cnn") == [("cnn",), ("cnn",)]


# ── names ──


@pytest.mark.parametrize(
    "name",
    ["digits", R1, f"{R1}/graph", "0194a000-0000-7000-8000-000000000001", "000000000001"],
)
def test_a_run_goes_by_its_name_its_iri_its_id_or_its_ending(
    name: str, store: EmbeddedStore
) -> None:
    """As a person knows it."""
    assert len(rows(store, "D1", "training", run=name)) == 3


def test_the_latest_run_is_the_newest_by_start(store: EmbeddedStore) -> None:
    """It only predicts, so it has no training; by default the newest with one is meant."""
    answer = questions.ask(store, BASE, "D1", run="@latest")

    assert rows(store, "D1", "training") == [(f"{R2}/training/20",)]
    assert answer.rows == []
    assert answer.notes[-1].startswith("no row")


def test_a_beginning_of_several_runs_is_ambiguous_and_names_them(store: EmbeddedStore) -> None:
    """The candidates are told."""
    with pytest.raises(Ambiguous) as error:
        rows(store, "D1", "training", run="0194a000")

    assert len(error.value.candidates) == 4
    assert "digits again" in str(error.value)


def test_a_training_tells_its_run(store: EmbeddedStore) -> None:
    """Not the latest run's, for it has no such training."""
    assert rows(store, "D2", "training", training="mlp") == [(f"{R1}/training/30",)]
    assert rows(store, "D2", "training", training=f"{R1}/training/40")
    assert rows(store, "D2", "training", run="digits", training="training/40")


def test_a_model_without_an_architecture_goes_by_its_trainings_name(store: EmbeddedStore) -> None:
    """Recorded by hand, a training stands for its model."""
    assert rows(store, "D9", "training", model="by hand") == [(f"{R4}/training/20",)]
    assert rows(store, "D9", "training", model="cnn wide") == [(f"{R1}/training/40",)]


def test_a_model_chooses_the_newest_run_that_trained_it(store: EmbeddedStore) -> None:
    """The default of the run goes by what else was given."""
    assert rows(store, "D1", "training_name", model="mlp") == [("mlp",)]


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"model": "no such"}, "model"),
        ({"model": "cnn", "measure": "no such"}, "measure"),
        ({"model": "cnn", "hyperparameter": "no such"}, "hyperparameter"),
        ({"model": "cnn", "on": "no such"}, "role of data"),
    ],
)
def test_a_name_of_nothing_says_what_there_is(
    given: dict[str, str], what: str, store: EmbeddedStore
) -> None:
    """The message is a remedy."""
    with pytest.raises(NotFound) as error:
        rows(store, "K4", "training", **given)

    assert error.value.what == what
    assert "There are: " in error.value.remedy or "Reported are: " in error.value.remedy


def test_a_hyperparameter_can_be_that_of_one_optimizer(store: EmbeddedStore) -> None:
    """Then the best training that has another one has no value."""
    found = rows(store, "K4", "initial_value", model="cnn", hyperparameter="Adam.learning_rate")

    assert found == [(0.001,), (None,)]


def test_a_measure_that_means_two_is_asked_back_where_values_are_compared() -> None:
    """Both print as accuracy; which is better of two that are computed otherwise?"""
    first, graph, others = text_of_four_runs().partition("r2:graph {")
    store = store_of(
        first + graph + others.replace("SparseCategoricalAccuracy", "CategoricalAccuracy")
    )

    with pytest.raises(Ambiguous) as error:
        rows(store, "K4", "training", model="cnn")

    assert len(error.value.candidates) == 2
    assert rows(store, "K1", "value", run="digits", measure="val_accuracy", training="mlp")


def test_a_name_that_is_only_alike_is_taken_and_told(store: EmbeddedStore) -> None:
    """People say acc."""
    answer = questions.ask(store, BASE, "K4", model="mlp", measure="acc")

    assert len(answer.rows) == 1
    assert answer.notes == ("acc is reported as val_accuracy",)


def test_a_measure_that_was_only_assumed_need_not_be_there(store: EmbeddedStore) -> None:
    """The training without any metric is listed all the same."""
    answer = questions.ask(store, BASE, "D9", run="stopped")

    assert len(answer.rows) == 1
    assert answer.notes[0].startswith("no measure 'accuracy'")


@pytest.mark.parametrize(
    ("thing", "node"),
    [
        ("data/9", f"{R3}/data/9"),
        ("digits again", R2),
        ("abc123d", "https://w3id.org/dlprov-rdf/id/commit/abc123def"),
        ("abc123de", "https://w3id.org/dlprov-rdf/id/commit/abc123def"),
        ("Ada Lovelace", f"{BASE}person/ada"),
        ("000000000003", R3),
    ],
)
def test_anything_goes_by_its_local_name_its_label_or_its_commit(
    thing: str, node: str, store: EmbeddedStore
) -> None:
    """No IRI needs to be typed."""
    assert rows(store, "N2", "node", thing=thing)[0] == (node,)


def test_a_label_of_several_things_is_ambiguous(store: EmbeddedStore) -> None:
    """That is a training, two architectures and more; each is told with its run's name."""
    with pytest.raises(Ambiguous) as raised:
        rows(store, "N1", "node", thing="cnn")

    assert any("(training of run " in one for one in raised.value.candidates)
    assert all(" (" in one for one in raised.value.candidates)


def test_a_label_that_is_nearly_written_so_is_offered(store: EmbeddedStore) -> None:
    """A letter is soon forgotten."""
    with pytest.raises(NotFound, match="Did you mean 'scaled digits'"):
        rows(store, "N1", "node", thing="Scaled digts")


# ── asking wrongly ──


@pytest.mark.parametrize(
    ("query", "remarks"),
    [
        ("SELECT * { ?t a dlprov:Trainig }",
         ["The ontology has no term dlprov:Trainig. Did you mean dlprov:Training?"]),
        ("PREFIX ours: <https://w3id.org/dlprov-rdf/prov-ml#> SELECT * { ?t a ours:Learningdata }",
         ["The ontology has no term ours:Learningdata. Did you mean ours:LearningData?"]),
        ("SELECT * { ?t <https://w3id.org/dlprov-rdf/ontology#zebra> 1 }",
         ["The ontology has no term https://w3id.org/dlprov-rdf/ontology#zebra."]),
        ('SELECT * { ?t ?p "dlprov:Trainig", <urn:x:dlprov:Trainig> } # dlprov:Trainig', []),
        ("SELECT * { ?t a ex:Trainig }", []),
    ],
)  # fmt: skip
def test_terms_of_ours_that_there_are_not_are_named(query: str, remarks: list[str]) -> None:
    """In text, in a comment, and in other namespaces they are none of ours."""
    assert list(terms.unknown(query)) == remarks


def test_an_unknown_question_names_what_is_near() -> None:
    """A slip of the finger is mended by the message."""
    with pytest.raises(UnknownQuestion, match="best-initial-learning-rate"):
        questions.find("best-inital-learning-rate")


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({}, "model"),
        ({"model": "cnn", "modle": "cnn"}, "modle"),
        ({"model": ""}, "model"),
        ({"model": "cnn", "k": "many"}, "k"),
        ({"model": "cnn", "k": 0}, "k"),
        ({"model": "cnn", "k": True}, "k"),
    ],
)
def test_a_wrong_parameter_is_said_in_one_line(
    given: dict[str, object], parameter: str, store: EmbeddedStore
) -> None:
    """Which one, and what to do."""
    with pytest.raises(WrongParameter) as error:
        questions.ask(store, BASE, "K5", **given)

    assert error.value.parameter == parameter
    assert "\n" not in str(error.value)


def test_a_hostile_name_is_only_a_name(store: EmbeddedStore) -> None:
    """It finds nothing and changes nothing."""
    before = store.count()

    with pytest.raises(NotFound):
        rows(store, "K5", "training", model='cnn" } DROP ALL #')

    assert store.count() == before


def test_an_rdf_term_is_taken_as_it_is(store: EmbeddedStore) -> None:
    """A program need not go by names."""
    found = rows(store, "K5", "training", model=NamedNode(f"{R1}/architecture/11"), k=Literal(1))

    assert found == [(f"{R1}/training/30",)]


def test_an_empty_knowledge_base_says_what_to_do() -> None:
    """Nothing is recorded yet."""
    with pytest.raises(NotFound, match="dlprov run"):
        questions.ask(EmbeddedStore.memory(), BASE, "D1")
    with pytest.raises(WrongParameter, match="dlprov run"):
        questions.ask(EmbeddedStore.memory(), BASE, "K4")


# ── answers ──

XSD = "http://www.w3.org/2001/XMLSchema#"
TERMS = [
    (NamedNode("urn:a"), Literal('a "b",\n\tc'), Literal(1.5), Literal(7), Literal(True), None),
    (ox.BlankNode("x"), Literal("y", language="en"), Literal(math.nan), Literal("x\\y"),
     Literal("2026-01-01T00:00:00Z", datatype=NamedNode(f"{XSD}dateTime")), Literal("")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "form"),
    [("to_json", ox.QueryResultsFormat.JSON), ("to_tsv", ox.QueryResultsFormat.TSV)],
)
def test_what_is_written_is_read_back_as_the_same_terms(
    written: str, form: ox.QueryResultsFormat
) -> None:
    """The standard's formats, read by another implementation."""
    answer = make("?", ["a", "b", "c", "d", "e", "f"], TERMS)

    parsed = ox.parse_query_results(getattr(answer, written)(), format=form)

    assert [variable.value for variable in parsed.variables] == list(answer.columns)
    assert [tuple(map(str, row)) for row in parsed] == [tuple(map(str, row)) for row in TERMS]


def test_csv_holds_values_only() -> None:
    """As the standard has it: no types, CRLF, quotes where they must be."""
    text = make("?", ["a", "b", "c", "d", "e", "f"], TERMS[:1]).to_csv()

    assert list(csv.reader(io.StringIO(text, newline="")))[1] == [
        "urn:a", 'a "b",\n\tc', "1.5", "7", "true", "",
    ]  # fmt: skip
    assert text.startswith("a,b,c,d,e,f\r\n")


def test_rows_are_plain_values() -> None:
    """Numbers are numbers, times are times, an IRI is text."""
    first, second = make("?", ["a", "b", "c", "d", "e", "f"], TERMS).rows

    assert first == ("urn:a", 'a "b",\n\tc', 1.5, 7, True, None)
    assert second[4].isoformat() == "2026-01-01T00:00:00+00:00"
    assert math.isnan(second[2])


def test_a_data_frame_needs_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the error says what to type."""
    monkeypatch.setitem(sys.modules, "pandas", None)

    with pytest.raises(MissingExtra, match=r"dlprov-rdf\[pandas\]"):
        make("?", ["a"], []).to_pandas()
