# SPDX-License-Identifier: Apache-2.0
"""What a graph says of measures and their values: the best, the last, in which role."""

from __future__ import annotations

import pytest
from graph_runs import run
from graphs_asked import Graph, short, training
from pyoxigraph import Literal, NamedNode
from tapes import BASE, IRIS, START, Tape, ni

from dlprov_rdf import events as e
from dlprov_rdf.graph import published
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.settings import SHARED


def test_the_best_evaluation_goes_by_the_measures_direction_and_the_first_wins_a_tie() -> None:
    """Accuracy was 0.9 in epochs 1 and 2; the loss was least in epoch 1."""
    graph = Graph(run("digits"))
    (name,) = graph.subjects(v.RDF_TYPE, v.DLPROV_TRAINING)

    best = {short(NamedNode(one)).split("/epoch/")[1] for one in graph.objects(
        name, v.DLPROV_BEST_EVALUATION
    )}  # fmt: skip
    last = {short(NamedNode(one)).split("/epoch/")[1] for one in graph.objects(
        name, v.DLPROV_LAST_EVALUATION
    )}  # fmt: skip

    measures = ("loss", "accuracy", "val_loss", "val_accuracy")
    assert best == {f"1/evaluation/{one}" for one in measures}
    assert last == {f"2/evaluation/{one}" for one in measures}


def test_a_best_evaluation_says_by_which_measure_and_a_measure_how_it_is_printed() -> None:
    """So that a question on the best of many trainings reads no epoch."""
    graph = Graph(run("digits"))
    (name,) = graph.subjects(v.RDF_TYPE, v.DLPROV_TRAINING)

    for best in map(NamedNode, graph.objects(name, v.DLPROV_BEST_EVALUATION)):
        [ranked] = {one for role, one in v.RANKED.items()
                    if role.value == graph.one(best, v.DLPROV_MEASURED_IN_ROLE)}  # fmt: skip
        measure = NamedNode(graph.one(best, ranked))
        assert measure.value == graph.one(best, v.MLS_SPECIFIED_BY)
        assert graph.one(best, v.DLPROV_REPORTED_AS) in graph.objects(measure, v.SKOS_ALT_LABEL)


def test_nan_is_never_the_best_and_may_be_the_last() -> None:
    """No order holds for it."""
    tape, name = training()
    for number, loss in enumerate(("NaN", 2.0, "NaN", 1.0, "NaN")):
        tape.epoch(name, number, metrics={"loss": loss})

    graph = Graph(tape.events)

    where = IRIS.local(name)
    assert graph.one(where, v.DLPROV_BEST_EVALUATION).endswith("/epoch/3/evaluation/loss")
    assert graph.one(where, v.DLPROV_LAST_EVALUATION).endswith("/epoch/4/evaluation/loss")


def test_a_measure_of_unknown_direction_has_no_best() -> None:
    """Nobody said which way is better, and no custom says it."""
    tape, name = training()
    tape.epoch(name, 0, metrics={"temperature": 1.0})

    graph = Graph(tape.events)

    assert graph.objects(IRIS.local(name), v.DLPROV_BEST_EVALUATION) == []
    assert len(graph.objects(IRIS.local(name), v.DLPROV_LAST_EVALUATION)) == 1


def test_training_and_validation_share_the_measure_and_differ_in_the_role() -> None:
    """So loss and val_loss can be compared, and ``reportedAs`` keeps what was printed."""
    graph = Graph(run("digits"))
    function = "keras.losses.SparseCategoricalCrossentropy"
    measure = NamedNode(f"{SHARED}measure/{function}%28from_logits%3DTrue%29")

    found = {
        (graph.one(one, v.DLPROV_REPORTED_AS), graph.one(one, v.DLPROV_MEASURED_IN_ROLE))
        for one in graph.subjects(v.MLS_SPECIFIED_BY, measure)
    }

    assert found == {
        ("loss", v.DLPROV_TRAINING_ROLE.value), ("val_loss", v.DLPROV_VALIDATION_ROLE.value),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("keras.metrics.AUC", f"{SHARED}measure/keras.metrics.AUC"),
        ("__main__.my_loss", f"{BASE}measure/__main__.my_loss"),
        ("my_lab.losses.focal", f"{BASE}measure/my_lab.losses.focal"),
        (None, f"{BASE}measure/loss"),
    ],
)
def test_only_a_published_function_has_a_name_shared_by_all_labs(
    function: str | None, expected: str
) -> None:
    """``__main__.my_loss`` of two labs are two measures."""
    tape, name = training()
    tape.tell(e.MeasureSeen, reported_as="loss", of=name, function=function)
    tape.epoch(name, 0, metrics={"loss": 1.0})

    graph = Graph(tape.events)

    assert [one.value for one in graph.subjects(v.RDF_TYPE, v.MLS_EVALUATION_MEASURE)] == [expected]


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("loss", "lower"), ("accuracy", "higher"), ("keras.metrics.AUC", "higher"),
        ("SparseCategoricalAccuracy", "higher"), ("mean_squared_error", "lower"),
        ("MeanAbsoluteError", "lower"), ("f1", "higher"), ("f1_score", "higher"), ("r2", "higher"),
        ("accuracy_loss", "lower"), ("temperature", None), ("", None), ("cross_entropy", "lower"),
        ("IoU", "higher"), ("top_k_categorical_accuracy", "higher"),
    ],
)  # fmt: skip
def test_custom_tells_which_way_is_better(name: str, direction: str | None) -> None:
    """By the words of a name, the last one that says something; else nothing is claimed."""
    assert published.customary_direction(name) == direction


def test_a_long_series_is_told_in_summary_with_its_best_and_last_value() -> None:
    """Five observations where three are told one by one."""
    graph = Graph(run("series"))

    series = IRIS.local("training/2/series/loss")
    assert graph.one(series, v.DLPROV_COUNT) == "5"
    assert graph.one(series, v.DLPROV_MINIMUM) == "0.25"
    assert graph.one(series, v.DLPROV_SUM) == "NaN"
    told = graph.subjects(v.DLPROV_REPORTED_AS, Literal("loss"))
    assert {short(one) for one in told} == {
        "training/2/series/loss", "training/2/epoch/1/evaluation/loss",
        "training/2/epoch/4/evaluation/loss",
    }  # fmt: skip


def test_as_many_observations_as_allowed_are_told_one_by_one() -> None:
    """The limit itself is not above the limit."""
    tape, name = training(series_after=2)
    for number in range(2):
        tape.epoch(name, number, metrics={"loss": 1.0})

    graph = Graph(tape.events)

    assert graph.subjects(v.RDF_TYPE, v.DLPROV_METRIC_SERIES) == []
    assert len(graph.subjects(v.DLPROV_REPORTED_AS, Literal("loss"))) == 2


def test_a_batchs_value_is_neither_last_nor_best() -> None:
    """It is a value of a part of an epoch."""
    tape, name = training()
    epoch = f"{name}/epoch/0"
    tape.tell(e.EpochStarted, id=epoch, training=name, number=0)
    tape.tell(e.Metric, name="loss", value=0.1, of=epoch, batch=7)
    tape.tell(e.EpochEnded, id=epoch, training=name, number=0, metrics={"loss": 0.5})

    graph = Graph(tape.events)

    assert graph.one(IRIS.local(name), v.DLPROV_BEST_EVALUATION).endswith("epoch/0/evaluation/loss")
    assert graph.pairs(v.DLPROV_BATCH) == {(f"{epoch}/evaluation/loss/4", "7")}


def test_an_evaluation_says_which_state_on_which_data() -> None:
    """By hand, too, where a step evaluated one model on one data set."""
    tape = Tape()
    data = tape.tell(e.DataSeen, "data", name="test", digest=ni("a"))
    model = tape.tell(e.ModelSeen, "model", name="m")
    step = tape.tell(
        e.StepStarted, "step", type="evaluate", name="test",
        used=[e.Usage(data, "test"), e.Usage(model, "model")],
    )  # fmt: skip
    tape.tell(e.Metric, name="accuracy", value=0.5, of=step)

    graph = Graph(tape.events)

    (evaluation,) = graph.subjects(v.RDF_TYPE, v.MLS_MODEL_EVALUATION)
    assert graph.one(evaluation, v.DLPROV_EVALUATES) == IRIS.local(model).value
    assert graph.one(evaluation, v.DLPROV_MEASURED_ON) == IRIS.local(data).value
    assert graph.one(evaluation, v.DLPROV_MEASURED_IN_ROLE) == v.DLPROV_TEST_ROLE.value


def test_a_metric_logged_in_an_epoch_by_hand_is_of_the_state_that_it_left() -> None:
    """As one that Keras tells at the epoch's end; in an epoch that was cut off, of none."""
    tape, name = training()
    for number in range(2):
        epoch = {"id": f"{name}/epoch/{number}", "training": name, "number": number}
        tape.tell(e.EpochStarted, **epoch)
        tape.tell(e.Metric, name="loss", value=1.0, of=epoch["id"])
    tape.events.insert(
        5, e.EpochEnded(seq=4, at=START, id=f"{name}/epoch/0", training=name, number=0)
    )

    graph = Graph(tape.events)

    assert graph.pairs(v.DLPROV_EVALUATES) == {
        (f"{name}/epoch/0/evaluation/loss/4", f"{name}/epoch/0/model")
    }


def test_a_training_was_trained_on_data_in_that_role_or_in_none() -> None:
    """Whatever role they had beside; data that it came to later, too."""
    tape, name = training()
    fitted, watched, plain, late, both = (
        tape.tell(e.DataSeen, "data", name=word, digest=ni(word))
        for word in ("fitted", "watched", "plain", "late", "both")
    )
    for data, role in (
        (fitted, "train"), (watched, "val"), (plain, None), (both, None), (both, "val"),
        (fitted, "val"),
    ):  # fmt: skip
        tape.tell(e.Used, activity=name, entity=data, role=role)
    tape.epoch(name, 0, metrics={"loss": 1.0})
    tape.tell(e.Used, activity=name, entity=late, role="training")

    graph = Graph(tape.events)

    found = graph.objects(IRIS.local(name), v.DLPROV_TRAINED_ON)
    assert sorted(found) == sorted(IRIS.local(one).value for one in (fitted, plain, late))


def test_of_an_evaluation_step_each_value_is_ranked_and_none_of_a_batch() -> None:
    """It may look at several data sets, each of which has its own best."""
    tape = Tape()
    tape.tell(e.RunStarted, name="looks")
    step = tape.tell(e.StepStarted, "step", type="evaluate", name="look")
    for value in (0.5, 0.75):
        tape.tell(e.Metric, name="val_accuracy", value=value, of=step)
    tape.tell(e.Metric, name="val_accuracy", value=1.0, of=step, batch=0)

    graph = Graph(tape.events)

    ranked = {
        graph.one(node, v.MLS_HAS_VALUE)
        for node in graph.subjects(v.RDF_TYPE, v.MLS_MODEL_EVALUATION)
        if graph.objects(node, v.DLPROV_RANKED_ON_VALIDATION_BY)
    }
    assert {float(one) for one in ranked} == {0.5, 0.75}
