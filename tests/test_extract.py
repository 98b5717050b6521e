# SPDX-License-Identifier: Apache-2.0
"""Extractors: attributes of what is acquired, and never harm to the run."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parts import require

import dlprov_rdf as dlprov
from dlprov_rdf import log
from dlprov_rdf.capture import extracting, step
from dlprov_rdf.capture.recorder import CaptureWarning
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.events import AttributeSet, DataSeen, FileSeen, NoteAdded
from dlprov_rdf.kb import KnowledgeBase

LAT = "http://www.w3.org/2003/01/geo/wgs84_pos#lat"


@pytest.fixture(autouse=True)
def _no_extractor_of_another_test() -> Iterator[None]:
    """They are those of the process."""
    yield
    extracting.everywhere.clear()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A file of a domain."""
    path = tmp_path / "site-7.tif"
    path.write_text("52.5", encoding="utf-8")
    return path


def told(folder: Path, kind: type) -> list[Any]:
    """Give what the logs tell of a kind."""
    (run,) = (folder / "logs").iterdir()
    return [event for event in log.read_run(run) if isinstance(event, kind)]


def where(path: Path) -> dict[str, object]:
    """Read where a scan was taken."""
    return {"latitude": dlprov.Attribute(float(path.read_text()), "deg", LAT), "site": path.stem}


def test_an_extractor_reads_attributes_out_of_files_that_are_read(
    tmp_path: Path, scan: Path
) -> None:
    """With unit and term, on the file; a file of another kind is none of its business."""
    dlprov.extractor(where, for_="*.tif")
    (tmp_path / "other.csv").write_text("1", encoding="utf-8")

    with start_run("run", kb=tmp_path / "kb", person="Ada") as run:
        run.use_file(scan)
        run.use_file(tmp_path / "other.csv")

    (file, _) = told(tmp_path / "kb", FileSeen)
    latitude, site = told(tmp_path / "kb", AttributeSet)
    assert (latitude.about, latitude.value, latitude.unit, latitude.term) == (
        file.id, 52.5, "deg", LAT,
    )  # fmt: skip
    assert (site.name, site.value) == ("site", "site-7")
    kb = KnowledgeBase.open(tmp_path / "kb")
    found = kb.sparql(f"SELECT ?v {{ ?f a dlprov:File ; <{LAT}> ?v }}")
    assert [tuple(row) for row in found.rows] == [(52.5,)]  # type: ignore[union-attr]
    assert kb.check().conforms


def test_data_that_came_from_a_file_has_the_files_attributes(tmp_path: Path, scan: Path) -> None:
    """Acquisition is when a file becomes data; a later step is not asked again."""
    with start_run("run", kb=tmp_path / "kb", person="Ada") as run:
        run.extractor(where, for_="*.tif")
        with run.step("load", kind="acquire") as load:
            raw = load.generated([52.5], name="scan", source=str(scan))
        with run.step("scale", kind="preprocess", used=raw) as scale:
            scale.generated([1.0], name="scaled.tif")

    data = told(tmp_path / "kb", DataSeen)[0]
    assert [one.about for one in told(tmp_path / "kb", AttributeSet)] == [data.id, data.id]


def test_a_function_may_be_given_for_one_value_or_file(tmp_path: Path, scan: Path) -> None:
    """In any step, and beside the others."""
    with start_run("run", kb=tmp_path / "kb", person="Ada") as run:
        with run.step("scale", kind="preprocess") as scale:
            scale.generated([1, 2], name="x", extract=lambda value: {"length": len(value)})
        with run.step("load", kind="acquire") as load:
            load.loaded(scan, extract=where)

    assert [one.name for one in told(tmp_path / "kb", AttributeSet)] == [
        "length", "latitude", "site",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda path: 1 / 0, "ZeroDivisionError"),
        (lambda path: sys.exit(1), "SystemExit"),
        (lambda path: 7, "no mapping but int"),
        (lambda path: {"a": dlprov.Attribute(1, term="no iri")}, "cannot be used"),
        (lambda path: {str(number): number for number in range(1000)}, "first 500"),
    ],
)
def test_a_fault_of_an_extractor_is_told_once_and_counted(
    tmp_path: Path, scan: Path, function: Any, words: str
) -> None:
    """The run goes on, and its end is its own."""
    dlprov.extractor(function, for_="*.tif")

    with (
        pytest.warns(CaptureWarning, match=words) as warned,
        start_run("run", kb=tmp_path / "kb", person="Ada") as run,
    ):
        for _ in range(3):
            run.use_file(scan)

    assert len([one for one in warned if issubclass(one.category, CaptureWarning)]) == 1
    first, count = told(tmp_path / "kb", NoteAdded)
    assert words in first.text
    assert "3 failed" in count.text
    assert KnowledgeBase.open(tmp_path / "kb").runs()[0].status == "completed"


def test_an_extractor_that_does_not_come_back_is_left_behind(tmp_path: Path, scan: Path) -> None:
    """And is not called again in this process."""
    never = threading.Event()
    dlprov.extractor(lambda path: never.wait(), for_="*.tif", seconds=0.05)

    with (
        pytest.warns(CaptureWarning, match=r"more than 0\.05 s"),
        start_run("run", kb=tmp_path / "kb", person="Ada") as run,
    ):
        run.use_file(scan)
        run.use_file(scan)
    never.set()

    (note,) = told(tmp_path / "kb", NoteAdded)
    assert "not called again" in note.text
    assert len(told(tmp_path / "kb", FileSeen)) == 2


class Folder:
    """A data set as Keras makes one of a folder."""

    def __init__(self, paths: list[str]) -> None:
        self.file_paths = paths


def test_the_files_of_a_data_set_are_recorded_up_to_a_bound(
    tmp_path: Path, scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was left is told."""
    monkeypatch.setattr(step, "_MOST_FILES", 2)
    copies = [scan.with_name(f"{number}.tif") for number in range(2)]
    for copy in copies:
        copy.write_bytes(scan.read_bytes())
    dlprov.extractor(where, for_="*.tif")

    with start_run("run", kb=tmp_path / "kb", person="Ada") as run:
        ids = step.files_behind(run, Folder([str(scan), *map(str, copies)]))
        assert step.files_behind(run, Folder(["x.csv"])) == {}
        assert step.files_behind(run, object()) == {}

    assert {one.path: one.id for one in told(tmp_path / "kb", FileSeen)} == ids
    assert "2 of the 3 files" in told(tmp_path / "kb", NoteAdded)[0].text


@pytest.mark.require("keras")
def test_a_fit_on_a_folder_of_pictures_derives_from_the_pictures(tmp_path: Path) -> None:
    """Each with its attributes."""
    require("keras")
    import keras
    import tensorflow as tf

    for label in "ab":
        (tmp_path / "pictures" / label).mkdir(parents=True)
        picture = tf.io.encode_png(tf.zeros((4, 4, 3), tf.uint8))
        (tmp_path / "pictures" / label / "1.png").write_bytes(picture.numpy())
    dlprov.extractor(lambda path: {"folder": path.parent.name}, for_="*.png")
    data = keras.utils.image_dataset_from_directory(
        tmp_path / "pictures", image_size=(4, 4), verbose=False
    )
    layers = keras.layers
    model = keras.Sequential([layers.Input((4, 4, 3)), layers.Flatten(), layers.Dense(1)])
    model.compile(loss="mse")

    dlprov.autolog()
    try:
        with start_run("run", kb=tmp_path / "kb", person="Ada"):
            model.fit(data, verbose=0, shuffle=False)
    finally:
        dlprov.autolog(disable=True)

    files = told(tmp_path / "kb", FileSeen)
    attributes = told(tmp_path / "kb", AttributeSet)
    (seen,) = [one for one in told(tmp_path / "kb", DataSeen) if one.derived_from]
    assert sorted(one.value for one in attributes) == ["a", "b"]
    assert seen.derived_from == [one.id for one in files] == [one.about for one in attributes]
    assert KnowledgeBase.open(tmp_path / "kb").check().conforms
