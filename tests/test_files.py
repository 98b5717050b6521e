# SPDX-License-Identifier: Apache-2.0
"""Files as data and as sources: known by content, in this run and in the one that wrote them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from runs_by_hand import told

from dlprov_rdf.capture.contents import files
from dlprov_rdf.capture.run import Run
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.events import DataSeen, FileSeen, MembersSeen, StepStarted, Used
from dlprov_rdf.kb import KnowledgeBase

TABLE = np.arange(6.0).reshape(3, 2)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A run in a knowledge base of its own."""
    with start_run("files", kb=tmp_path / "kb") as begun:
        yield begun


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A folder of three files."""
    for name in ("b/2.csv", "a/1.csv", "a/c d.csv"):
        (tmp_path / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "raw" / name).write_text(name)
    return tmp_path / "raw"


@pytest.mark.parametrize("kind", [str, Path])
def test_a_step_uses_a_file_by_its_path(run: Run, raw: Path, kind: type) -> None:
    """Text that names a file that is there is that file."""
    with run.step("read", kind="acquire", used=kind(raw / "a" / "1.csv")) as step:
        step.used(kind(raw / "b" / "2.csv"))

    first, second = told(run, FileSeen)
    assert [use.entity for use in told(run, StepStarted)[0].used] == [first.id]
    assert told(run, Used)[0].entity == second.id
    assert first.digest
    assert told(run, DataSeen) == []


def test_a_list_of_paths_is_each_of_them(run: Run, raw: Path) -> None:
    """As a list of arrays is."""
    with run.step("read", kind="acquire", used=[raw / "a" / "1.csv", str(raw / "b" / "2.csv")]):
        pass

    assert len(told(run, StepStarted)[0].used) == 2


def test_text_that_names_no_file_is_text(run: Run) -> None:
    """However long it is, and whatever is in it."""
    for text in ("a sentence", "x" * 5000, "a\0b", ""):
        with run.step("read", used=text):
            pass

    assert told(run, FileSeen) == []
    assert len(told(run, DataSeen)) == 4


def test_a_folder_is_data_with_its_files_as_members(run: Run, raw: Path) -> None:
    """Each under the key of its path there."""
    with run.step("read", kind="acquire", used=raw):
        pass

    (data,), (members,) = told(run, DataSeen), told(run, MembersSeen)
    assert (data.name, data.form, members.of, members.count) == ("raw", "folder", data.id, 3)
    assert data.digest == files.fingerprint.file_digest(raw, 1 << 20)[0]
    assert [one.key for one in members.members] == ["a/1.csv", "a/c d.csv", "b/2.csv"]
    assert [one.file for one in members.members] == [one.id for one in told(run, FileSeen)]


def test_a_crowd_of_files_is_counted(run: Run, raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit they are not told one by one."""
    monkeypatch.setattr(files, "MOST_MEMBERS", 2)

    run.use_files(raw)

    (members,) = told(run, MembersSeen)
    assert (len(members.members), members.count, len(told(run, FileSeen))) == (2, 3, 2)


def test_a_list_of_files_can_be_one_set_of_data(run: Run, raw: Path) -> None:
    """Keys are below the folder that they share."""
    data = run.use_files([raw / "a" / "1.csv", raw / "b" / "2.csv"], name="two")

    (members,) = told(run, MembersSeen)
    assert (members.of, told(run, DataSeen)[0].name) == (data.id, "two")
    assert [one.key for one in members.members] == ["a/1.csv", "b/2.csv"]


def test_a_step_can_make_a_folder(run: Run, raw: Path) -> None:
    """Its files are made by the step, too."""
    with run.step("render", kind="preprocess") as step:
        step.generated(raw, name="pictures")

    (data,) = told(run, DataSeen)
    assert (data.name, data.generated_by) == ("pictures", step.id)
    assert {one.generated_by for one in told(run, FileSeen)} == {step.id}


def test_data_have_several_sources(run: Run, raw: Path) -> None:
    """Words and IRIs are told; files are digested, used, and what the data derive from."""
    with run.step("read", kind="acquire") as step:
        step.generated(
            TABLE, name="table", source=["https://example.org/x", raw / "a" / "1.csv", "a letter"]
        )

    (data,), (file,) = told(run, DataSeen), told(run, FileSeen)
    assert (data.source, data.sources) == ("https://example.org/x", ["a letter"])
    assert data.derived_from == [file.id]
    assert told(run, Used)[0].entity == file.id


def test_data_without_a_step_can_say_their_sources(run: Run, raw: Path) -> None:
    """Where no step of the run made them."""
    run.use_data(TABLE, "table", sources=[str(raw / "a" / "1.csv"), "an instrument"])

    (data,) = told(run, DataSeen)
    assert (data.generated_by, data.source) == (None, "an instrument")
    assert data.derived_from == [told(run, FileSeen)[0].id]


def test_a_source_leads_into_the_run_that_wrote_it_and_on_to_the_models(tmp_path: Path) -> None:
    """P5 and P6, across workflows that know nothing of each other."""
    scan, copy = tmp_path / "scan.tif", tmp_path / "elsewhere" / "17.tif"
    scan.write_bytes(b"a scan")
    with (
        start_run("instrument", kb=tmp_path / "kb") as run,
        run.step("scan", kind="acquire") as step,
    ):
        step.file(scan)
    copy.parent.mkdir()
    copy.write_bytes(b"a scan")
    with start_run("learn", kb=tmp_path / "kb") as run:
        with run.step("read", kind="acquire") as step:
            data = step.generated(TABLE, name="table", source=copy.parent)
        with run.training("net", used={"training": data}) as training:
            training.log_model("net state")
    kb = KnowledgeBase.open(tmp_path / "kb")

    models = kb.ask("P6", thing="scan.tif")
    origins = kb.ask("P5", model="net")

    assert [row[1] for row in models.rows] == ["net state"]
    assert [row[2] for row in origins.rows] == ["table", "elsewhere", "17.tif", "scan.tif"]
    assert all(report.conforms for _, report in kb.check_all())
