# SPDX-License-Identifier: Apache-2.0
"""A store that is damaged, or whose build was killed, is made good, and can be asked meanwhile."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bases_built import Base, runs_in
from programs_started import Start, programs
from told_runs import Tale, digest, whole_tale

from dlprov_rdf import log, pipeline
from dlprov_rdf.errors import StoreBusy
from dlprov_rdf.store.embedded import EmbeddedStore

#: Opens the knowledge base as a command would, and says how many runs it sees.
ASKER = """
import sys
from pathlib import Path
from dlprov_rdf import pipeline, settings

kb = Path(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with pipeline.reading(kb, settings.load(kb)) as store:
        print(len(list(store.graphs())), flush=True)
"""

BUILDER = """
import sys
from pathlib import Path
from dlprov_rdf import pipeline, settings

kb = Path(sys.argv[1])
print("begun", flush=True)
getattr(pipeline, sys.argv[2])(kb, settings.load(kb))
"""


@pytest.fixture
def kb(tmp_path: Path) -> Base:
    """An empty knowledge base."""
    return Base(tmp_path / "kb")


@pytest.fixture
def start() -> Iterator[Start]:
    """Start Python programs, and end those that are left."""
    with programs() as begun:
        yield begun


def garbage(path: Path) -> None:
    """Damage a file."""
    path.write_bytes(b"garbage")


DAMAGES: dict[str, Callable[[Path], None]] = {
    "manifest": lambda store: [garbage(p) for p in store.glob("*/**/MANIFEST*")],  # type: ignore[dict-item, return-value]
    "tables": lambda store: [garbage(p) for p in store.glob("*/**/*.sst")],  # type: ignore[dict-item, return-value]
    "quads gone": lambda store: [shutil.rmtree(p) for p in store.glob("live-*/quads")],  # type: ignore[dict-item, return-value]
    "inventory": lambda store: [garbage(p) for p in store.glob("live-*/built.json")],  # type: ignore[dict-item, return-value]
    "pointer": lambda store: (store / "live").write_bytes(b""),  # type: ignore[dict-item, return-value]
    "all": shutil.rmtree,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_is_restored_from_the_logs(kb: Base, damage: str) -> None:
    """The next build that has anything to do makes it whole, and says so."""
    whole_tale("a").write(kb.folder)
    kb.build()
    DAMAGES[damage](kb.folder / "store")
    whole_tale("b").write(kb.folder)

    kb.build()

    assert kb.runs_stored() == ["a", "b"]
    if damage in {"manifest", "quads gone"}:
        assert any("afresh from the logs" in words for words in kb.warnings)


def test_a_damaged_snapshot_is_restored_when_it_is_read(kb: Base) -> None:
    """Though nothing is new."""
    whole_tale("a").write(kb.folder)
    kb.build()
    DAMAGES["manifest"](kb.folder / "store")

    with pipeline.reading(kb.folder, kb.settings, kb.warnings.append) as store:
        assert runs_in(store) == ["a"]

    assert any("afresh from the logs" in words for words in kb.warnings)


@pytest.mark.parametrize("how", ["build", "rebuild"])
@pytest.mark.parametrize("after", [0.05, 0.2, 0.5])
def test_a_killed_build_is_made_good_by_the_next(
    kb: Base, start: Start, how: str, after: float
) -> None:
    """Until then readers see what was published before, whole."""
    whole_tale("a").write(kb.folder)
    kb.build()
    for number in range(60):
        whole_tale(f"b{number:02}").write(kb.folder)
    building = start(BUILDER, kb.folder, how)
    assert building.stdout is not None
    building.stdout.readline()
    time.sleep(after)

    building.send_signal(signal.SIGKILL)
    building.wait()

    seen = len(kb.runs_stored())
    kb.build()
    bit_by_bit = digest(kb.stored())
    kb.rebuild()
    assert seen in {1, 61}
    assert digest(kb.stored()) == bit_by_bit
    assert len(list((kb.folder / "store").glob("live-*"))) == 1


def test_several_processes_may_ask_while_a_run_is_written(kb: Base, start: Start) -> None:
    """None fails, and none waits for the training, which waits for nobody."""
    tale = Tale("a")
    tale.train(1)
    path = tale.write(kb.folder) / "events.jsonl"
    askers = [start(ASKER, kb.folder, 4) for _ in range(3)]
    while any(asker.poll() is None for asker in askers):
        before = len(tale.told)
        tale.epoch(before)
        with path.open("ab") as file:  # appended to, as a log is
            file.writelines(log.encode(event) + b"\n" for event in tale.told[before:])
        time.sleep(0.02)

    answers = [asker.communicate() for asker in askers]

    assert [faults for _, faults in answers] == ["", "", ""]
    assert {answer for answer, _ in answers} == {"1\n" * 4}


def test_who_asks_while_another_builds_gets_the_newest_snapshot(kb: Base) -> None:
    """And is told how old it is, and who is building."""
    whole_tale("a").write(kb.folder)
    kb.build()
    whole_tale("b").write(kb.folder)

    with (
        EmbeddedStore.writer(kb.folder / "store"),
        pipeline.reading(kb.folder, kb.settings, kb.warnings.append) as store,
    ):
        seen = runs_in(store)

    assert seen == ["a"]
    assert any(
        "is bringing the store up to date" in words and "s ago" in words for words in kb.warnings
    )


def test_a_build_beside_another_says_who_that_is(kb: Base) -> None:
    """After it waited as long as it was told to."""
    with EmbeddedStore.writer(kb.folder / "store"), pytest.raises(StoreBusy, match="process"):
        pipeline.build(kb.folder, kb.settings, wait=0.1)
