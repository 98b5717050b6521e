# SPDX-License-Identifier: Apache-2.0
"""Who changed a training while it ran, and why: hyperparameters, and the data it trains on."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from graph_runs import run
from keras_watched import Told, digits, network, watching
from pyoxigraph import NamedNode, Quad
from runs_by_hand import told
from tapes import BASE, quads_of

import dlprov_rdf as dlprov
from dlprov_rdf import log
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.errors import WrongCall
from dlprov_rdf.events import (
    Adapted,
    DataReduced,
    DataSeen,
    ModelSeen,
    Technique,
    TrainingStarted,
    Usage,
    Used,
)
from dlprov_rdf.graph import vocabulary as v

ADA = Technique(name="Ada Lovelace", type="person")


def values(quads: Iterable[Quad], subject: str, predicate: NamedNode) -> set[str]:
    """Give what a graph says of one thing of the made-up run."""
    node = NamedNode(f"{BASE}run/r1/{subject}")
    return {q.object.value for q in quads if (q.subject, q.predicate) == (node, predicate)}


def test_a_change_by_hand_tells_who_and_why(tmp_path: Path) -> None:
    """Said at the call, or around it; the technique's words are kept beside the reason."""
    with start_run("r", kb=tmp_path / "kb") as begun, begun.training("net") as training:
        training.change("lr", 0.5, by="halved by hand")
        training.change("lr", 0.25, by="halved by hand", who="Ada Lovelace", why="plateau")
        with dlprov.steering(by=" Ada Lovelace ", why="it jumped"):
            training.change("lr", 0.125)
        training.change("lr", 0.1, who="Ada Lovelace")

    changes = [(one.technique, one.reason) for one in told(begun, Adapted)]
    assert changes == [
        (Technique(name="halved by hand", type="code"), None),
        (ADA, "plateau (halved by hand)"),
        (ADA, "it jumped"),
        (ADA, None),
    ]


def test_a_change_that_nobody_made_is_a_wrong_call(tmp_path: Path) -> None:
    """By what, by whom: one of them."""
    with start_run("r", kb=tmp_path / "kb") as begun, begun.training("net") as training:
        with pytest.raises(WrongCall, match="nothing and nobody"):
            training.change("lr", 0.5)
        with pytest.raises(WrongCall, match="no name"), dlprov.steering(by=" "):
            pass


def test_data_that_are_reduced_by_hand_are_what_the_training_goes_on_with(tmp_path: Path) -> None:
    """The model that it makes derives from the smaller data."""
    rows = np.arange(40.0).reshape(10, 4)
    with (
        start_run("r", kb=tmp_path / "kb") as begun,
        begun.training("net", used={"training": rows}) as training,
    ):
        with training.epoch(0):
            pass
        with training.epoch(1):
            half = training.reduce_data(rows[:5], by="every second", who="Ada Lovelace", why="slow")
        training.log_model()

    (reduction,) = told(begun, DataReduced)
    before, after = told(begun, DataSeen)
    assert (reduction.before, reduction.after, reduction.made) == (before.id, after.id, True)
    assert (before.rows, after.rows, half.id) == (10, 5, after.id)
    assert (reduction.technique, reduction.reason) == (ADA, "slow (every second)")
    assert reduction.epoch == f"{training.id}/epoch/1"
    assert told(begun, Used)[0].entity == after.id
    assert told(begun, ModelSeen)[0].derived_from == [after.id]


def test_smaller_data_that_a_step_made_are_not_made_again(tmp_path: Path) -> None:
    """They are known by content; one thing has one maker."""
    rows = np.arange(40.0).reshape(10, 4)
    with start_run("r", kb=tmp_path / "kb") as begun:
        with begun.step("cut", used=rows) as cut:
            cut.generated(rows[:5], name="half")
        with begun.training("net", used={"training": rows}) as training, training.epoch(0):
            training.reduce_data(rows[:5], by="cut")

    (reduction,) = told(begun, DataReduced)
    quads = quads_of(list(log.read_run(begun.recorder.folder)))
    after = NamedNode(f"{BASE}run/r1/{reduction.after}")
    made = [q for q in quads if (q.subject, q.predicate) == (after, v.PROV_WAS_GENERATED_BY)]
    assert not reduction.made
    assert [one.object.value for one in made] == [f"{BASE}run/r1/{cut.id}"]


def test_it_must_be_clear_which_data_are_reduced(tmp_path: Path) -> None:
    """Of two, say which; and fewer are not the same."""
    a, b = np.zeros(4), np.ones(4)
    with (
        start_run("r", kb=tmp_path / "kb") as begun,
        begun.training("net", used={"training": [a, b]}) as training,
    ):
        with pytest.raises(WrongCall, match="trains on 2 data"):
            training.reduce_data(a[:1], by="x")
        with pytest.raises(WrongCall, match="the same"):
            training.reduce_data(a, of=a, by="x")
        training.reduce_data(a[:1], of=a, by="x")

    assert len(told(begun, DataReduced)) == 1


def test_a_person_is_associated_with_the_change_in_their_role() -> None:
    """By the ORCID that the run knows of the same name; in both forms."""
    quads = quads_of(run("steered"))

    ada = "https://orcid.org/0000-0002-1825-0097"
    change = "training/3/adaptation/7"
    assert values(quads, change, v.PROV_WAS_ASSOCIATED_WITH) == {ada}
    assert values(quads, f"{change}/association/person", v.PROV_AGENT_PROPERTY) == {ada}
    assert values(quads, f"{change}/association/person", v.PROV_HAD_ROLE) == {
        v.DLPROV_STEERING_ROLE.value
    }
    assert values(quads, change, v.DLPROV_REASON) == {"plateau"}


def test_epochs_use_the_data_that_were_left_when_they_began() -> None:
    """In a training whose data were reduced each says which; the state derives from them."""
    quads = quads_of(run("steered"))
    data = {f"{BASE}run/r1/data/{number}" for number in (2, 8, 15)}

    used = [
        (values(quads, f"training/3/epoch/{n}", v.PROV_USED) & data).pop().rpartition("/")[2]
        for n in range(4)
    ]
    derived = [
        (values(quads, f"training/3/epoch/{n}/model", v.PROV_WAS_DERIVED_FROM) & data)
        for n in range(4)
    ]
    assert used == ["2", "2", "8", "15"]
    assert [one.pop().rpartition("/")[2] for one in derived] == used


def test_a_training_whose_data_stay_says_them_once() -> None:
    """No epoch of it repeats them."""
    quads = quads_of(run("digits"))

    epochs = [q for q in quads if q.predicate == v.PROV_USED and "/epoch/" in q.subject.value]
    assert not [q for q in epochs if "/data/" in q.object.value]


class At(keras.callbacks.Callback):  # type: ignore[misc]
    """Does something at the end of one epoch."""

    def __init__(self, epoch: int, action: Any) -> None:
        super().__init__()
        self.epoch, self.action = epoch, action

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if epoch == self.epoch:
            self.action(self.model)


def fit(folder: Path, *callbacks: Any, epochs: int = 3) -> Told:
    """Train with these callbacks, watched."""
    x, y = digits()
    model = network(optimizer=keras.optimizers.SGD(0.1))
    with watching(folder) as watched:
        model.fit(x, y, epochs=epochs, verbose=0, callbacks=list(callbacks))
    return watched


def test_a_change_from_a_callback_is_the_persons_who_says_so(tmp_path: Path) -> None:
    """With their reason, in the epoch of the hook."""

    def slower(model: Any) -> None:
        with dlprov.steering(by="Ada Lovelace", why="plateau", orcid="0000-0002-1825-0097"):
            model.optimizer.learning_rate = 0.05

    change = fit(tmp_path, At(1, slower)).one(Adapted)

    assert change.technique.type == "person"
    assert (change.technique.name, change.technique.orcid) == (
        "Ada Lovelace", "0000-0002-1825-0097",
    )  # fmt: skip
    assert (change.old, change.setting.value, change.reason) == (0.1, 0.05, "plateau")
    assert str(change.epoch).endswith("/epoch/1")


def test_a_change_from_another_thread_is_the_persons_who_says_so_there(tmp_path: Path) -> None:
    """What the training's own thread does meanwhile is not theirs."""

    def from_elsewhere(model: Any) -> None:
        def change() -> None:
            with dlprov.steering(by="Ada Lovelace"):
                model.optimizer.learning_rate = 0.05

        other = threading.Thread(target=change)
        other.start()
        other.join()
        model.optimizer.learning_rate = 0.01

    first, second = fit(tmp_path, At(0, from_elsewhere)).all(Adapted)

    assert (first.technique.name, first.setting.value) == ("Ada Lovelace", 0.05)
    assert (second.technique.name, second.setting.value) == ("At", 0.01)


def test_a_callback_in_a_fit_that_begins_inside_the_block_acts_for_itself(tmp_path: Path) -> None:
    """Who starts a training does not make what a schedule changes in it."""
    halving = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / (1 + epoch))

    with dlprov.steering(by="Ada Lovelace"):
        change = fit(tmp_path, halving, epochs=2).one(Adapted)

    assert change.technique.name == "LearningRateScheduler"


def test_a_change_between_two_fits_is_told_of_the_one_that_continues(tmp_path: Path) -> None:
    """In a notebook: stop, change, go on. Without a word the two settings show it."""
    x, y = digits()
    model = network(optimizer=keras.optimizers.SGD(0.1))
    with watching(tmp_path) as watched:
        model.fit(x, y, epochs=1, verbose=0)
        with dlprov.steering(by="Ada Lovelace", why="plateau"):
            model.optimizer.learning_rate = 0.05
        model.fit(x, y, epochs=1, verbose=0)
        model.optimizer.learning_rate = 0.01
        model.fit(x, y, epochs=1, verbose=0)

    change = watched.one(Adapted)
    second = watched.all(TrainingStarted)[1]
    assert (change.training, change.epoch) == (second.id, None)
    assert (change.old, change.setting.value) == (0.1, 0.05)
    assert (change.technique, change.reason) == (ADA, "plateau")


def test_a_fit_that_goes_on_with_some_of_the_rows_has_reduced_data(tmp_path: Path) -> None:
    """The rows are found among those before; a person may say who cut them, and why."""
    x, y = digits(64)
    model = network()
    with watching(tmp_path) as watched:
        model.fit(x, y, epochs=1, verbose=0)
        model.fit(x[::2], y[::2], epochs=1, verbose=0)
        with dlprov.steering(by="Ada Lovelace", why="too slow"):
            model.fit(x[:8], y[:8], epochs=1, verbose=0)

    first, second = watched.all(DataReduced)
    trainings = watched.all(TrainingStarted)
    assert [one.training for one in (first, second)] == [trainings[1].id, trainings[2].id]
    assert (watched.of(first.before).rows, watched.of(first.after).rows) == (64, 32)
    assert first.technique.name == "fewer data given to fit"
    assert (second.technique, second.reason) == (ADA, "too slow")
    assert (first.made, second.before) == (True, first.after)
    assert Usage(first.after, "training") in trainings[1].used


def test_other_rows_more_rows_and_another_model_are_no_reduction(tmp_path: Path) -> None:
    """Only fewer of the same, in a training that continues one."""
    x, y = digits(32)
    others, labels = digits(16, seed=1)
    model, another = network(), network(name="another")
    with watching(tmp_path) as watched:
        model.fit(x, y, epochs=1, verbose=0)
        model.fit(others, labels, epochs=1, verbose=0)
        model.fit(x, y, epochs=1, verbose=0)
        another.fit(x[:8], y[:8], epochs=1, verbose=0)

    assert watched.all(DataReduced) == []
