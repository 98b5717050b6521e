# SPDX-License-Identifier: Apache-2.0
"""A model is chosen among those of runs that others made on other days, by what they are called."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typed_commands import dlprov

from dlprov_rdf import log
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.errors import WrongCall
from dlprov_rdf.events import Selected, StepStarted
from dlprov_rdf.kb import KnowledgeBase


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    """A run without a model; then two of one study, by two people, each with one."""
    folder = tmp_path / "kb"
    with start_run("empty", kb=folder, person="Ada"):
        pass
    for person, day, loss in (("Ada", "monday", 0.5), ("Charles", "tuesday", 0.3)):
        with (
            start_run(day, kb=folder, study="digits", person=person) as run,
            run.training("cnn") as training,
        ):
            with training.epoch(0):
                training.log_metric("loss", loss)
            training.log_model(weights=[np.full(3, loss)])
    return folder


def ids(kb: Path) -> dict[str, str]:
    """Tell the runs' ids by their names."""
    return {run.name: run.id for run in KnowledgeBase.open(kb).runs()}


def chosen_in(kb: Path, run: str) -> Selected:
    """Read a choice from a run's log."""
    told = log.read_run(kb / "logs" / run)
    return next(event for event in told if isinstance(event, Selected))


def test_models_of_other_runs_are_logged_relative_to_base(kb: Path) -> None:
    """By a run's name, its id, a part of it, a state's local name, and IRIs."""
    known = ids(kb)
    monday = known["monday"]
    model = ""
    base = KnowledgeBase.open(kb).settings.base
    for name in ("monday", monday, monday[-12:], f"{base}run/{monday}"):
        with start_run("choose", kb=kb) as run:
            run.select(name, among=[name, "tuesday", "https://else.example/m"], criterion="x")
        told = chosen_in(kb, run.run_id)
        assert told.chosen.startswith(f"../{monday}/model/")
        assert told.candidates[1].startswith(f"../{known['tuesday']}/model/")
        assert told.candidates[2] == "https://else.example/m"
        assert told.names[told.chosen] == "cnn"
        model = told.chosen
    local = model.removeprefix(f"../{monday}/")
    with start_run("choose", kb=kb) as run:
        run.select(f"{base}run/{monday}/{local}", among=[f"monday/{local}"], criterion="x")
    assert chosen_in(kb, run.run_id).chosen == model


def test_the_newest_run_is_not_the_one_that_asks(kb: Path) -> None:
    """``@latest`` is the last before it."""
    with start_run("choose", kb=kb) as run:
        run.select("@latest", among=["@latest"], criterion="x")

    assert chosen_in(kb, run.run_id).chosen.startswith(f"../{ids(kb)['tuesday']}/")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("sunday", r"no run is 'sunday'. There are: empty, monday, tuesday"),
        ("empty", "'empty' has no model"),
        ("monday/model/9999", "has no model model/9999"),
    ],
)
def test_what_cannot_be_found_is_told(kb: Path, name: str, what: str) -> None:
    """With what there is instead."""
    with start_run("choose", kb=kb) as run, pytest.raises(WrongCall, match=what):
        run.select(name, among=[name], criterion="x")


def test_two_runs_of_one_name_are_asked_back(kb: Path) -> None:
    """With their ids."""
    with start_run("monday", kb=kb):
        pass
    with start_run("choose", kb=kb) as run, pytest.raises(WrongCall, match=ids(kb)["tuesday"][:8]):
        run.select("monday", among=["monday"], criterion="x")


def test_a_choice_across_runs_is_answered_from_all_of_them(kb: Path) -> None:
    """Who made the rejected one is its own run's to say; what is chosen can be used on."""
    with start_run("choose", kb=kb, study="digits", person="Grace") as run:
        model = run.select(
            "tuesday", among=["monday", "tuesday"], criterion="lowest loss", values=[0.5, 0.3]
        )
        with run.step("serve", kind="deploy", used=model):
            pass

    opened = KnowledgeBase.open(kb)
    answer = opened.ask("rejected-candidates", run="choose")
    row = dict(zip(answer.columns, answer.rows[0], strict=True))
    assert len(answer.rows) == 1
    assert (row["candidate_run"], row["scientist"], row["value"]) == ("monday", "Ada", 0.5)
    assert (row["run_name"], row["chosen_value"]) == ("choose", 0.3)
    selected = opened.ask("runs-to-select-from", measure="loss", on="training")
    place = selected.columns.index("selected")
    assert [one[place] for one in selected.rows] == [True, False]
    assert opened.check("choose").conforms
    step = next(e for e in log.read_run(run.recorder.folder)
                if isinstance(e, StepStarted) and e.type == "deploy")  # fmt: skip
    lineage = opened.lineage(f"{ids(kb)['choose']}/{step.id}")
    assert any(f"{ids(kb)['tuesday']}/training/" in iri for iri in lineage.nodes)


def test_the_runs_of_a_study_are_listed(kb: Path) -> None:
    """Newest first; each run says its study."""
    opened = KnowledgeBase.open(kb)

    assert [run.name for run in opened.runs(study="digits")] == ["tuesday", "monday"]
    assert [run.study for run in opened.runs()] == ["digits", "digits", None]
    assert opened.runs(study="none") == []


def test_a_choice_is_put_on_record_from_the_command_line(kb: Path) -> None:
    """In a run of its own, in the study, and ready to be asked."""
    done = dlprov(
        "--kb", kb, "select", "tuesday", "--among", "monday=0.5", "--among", "tuesday=0.3",
        "--criterion", "lowest loss", "--study", "digits", "--person", "Grace",
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "rejected-candidates" in done.stderr
    listed = json.loads(dlprov("--kb", kb, "runs", "--study", "digits", "--format", "json").stdout)
    assert [run["name"] for run in listed] == ["select", "tuesday", "monday"]
    answer = KnowledgeBase.open(kb).ask("rejected-candidates")
    assert tuple(answer.rows[0][:4]) == ("cnn", 0.5, "cnn", 0.3)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("sunday", "--criterion", "x"), "no run is 'sunday'"),
        (("monday", "--among", "tuesday=1", "--criterion", "x"), "no value is given of 'monday'"),
    ],
)
def test_a_choice_that_makes_no_sense_leaves_no_run_behind(
    kb: Path, arguments: tuple[str, ...], what: str
) -> None:
    """Nothing was chosen, so nothing is recorded."""
    done = dlprov("--kb", kb, "select", *arguments)

    assert (done.returncode, what in done.stderr) == (2, True)
    assert len(ids(kb)) == 3
