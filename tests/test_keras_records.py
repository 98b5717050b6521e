# SPDX-License-Identifier: Apache-2.0
"""Rows in Keras: what it slices and predicts it keeps in order, and that is said."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras_watched import digits, network, watching

from dlprov_rdf import columns
from dlprov_rdf.events import DataSeen, FileSeen, MembersSeen, RecordsMapped, RowsDigested


def test_row_i_of_a_prediction_is_of_row_i_of_its_input(tmp_path: Path) -> None:
    """And nothing is written to say it."""
    x, _ = digits()
    with watching(tmp_path) as told:
        network().predict(x, verbose=0)

    given, made = told.all(DataSeen)
    found = told.one(RecordsMapped)
    assert (found.of, found.origin, found.by) == (made.id, given.id, "position")
    assert (found.rows, found.path) == (64, None)


def test_a_validation_split_is_the_last_rows(tmp_path: Path) -> None:
    """Keras takes them before it shuffles."""
    x, y = digits()
    with watching(tmp_path) as told:
        network().fit(x, y, validation_split=0.25, verbose=0)

    maps = told.all(RecordsMapped)
    rows = {
        told.of(one.of).name: list(
            columns.read(told.run.recorder.folder / (one.path or ""))["source"]
        )
        for one in maps
    }
    assert rows["first 75 % of x"] == rows["first 75 % of y"] == list(range(48))
    assert rows["last 25 % of x"] == list(range(48, 64))
    assert {one.by for one in maps} == {"position"}


def test_no_row_is_digested_while_a_training_waits(tmp_path: Path) -> None:
    """Only a step's data are looked at row by row."""
    x, y = digits()
    with watching(tmp_path) as told:
        model = network()
        model.fit(x, y, verbose=0)
        model.evaluate(x, y, verbose=0)
        model.predict(x, verbose=0)

    assert told.all(RowsDigested) == []


def test_a_folder_of_images_is_told_by_its_files(tmp_path: Path) -> None:
    """By their paths alone: a training does not wait for digests."""
    black = np.zeros((8, 8, 3), dtype="uint8")
    for name in ("cat/1.png", "dog/2.png"):
        (tmp_path / "images" / name).parent.mkdir(parents=True)
        (tmp_path / "images" / name).write_bytes(tf.io.encode_png(black).numpy())
    images = keras.utils.image_dataset_from_directory(
        tmp_path / "images", image_size=(8, 8), shuffle=False, verbose=False
    )
    with watching(tmp_path) as told:
        model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten()])
        model.predict(images, verbose=0)

    members = told.one(MembersSeen)
    assert [one.key for one in members.members] == ["cat/1.png", "dog/2.png"]
    assert {bool(one.digest) for one in told.all(FileSeen)} == {False}
