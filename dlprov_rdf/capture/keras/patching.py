# SPDX-License-Identifier: Apache-2.0
"""Puts watchers around what Keras does: fit, evaluate, predict, save and load.

The patches stand on the classes and modules of Keras where these functions are defined, so
that a subclass which calls ``super().fit()`` is seen as well. Validation inside ``fit`` is
no evaluation, and is told by Keras itself: it asks for its cached data there.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

import keras
from keras.src.legacy.saving import legacy_h5_format
from keras.src.saving import saving_api, saving_lib

from dlprov_rdf.capture import active, journal
from dlprov_rdf.capture.guard import guarded
from dlprov_rdf.capture.keras.files import LoadingWatch, SavingWatch, busy
from dlprov_rdf.capture.keras.observers import telling
from dlprov_rdf.capture.keras.session import (
    Asked,
    Session,
    end_open_inferences,
    resolve,
    session,
    user_of,
)
from dlprov_rdf.capture.keras.training import TrainingWatch
from dlprov_rdf.capture.keras.using import EvaluationWatch, PredictionWatch
from dlprov_rdf.capture.patches import Call, Patches, Watch
from dlprov_rdf.capture.run import Run

_patches = Patches()
_options: dict[str, bool | None] = {"batch_metrics": None}
_installed = False


def install() -> None:
    """Put the watchers in place; a second time does nothing."""
    global _installed  # noqa: PLW0603 -- one Keras a process
    if _installed:
        return
    _installed = True
    _watch_models()
    _watch_files()
    _patches.replace(keras.callbacks.CallbackList, "__init__", telling)
    journal.resolvers.append(resolve)
    run = active.current()
    if isinstance(run, Run):
        run.surroundings.saw_framework()


def uninstall() -> None:
    """Put back what was there: the very same functions."""
    global _installed  # noqa: PLW0603 -- one Keras a process
    end_open_inferences()
    _patches.undo()
    if resolve in journal.resolvers:
        journal.resolvers.remove(resolve)
    _installed = False


def batch_metrics(wanted: bool | None) -> None:  # noqa: FBT001 -- a setting's value
    """Say whether each batch's metrics are captured; None is as ``kb.toml`` says."""
    _options["batch_metrics"] = wanted


def _watch_models() -> None:
    for name, begin in (
        ("fit", _fit), ("evaluate", _evaluate), ("predict", _predict),
        ("predict_on_batch", _predict),
    ):  # fmt: skip
        owner = next(kind for kind in keras.Model.__mro__ if name in vars(kind))
        _patches.watch(owner, name, _reading(vars(owner)[name], begin))


def _watch_files() -> None:
    """Watch saving at its public functions, under all names, and where these lead.

    Who imported ``load_model`` by name before us calls the function we have not replaced;
    it leads to those that we have.
    """
    _patches.watch(keras.Model, "export", _saving("export"))
    for owner, name, begin in (
        (saving_api, "save_model", _saving("keras")),
        (saving_api, "save_weights", _saving("keras weights")),
        (saving_api, "load_model", _load_model),
        (saving_api, "load_weights", _load_weights),
        (saving_lib, "save_model", _saving("keras")),
        (saving_lib, "save_weights_only", _saving("keras weights")),
        (saving_lib, "load_model", _load_model),
        (saving_lib, "load_weights_only", _load_weights),
        (legacy_h5_format, "save_model_to_hdf5", _saving("hdf5")),
        (legacy_h5_format, "load_model_from_hdf5", _load_model),
    ):
        original = vars(owner).get(name)
        _patches.watch(owner, name, begin)
        if owner is saving_api and original is not None:
            _replace_aliases(name, original, vars(owner)[name])


def _replace_aliases(name: str, original: Any, replacement: Any) -> None:
    """Replace a function also where Keras offers it under other modules' names."""
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] == "keras" and vars(module).get(name) is original:
            _patches.replace(module, name, lambda _: replacement)


def _reading(
    original: Any, start: Callable[[Asked], Watch | None]
) -> Callable[[Call], Watch | None]:
    """Read a call's arguments as Keras will; a wrong call is for Keras to refuse."""
    signature = inspect.signature(original)

    def begin(call: Call) -> Watch | None:
        try:
            bound = signature.bind(*call.args, **call.kwargs)
        except TypeError:
            return None
        given = dict(bound.arguments)
        bound.apply_defaults()
        model = given.pop("self", None)
        if not isinstance(model, keras.Model):
            return None
        return start(Asked(model, dict(bound.arguments), given, user_of(call.caller)))

    return begin


def _fit(asked: Asked) -> Watch | None:
    now = session()
    if not now.recorder.choice.wants("train", str(asked.model.name)):
        return None
    now.end_inference()
    configured = now.recorder.settings.capture.batch_metrics
    chosen = _options["batch_metrics"]
    watch = TrainingWatch(now, asked)
    guarded(watch.join)(asked.arguments["callbacks"], configured if chosen is None else chosen)
    return watch


def _evaluate(asked: Asked) -> Watch | None:
    inside_fit = asked.arguments.get("kwargs", {}).get("_use_cached_eval_dataset")
    if inside_fit:
        return None
    now = session()
    if not now.recorder.choice.wants("evaluate", str(asked.model.name)):
        return None
    now.end_inference()
    return EvaluationWatch(now, asked)


def _predict(asked: Asked) -> Watch | None:
    now = session()
    if not now.recorder.choice.wants("predict", str(asked.model.name)):
        return None
    return PredictionWatch(now, asked)


def _saving(what: str) -> Callable[[Call], Watch | None]:
    """Make what begins to watch a saving: the model comes first, the path second."""

    def begin(call: Call) -> Watch | None:
        model, path = _argument(call, 0, "model", "self"), _argument(call, 1, "filepath")
        return _file_watch("save", model, lambda now: SavingWatch(now, model, path, what))

    return begin


def _load_model(call: Call) -> Watch | None:
    path = _argument(call, 0, "filepath")
    return _file_watch("load", None, lambda now: LoadingWatch(now, None, path))


def _load_weights(call: Call) -> Watch | None:
    model, path = _argument(call, 0, "model"), _argument(call, 1, "filepath")
    return _file_watch("load", model, lambda now: LoadingWatch(now, model, path))


def _file_watch(kind: str, model: Any, make: Callable[[Session], Watch]) -> Watch | None:
    """Watch saving or loading once, and only a model's: Keras saves layers by the same way."""
    if busy() or not (model is None or isinstance(model, keras.Model)):
        return None
    now = session()
    if not now.recorder.choice.wants(kind, str(getattr(model, "name", ""))):
        return None
    now.end_inference()
    return make(now)


def _argument(call: Call, place: int, *names: str) -> Any:
    if len(call.args) > place:
        return call.args[place]
    return next((call.kwargs[name] for name in names if name in call.kwargs), None)
