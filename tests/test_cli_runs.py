# SPDX-License-Identifier: Apache-2.0
"""``dlprov runs`` and ``show``: listed for people and programs, found by what is at hand."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from typed_commands import answer, dlprov, object_of, refusal, two_runs

from dlprov_rdf.ask.page import RunPage, page
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.kb import KnowledgeBase, asking
from dlprov_rdf.store.base import Store


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base of two runs."""
    return two_runs(tmp_path_factory.mktemp("cli") / "kb")


def test_runs_are_listed_newest_first(kb: Path) -> None:
    """With how they ended."""
    lines = answer("runs", "--kb", kb).splitlines()

    assert [line.split()[1:3] for line in lines[1:]] == [
        ["second", "failed"],
        ["first", "completed"],
    ]


def test_a_study_without_runs_names_the_studies_that_there_are(tmp_path: Path) -> None:
    """A misspelled one looked like an empty one; the answer stays a table without rows."""
    with start_run("alone", kb=tmp_path / "kb", study="handwriting"):
        pass

    done = dlprov("runs", "--kb", tmp_path / "kb", "--study", "handwritting")

    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert done.stderr == "No run belongs to study 'handwritting'. There are: handwriting.\n"


def test_runs_as_json_have_the_documented_fields(kb: Path) -> None:
    """One list of objects."""
    second, first = object_of("runs", "--kb", kb)

    assert set(first) >= {
        "id", "iri", "name", "source", "status", "started", "ended", "events", "lost"
    }  # fmt: skip
    assert (second["name"], second["status"], second["source"]) == ("second", "failed", "captured")
    assert first["iri"].endswith(f"run/{first['id']}")
    assert first["events"] > 0
    assert first["lost"] == 0


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_runs_as_rows_can_be_read_by_a_program(kb: Path, form: str, delimiter: str) -> None:
    """A heading and a row a run."""
    text = answer("runs", "--kb", kb, "--format", form)

    rows = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))

    assert [row["name"] for row in rows] == ["second", "first"]


@pytest.mark.parametrize("by", ["id", "beginning", "ending", "iri", "name", "latest"])
def test_a_run_is_found_by_what_a_user_has_at_hand(kb: Path, by: str) -> None:
    """All of them mean the same run."""
    latest = object_of("runs", "--kb", kb)[0]
    said = {
        "id": latest["id"],
        "beginning": latest["id"][:30],
        "ending": latest["id"][-12:],
        "iri": latest["iri"],
        "name": "second",
        "latest": "@latest",
    }[by]

    assert object_of("show", said, "--kb", kb)["id"] == latest["id"]


def test_an_ambiguous_run_is_asked_back(kb: Path) -> None:
    """With the candidates."""
    ids = [run["id"] for run in object_of("runs", "--kb", kb)]
    said = refusal("show", ids[0][:4], "--kb", kb)

    assert all(run in said for run in ids)


def test_things_that_share_a_name_are_told_apart_as_tables_do(tmp_path: Path) -> None:
    """Each candidate can be typed as it stands there."""
    with start_run("run", kb=tmp_path / "kb") as run, run.step("load", kind="acquire") as step:
        step.generated([1, 2], name="numbers")
        step.generated([3], name="numbers")

    said = refusal("lineage", "numbers", "--kb", tmp_path / "kb")

    first, second = re.findall(r"[0-9a-f]{8}/data/[0-9]+", said)
    assert first != second
    assert "http" not in said
    assert "numbers" in answer("lineage", first, "--kb", tmp_path / "kb")


def test_an_unknown_run_is_refused(kb: Path) -> None:
    """The value stands in quotes."""
    assert "'nothing'" in refusal("show", "nothing", "--kb", kb)


def test_a_run_is_shown_with_what_went_wrong(kb: Path) -> None:
    """In words."""
    shown = answer("show", "second", "--kb", kb)

    assert "failed" in shown
    assert "ValueError" in shown


def test_a_run_is_shown_out_of_its_own_graph(kb: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With hundreds of other runs it would take seconds."""
    asked: list[int] = []

    def count(store: Store, run: str) -> RunPage:
        asked.append(sum(1 for _ in store.graphs()))
        return page(store, run)

    monkeypatch.setattr(asking, "page", count)

    shown = KnowledgeBase.open(kb).show("first")

    assert asked == [1]
    assert len(shown.activities) == 2


def test_a_run_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    """It is listed with nothing told, and the warning says where."""
    with start_run("good", kb=tmp_path / "kb"):
        pass
    (tmp_path / "kb" / "logs" / "bad" / "events.jsonl").mkdir(parents=True)

    done = dlprov("runs", "--kb", tmp_path / "kb", "--format", "json")

    assert done.returncode == 0, done.stderr
    assert [run["name"] for run in json.loads(done.stdout)] == ["good", "bad"]
    assert "logs/bad" in done.stderr
