# SPDX-License-Identifier: Apache-2.0
"""A run by hand tells how it began and ended, and what was said of it, and harms nothing."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from runs_by_hand import IMAGES, told

from dlprov_rdf import settings
from dlprov_rdf.capture.run import Run
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.errors import WrongCall
from dlprov_rdf.events import (
    AttributeSet,
    LeftOut,
    Metric,
    NoteAdded,
    PersonSeen,
    ResourcesUsed,
    RunEnded,
    RunStarted,
    SeedSet,
    StepStarted,
)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A run in a knowledge base of its own."""
    with start_run("by hand", kb=tmp_path / "kb") as begun:
        yield begun


def test_a_run_tells_its_beginning_and_its_end(tmp_path: Path) -> None:
    """Who, where, with what command; and at its end what it used."""
    with start_run(
        "my run", kb=tmp_path, study="a study", person="Ada", orcid="0000-0002-1825-0097"
    ) as run:
        pass

    started, ended = told(run, RunStarted)[0], told(run, RunEnded)[0]
    assert (started.name, started.study, started.pid) == ("my run", "a study", os.getpid())
    assert (ended.status, ended.exception) == ("completed", None)
    assert told(run, PersonSeen)[0].orcid == "0000-0002-1825-0097"
    assert told(run, ResourcesUsed)[0].wall > 0


def test_a_run_left_by_an_exception_failed(tmp_path: Path) -> None:
    """The exception's type and message are kept, and it goes on its way."""
    with pytest.raises(ValueError, match="no data"), start_run("r", kb=tmp_path) as run:
        raise ValueError("no data")

    ended = told(run, RunEnded)[0]
    assert (ended.status, ended.exception, ended.message) == ("failed", "ValueError", "no data")


@pytest.mark.parametrize(
    ("leave", "status"),
    [(KeyboardInterrupt(), "interrupted"), (SystemExit(0), "completed"), (SystemExit(3), "failed")],
)
def test_a_run_ends_as_its_block_ended(tmp_path: Path, leave: BaseException, status: str) -> None:
    """Ctrl-C interrupts; leaving with 0 completes, with anything else fails."""
    with pytest.raises(type(leave)), start_run("r", kb=tmp_path) as run:
        raise leave

    assert told(run, RunEnded)[0].status == status


def test_a_run_within_another_goes_into_the_same_knowledge_base(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``dlprov --kb X run`` of a script with runs of its own: none is lost in another folder."""
    monkeypatch.setenv("DLPROV_KB", str(tmp_path / "elsewhere"))

    with start_run("script", kb=tmp_path / "kb"):
        with start_run("own") as own:
            pass
        with start_run("other", kb=tmp_path / "other") as other:
            pass
    with start_run("alone") as alone:
        pass

    found = [run.recorder.folder.parent.parent.name for run in (own, other, alone)]
    assert found == ["kb", "other", "elsewhere"]


def test_attributes_notes_people_and_seeds(run: Run) -> None:
    """What only the user knows is said with unit, term and ORCID."""
    with run.step("load", kind="acquire") as load:
        data = load.generated(IMAGES, name="images")
    run.attribute("temperature", 21.5, unit="Cel", term="https://example.org/temp", of=data)
    run.note("a quiet day")
    run.seed(42)

    attribute = told(run, AttributeSet)[0]
    assert (attribute.about, attribute.value, attribute.unit) == (data.id, 21.5, "Cel")
    assert told(run, NoteAdded)[0].text == "a quiet day"
    assert told(run, SeedSet)[-1].value == 42


@pytest.mark.parametrize("term", ["http://www.w3.org/ns/prov#used", "no iri", "https://x/<y>"])
def test_a_term_that_would_break_the_graph_is_refused(run: Run, term: str) -> None:
    """Statements of PROV are the recorder's to make."""
    with pytest.raises(WrongCall, match="cannot be used"):
        run.attribute("x", 1, term=term)


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    """Exclude by kind and by name; the run says how much was left out."""
    with start_run("r", kb=tmp_path, exclude=["predict", "metric:val_*"]) as run:
        run.log_metric("loss", 1.0)
        run.log_metric("val_loss", 1.0)
        with run.step("serve", kind="predict") as serve:
            serve.generated(IMAGES, name="p")

    assert [metric.name for metric in told(run, Metric)] == ["loss"]
    assert told(run, StepStarted) == []
    assert told(run, LeftOut)[0].counts == {"metric:val_loss": 1, "predict:serve": 1}


def test_capture_leaves_the_random_numbers_alone(tmp_path: Path) -> None:
    """The same numbers come, whether somebody watches or not."""
    random.seed(1)
    np.random.seed(1)
    before = random.getstate(), np.random.get_state()[1].tolist()

    with (
        start_run("r", kb=tmp_path) as run,
        run.training("a", used={"training": IMAGES}) as training,
    ):
        training.log_model(weights=[IMAGES])

    assert (random.getstate(), np.random.get_state()[1].tolist()) == before


def test_a_read_only_folder_does_not_stop_the_work(tmp_path: Path) -> None:
    """Where no knowledge base can be made, everything else goes on, with one warning."""
    (tmp_path / "kb").write_text("a file, so that no folder can be made")

    with pytest.warns(UserWarning, match="kb"), start_run("r", kb=tmp_path / "kb") as run:
        run.log_metric("loss", 1.0)
        with run.training("a", used={"training": IMAGES}) as training, training.epoch(0):
            training.log_metric("loss", 0.5)

    assert run.recorder.lost > 0


def test_a_faulty_kb_toml_warns_and_capture_goes_on(tmp_path: Path) -> None:
    """A typing error in a settings file never costs a training."""
    settings.make(tmp_path)
    (tmp_path / "kb.toml").write_text("base = 3\n")

    with pytest.warns(UserWarning, match=r"kb\.toml"), start_run("r", kb=tmp_path) as run:
        run.log_metric("loss", 1.0)

    assert told(run, Metric)[0].value == 1.0


def test_another_process_of_one_job_writes_beside_the_first(tmp_path: Path) -> None:
    """Ranks agree on the run's id without talking, and each has a file."""
    with start_run("r", kb=tmp_path, job="job-7") as first:
        pass
    with start_run("r", kb=tmp_path, job="job-7", rank=1) as second:
        second.log_metric("loss", 1.0)

    assert first.run_id == second.run_id
    assert second.recorder.path.name == "events.1.jsonl"
    assert len(told(first, RunEnded)) == 1
