# SPDX-License-Identifier: Apache-2.0
"""Steps by hand: what each used and made is in the log, whole and in order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from runs_by_hand import IMAGES, told

from dlprov_rdf.capture import active
from dlprov_rdf.capture.run import Run
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.capture.step import step
from dlprov_rdf.events import DataSeen, StepEnded, StepStarted, Usage


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A run in a knowledge base of its own."""
    with start_run("by hand", kb=tmp_path / "kb") as begun:
        yield begun


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
