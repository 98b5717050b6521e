# SPDX-License-Identifier: Apache-2.0
"""One row, asked: where it came from, where it went, across runs; and what is not known of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from typed_commands import dlprov

from dlprov_rdf import columns
from dlprov_rdf.ask.lineage import Walk
from dlprov_rdf.ask.walking.tables import Held, Tables
from dlprov_rdf.capture.contents.fingerprint import array_digest
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.errors import FaultyColumns, NoSuchRow
from dlprov_rdf.kb import KnowledgeBase

IMAGES = np.arange(160, dtype="float32").reshape(40, 4)
LABELS = np.arange(40) % 2
ORDER = np.random.default_rng(3).permutation(40)
TRAIN, TEST = ORDER[:30], ORDER[30:]


def train(folder: Path) -> None:
    """Load, scale, split and train."""
    with start_run("train", kb=folder) as run:
        with run.step("load", kind="acquire") as load:
            images = load.generated(IMAGES, name="images")
            labels = load.generated(LABELS, name="labels")
        with run.step("scale", kind="preprocess", used=images) as scale:
            scaled = scale.generated(IMAGES / 4, name="scaled", rowwise=True)
        with run.step("split", kind="split", used=[scaled, labels]) as split:
            x = split.generated(scaled.value[TRAIN], name="training images", derived_from=scaled)
            y = split.generated(LABELS[TRAIN], name="training labels", derived_from=labels)
            test = split.generated(scaled.value[TEST], name="test images", derived_from=scaled)
        used = {"training": [x, y], "validation": test}
        with run.training("mlp", used=used) as training:
            training.log_model("mlp state")


def predict(folder: Path) -> None:
    """In another run: take the same test images, and predict."""
    with start_run("predict", kb=folder) as run:
        batch = (IMAGES / 4)[TEST]
        with run.step("serve", kind="predict", used=batch) as serve:
            serve.generated(np.zeros((10, 2)), name="predictions", rowwise=True)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """Both runs."""
    folder = tmp_path_factory.mktemp("rows") / "kb"
    train(folder)
    predict(folder)
    return KnowledgeBase.open(folder)


def said(walk: Walk) -> list[tuple[str, str]]:
    """Tell each node that was reached, with the relation that led there."""
    ways = {far: edge.relation for steps in walk.steps().values() for far, edge in steps}
    return [(ways.get(iri, ""), node.label) for iri, node in walk.nodes.items()]


def test_a_prediction_leads_to_the_row_of_the_source_in_another_run(kb: KnowledgeBase) -> None:
    """By position, by content across runs, by content, by position: each step says how."""
    walk = kb.rows("predictions", 4)

    row = TEST[4]
    assert said(walk) == [
        ("", "predictions, row 4"),
        ("rows by position", "input, row 4"),
        ("by content", "test images, row 4"),
        ("rows by content", f"scaled, row {row}"),
        ("rows by position", f"images, row {row}"),
    ]
    assert len(walk.runs) == 2


def test_a_row_of_the_source_leads_to_the_split_and_the_model_it_went_into(
    kb: KnowledgeBase,
) -> None:
    """A training row is in the model."""
    assert said(kb.rows("images", int(TRAIN[7]), upward=False)) == [
        ("", f"images, row {TRAIN[7]}"),
        ("rows by position", f"scaled, row {TRAIN[7]}"),
        ("rows by content", "training images, row 7"),
        ("as training", "mlp"),
        ("http://www.w3.org/ns/mls#hasOutput", "mlp state"),
    ]


def test_a_row_that_only_validated_is_in_no_model(kb: KnowledgeBase) -> None:
    """It is told as validation, and goes on to the run that predicted."""
    reached = said(kb.rows("images", int(TEST[2]), upward=False))

    assert ("as validation", "mlp") in reached
    assert ("rows by position", "predictions, row 2") in reached
    assert "mlp state" not in [label for _, label in reached]


def test_a_content_stands_for_all_data_that_have_it(kb: KnowledgeBase) -> None:
    """In every run; whoever has the array can work its content out."""
    content = array_digest(np.ascontiguousarray((IMAGES / 4)[TEST]))

    labels = [label for _, label in said(kb.rows(content, 4, upward=False))]

    assert {"test images, row 4", "input, row 4", "predictions, row 4", "mlp"} <= set(labels)
    assert f"images, row {TEST[4]}" in [label for _, label in said(kb.rows(content, 4))]


def test_of_many_equal_rows_none_is_named(kb: KnowledgeBase) -> None:
    """A label is one of twenty; nobody knows which."""
    (_, origin) = kb.rows("training labels", 0).nodes.values()

    assert origin.label == "labels: any of 20 rows of equal content"
    assert (origin.row, origin.candidates) == (None, 20)  # type: ignore[attr-defined]


def test_of_few_equal_rows_all_are_named(tmp_path: Path) -> None:
    """Each is a way that it may have gone, and says so; and none the other way is left out."""
    twice = np.concatenate([IMAGES[:3], IMAGES[:1]])
    with start_run("twice", kb=tmp_path) as run:
        with run.step("load", kind="acquire") as load:
            whole = load.generated(twice, name="whole")
        with run.step("split", kind="split", used=whole) as split:
            split.generated(twice[[3, 1]], name="part")
    kb = KnowledgeBase.open(tmp_path)

    assert [label for _, label in said(kb.rows("part", 0))] == [
        "part, row 0", "whole, row 0 (or another of 2)", "whole, row 3 (or another of 2)",
    ]  # fmt: skip
    for row in (0, 3):
        assert said(kb.rows("whole", row, upward=False))[1:] == [
            ("rows by content", "part, row 0 (or another of 2)")
        ]
    assert said(kb.rows("whole", 1, upward=False))[1:] == [("rows by content", "part, row 1")]
    assert said(kb.rows("whole", 2, upward=False))[1:] == []


def test_rows_that_nobody_knows_end_the_way_with_the_reason(tmp_path: Path) -> None:
    """Nothing is guessed from equal lengths."""
    with start_run("scale", kb=tmp_path) as run:
        with run.step("load", kind="acquire") as load:
            whole = load.generated(IMAGES, name="whole")
        with run.step("scale", kind="preprocess", used=whole) as scale:
            scale.generated(IMAGES * 2, name="scaled")
    kb = KnowledgeBase.open(tmp_path)

    for walk in (kb.rows("scaled", 5), kb.rows("whole", 5, upward=False)):
        ((_, _), (way, label)) = said(walk)
        assert way == "not mapped"
        assert "Say rows= or rowwise=True" in label


@pytest.mark.parametrize("row", [-1, 40])
def test_a_row_that_is_not_there_is_an_error(kb: KnowledgeBase, row: int) -> None:
    """With the rows that are."""
    with pytest.raises(NoSuchRow, match="Its rows are 0 to 39"):
        kb.rows("images", row)


def test_what_has_no_rows_is_an_error(kb: KnowledgeBase) -> None:
    """A model is no table."""
    with pytest.raises(NoSuchRow, match="has no rows that are known"):
        kb.rows("mlp state", 0)


@pytest.fixture
def copied(kb: KnowledgeBase, tmp_path: Path) -> KnowledgeBase:
    """A copy whose files can be harmed."""
    shutil.copytree(kb.folder, tmp_path / "kb")
    return KnowledgeBase.open(tmp_path / "kb")


def files(kb: KnowledgeBase) -> list[Path]:
    """The maps by content."""
    return sorted(kb.folder.glob("logs/*/records/*-from-*.npz"))


def test_a_changed_map_is_not_believed(copied: KnowledgeBase) -> None:
    """One octet is enough."""
    for file in files(copied):
        octets = bytearray(file.read_bytes())
        octets[-200] ^= 1
        file.write_bytes(octets)

    with pytest.raises(FaultyColumns, match="not the file that the log tells of"):
        copied.rows("test images", 0)


def test_a_map_that_is_not_here_ends_the_way(copied: KnowledgeBase) -> None:
    """The graph may have come alone."""
    for file in files(copied):
        file.unlink()

    labels = [label for _, label in said(copied.rows("test images", 0))]

    assert labels[0] == "test images, row 0"
    assert labels[1].startswith("scaled: records/")
    assert labels[1].endswith("is not here")


def test_a_path_that_leads_out_of_the_runs_folder_is_not_followed(kb: KnowledgeBase) -> None:
    """A graph from elsewhere may say anything."""
    folder = next(file.parent.parent for file in files(kb))
    outside = Held("run", "../../kb.toml", columns.digest(kb.folder / "kb.toml"))

    with pytest.raises(FaultyColumns, match="outside the folder"):
        Tables(lambda run: folder).rows_behind(outside, None, 0)


def test_the_commands_take_a_row(kb: KnowledgeBase) -> None:
    """As lineage and impact do, as a table or as JSON."""
    up = dlprov("--kb", kb.folder, "lineage", "predictions", "--row", "4", "--format", "json")
    down = dlprov("--kb", kb.folder, "impact", "images", "--row", str(TRAIN[7]))

    told = json.loads(up.stdout)
    assert [node["row"] for node in told["nodes"]] == [4, 4, 4, TEST[4], TEST[4]]
    assert told["nodes"][-1]["label"] == f"images, row {TEST[4]}"
    assert "training images, row 7" in down.stdout


def test_a_row_shows_what_is_known_of_its_data(kb: KnowledgeBase) -> None:
    """A property is of all the data; each of their rows has it in its column."""
    walk = kb.rows("predictions", 4, show=["dlprov:rows"])

    assert set(walk.shown["dlprov:rows"]) == set(walk.nodes)
    assert walk.shown["dlprov:rows"][list(walk.nodes)[-1]] == (40,)

    down = dlprov("--kb", kb.folder, "impact", "images", "--row", "0", "--show", "dlprov:rows")
    assert down.stdout.splitlines()[0].split()[-1] == "dlprov:rows"
    assert down.stdout.splitlines()[1].split()[-1] == "40"


def test_options_of_paths_are_refused_with_a_row(kb: KnowledgeBase) -> None:
    """They would change nothing, and who gave them would not know."""
    done = dlprov("--kb", kb.folder, "lineage", "predictions", "--row", "4", "--to", "data")

    assert done.returncode == 2
    assert "--row" in done.stderr


def test_a_wrong_row_is_exit_2(kb: KnowledgeBase) -> None:
    """One line says what there is."""
    done = dlprov("--kb", kb.folder, "lineage", "images", "--row", "40")

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Its rows are 0 to 39" in done.stderr
