# SPDX-License-Identifier: Apache-2.0
"""Data that Keras reads while it trains: what can be told of them without reading them.

A pipeline is known by its identity, and by the files it reads where Keras made it of a
folder. Nothing is drawn from it, and no code of the user's own is called: an element that
was read is gone from a generator, and may have cost a random number.
"""

from __future__ import annotations

import inspect
import weakref
from typing import Any

import keras

from dlprov_rdf.capture.contents.files import tell_members
from dlprov_rdf.capture.journal import Journal
from dlprov_rdf.capture.step import files_behind
from dlprov_rdf.events import DataSeen

_NOT_READ = "the training reads it: nobody waited for its digest"


class PipelineBook:
    """Every pipeline that one run has seen."""

    def __init__(self, run: Journal) -> None:
        self._run, self._recorder = run, run.recorder
        self._known: dict[int, tuple[weakref.ref[Any], str]] = {}

    def see(self, value: Any, name: str) -> str | None:
        """Tell which occurrence a pipeline is, recording it if it is new; None if it is none."""
        told = describe(value)
        if told is None:
            return None
        reference, local = self._known.get(id(value), (None, ""))
        if reference is None or reference() is not value:
            read = files_behind(self._run, value)
            told["derived_from"] = list(read.values())
            local = self._recorder.open("data", DataSeen, name=name, **told)
            paths = getattr(value, "file_paths", ())
            tell_members(self._recorder, local, paths, undigested=_NOT_READ, known=read)
            self._known[id(value)] = weakref.ref(value), local
        return local


def describe(value: Any) -> dict[str, Any] | None:
    """Tell of a pipeline: the fields form, shape, dtype, rows and undigested of ``DataSeen``."""
    module = type(value).__module__.partition(".")[0]
    if module == "tensorflow" and hasattr(value, "element_spec"):
        return _dataset(value)
    if isinstance(value, keras.utils.PyDataset):
        return {"form": "keras.utils.PyDataset", "undigested": _AS_IT_RUNS.format("PyDataset")}
    if module == "torch" and type(value).__name__ == "DataLoader":
        return {"form": "torch.utils.data.DataLoader", "undigested": _AS_IT_RUNS.format("loader")}
    if inspect.isgenerator(value) or (hasattr(value, "__next__") and not hasattr(value, "shape")):
        return {"form": "generator", "undigested": "a generator can be read once, by the training"}
    return None


_AS_IT_RUNS = "a {} makes its batches as it runs, from what is not known here"


def _dataset(dataset: Any) -> dict[str, Any]:
    """Tell of a ``tf.data.Dataset``: the shape and type of an element's first part."""
    parts = keras.tree.flatten(dataset.element_spec)
    shape = getattr(parts[0], "shape", None) if parts else None
    sizes = None if shape is None or shape.rank is None else list(shape.as_list())
    count = int(dataset.cardinality())
    length = {-1: "without end", -2: "of unknown length"}.get(count, f"of {count} elements")
    return {
        "form": "tensorflow.data.Dataset",
        "shape": sizes,
        "dtype": getattr(getattr(parts[0], "dtype", None), "name", None) if parts else None,
        "rows": count * sizes[0] if count >= 0 and sizes and sizes[0] else None,
        "undigested": f"a tf.data pipeline {length} makes its elements as it runs",
    }
