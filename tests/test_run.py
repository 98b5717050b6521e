# SPDX-License-Identifier: Apache-2.0
"""Capture by hand: what a scientist says of a workflow is in the log, whole and in order."""

from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlprov_rdf import log, settings
from dlprov_rdf.capture import active
from dlprov_rdf.capture.run import Run
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.capture.step import step
from dlprov_rdf.errors import NotANumber, WrongCall
from dlprov_rdf.events import (
    Adapted,
    ArchitectureSeen,
    AttributeSet,
    DataSeen,
    EpochEnded,
    EpochStarted,
    Event,
    FileSeen,
    LeftOut,
    Metric,
    ModelSeen,
    NoteAdded,
    ParametersSet,
    PersonSeen,
    ResourcesUsed,
    RunEnded,
    RunStarted,
    SeedSet,
    Selected,
    StepEnded,
    StepStarted,
    TrainingEnded,
    TrainingStarted,
    Usage,
)

IMAGES = np.arange(40.0).reshape(10, 4)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A run in a knowledge base of its own."""
    with start_run("by hand", kb=tmp_path / "kb") as begun:
        yield begun


def told(run: Run, kind: type[Event] = Event) -> list[Any]:
    """Read the events of one kind that the run has told so far."""
    return [event for event in log.read_run(run.recorder.folder) if isinstance(event, kind)]


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


def test_handles_carry_lineage_from_step_to_step(run: Run) -> None:
    """What one step made and the next used is one occurrence, and nobody typed its name."""
    with run.step("load", kind="acquire") as load:
        raw = load.generated(IMAGES, name="images", source="https://doi.org/10.1/x")
    with run.step("scale", kind="preprocess", used=raw, parameters={"divisor": 16}) as scale:
        scaled = scale.generated(IMAGES / 16, name="scaled")

    first, second = told(run, DataSeen)
    begun = told(run, StepStarted)[1]
    assert (first.generated_by, first.source) == (load.id, "https://doi.org/10.1/x")
    assert begun.used == [Usage(raw.id)]
    assert begun.parameters == {"divisor": 16}
    assert (second.id, second.derived_from) == (scaled.id, [raw.id])
    assert (second.rows, second.shape, second.dtype) == (10, [10, 4], "float64")
    assert second.digest.startswith("ni:///sha-256;")


def test_a_plain_array_is_known_again_by_its_content(run: Run) -> None:
    """A copy of what a step made is that occurrence; a changed one is another."""
    with run.step("load", kind="acquire") as load:
        raw = load.generated(IMAGES, name="images")
    with run.step("look", used=[IMAGES.copy(), IMAGES + 1]):
        pass

    used = [usage.entity for usage in told(run, StepStarted)[1].used]
    assert used[0] == raw.id
    assert used[1] != raw.id


def test_parts_of_a_pair_are_occurrences_of_their_own(run: Run) -> None:
    """Images and labels that are handed on together stay two things."""
    with run.step("load", kind="acquire") as load:
        both = load.generated((IMAGES, np.arange(10)), name="digits")

    assert [data.name for data in told(run, DataSeen)] == ["digits[0]", "digits[1]"]
    assert len(both.ids) == 2


def test_a_step_of_the_users_own_that_fails_says_so(run: Run) -> None:
    """A step has an end of its own, with the exception."""
    with pytest.raises(ZeroDivisionError), run.step("calibrate", kind="calibration"):
        _ = 1 / 0

    assert told(run, StepStarted)[0].type == "calibration"
    ended = told(run, StepEnded)[0]
    assert (ended.status, ended.exception) == ("failed", "ZeroDivisionError")


def test_steps_within_a_step_say_so(run: Run) -> None:
    """What goes on inside a step belongs to it, in this thread only."""
    with run.step("outer") as outer:
        with run.step("inner"):
            pass
        thread = threading.Thread(target=lambda: run.step("beside").__enter__())
        thread.start()
        thread.join()

    within = {event.name: event.within for event in told(run, StepStarted)}
    assert within == {"outer": None, "inner": outer.id, "beside": None}


def test_a_function_is_a_step(run: Run) -> None:
    """Arrays are used, the rest are parameters, the result is generated."""

    @step(kind="preprocess")
    def scale(images: Any, divisor: int = 16) -> Any:
        return images / divisor

    scaled = scale(IMAGES, divisor=8)

    begun, (source, result) = told(run, StepStarted)[0], told(run, DataSeen)
    assert np.array_equal(scaled, IMAGES / 8)
    assert (begun.type, begun.name, begun.parameters) == ("preprocess", "scale", {"divisor": 8})
    assert begun.code.name.endswith("scale")
    assert begun.code.path == __file__
    assert (source.name, result.derived_from) == ("images", [source.id])


def test_a_function_as_a_step_runs_where_no_run_is() -> None:
    """Without a run it is the function it was."""

    @step(kind="preprocess")
    def double(x: int) -> int:
        return 2 * x

    assert active.current() is None
    assert double(4) == 8
    assert double.__name__ == "double"


def test_a_training_tells_its_epochs_metrics_and_model(run: Run, tmp_path: Path) -> None:
    """All of a training by hand, each call written when it returns."""
    (tmp_path / "m.pt").write_bytes(b"weights")
    with run.training("cnn", used={"training": IMAGES}, parameters={"lr": 0.1}) as training:
        for number in range(2):
            with training.epoch(number):
                training.log_metric("loss", 1.0 / (number + 1))
        training.change("lr", 0.05, by="halved by hand")
        model = training.log_model("cnn", weights=[IMAGES], file=tmp_path / "m.pt")

    started, ended = told(run, TrainingStarted)[0], told(run, TrainingEnded)[0]
    data = told(run, DataSeen)[0]
    assert started.used == [Usage(data.id, "training")]
    assert [(s.name, s.value) for s in started.settings] == [("lr", 0.1)]
    assert [event.number for event in told(run, EpochStarted)] == [0, 1]
    assert [(m.of, m.value) for m in told(run, Metric)] == [
        (f"{training.id}/epoch/0", 1.0), (f"{training.id}/epoch/1", 0.5),
    ]  # fmt: skip
    assert [event.seconds is not None for event in told(run, EpochEnded)] == [True, True]
    changed = told(run, Adapted)[0]
    assert (changed.old, changed.setting.value, changed.technique.name) == (
        0.1,
        0.05,
        "halved by hand",
    )
    state, file = told(run, ModelSeen)[0], told(run, FileSeen)[0]
    assert (state.id, state.generated_by, state.derived_from) == (model.id, training.id, [data.id])
    assert (file.of, file.bytes) == (model.id, 7)
    assert (ended.status, ended.last_epoch) == ("completed", 1)
    assert told(run, ArchitectureSeen) == []


def test_a_training_left_by_an_exception_says_its_last_epoch(run: Run) -> None:
    """Failed, with type, message and the epoch it had reached."""
    with pytest.raises(MemoryError), run.training("cnn") as training:
        for number in range(3):
            with training.epoch(number):
                if number == 2:
                    raise MemoryError("too large")

    ended = told(run, TrainingEnded)[0]
    assert (ended.status, ended.exception, ended.message) == ("failed", "MemoryError", "too large")
    assert ended.last_epoch == 2
    assert [event.number for event in told(run, EpochEnded)] == [0, 1]


def test_an_epoch_of_the_same_number_has_a_name_of_its_own(run: Run) -> None:
    """A cell run twice in a notebook records two epochs, not one with two values."""
    with run.training("cnn") as training:
        for _ in range(2):
            with training.epoch(0):
                pass

    assert [e.id.rpartition("/")[2] for e in told(run, EpochStarted)] == ["0", "0.2"]


@pytest.mark.parametrize("value", [math.nan, math.inf, np.float32("nan"), np.array(-np.inf)])
def test_a_metric_that_is_not_finite_is_recorded_as_it_is(run: Run, value: object) -> None:
    """A diverged loss is provenance too."""
    run.log_metric("loss", value, step=0)

    assert told(run, Metric)[0].value in {"NaN", "INF", "-INF"}


def test_a_metric_that_is_no_number_is_an_error_that_names_it(run: Run) -> None:
    """A wrong call is its author's to know; nothing of it is recorded."""
    with pytest.raises(NotANumber, match=r"metric 'loss': 'high' is not a number"):
        run.log_metric("loss", "high")
    with pytest.raises(NotANumber, match="'b'"):
        run.log_metrics({"a": 1.0, "b": None})

    assert told(run, Metric) == []


def test_parameters_of_any_kind_are_recorded(run: Run) -> None:
    """Scalars as they are, objects by their repr."""
    run.log_params({"lr": 0.1, "n": 3, "name": "x", "none": None, "bad": math.inf, "o": object()})

    values = {setting.name: setting.value for setting in told(run, ParametersSet)[0].settings}
    assert values["lr"] == 0.1
    assert values["none"] is None
    assert values["bad"] == {"double": "INF"}
    assert values["o"]["type"] == "builtins.object"


def test_a_choice_names_candidates_values_and_the_rejected(run: Run) -> None:
    """Who was chosen, among whom, by what, measured on what."""
    with run.training("a") as training:
        models = [training.log_model(name, weights=[np.ones(n)]) for n, name in enumerate("ab", 1)]
    run.select(models[1], among=models, criterion="highest accuracy", on=IMAGES, values=[0.7, 0.9])

    chosen = told(run, Selected)[0]
    assert chosen.chosen == models[1].id
    assert chosen.candidates == [model.id for model in models]
    assert chosen.values == {models[0].id: 0.7, models[1].id: 0.9}
    assert chosen.on == told(run, DataSeen)[0].id
    assert told(run, StepStarted)[0].type == "select"


def test_a_choice_of_no_candidate_is_an_error(run: Run) -> None:
    """What was not among the candidates cannot have been chosen from them."""
    with run.training("a") as training:
        one, other = training.log_model("one"), training.log_model("other")

    with pytest.raises(WrongCall, match="'other' is no candidate"):
        run.select(other, among=[one], criterion="best")


def test_predictions_are_marked_as_such(run: Run) -> None:
    """What an inference generates derives from the model and the input."""
    with run.training("a") as training:
        model = training.log_model()
    with run.step("serve", kind="predict", used=[model, IMAGES]) as serve:
        serve.generated(IMAGES.sum(axis=1), name="predictions")

    made = told(run, DataSeen)[-1]
    assert made.type == "prediction"
    assert model.id in made.derived_from
    assert told(run, StepStarted)[0].used[0] == Usage(model.id, "model")


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


def program(tmp_path: Path, text: str) -> subprocess.Popen[str]:
    """Start a program of a few lines that records into ``tmp_path``."""
    head = f"from dlprov_rdf.capture.start import start_run\nKB = {str(tmp_path)!r}\n"
    code = head + textwrap.dedent(text)
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def the_log(tmp_path: Path) -> list[Event]:
    """Read the one run of a knowledge base."""
    (folder,) = (tmp_path / "logs").iterdir()
    return list(log.read_run(folder))


def test_an_uncaught_exception_ends_the_run_as_failed(tmp_path: Path) -> None:
    """A script that never closes its run is still told honestly, and its traceback is shown."""
    process = program(tmp_path, "run = start_run('r', kb=KB)\nraise OSError('disk on fire')\n")
    _, shown = process.communicate()

    ended = the_log(tmp_path)[-1]
    assert process.returncode == 1
    assert "OSError: disk on fire" in shown
    assert isinstance(ended, RunEnded)
    assert (ended.status, ended.exception) == ("failed", "OSError")


def test_sigterm_interrupts_the_run_and_kills_as_ever(tmp_path: Path) -> None:
    """The run says why it ended, and the process dies by the signal that was sent."""
    process = program(
        tmp_path,
        """
        import time
        run = start_run('r', kb=KB)
        training = run.training('cnn').__enter__()
        training.epoch(3).__enter__()
        print('ready', flush=True)
        while True: run.log_metric('loss', 0.5)
        """,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    process.communicate()

    ended = the_log(tmp_path)[-1]
    assert process.returncode == -signal.SIGTERM
    assert isinstance(ended, RunEnded)
    assert (ended.status, ended.reason) == ("interrupted", "sigterm")


@pytest.mark.parametrize("when", ["before", "after"])
def test_sigterm_within_a_write_leaves_no_gap(tmp_path: Path, when: str) -> None:
    """The record that the signal stopped was written or was not: no number is used up by it."""
    process = program(
        tmp_path,
        f"""
        import os, signal
        from dlprov_rdf.capture import recorder
        run = start_run('r', kb=KB)
        write = recorder._write
        def cut(handle, line):
            recorder._write = write
            if '{when}' == 'before': os.kill(os.getpid(), signal.SIGTERM)
            written = write(handle, line)
            os.kill(os.getpid(), signal.SIGTERM)
            return written
        recorder._write = cut
        run.log_metric('loss', 0.5)
        """,
    )
    process.communicate()

    told = the_log(tmp_path)
    assert [event.seq for event in told] == list(range(len(told)))
    assert isinstance(told[-1], RunEnded)
    assert sum(isinstance(event, Metric) for event in told) == (when == "after")


def test_a_handler_of_the_users_own_is_left_alone(tmp_path: Path) -> None:
    """Whoever handles SIGTERM goes on handling it."""
    process = program(
        tmp_path,
        """
        import os, signal
        signal.signal(signal.SIGTERM, lambda *_: print('mine', flush=True))
        with start_run('r', kb=KB):
            os.kill(os.getpid(), signal.SIGTERM)
        """,
    )
    out, _ = process.communicate()

    assert (process.returncode, out) == (0, "mine\n")


def test_a_forked_child_does_not_end_its_parents_run(tmp_path: Path) -> None:
    """A child that exits says nothing about the run it was born in."""
    process = program(
        tmp_path,
        """
        import os, sys
        run = start_run('r', kb=KB)
        if os.fork() == 0:
            run.log_metric('child', 1.0)
            sys.exit(5)
        os.wait()
        run.log_metric('parent', 2.0)
        run.end()
        """,
    )
    process.communicate()

    events = the_log(tmp_path)
    assert [event.status for event in events if isinstance(event, RunEnded)] == ["completed"]
    assert sum(isinstance(event, ResourcesUsed) for event in events) == 1
    assert sorted(e.name for e in events if isinstance(e, Metric)) == ["child", "parent"]
