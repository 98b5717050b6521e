# SPDX-License-Identifier: Apache-2.0
"""Watches models being saved and loaded: which state is in which file, by content.

A file that this run wrote and reads again is the same occurrence, so that what was loaded
continues what was saved. One that another run wrote is known to be that by its digest.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlprov_rdf.capture.activity import end_of
from dlprov_rdf.capture.contents import fingerprint
from dlprov_rdf.capture.keras.session import Session
from dlprov_rdf.capture.keras.states import State
from dlprov_rdf.capture.keras.using import state_of
from dlprov_rdf.events import FileSeen, StepEnded, StepStarted, Usage

#: Files of one saved folder that are told one by one.
_MOST_FILES = 100


class _Busy(threading.local):
    """Whether this thread saves or loads: Keras does it by calls within calls."""

    inside = False


_busy = _Busy()


class FileWatch:
    """What saving and loading have in common: one step, entered once."""

    def __init__(self, session: Session, path: Any) -> None:
        self._session, self._recorder = session, session.recorder
        self._path = Path(os.fsdecode(path)) if isinstance(path, str | os.PathLike) else None
        self._step = ""
        _busy.inside = True

    def raised(self, error: BaseException) -> None:
        """It failed; the exception goes on its way."""
        self._end(end_of(type(error), error))

    def _end(self, fields: Mapping[str, Any]) -> None:
        _busy.inside = False
        self._recorder.event(StepEnded, id=self._step, **fields)

    def _look(self, path: Path) -> dict[str, Any]:
        budget = self._recorder.settings.digest_budget
        digest, reason, size = fingerprint.file_digest(path, budget)
        return {"path": str(path), "digest": digest, "undigested": reason, "bytes": size}


def busy() -> bool:
    """Tell whether this call is a part of one that is being watched."""
    return _busy.inside


class SavingWatch(FileWatch):
    """A state is written into a file, or into the files of a folder."""

    def __init__(self, session: Session, model: Any, path: Any, what: str) -> None:
        super().__init__(session, path)
        try:
            self._state = state_of(session, model)
            self._what = what
            used = [Usage(self._state.id, "model")] if self._state else []
            self._step = self._recorder.open(
                "step", StepStarted, type="save", name=f"save {model.name}", used=used,
                within=session.run.within,
            )  # fmt: skip
        except BaseException:
            _busy.inside = False
            raise

    def returned(self, result: Any) -> None:  # noqa: ARG002 -- a watch's signature
        """It is written."""
        try:
            for path in _files(self._path):
                self._written(path)
        finally:
            self._end({"status": "completed"})

    def _written(self, path: Path) -> None:
        told = self._look(path)
        local = self._recorder.open(
            "file", FileSeen, generated_by=self._step, format=_format(path, self._what),
            of=self._state.id if self._state else None, **told,
        )  # fmt: skip
        key = self._session.file_key(path, told["digest"])
        if key is not None:
            self._session.files[key] = local, self._state


class LoadingWatch(FileWatch):
    """A state is read from a file, into a model that is there or a new one."""

    def __init__(self, session: Session, model: Any, path: Any) -> None:
        super().__init__(session, path)
        try:
            self._model = model
            self._files = [self._read(one) for one in _files(self._path)]
            name = self._path.name if self._path else "a stream"
            self._step = self._recorder.open(
                "step", StepStarted, type="load", name=f"load {name}",
                used=[Usage(local) for local, _ in self._files], within=session.run.within,
            )  # fmt: skip
        except BaseException:
            _busy.inside = False
            raise

    def _read(self, path: Path) -> tuple[str, State | None]:
        told = self._look(path)
        key = self._session.file_key(path, told["digest"])
        known = self._session.files.get(key) if key else None
        if known is not None:
            return known
        local = self._recorder.open("file", FileSeen, format=_format(path, "model"), **told)
        if key is not None:
            self._session.files[key] = local, None
        return local, None

    def returned(self, result: Any) -> None:
        """It is read: the model is in the state that the file held."""
        model = self._model if self._model is not None else result
        try:
            if getattr(model, "built", False):
                self._loaded(model)
        finally:
            self._end({"status": "completed"})

    def _loaded(self, model: Any) -> None:
        saved = next((state for _, state in self._files if state is not None), None)
        state = self._session.states.became(
            model, generated_by=self._step, derived_from=[local for local, _ in self._files],
            training=saved.training if saved else None, fed=saved.fed if saved else (),
        )  # fmt: skip
        training = self._session.trainings.get(id(model))
        if training is not None:
            training.restored(state)


def _files(path: Path | None) -> list[Path]:
    if path is None:
        return []
    if path.is_dir():
        inside = sorted(one for one in path.rglob("*") if one.is_file())
        return inside[:_MOST_FILES]
    return [path] if path.exists() else []


def _format(path: Path, what: str) -> str:
    for ending, name in (
        (".weights.h5", "keras weights"), (".keras", "keras"), (".h5", "hdf5"),
        (".hdf5", "hdf5"), (".onnx", "onnx"), (".tflite", "tflite"),
    ):  # fmt: skip
        if path.name.endswith(ending):
            return name
    return what
