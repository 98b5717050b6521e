# SPDX-License-Identifier: Apache-2.0
"""What a graph says of models: their states, what each derives from, and which was chosen."""

from __future__ import annotations

from graph_runs import run
from graphs_asked import Graph, training
from pyoxigraph import NamedNode
from tapes import Tape, ni

from dlprov_rdf import events as e
from dlprov_rdf.graph import vocabulary as v


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
