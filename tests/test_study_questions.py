# SPDX-License-Identifier: Apache-2.0
"""Plans, steering and choices across runs: each question answers what was worked out on paper."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode
from small_graph import rows
from study_runs import MONDAY, THURSDAY, TUESDAY, WEDNESDAY, study

from dlprov_rdf.ask import questions
from dlprov_rdf.ask.naming import names
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.validate.shacl import check


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The four runs of the study."""
    return study()


def test_the_study_conforms(store: EmbeddedStore) -> None:
    """What is asked here is what may lie in a store."""
    for graph in store.graphs():
        assert check(list(store.graph(graph))).words() == "It conforms: no rule is broken."


def test_n17_a_run_that_stopped_early_shows_where(store: EmbeddedStore) -> None:
    """Planned epochs against the last, with why; another rate; one step too many, two too few."""
    columns = ("difference", "step_name", "what", "planned", "was", "last_epoch", "end_state",
               "reason")  # fmt: skip

    found = rows(store, "N17", *columns, run="monday")

    assert found == [
        ("not planned", "scale", None, None, None, None, "completed", None),
        ("fewer epochs", "cnn", "epochs", 6, 4, 3, "completed", "early_stopping"),
        ("set otherwise", "cnn", "learning_rate", 0.2, 0.1, None, "completed", "early_stopping"),
        ("did not run", "acquire", None, None, None, None, "completed", None),
        ("did not run", "report", None, None, None, None, "completed", None),
    ]


def test_n17_what_fit_was_asked_is_a_plan_too(store: EmbeddedStore) -> None:
    """A training that failed in its first epoch has none; one that did as asked is no row."""
    columns = ("difference", "step_name", "planned", "was", "last_epoch", "end_state", "reason")

    assert rows(store, "N17", *columns, run="tuesday") == [
        ("fewer epochs", "wide", 3, 0, None, "failed", "ValueError: x")
    ]


def test_n17_a_step_that_failed_and_one_that_has_not_run_yet(store: EmbeddedStore) -> None:
    """While a run goes on, what is left of its plan may still come.

    The plan says nothing of epochs; the first training was asked for 5.
    """
    columns = ("difference", "step_name", "end_state", "reason", "step", "activity")

    first, *found = rows(store, "N17", *columns, run="thursday")

    assert first[:2] == ("fewer epochs", "train")
    assert [row[:4] for row in found] == [
        ("did not complete", "test", "failed", "OSError: no disk"),
        ("has not run yet", "predict", None, None),
    ]
    assert found[1][4:] == (f"{THURSDAY}/plan/step/3", None)


def test_n17_no_difference_is_an_answer(store: EmbeddedStore) -> None:
    """Nothing was declared, and no training stopped."""
    answer = questions.ask(store, WEDNESDAY.partition("run/")[0], "N17", run="wednesday")

    assert not answer.rows
    assert "no plan was declared" in answer.notes[-2]
    assert "no difference" in answer.notes[-1]
    planned = questions.ask(store, WEDNESDAY.partition("run/")[0], "N17", run="monday")
    assert not any("no plan was declared" in note for note in planned.notes)


def test_a_name_means_what_was_there_and_not_what_was_planned(store: EmbeddedStore) -> None:
    """A variable, a planned step and what fit was asked for share a name with the real thing."""
    base = MONDAY.partition("run/")[0]

    assert names.thing(store, base, "held out").value == f"{WEDNESDAY}/data/2"
    assert names.thing(store, base, "epochs = 5").value.startswith(f"{THURSDAY}/training/")
    assert names.thing(store, base, "all").value.startswith(f"{MONDAY}/data/")


def test_s1_each_tuning_with_who_and_why(store: EmbeddedStore) -> None:
    """Three of one hyperparameter; two runs share its IRI and its label."""
    columns = ("parameter", "tunings", "old_value", "new_value", "epoch", "technique", "person",
               "reason")  # fmt: skip

    assert rows(store, "S1", *columns, run="monday") == [
        ("learning_rate", 3, 0.1, 0.05, 1, "Ada", "Ada", "plateau"),
        ("learning_rate", 3, 0.05, 0.5, 2, "Warmup", None, None),
        ("learning_rate", 3, 0.5, 0.02, 2, "Warmup", None, None),
    ]
    general = rows(store, "S1", "at", run="monday", hyperparameter="learning_rate")
    assert [at.isoformat() for (at,) in general] == [
        "2026-01-01T10:00:21+00:00",
        "2026-01-01T10:00:28.500000+00:00",
        "2026-01-01T10:00:30+00:00",
    ]


def test_s1_a_run_without_a_tuning_says_so(store: EmbeddedStore) -> None:
    """Of a training that was set once."""
    answer = questions.ask(store, MONDAY.partition("run/")[0], "S1", run="tuesday")

    assert not answer.rows
    assert "no tuning" in answer.notes[-1]


def test_s2_several_tunings_in_one_epoch_are_one_row(store: EmbeddedStore) -> None:
    """With how many, and which values."""
    found = rows(store, "S2", "parameter", "epoch", "tunings", "training_name", run="monday")

    assert found == [("learning_rate", 1, 1, "cnn"), ("learning_rate", 2, 2, "cnn")]
    values = rows(store, "S2", "values", run="monday")
    assert [sorted(row[0].split(", ")) for row in values] == [["0.05"], ["0.02", "0.5"]]


def test_s3_the_outputs_on_both_sides_of_a_tuning(store: EmbeddedStore) -> None:
    """A change at an epoch's end holds from the next one on; one that was overtaken, too.

    Epoch 1 was trained with 0.1. Epoch 2 with 0.02, so that neither 0.05 nor 0.5 was ever used:
    their first epoch is the one after that in which they were set.
    """
    columns = ("new_value", "side", "distance", "epoch", "value")

    found = rows(store, "S3", *columns, run="monday", window=1)

    assert found == [
        (0.05, "before", 1, 1, 0.7),
        (0.05, "after", 1, 2, 0.6),
        (0.02, "before", 1, 1, 0.7),
        (0.02, "after", 1, 2, 0.6),
        (0.5, "before", 1, 2, 0.6),
        (0.5, "after", 1, 3, 0.5),
    ]


def test_s3_a_window_wider_than_the_training_has_every_epoch_and_no_batch(
    store: EmbeddedStore,
) -> None:
    """Ten on either side, unless said."""
    found = rows(store, "S3", "new_value", "side", "distance", "value", run="monday")

    assert [row[1:] for row in found if row[0] == 0.05] == [
        ("before", 2, 0.8), ("before", 1, 0.7), ("after", 1, 0.6), ("after", 2, 0.5),
    ]  # fmt: skip
    assert rows(store, "S3", "value", run="tuesday") == []


def test_s4_epochs_before_and_after_the_data_were_reduced(store: EmbeddedStore) -> None:
    """The epoch in which they were reduced had begun with all of them."""
    columns = ("average_before", "average_after", "epochs_before", "epochs_after", "rows_before",
               "rows_after", "epoch", "person", "reason")  # fmt: skip

    assert rows(store, "S4", *columns, run="monday") == [
        (4.5, 1.5, 2, 2, 1000, 100, 1, "Ada", "slow")
    ]
    assert rows(store, "S4", *columns, run="tuesday") == []


def test_s4_the_epochs_of_the_training_that_is_continued_are_before(store: EmbeddedStore) -> None:
    """When fit was called again with fewer rows."""
    columns = ("average_before", "average_after", "epochs_before", "epochs_after", "rows_before",
               "rows_after", "epoch", "technique", "person")  # fmt: skip

    assert rows(store, "S4", *columns, run="thursday") == [
        (4.0, 1.0, 2, 1, 64, 16, None, "fewer data given to fit", None)
    ]


def test_n14_the_rejected_are_told_with_their_values_and_makers(store: EmbeddedStore) -> None:
    """Of another run by what that run says; one without a value is told too."""
    columns = ("candidate_name", "value", "chosen_name", "chosen_value", "criterion", "on_name",
               "candidate_run", "scientist", "run_name")  # fmt: skip

    found = rows(store, "N14", *columns)

    chosen = ("cnn", 0.3, "lowest loss", "held out")
    assert sorted(found, key=str) == [
        ("cnn", 0.5, *chosen, "monday", "Ada", "wednesday"),
        ("forest", None, *chosen, None, None, "wednesday"),
    ]


def test_n14_a_choice_is_found_by_the_model_that_was_chosen(store: EmbeddedStore) -> None:
    """Its architecture lies in another run than the choice."""
    assert len(rows(store, "N14", "value", model=f"{TUESDAY}/architecture/2")) == 2
    assert rows(store, "N14", "value", model=f"{MONDAY}/architecture/5") == []
    assert rows(store, "N14", "value", run="monday") == []


def test_d9_a_model_that_another_run_chose_is_selected(store: EmbeddedStore) -> None:
    """Whoever looks at the trainings of the study sees which one it was."""
    columns = ("run_name", "training_name", "best_value", "selected")

    assert rows(store, "D9", *columns, measure="loss", on="train") == [
        ("tuesday", "cnn", 0.3, True),
        ("monday", "cnn", 0.5, False),
        ("thursday", "net", 0.7, False),
        ("thursday", "net", 0.8, False),
        ("tuesday", "wide", None, False),
    ]


def test_a_choice_states_nothing_of_how_others_models_came_about(store: EmbeddedStore) -> None:
    """Which run generated a model is that run's to say."""
    graph = list(store.graph(NamedNode(f"{WEDNESDAY}/graph")))

    told = {q.predicate for q in graph if q.subject.value.startswith((MONDAY, TUESDAY))}

    assert told == {v.RDF_TYPE, v.RDFS_LABEL}
    assert not [q for q in graph if q.predicate == v.DLPROV_DANGLING_REFERENCE]
