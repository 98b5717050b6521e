# SPDX-License-Identifier: Apache-2.0
"""Which row was made from which: known by content, by position or by word, and never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from runs_by_hand import told

from dlprov_rdf import columns
from dlprov_rdf.capture.contents import rows as rows_of
from dlprov_rdf.capture.recorder import CaptureWarning
from dlprov_rdf.capture.run import Run
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.capture.step import step
from dlprov_rdf.errors import WrongCall
from dlprov_rdf.events import DataProfiled, LeftOut, RecordsMapped, RecordsNotMapped, RowsDigested

IMAGES = np.arange(40, dtype="float32").reshape(10, 4)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A run in a knowledge base of its own."""
    with start_run("rows", kb=tmp_path / "kb") as begun:
        yield begun


def table(run: Run, event: Any) -> dict[str, Any]:
    """Read the file that an event names."""
    return columns.read(run.recorder.folder / event.path)


def split(run: Run, source: Any, *parts: Any, **said: Any) -> list[RecordsMapped]:
    """Load, and split into parts; give the maps."""
    with run.step("load", kind="acquire") as load:
        whole = load.generated(source, name="whole")
    with run.step("split", kind="split", used=whole) as splitting:
        for number, part in enumerate(parts):
            splitting.generated(part, name=f"part {number}", **said)
    return told(run, RecordsMapped)


def test_a_shuffled_split_is_resolved_without_a_word(run: Run) -> None:
    """Each part knows the row of the source behind each of its rows."""
    order = np.random.default_rng(1).permutation(10)

    maps = split(run, IMAGES, IMAGES[order[:7]], IMAGES[order[7:]])

    assert [(one.by, one.unmatched, one.ambiguous) for one in maps] == [("content", 0, 0)] * 2
    found = [*table(run, maps[0])["source"], *table(run, maps[1])["source"]]
    assert found == order.tolist()


def test_of_equal_rows_none_is_chosen(run: Run) -> None:
    """The map counts those that it may have been."""
    labels = np.array([0, 1, 0, 2])

    (found,) = split(run, labels, labels[[2, 1]])

    assert (found.ambiguous, found.unmatched) == (1, 0)
    assert list(table(run, found)["candidates"]) == [2, 1]


def test_a_row_that_was_made_up_has_no_origin(run: Run) -> None:
    """Some rows of an augmented set come from nowhere."""
    part = np.concatenate([IMAGES[4:5], IMAGES[:1] + 0.5])

    (found,) = split(run, IMAGES, part)

    assert found.unmatched == 1
    assert list(table(run, found)["source"]) == [4, -1]


def test_equal_lengths_are_no_reason_to_believe_in_an_order(run: Run) -> None:
    """Scaled rows have other contents: nobody knows, and that is said with the remedy."""
    assert split(run, IMAGES, IMAGES / 16) == []

    (why,) = told(run, RecordsNotMapped)
    assert "'whole'" in why.reason
    assert "rowwise=True" in why.reason


def test_what_cannot_be_digested_says_why_its_rows_are_not_known(run: Run) -> None:
    """An array of Python objects has no fixed octets."""
    assert split(run, IMAGES, np.array([[None, {}]])) == []

    assert "Python objects" in told(run, RecordsNotMapped)[0].reason


def test_a_map_and_its_digests_are_files_with_the_digest_that_is_told(run: Run) -> None:
    """So that whoever reads them later knows that they are the same."""
    (found,) = split(run, IMAGES, IMAGES[3:])

    for event in [found, *told(run, RowsDigested)]:
        octets = (run.recorder.folder / event.path).read_bytes()
        assert event.digest == rows_of.fingerprint.text_digest(octets)
    assert [one.rows for one in told(run, RowsDigested)] == [10, 7]


def test_rowwise_means_row_by_row(run: Run) -> None:
    """It is said, so it needs no file."""
    (found,) = split(run, IMAGES, IMAGES / 16, rowwise=True)

    assert (found.by, found.rows, found.path) == ("position", 10, None)


@pytest.mark.parametrize(
    "rows", [[7, 2, 9], np.array([7, 2, -1]), [np.int64(7), 2, 9]], ids=["list", "array", "mixed"]
)
def test_rows_can_be_said_by_hand(run: Run, rows: Any) -> None:
    """Where the step knows its indices."""
    (found,) = split(run, IMAGES, IMAGES[rows] / 16, rows=rows)

    assert found.by == "hand"
    assert list(table(run, found)["source"]) == [7, 2, 9]


def test_a_mask_or_a_slice_says_rows_too(run: Run) -> None:
    """As numpy reads them."""
    mask = IMAGES[:, 0] > 28

    maps = split(run, IMAGES, IMAGES[mask] / 2, rows=mask)
    with run.step("more", kind="split", used=IMAGES) as more:
        more.generated(IMAGES[-2:] / 2, name="last", rows=slice(-2, None))

    assert list(table(run, maps[0])["source"]) == [8, 9]
    assert list(table(run, told(run, RecordsMapped)[1])["source"]) == [8, 9]


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"rows": [1, 2]}, "2 row numbers for 3 rows"),
        ({"rows": [1, 2, 10]}, "'whole' has rows 0 to 9"),
        ({"rows": [-11, 1, 2]}, "'whole' has rows 0 to 9"),
        ({"rows": [True, False, True]}, "are no row numbers of 'whole'"),
        ({"rows": [0.5, 1, 2]}, "are no row numbers"),
        ({"rows": 7}, "are no row numbers"),
        ({"rowwise": True}, "nothing that it was made from has 3 rows"),
        ({"rows": [1, 2, 3], "rowwise": True}, "Give one of the two"),
    ],
)
def test_a_wrong_word_about_rows_is_told_at_once(run: Run, said: dict[str, Any], what: str) -> None:
    """And nothing is recorded of it."""
    with pytest.raises(WrongCall, match=what):
        split(run, IMAGES, IMAGES[:3], **said)

    assert told(run, RecordsMapped) == []
    assert len(told(run, RowsDigested)) == 1


def test_a_function_can_be_a_rowwise_step(run: Run) -> None:
    """As a preprocessing often is."""

    @step(kind="preprocess", rowwise=True)
    def scale(images: Any) -> Any:
        return images / 16

    scale(IMAGES)

    (found,) = told(run, RecordsMapped)
    assert found.by == "position"


def test_rows_can_be_left_out(tmp_path: Path) -> None:
    """Of all data or of some; and the run says it."""
    with start_run("rows", kb=tmp_path / "kb", exclude=["records:part*", "profile"]) as run:
        split(run, IMAGES, IMAGES[3:])

    assert [one.rows for one in told(run, RowsDigested)] == [10]
    assert told(run, RecordsMapped) == told(run, RecordsNotMapped) == told(run, DataProfiled) == []
    assert told(run, LeftOut)[0].counts["records:part 0"] == 1


def test_rows_that_cannot_be_written_cost_a_warning_and_nothing_else(run: Run) -> None:
    """The step goes on, and the log says that the rows are not known."""
    (run.recorder.folder / "records").write_text("no folder")

    with pytest.warns(CaptureWarning, match="rows could not be written"):
        split(run, IMAGES, IMAGES[3:])

    assert told(run, RecordsMapped) == []
    assert "could not be written" in told(run, RecordsNotMapped)[0].reason
