# SPDX-License-Identifier: Apache-2.0
"""What a graph says of hyperparameters: set, said again, and changed while training."""

from __future__ import annotations

import pytest
from graph_runs import run
from graphs_asked import Graph, short, training
from pyoxigraph import Literal, NamedNode
from tapes import ADAM, BASE, Tape

from dlprov_rdf import events as e
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.settings import SHARED


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
