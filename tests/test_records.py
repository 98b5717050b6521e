# SPDX-License-Identifier: Apache-2.0
"""Which row was made from which: known by content, by position or by word, and never guessed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlprov_rdf import columns, log
from dlprov_rdf.capture.contents import rows as rows_of
from dlprov_rdf.capture.recorder import CaptureWarning
from dlprov_rdf.capture.run import Run
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.capture.step import step
from dlprov_rdf.errors import WrongCall
from dlprov_rdf.events import (
    DataProfiled,
    Event,
    LeftOut,
    RecordsMapped,
    RecordsNotMapped,
    RowsDigested,
)

IMAGES = np.arange(40, dtype="float32").reshape(10, 4)
BUDGET = 1 << 20


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A run in a knowledge base of its own."""
    with start_run("rows", kb=tmp_path / "kb") as begun:
        yield begun


def told(run: Run, kind: type[Event]) -> list[Any]:
    """Read the events of one kind that the run has told so far."""
    return [event for event in log.read_run(run.recorder.folder) if isinstance(event, kind)]


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


# ── the digests of rows ──


def test_a_rows_digest_is_the_beginning_of_that_of_its_saved_array() -> None:
    """Whoever has the row can work its digest out with numpy.save and sha256sum."""
    found = rows_of.digested(IMAGES, BUDGET)

    saved = io.BytesIO()
    np.lib.format.write_array(saved, IMAGES[3], version=(1, 0))
    assert isinstance(found, rows_of.Rows)
    assert found.digests[3 * 16 : 4 * 16] == hashlib.sha256(saved.getvalue()).digest()[:16]


@pytest.mark.parametrize("labels", [np.array([3, 1, 3, 256]), np.array([b"a", b"a\0b", b"b"])])
def test_narrow_rows_are_digested_as_wide_ones_are(labels: Any) -> None:
    """Equal labels are digested once, and come out the same."""
    found = rows_of.digested(labels, BUDGET)

    each = []
    for label in labels:
        saved = io.BytesIO()
        np.lib.format.write_array(saved, np.asarray(label, labels.dtype), version=(1, 0))
        each.append(hashlib.sha256(saved.getvalue()).digest()[:16])
    assert isinstance(found, rows_of.Rows)
    assert found.digests == b"".join(each)


def test_memory_order_and_byte_order_do_not_change_a_row() -> None:
    """Content is what numpy.save writes, little-endian and in C order."""
    found = [
        rows_of.digested(one, BUDGET)
        for one in (IMAGES, np.asfortranarray(IMAGES), IMAGES.astype(">f4"), IMAGES[::-1][::-1])
    ]

    assert len(set(found)) == 1


def test_a_row_of_another_type_is_another_row() -> None:
    """1.0 as float32 and as float64 are not one content."""
    small, large = rows_of.digested(IMAGES, BUDGET), rows_of.digested(IMAGES.astype("f8"), BUDGET)

    assert isinstance(small, rows_of.Rows)
    assert isinstance(large, rows_of.Rows)
    assert small.kind != large.kind
    assert small.digests != large.digests


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (IMAGES, "digest budget of 8 bytes"),
        (np.array([[None, "x"]]), "Python objects"),
        (np.array([{}]), "a cell holds a dict"),
        (iter(()), "not held in memory"),
    ],
)
def test_what_has_no_digests_says_why(value: object, reason: str) -> None:
    """In words."""
    found = rows_of.digested(value, 8)

    assert isinstance(found, str)
    assert reason in found


def test_a_table_of_several_types_has_rows_too() -> None:
    """Numbers, words and what is missing; the index is no part of a row."""
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(
        {"a": [1, 2, 1, 1], "b": ["x", "y", "x", None], "c": [0.5, np.nan, 0.5, 0.5]}
    )

    whole, part = (
        rows_of.digested(one, BUDGET) for one in (table, table.sample(4, random_state=1))
    )

    assert isinstance(whole, rows_of.Rows)
    assert isinstance(part, rows_of.Rows)
    found = rows_of.matched(part, whole)
    order = table.sample(4, random_state=1).index.tolist()
    assert list(found.candidates) == [2 if row in {0, 2} else 1 for row in order]
    assert list(found.first) == [0 if row == 2 else row for row in order]


def test_words_are_rows_that_are_not_mixed_up() -> None:
    """The text 1 is not the number 1."""
    words = rows_of.digested(np.array(["1", 1, True, None, "a"], dtype=object), BUDGET)

    assert isinstance(words, rows_of.Rows)
    assert len({words.digests[at : at + 16] for at in range(0, 80, 16)}) == 5


def test_too_many_rows_are_not_digested(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step does not wait for minutes."""
    monkeypatch.setattr(rows_of, "MOST_ROWS", 9)

    assert rows_of.digested(IMAGES, BUDGET) == "more than 9 rows"


# ── by content ──


def test_a_shuffled_split_is_resolved_without_a_word(run: Run) -> None:
    """Each part knows the row of the source behind each of its rows."""
    order = np.random.default_rng(1).permutation(10)

    maps = split(run, IMAGES, IMAGES[order[:7]], IMAGES[order[7:]])

    assert [(one.by, one.unmatched, one.ambiguous) for one in maps] == [("content", 0, 0)] * 2
    found = [*table(run, maps[0])["source"], *table(run, maps[1])["source"]]
    assert found == order.tolist()


@given(
    values=st.lists(st.integers(0, 6), min_size=1, max_size=30),
    chosen=st.lists(st.integers(0, 29), max_size=30),
    width=st.sampled_from([1, 30]),
)
def test_a_row_has_the_content_of_every_row_that_its_map_names(
    values: list[int], chosen: list[int], width: int
) -> None:
    """For any choice with any duplicates; and it names all that have it."""
    source = np.array(values, dtype="float32")
    if width > 1:
        source = np.repeat(source, width).reshape(-1, width)
    part = source[[one % len(values) for one in chosen]] if chosen else source[:0]
    both = [rows_of.digested(one, BUDGET) for one in (part, source)]
    assert all(isinstance(one, rows_of.Rows) for one in both)

    found = rows_of.matched(*both)  # type: ignore[arg-type]

    for row, first, candidates in zip(part, *found, strict=True):
        equal = [place for place, one in enumerate(source) if (one == row).all()]
        assert (first, candidates) == (equal[0], len(equal))


def test_digests_that_begin_alike_are_told_apart() -> None:
    """Half of a digest is only where the search begins."""
    same, one, other, third = bytes(8), b"1" * 8, b"2" * 8, b"3" * 8
    origin = rows_of.Rows(("x", ()), same + one + same + other + same + one)
    made = rows_of.Rows(("x", ()), same + other + same + one + same + third)
    alone = rows_of.Rows(("x", ()), same + one)

    found, never = rows_of.matched(made, origin), rows_of.matched(made, alone)

    assert (list(found.first), list(found.candidates)) == ([1, 0, -1], [1, 2, 0])
    assert (list(never.first), list(never.candidates)) == ([-1, 0, -1], [0, 1, 0])


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


# ── by position, and by hand ──


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


# ── and no fault of it reaches the work ──


def test_rows_that_cannot_be_written_cost_a_warning_and_nothing_else(run: Run) -> None:
    """The step goes on, and the log says that the rows are not known."""
    (run.recorder.folder / "records").write_text("no folder")

    with pytest.warns(CaptureWarning, match="rows could not be written"):
        split(run, IMAGES, IMAGES[3:])

    assert told(run, RecordsMapped) == []
    assert "could not be written" in told(run, RecordsNotMapped)[0].reason
