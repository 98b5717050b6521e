# SPDX-License-Identifier: Apache-2.0
"""Which state of a model was saved to which file, and which was loaded from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import pytest
from keras_watched import digits, network, watching

from dlprov_rdf.events import (
    EpochStarted,
    FileSeen,
    ModelSeen,
    StepEnded,
    StepStarted,
    TrainingStarted,
)


def test_a_saved_file_tells_its_content_and_the_state_in_it(tmp_path: Path) -> None:
    x, y = digits()
    model = network()

    with watching(tmp_path) as told:
        model.fit(x, y, verbose=0)
        model.save(tmp_path / "model.keras")

    (step,) = told.steps("save")
    file = told.one(FileSeen)
    assert file.generated_by == step.id
    assert file.of == told.last(ModelSeen).id
    assert file.path.endswith("model.keras")
    assert file.digest is not None
    assert file.bytes == (tmp_path / "model.keras").stat().st_size


def test_what_is_loaded_derives_from_the_file_and_continues_the_training(tmp_path: Path) -> None:
    x, y = digits()
    model = network()

    with watching(tmp_path) as told:
        model.fit(x, y, verbose=0)
        model.save(tmp_path / "model.keras")
        again = keras.models.load_model(tmp_path / "model.keras")
        again.fit(x, y, verbose=0)

    (step,) = told.steps("load")
    file = told.one(FileSeen)
    first, second = told.all(TrainingStarted)
    loaded = next(one for one in told.all(ModelSeen) if one.generated_by == step.id)
    assert loaded.derived_from == [file.id]
    assert second.resumes == first.id
    assert loaded.id in [usage.entity for usage in second.used]
    assert loaded.digest == told.of(str(file.of)).digest


def test_what_another_run_wrote_is_known_by_its_content(tmp_path: Path) -> None:
    model = network()
    with watching(tmp_path) as first:
        model.predict(digits()[0], verbose=0)
        model.save_weights(tmp_path / "model.weights.h5")

    with watching(tmp_path) as second:
        network().load_weights(tmp_path / "model.weights.h5")

    read = second.one(FileSeen)
    assert read.generated_by is None
    assert read.digest == first.one(FileSeen).digest
    assert second.last(ModelSeen).digest == first.last(ModelSeen).digest
    assert second.last(ModelSeen).derived_from == [read.id]


def test_a_checkpoint_tells_which_training_and_epoch_made_it(tmp_path: Path) -> None:
    x, y = digits()
    saving = keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras")

    with watching(tmp_path) as told:
        network().fit(x, y, epochs=2, verbose=0, callbacks=[saving])

    training = told.one(TrainingStarted)
    assert [step.within for step in told.steps("save")] == [training.id, training.id]
    states = [told.of(str(file.of)) for file in told.all(FileSeen)]
    assert [state.epoch for state in states] == [f"{training.id}/epoch/{n}" for n in (0, 1)]
    assert {state.generated_by for state in states} == {training.id}
    assert told.last(ModelSeen) == states[-1]


def test_a_training_goes_on_from_the_backup_that_it_restored(tmp_path: Path) -> None:
    x, y = digits()

    def failing(epoch: int, logs: Any) -> None:
        if epoch == 1:
            raise RuntimeError("power cut")

    def callbacks() -> list[Any]:
        return [keras.callbacks.BackupAndRestore(tmp_path / "backup")]

    with watching(tmp_path) as told:
        model = network()
        cut = keras.callbacks.LambdaCallback(on_epoch_begin=failing)
        with pytest.raises(RuntimeError):
            model.fit(x, y, epochs=3, verbose=0, callbacks=[*callbacks(), cut])
        network().fit(x, y, epochs=3, verbose=0, callbacks=callbacks())

    second = told.all(TrainingStarted)[1]
    numbers = [one.number for one in told.all(EpochStarted) if one.training == second.id]
    assert numbers == [1, 2]
    (load,) = told.steps("load")
    loaded = next(one for one in told.all(ModelSeen) if one.generated_by == load.id)
    assert loaded.id in told.last(ModelSeen).derived_from


def test_an_exported_folder_tells_each_of_its_files(tmp_path: Path) -> None:
    model = network()

    with watching(tmp_path) as told:
        model.export(tmp_path / "served", verbose=False)

    (step,) = told.steps("save")
    paths = {Path(file.path).name for file in told.all(FileSeen)}
    assert "saved_model.pb" in paths
    assert {file.generated_by for file in told.all(FileSeen)} == {step.id}


def test_a_file_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    with watching(tmp_path) as told, pytest.raises(ValueError, match="File not found"):
        keras.models.load_model(tmp_path / "missing.keras")

    assert told.one(StepStarted).type == "load"
    assert told.one(StepEnded).status == "failed"
