# SPDX-License-Identifier: Apache-2.0
"""What a graph says of trainings, changes, ends, choices and losses, promise by promise."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from graph_runs import run
from pyoxigraph import Literal, NamedNode, Quad
from tapes import ADAM, BASE, IRIS, START, Tape, ni, quads_of

from dlprov_rdf import events as e
from dlprov_rdf.graph import literals, published
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.quads import run_quads
from dlprov_rdf.settings import SHARED


class Graph:
    """A graph to ask simple things of."""

    def __init__(self, events: list[e.Event]) -> None:
        self.quads = quads_of(events)

    def objects(self, subject: NamedNode, predicate: NamedNode) -> list[Any]:
        """List what a thing has, as values or names."""
        return [
            quad.object.value
            for quad in self.quads
            if quad.subject == subject and quad.predicate == predicate
        ]

    def one(self, subject: NamedNode, predicate: NamedNode) -> Any:
        """Give the only thing that a thing has."""
        (found,) = self.objects(subject, predicate)
        return found

    def subjects(self, predicate: NamedNode, what: NamedNode | Literal) -> list[NamedNode]:
        """List what has this."""
        return [
            quad.subject
            for quad in self.quads
            if quad.predicate == predicate and quad.object == what
        ]

    def pairs(self, predicate: NamedNode) -> set[tuple[str, str]]:
        """List all of a relation, run-local names cut short."""
        return {
            (short(quad.subject), short(quad.object))
            for quad in self.quads
            if quad.predicate == predicate
        }


def short(term: Any) -> str:
    """Cut the run's own name off."""
    return str(term.value).removeprefix(f"{IRIS.run.value}/")


def training(*told: e.Event | dict[str, Any], **fields: Any) -> tuple[Tape, str]:
    """Begin a run with one training, ``training/2``."""
    tape = Tape()
    tape.tell(e.RunStarted, name="run", **fields)
    return tape, tape.tell(e.TrainingStarted, "training", name="net")


# ── how things end ──


def test_a_run_found_dead_has_no_end_only_a_last_event() -> None:
    """Nobody saw it end, so nobody can say when."""
    graph = Graph(run("failures"))

    assert graph.one(IRIS.run, v.DLPROV_END_STATE) == "interrupted"
    assert graph.objects(IRIS.run, v.PROV_ENDED_AT_TIME) == []
    assert len(graph.objects(IRIS.run, v.DLPROV_LAST_EVENT_AT)) == 1


def test_a_runs_own_end_beats_found_dead() -> None:
    """What a process says of itself is better known than what another concluded."""
    graph = Graph(run("raised"))

    assert graph.one(IRIS.run, v.DLPROV_END_STATE) == "failed"
    assert graph.objects(IRIS.run, v.DLPROV_LAST_EVENT_AT) == []


def test_a_running_run_has_no_end_state() -> None:
    """That it runs is worked out when asked and never stored."""
    tape, name = training()
    tape.tell(e.EpochStarted, id=f"{name}/epoch/0", training=name, number=0)
    tape.tell(e.StepStarted, "step", type="acquire", name="load")

    graph = Graph(tape.events)

    assert graph.pairs(v.DLPROV_END_STATE) == set()
    assert graph.pairs(v.DLPROV_LAST_EVENT_AT) == set()


def test_a_training_cut_short_was_interrupted_at_its_own_last_event() -> None:
    """The run's other events say nothing of it."""
    tape, name = training()
    tape.epoch(name, 0, metrics={"loss": 1.0})
    last = tape.events[-1].at
    tape.tell(e.SeedSet, by="later", value=1)
    tape.tell(e.RunEnded, status="failed", exception="X")

    graph = Graph(tape.events)

    assert graph.one(IRIS.local(name), v.DLPROV_END_STATE) == "interrupted"
    assert graph.one(IRIS.local(name), v.DLPROV_LAST_EVENT_AT) == literals.moment(last).value
    assert graph.objects(IRIS.local(name), v.PROV_ENDED_AT_TIME) == []


def test_a_training_cut_short_says_which_epoch_it_had_reached() -> None:
    """Killed in its third epoch, which never ended."""
    tape, name = training()
    tape.epoch(name, 0)
    tape.epoch(name, 1)
    tape.tell(e.EpochStarted, id=f"{name}/epoch/2", training=name, number=2)
    tape.tell(e.RunEnded, status="interrupted", reason="sigterm")

    assert Graph(tape.events).one(IRIS.local(name), v.DLPROV_LAST_EPOCH) == "2"


def test_a_training_that_its_runs_signal_cut_off_says_so() -> None:
    """Of one that was found dead nobody knows the reason."""
    told, name = training()
    told.tell(e.RunEnded, status="interrupted", reason="sigterm")
    found, _ = training()
    found.tell(e.FoundDead, last_event_at=1)

    node = IRIS.local(name)
    assert Graph(told.events).objects(node, v.DLPROV_END_REASON) == ["sigterm"]
    assert Graph(found.events).objects(node, v.DLPROV_END_REASON) == []


def test_a_diverged_training_failed_and_keeps_its_values() -> None:
    """NaN and the infinities are values, and a failed training is provenance too."""
    graph = Graph(run("failures"))
    diverged = IRIS.local("training/2")

    assert graph.one(diverged, v.DLPROV_END_STATE) == "failed"
    assert graph.one(diverged, v.DLPROV_END_REASON) == "diverged"
    values = {short(q.object) for q in graph.quads if q.predicate == v.MLS_HAS_VALUE}
    assert {"NaN", "INF", "-INF"} <= values


# ── measures ──


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
        measure = NamedNode(graph.one(best, v.DLPROV_BEST_BY))
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


# ── changes while training ──


def test_a_change_at_an_epochs_end_is_used_from_the_next_epoch_on() -> None:
    """The rate that an epoch tells shows which setting it used; no row for one not adapted."""
    graph = Graph(run("digits"))
    (adaptation,) = graph.subjects(v.RDF_TYPE, v.DLPROV_ADAPTATION)

    users = graph.subjects(v.PROV_USED, NamedNode(f"{adaptation.value}/setting"))

    assert [short(one).rpartition("/epoch/")[2] for one in users] == ["2"]


def test_a_change_at_an_epochs_beginning_is_used_by_that_epoch_alone() -> None:
    """A LearningRateScheduler sets the rate before an epoch's first batch."""
    scheduler = e.Technique(name="LearningRateScheduler", type="callback", of="keras.callbacks.X")
    tape = Tape()
    tape.tell(e.RunStarted, name="run")
    name = tape.tell(
        e.TrainingStarted, "training", name="net", techniques=[scheduler],
        settings=[e.Setting(name="learning_rate", value=0.1, of=ADAM)],
    )  # fmt: skip
    rates = (0.1, 0.05, 0.025)
    for number, rate in enumerate(rates):
        epoch = {"id": f"{name}/epoch/{number}", "training": name, "number": number}
        tape.tell(e.EpochStarted, **epoch)
        if number:
            tape.tell(
                e.Adapted, training=name, epoch=epoch["id"], technique=scheduler,
                old=rates[number - 1],
                setting=e.Setting(name="learning_rate", value=rate, of=ADAM),
            )  # fmt: skip
        tape.tell(e.EpochEnded, learning_rate=rate, **epoch)

    graph = Graph(tape.events)

    used = {
        (who.rpartition("/epoch/")[2], what)
        for who, what in graph.pairs(v.PROV_USED)
        if "/epoch/" in who
    }
    assert used == {
        ("1", f"{name}/adaptation/6/setting"), ("2", f"{name}/adaptation/9/setting"),
    }  # fmt: skip
    assert graph.pairs(v.PROV_WAS_REVISION_OF) == {
        (f"{name}/adaptation/6/setting", f"{name}/setting/{ADAM}.learning_rate"),
        (f"{name}/adaptation/9/setting", f"{name}/adaptation/6/setting"),
    }
    agents = {what for who, what in graph.pairs(v.PROV_WAS_ASSOCIATED_WITH) if "adapt" in who}
    assert agents == {f"{name}/technique/0"}


def test_a_rate_that_came_back_in_an_epoch_is_the_newest_setting_of_that_rate() -> None:
    """Halved and doubled again before the first batch: the epoch used what was set last."""
    tape, name = training()
    code = e.Technique(name="by hand", type="code")
    for number in range(2):
        epoch = {"id": f"{name}/epoch/{number}", "training": name, "number": number}
        tape.tell(e.EpochStarted, **epoch)
        for old, new in ((0.1, 0.05), (0.05, 0.1)):
            setting = e.Setting(name="learning_rate", value=new)
            tape.tell(e.Adapted, training=name, setting=setting, old=old, technique=code)
        tape.tell(e.EpochEnded, learning_rate=0.1, **epoch)

    graph = Graph(tape.events)

    used = [what for who, what in graph.pairs(v.PROV_USED) if "/epoch/" in who]
    assert sorted(used) == [f"{name}/adaptation/5/setting", f"{name}/adaptation/9/setting"]


def test_an_adapted_setting_is_no_input_of_the_training() -> None:
    """Only what it began with is."""
    graph = Graph(run("digits"))

    inputs = {what for _, what in graph.pairs(v.MLS_HAS_INPUT)}

    assert not [one for one in inputs if "/adaptation/" in one]
    assert [one for one in inputs if one.endswith(f"setting/{ADAM}.learning_rate")]


def test_a_change_from_an_unknown_value_has_an_old_setting_of_its_own() -> None:
    """The rate was 0.04 where the log last told of 0.05: both are kept."""
    graph = Graph(run("by-hand"))

    old = graph.subjects(v.MLS_HAS_VALUE, Literal(0.04))

    assert [short(one).rpartition("/")[2] for one in old] == ["old"]


def test_who_or_what_made_a_change_is_an_agent_or_a_plan() -> None:
    """A person, a callback; a schedule is the plan that the process followed."""
    graph = Graph(run("by-hand"))

    agents = {
        what.rpartition("/")[2]
        for who, what in graph.pairs(v.PROV_WAS_ASSOCIATED_WITH)
        if who.rpartition("/")[0].endswith("/adaptation")
    }
    plans = {what for who, what in graph.pairs(v.PROV_HAD_PLAN) if "/adaptation/" in who}

    assert agents == {"Ada%20Lovelace", "process", "callback.MyCallback"}
    assert [one.rpartition("/")[2] for one in plans] == ["schedule.Warmup"]


# ── models, choices, lineage ──


def test_restored_weights_are_a_state_of_their_own_from_the_epoch_they_are_of() -> None:
    """EarlyStopping restored epoch 1's weights after epoch 2."""
    graph = Graph(run("digits"))
    (restored,) = [
        one for one in graph.subjects(v.RDF_TYPE, v.MLS_MODEL)
        if graph.objects(one, v.DLPROV_WEIGHTS_OF_EPOCH)
    ]  # fmt: skip

    epoch = graph.one(restored, v.DLPROV_WEIGHTS_OF_EPOCH)

    assert epoch.endswith("/epoch/1")
    assert f"{epoch}/model" in graph.objects(restored, v.PROV_WAS_DERIVED_FROM)


def test_a_checkpoint_told_of_before_its_epochs_end_derives_from_the_state_it_left() -> None:
    """ModelCheckpoint saves while the epoch's event is not yet written."""
    tape, name = training()
    epoch = {"id": f"{name}/epoch/0", "training": name, "number": 0}
    tape.tell(e.EpochStarted, **epoch)
    model = tape.tell(e.ModelSeen, "model", name="net", generated_by=name, epoch=epoch["id"])
    tape.tell(e.EpochEnded, **epoch)

    graph = Graph(tape.events)

    assert (model, f"{epoch['id']}/model") in graph.pairs(v.PROV_WAS_DERIVED_FROM)


def test_an_epochs_state_derives_from_the_one_before_it() -> None:
    """And the first from the initial state; all from the training data."""
    graph = Graph(run("digits"))
    derived = graph.pairs(v.PROV_WAS_DERIVED_FROM)

    before = {
        who.rpartition("/epoch/")[2]: what for who, what in derived
        if "/epoch/" in who and "data" not in what
    }  # fmt: skip
    assert before["0/model"].startswith("model/")
    assert before["1/model"].endswith("/epoch/0/model")
    assert before["2/model"].endswith("/epoch/1/model")
    assert len([1 for who, what in derived if "/epoch/" in who and what.startswith("data/")]) == 3


def test_a_loaded_state_derives_from_the_file_in_this_run_not_from_the_other_run() -> None:
    """Derivation is never written by content; the content joins the two runs."""
    graph = Graph(run("serving"))

    assert ("model/4", "file/2") in graph.pairs(v.PROV_WAS_DERIVED_FROM)
    assert ("file/2", ni("file")) in graph.pairs(v.PROV_SPECIALIZATION_OF)


def test_a_choice_keeps_the_rejected_candidates_and_their_values() -> None:
    """By what, on what, and with which values."""
    graph = Graph(run("digits"))
    (step,) = graph.subjects(v.RDF_TYPE, v.DLPROV_MODEL_SELECTION)

    assert graph.one(step, v.DLPROV_CRITERION) == "highest accuracy"
    assert graph.one(step, v.DLPROV_SELECTED) not in graph.objects(step, v.DLPROV_REJECTED)
    values = {
        graph.one(one, v.DLPROV_CANDIDATE): graph.one(one, v.MLS_HAS_VALUE)
        for one in graph.subjects(v.RDF_TYPE, v.DLPROV_CANDIDATE_VALUE)
    }
    assert sorted(values.values()) == ["0.1", "0.9"]


def test_nothing_derives_from_what_is_told_of_later() -> None:
    """A damaged log cannot make derivation a circle."""
    tape = Tape()
    tape.tell(e.DataSeen, id="data/1", name="a", derived_from=["data/2", "data/1"], digest=ni("a"))
    tape.tell(e.DataSeen, id="data/2", name="b", derived_from=["data/1"], digest=ni("b"))

    graph = Graph(tape.events)

    assert graph.pairs(v.PROV_WAS_DERIVED_FROM) == {("data/2", "data/1")}


def test_an_architecture_is_told_as_it_was_known_last() -> None:
    """Shapes are known once a model is built; the name stays."""
    graph = Graph(run("digits"))
    (architecture,) = graph.subjects(v.RDF_TYPE, v.DLPROV_MODEL_ARCHITECTURE)

    layers = [NamedNode(one) for one in graph.objects(architecture, v.DLPROV_HAS_LAYER)]

    assert [graph.one(one, v.DLPROV_LAYER_CLASS) for one in layers] == [
        "Conv2D", "Dropout", "Dense", "Dense",
    ]  # fmt: skip
    assert graph.one(layers[3], v.DLPROV_SHARED_WITH) == layers[2].value
    assert graph.one(architecture, v.PROV_SPECIALIZATION_OF) == ni("cnn")
    assert graph.one(layers[1], v.DLPROV_DROPOUT_RATE) == "0.4"


# ── what was lost, left out, or said by people ──


def test_what_was_lost_is_said_and_breaks_nothing() -> None:
    """Every reference to what the log lost is named, and no relation leads there."""
    graph = Graph(run("losses"))

    lost = set(graph.objects(IRIS.run, v.DLPROV_DANGLING_REFERENCE))

    assert {"data/1001", "model/1002", "training/1007", "step/1000"} <= lost
    described = {short(quad.subject) for quad in graph.quads}
    assert not [one for one in lost if one in described]
    reached = {short(q.object) for q in graph.quads if isinstance(q.object, NamedNode)}
    assert not lost & reached


@pytest.mark.parametrize(
    ("said", "missing", "expected"), [(2, 0, 2), (0, 5, 5), (2, 5, 5), (5, 2, 5), (0, 0, None)]
)
def test_lost_events_are_counted_once(said: int, missing: int, expected: int | None) -> None:
    """By what the log says or by what its numbering lacks, whichever is more."""
    tape = Tape()
    tape.tell(e.RunStarted, name="run")
    if said:
        tape.tell(e.EventsLost, count=said, reason="disk full")
    last = e.SeedSet(seq=len(tape.events) + missing, at=START, by="x", value=1)

    graph = Graph([*tape.events, last])

    found = graph.objects(IRIS.run, v.DLPROV_LOST_EVENTS)
    assert found == ([] if expected is None else [str(expected)])


def test_a_metric_of_a_lost_epoch_is_the_trainings() -> None:
    """What was measured is kept, whoever measured it."""
    graph = Graph(run("losses"))

    (evaluation,) = graph.subjects(v.MLS_HAS_VALUE, Literal(0.4))

    assert graph.one(evaluation, v.PROV_WAS_GENERATED_BY).endswith("training/15")


def test_an_attribute_with_a_term_of_ours_is_not_stated_by_it() -> None:
    """A user cannot write provenance under the name of an attribute."""
    graph = Graph(run("by-hand"))
    data = IRIS.local("data/4")

    assert graph.objects(data, NamedNode("https://example.org/mass")) == ["1.5"]
    assert graph.objects(data, v.PROV_USED) == []
    assert len(graph.objects(data, v.DLPROV_HAS_ATTRIBUTE)) == 2


def test_a_run_that_trains_nothing_is_no_experiment() -> None:
    """ML Schema's Experiment has at least one Run, which is a training."""
    trains, serves = Graph(run("digits")), Graph(run("serving"))

    assert trains.subjects(v.RDF_TYPE, v.MLS_EXPERIMENT) == [IRIS.run]
    assert serves.subjects(v.RDF_TYPE, v.MLS_EXPERIMENT) == []


def test_an_empty_log_still_has_a_graph_about_its_run() -> None:
    """Of a run whose log was torn at its first line nothing is known, and nothing is made up."""
    graph = Graph([])

    assert graph.one(IRIS.graph, v.FOAF_PRIMARY_TOPIC) == IRIS.run.value
    assert graph.objects(IRIS.run, v.RDFS_LABEL) == []
    assert graph.objects(IRIS.graph, v.PROV_WAS_ATTRIBUTED_TO) == []


def test_a_hyperparameter_is_shared_where_its_library_is_published() -> None:
    """And lies below the general one of its name; by hand it is this lab's own."""
    shared, own = Graph(run("digits")), Graph(run("by-hand"))
    general = f"{SHARED}hyperparameter/learning_rate"

    assert (f"{SHARED}hyperparameter/{ADAM}.learning_rate", general) in shared.pairs(v.SKOS_BROADER)
    assert (f"{BASE}hyperparameter/lr", general) in own.pairs(v.SKOS_BROADER)


def test_a_setting_said_again_is_one_and_another_value_revises_it() -> None:
    """``log_params`` after the beginning: the first value was 0.1, then 0.2."""
    graph = Graph(run("by-hand"))

    revised = {
        pair for pair in graph.pairs(v.PROV_WAS_REVISION_OF) if "/adaptation/" not in pair[0]
    }

    assert revised == {("training/9/setting/lr/11", "training/9/setting/lr")}


@pytest.mark.parametrize(("again", "settings"), [(1, 1), (1.0, 2), (True, 2)])
def test_the_same_value_said_again_is_the_same_setting(again: object, settings: int) -> None:
    """One is neither 1.0 nor True, though Python says that they are equal."""
    tape, name = training()
    for value in (1, again):
        tape.tell(e.ParametersSet, of=name, settings=[e.Setting(name="depth", value=value)])

    graph = Graph(tape.events)

    assert len(graph.subjects(v.RDF_TYPE, v.MLS_HYPER_PARAMETER_SETTING)) == settings


def test_a_quad_is_never_made_of_two_runs() -> None:
    """Nothing that a run says of itself has a name outside of its run, this lab or all labs."""
    quads: list[Quad] = Graph(run("digits")).quads

    places = (IRIS.run.value, BASE, SHARED, "pkg:", "ni:", "https://orcid.org/", v.DLPROV)
    assert all(quad.subject.value.startswith(places) for quad in quads)


def _epochs(count: int) -> Iterator[e.Event]:
    """Yield a run of many epochs without keeping any of them."""
    yield e.LogStarted(seq=0, at=START, run="r1", format=e.FORMAT)
    yield e.RunStarted(seq=1, at=START, name="long", series_after=10**9)
    name = "training/2"
    yield e.TrainingStarted(seq=2, at=START, id=name, name="net")
    for number in range(count):
        epoch = {"id": f"{name}/epoch/{number}", "training": name, "number": number}
        yield e.EpochStarted(seq=2 * number + 3, at=START, **epoch)
        metrics = {"loss": 1 / (number + 1)}
        yield e.EpochEnded(seq=2 * number + 4, at=START, metrics=metrics, **epoch)


def test_memory_does_not_grow_with_the_epochs() -> None:
    """Ten times the quads in the same memory."""
    peaks = []
    for count in (400, 4_000):
        tracemalloc.start()
        made = sum(1 for _ in run_quads(lambda count=count: _epochs(count), IRIS))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert made > count * 20

    assert peaks[1] < peaks[0] + 20_000
