# SPDX-License-Identifier: Apache-2.0
"""A store that is damaged or cannot be written is said to be so, and leads nobody astray."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from versions_published import published, values

from dlprov_rdf.errors import NothingBuilt, StoreCorrupt, StoreUnwritable
from dlprov_rdf.store.embedded import EmbeddedStore


@pytest.mark.parametrize("pointer", ["live", "current"])
@pytest.mark.parametrize("damage", [b"\xff", b"..", b"a\0b", b"../elsewhere", b""])
def test_a_pointer_that_is_damaged_leads_nowhere(
    tmp_path: Path, pointer: str, damage: bytes
) -> None:
    """Nor out of the folder; the next writer points anew."""
    folder = tmp_path / "store"
    (tmp_path / "elsewhere").mkdir()
    published(folder)
    (folder / pointer).write_bytes(damage)

    published(folder, "new")

    with EmbeddedStore.reader(folder) as store:
        assert values(store) == ["new"]
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_in_the_place_of_the_store_is_said(tmp_path: Path) -> None:
    """It holds nothing, and takes nothing."""
    folder = tmp_path / "store"
    folder.touch()

    with pytest.raises(NothingBuilt):
        EmbeddedStore.reader(folder)
    with pytest.raises(StoreUnwritable):
        EmbeddedStore.writer(folder)


def test_a_writer_that_cannot_begin_says_so_and_lets_go(tmp_path: Path) -> None:
    """Whoever asks then reads the newest snapshot."""
    published(tmp_path)
    (tmp_path / "live").unlink()
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "full").touch()

    for _ in range(2):
        with pytest.raises(StoreUnwritable):
            EmbeddedStore.writer(tmp_path)


def garbled(pattern: str) -> Callable[[Path], None]:
    """Damage files."""

    def garble(quads: Path) -> None:
        for path in quads.glob(pattern):
            path.write_bytes(b"garbage")

    return garble


def emptied(quads: Path) -> None:
    """Remove every file."""
    for path in quads.iterdir():
        path.unlink()


@pytest.mark.parametrize("damage", [garbled("MANIFEST*"), garbled("CURRENT"), emptied])
def test_a_damaged_store_is_said_to_be_damaged(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """To a reader and to a writer, and never silently made empty."""
    published(tmp_path)
    for quads in [*tmp_path.glob("live-*/quads"), *tmp_path.glob("snapshots/*/quads")]:
        damage(quads)

    with pytest.raises(StoreCorrupt):
        EmbeddedStore.reader(tmp_path)
    with EmbeddedStore.writer(tmp_path) as writer, pytest.raises(StoreCorrupt):
        writer.count()
