# SPDX-License-Identifier: Apache-2.0
"""Capture never hurts training: same numbers, same output, and Keras as it was afterwards."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import textwrap
import time
import warnings
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras_watched import digits, network, watching

from dlprov_rdf.capture import guard
from dlprov_rdf.capture.autolog import autolog, enabled
from dlprov_rdf.capture.keras import training
from dlprov_rdf.capture.recorder import CaptureWarning
from dlprov_rdf.events import EpochEnded, TrainingEnded


def train(folder: Path | None, **options: Any) -> tuple[list[Any], Any, Any]:
    """Train the same model with the same seeds, watched or not.

    Returns:
        The weights, the history, and the state of each random generator.
    """
    keras.utils.set_random_seed(7)
    x, y = digits()
    model = network(keras.layers.Dropout(0.5))
    options = {"epochs": 3, "validation_split": 0.2, "verbose": 0, **options}
    if folder is None:
        history = model.fit(x, y, **options)
    else:
        with watching(folder):
            history = model.fit(x, y, **options)
            model.evaluate(x, y, verbose=0)
            model.predict(x, verbose=0)
    drawn = (random.random(), np.random.random(), float(keras.random.uniform(())))
    return model.get_weights(), history.history, drawn


def test_a_watched_training_gives_the_same_numbers(tmp_path: Path) -> None:
    """Bit for bit: weights, history, and what every random generator draws next."""
    weights, history, drawn = train(None)

    watched_weights, watched_history, watched_drawn = train(tmp_path)

    assert all(np.array_equal(*pair) for pair in zip(weights, watched_weights, strict=True))
    assert history == watched_history
    assert drawn == watched_drawn


def test_nothing_else_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train(None, verbose=2)
    alone = capsys.readouterr()
    train(tmp_path, verbose=2)
    watched = capsys.readouterr()

    assert _without_times(watched.out) == _without_times(alone.out)
    assert watched.err == alone.err


def test_labels_that_are_a_tensor_cost_no_warning_of_tensorflow(tmp_path: Path) -> None:
    """``EagerTensor.cpu`` warns, once a process, on standard error that it is deprecated."""
    script = tmp_path / "labels.py"
    script.write_text(
        "import keras\n"
        "from dlprov_rdf.capture.contents.fingerprint import describe\n"
        "print(describe(keras.ops.ones((4,)), 1000).digest is not None)\n"
    )

    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip

    assert done.stdout == "True\n"
    assert "deprecated" not in done.stderr


def _without_times(text: str) -> str:
    return re.sub(r"\d+m?s(/\w+)?", "", text)


def test_a_folder_deleted_while_training_changes_no_number(tmp_path: Path) -> None:
    weights, history, _ = train(None)
    gone = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: shutil.rmtree(tmp_path / "kb", ignore_errors=True)
    )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaptureWarning)
        watched_weights, watched_history, _ = train(tmp_path, callbacks=[gone])

    assert all(np.array_equal(*pair) for pair in zip(weights, watched_weights, strict=True))
    assert history == watched_history


@pytest.mark.parametrize("method", ["_begin", "epoch_begins", "epoch_ends", "_end"])
def test_a_fault_of_ours_costs_a_warning_and_no_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    weights, history, _ = train(None)

    def broken(self: Any, *args: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(training.TrainingWatch, method, broken)
    monkeypatch.setattr(guard, "_warned", set())

    with pytest.warns(CaptureWarning, match="a fault of ours"):
        watched_weights, watched_history, _ = train(tmp_path)

    assert all(np.array_equal(*pair) for pair in zip(weights, watched_weights, strict=True))
    assert history == watched_history


def test_the_same_fault_warns_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_warned", set())

    @guard.guarded
    def failing() -> None:
        raise ValueError("again")

    with pytest.warns(CaptureWarning) as caught:
        failing()
        failing()

    assert len(caught) == 1


@pytest.mark.parametrize("exclude", [[], ["train"]])
def test_a_traceback_is_what_it_would_be(tmp_path: Path, exclude: list[str]) -> None:
    """No frame of ours stands in it, whether the call was recorded or left out."""

    def fail(epoch: int, logs: Any) -> None:
        raise ZeroDivisionError

    def frames() -> list[str]:
        failing = keras.callbacks.LambdaCallback(on_epoch_end=fail)
        with pytest.raises(ZeroDivisionError) as raised:
            network().fit(*digits(), verbose=0, callbacks=[failing])
        return [Path(str(entry.path)).name for entry in raised.traceback]

    alone = frames()
    with watching(tmp_path, exclude=exclude):
        assert frames() == alone


def test_ctrl_c_passes_through_our_own_code() -> None:
    @guard.guarded
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()


def test_our_own_time_is_counted_once_and_not_the_trainings() -> None:
    @guard.guarded
    def inner() -> None:
        time.sleep(0.01)

    @guard.guarded
    def outer() -> None:
        inner()

    outer()

    told = {place.rpartition(".")[2]: spent for place, spent in guard.own_time().items()}
    assert (told["outer"].calls, told["inner"].calls) == (1, 0)
    assert told["outer"].seconds >= 0.01
    assert told["inner"].seconds == 0


def test_disabling_puts_the_very_same_functions_back() -> None:
    places = [*keras.Model.__mro__, keras.callbacks.CallbackList, *_modules()]
    before = {id(place): dict(vars(place)) for place in places}

    autolog()
    changed = sum(dict(vars(place)) != before[id(place)] for place in places)
    autolog()
    autolog(disable=True)

    assert changed > 5
    for place in places:
        now, then = dict(vars(place)), before[id(place)]
        assert [name for name in then if now.get(name) is not then[name]] == []
    assert not enabled()


def _modules() -> list[Any]:
    return [
        module for name, module in list(sys.modules.items()) if name.partition(".")[0] == "keras"
    ]


def test_without_autolog_nothing_is_recorded(tmp_path: Path) -> None:
    with watching(tmp_path) as told:
        autolog(disable=True)
        network().fit(*digits(), verbose=0)

    assert told.all(EpochEnded) == []


def test_a_watched_function_keeps_its_name_and_signature() -> None:
    import inspect

    before = inspect.signature(keras.Model.fit)
    autolog()
    try:
        assert inspect.signature(keras.Model.fit) == before
        assert keras.Model.fit.__name__ == "fit"
    finally:
        autolog(disable=True)


def test_the_users_callbacks_are_neither_changed_nor_slowed(tmp_path: Path) -> None:
    """Ours join after Keras has looked whether it may go on without waiting for callbacks."""
    seen: list[Any] = []

    class Looking(keras.callbacks.Callback):
        def on_train_begin(self, logs: Any = None) -> None:
            seen.append(_list_around(self))

    given: list[Any] = [Looking()]
    x, y = digits()
    network().fit(x, y, verbose=0, callbacks=given)
    with watching(tmp_path):
        network().fit(x, y, verbose=0, callbacks=given)

    assert len(given) == 1
    alone, watched = seen
    assert alone._async_train == watched._async_train
    assert [type(one) for one in watched.callbacks if one not in (*given, watched._history)] == []


def _list_around(callback: Any) -> Any:
    import gc

    lists = [one for one in gc.get_objects() if type(one) is keras.callbacks.CallbackList]
    return next(one for one in reversed(lists) if callback in one.callbacks)


def run_script(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a Python of its own."""
    script = folder / "script.py"
    script.write_text(textwrap.dedent(text))
    environment = {
        **os.environ, "DLPROV_KB": str(folder / "kb"), "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, cwd=folder,
        env=environment, check=False,
    )  # fmt: skip


def test_autolog_waits_for_keras_and_does_not_import_it(tmp_path: Path) -> None:
    done = run_script(
        tmp_path,
        """
        import sys
        from dlprov_rdf.capture.autolog import autolog
        autolog()
        print("keras" in sys.modules, "tensorflow" in sys.modules)
        import keras
        print(hasattr(keras.Model.fit, "__wrapped__"))
        print(type(keras.__spec__.loader).__name__, "exec_module" in vars(keras.__spec__.loader))
        autolog(disable=True)
        print(any("dlprov" in type(finder).__module__ for finder in sys.meta_path))
        """,
    )

    assert done.stdout.split() == ["False", "False", "True", "SourceFileLoader", "False", "False"]


def test_a_script_without_a_run_gets_one_that_ends_with_it(tmp_path: Path) -> None:
    done = run_script(
        tmp_path,
        """
        import numpy, keras
        from dlprov_rdf.capture.autolog import autolog
        autolog()
        model = keras.Sequential([keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(numpy.zeros((4, 2)), numpy.zeros((4, 1)), verbose=0)
        model.predict(numpy.zeros((4, 2)), verbose=0)
        """,
    )

    from dlprov_rdf import log

    (folder,) = (tmp_path / "kb" / "logs").iterdir()
    kinds = [type(event).__name__ for event in log.read_run(folder)]
    assert done.returncode == 0, done.stderr
    assert kinds[-3:] == ["StepEnded", "ResourcesUsed", "RunEnded"]
    assert TrainingEnded.__name__ in kinds
