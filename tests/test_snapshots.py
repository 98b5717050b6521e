# SPDX-License-Identifier: Apache-2.0
"""What was published is seen whole, as it was when it was opened, and nothing else."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from versions_published import GRAPH, published, quad, values

from dlprov_rdf.errors import FaultyQuery, NothingBuilt, StoreUnwritable
from dlprov_rdf.store import layers
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.layers import Layers


def test_a_reader_keeps_its_view_while_newer_ones_are_published(tmp_path: Path) -> None:
    """A snapshot does not move under its reader."""
    published(tmp_path, "old")
    with EmbeddedStore.reader(tmp_path) as reader:
        for turn in range(5):
            published(tmp_path, f"new {turn}")

        assert values(reader) == ["old"]


def test_what_was_not_published_is_not_seen(tmp_path: Path) -> None:
    """Though it is in the store."""
    published(tmp_path, "old")
    with EmbeddedStore.writer(tmp_path) as writer, EmbeddedStore.reader(tmp_path) as reader:
        writer.replace(GRAPH, [quad("new")])

        assert values(reader) == ["old"]


def test_old_snapshots_go_when_nobody_reads_them(tmp_path: Path) -> None:
    """Those that are read stay, one newest beside them."""
    published(tmp_path, "old")
    with EmbeddedStore.reader(tmp_path):
        for turn in range(5):
            published(tmp_path, turn)
        beside_a_reader = len(list((tmp_path / "snapshots").iterdir()))

    published(tmp_path, "newest")

    assert beside_a_reader == 2
    assert len(list((tmp_path / "snapshots").iterdir())) == 1


def test_a_reader_cannot_change_anything(tmp_path: Path) -> None:
    """Neither by a query nor by a call."""
    published(tmp_path)
    with EmbeddedStore.reader(tmp_path) as reader:
        with pytest.raises(FaultyQuery):
            reader.query("DROP ALL")
        with pytest.raises(StoreUnwritable):
            reader.replace(GRAPH, [quad("new")])


def test_reading_before_anything_was_built_says_so(tmp_path: Path) -> None:
    """And what to type."""
    with pytest.raises(NothingBuilt):
        EmbeddedStore.reader(tmp_path / "store")


def test_a_reader_tells_how_old_its_snapshot_is(tmp_path: Path) -> None:
    """By when it was last known to be up to date."""
    published(tmp_path)
    an_hour_ago = time.time() - 3600
    os.utime(tmp_path / "current", (an_hour_ago, an_hour_ago))

    with EmbeddedStore.reader(tmp_path) as reader:
        assert reader.age == pytest.approx(3600, abs=60)


def test_a_snapshot_found_unchanged_is_young_again(tmp_path: Path) -> None:
    """Nothing new is news too."""
    published(tmp_path)
    os.utime(tmp_path / "current", (0, 0))

    with EmbeddedStore.writer(tmp_path) as writer:
        writer.publish_unchanged()

    with EmbeddedStore.reader(tmp_path) as reader:
        assert reader.age < 60


def test_a_store_made_afresh_is_seen_only_when_published(tmp_path: Path) -> None:
    """Until then the old one stays, and then it goes."""
    published(tmp_path, "old")
    with EmbeddedStore.afresh(tmp_path) as store:
        store.replace(GRAPH, [quad("new")])
        with EmbeddedStore.reader(tmp_path) as reader:
            before = values(reader)
        store.publish()

    with EmbeddedStore.reader(tmp_path) as reader, EmbeddedStore.writer(tmp_path) as writer:
        assert (before, values(reader), values(writer)) == (["old"], ["new"], ["new"])
    assert len(list(tmp_path.glob("live-*"))) == 1


def test_a_store_made_afresh_and_given_up_leaves_the_old_one(tmp_path: Path) -> None:
    """For the next writer too."""
    published(tmp_path, "old")

    with EmbeddedStore.afresh(tmp_path) as store:
        store.replace(GRAPH, [quad("new")])

    with EmbeddedStore.writer(tmp_path) as writer:
        assert values(writer) == ["old"]


def test_a_note_goes_with_each_snapshot(tmp_path: Path) -> None:
    """So that a reader knows what it reads."""
    with EmbeddedStore.writer(tmp_path) as store:
        store.write_note('{"runs": 1}')
        store.publish()

    (snapshot,) = (tmp_path / "snapshots").iterdir()
    assert (snapshot / "built.json").read_text() == '{"runs": 1}'


@pytest.mark.parametrize(("way", "compacted"), [("load", 2), ("replace", 3)])
def test_a_store_of_which_much_is_new_is_compacted(
    way: str, compacted: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look-up goes through every layer of files that writing leaves.

    Four builds change 1,000 quads each, or, from the second on, replace them: 2,000.
    """
    compactions: list[int] = []
    settle = Layers.settle

    def watched(self: Layers, compact: Callable[[], object], count: Callable[[], int]) -> None:
        def compact_and_tell() -> None:
            compact()
            compactions.append(count())

        settle(self, compact_and_tell, count)

    def build_four_times(folder: Path) -> None:
        for turn in range(4):
            with EmbeddedStore.writer(folder) as store:
                said = [quad(f"{turn} {number}") for number in range(1000)]
                if way == "load":
                    store.load(said)
                else:
                    store.replace(GRAPH, said)
                store.write_note("{}")
                store.publish()

    monkeypatch.setattr(Layers, "settle", watched)
    build_four_times(tmp_path / "few")
    assert compactions == []
    monkeypatch.setattr(layers, "MUCH", 2000)
    build_four_times(tmp_path / "many")

    assert len(compactions) == compacted
