# SPDX-License-Identifier: Apache-2.0
"""The data of a fit, an evaluation or a prediction: what it is called, and its role."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import keras
import numpy as np
from keras.src.trainers.data_adapters import array_slicing

from dlprov_rdf.capture.calling import name_of
from dlprov_rdf.capture.contents.data import parts_of
from dlprov_rdf.capture.keras.session import Asked, Session
from dlprov_rdf.capture.keras.states import Fed
from dlprov_rdf.events import Usage

_SLOTS = ("x", "y", "sample_weight")


def fit_data(session: Session, asked: Asked) -> list[Fed]:
    """Tell the data of a fit: what it trains on, and what it validates on."""
    given, names = _slots(asked)
    validation = asked.arguments.get("validation_data")
    share = asked.arguments.get("validation_split")
    if share and validation is None:
        return list(_split(session, given, names, float(share)))
    fed = list(_each(session, given, names, "training"))
    if validation is not None:
        fed.extend(_validation(session, validation, asked.caller))
    return fed


def given_data(session: Session, asked: Asked, role: str) -> list[Fed]:
    """Tell the data of an evaluation or a prediction."""
    return list(_each(session, *_slots(asked), role))


def _slots(asked: Asked) -> tuple[list[Any], list[str]]:
    """Give x, y and sample weights, and what the caller calls them."""
    given = [asked.arguments.get(slot) for slot in _SLOTS]
    named = zip(given, _SLOTS, strict=True)
    return given, [name_of(value, asked.caller, slot) for value, slot in named]


def usages(fed: list[Fed]) -> list[Usage]:
    """Say in which roles these data are used, each once."""
    return list({(one.id, one.role): Usage(one.id, one.role) for one in fed}.values())


def _each(session: Session, given: list[Any], names: list[str], role: str) -> Iterator[Fed]:
    for slot, value, name in zip(_SLOTS, given, names, strict=True):
        if value is None:
            continue
        pipeline = session.pipelines.see(value, name)
        if pipeline is not None:
            yield Fed(pipeline, name, slot, role, _remembered(value))
            continue
        for label, part, which in _parts(value, name):
            local = session.data.see(part, name=label).id
            yield Fed(local, label, slot, role, _remembered(part), which)


def _parts(value: Any, name: str) -> list[tuple[str, Any, str]]:
    """Take several inputs apart: what each is called, itself, and which of them it is."""
    parts = parts_of(value, name)
    only = len(parts) == 1
    return [(label, part, "" if only else label.removeprefix(name)) for label, part in parts]


def _remembered(value: Any) -> Callable[[], Any]:
    """Remember data without keeping it in memory."""
    try:
        return weakref.ref(value)
    except TypeError:
        return lambda: None


def _validation(session: Session, validation: Any, caller: FrameType | None) -> Iterator[Fed]:
    """Take validation data apart as Keras does: a tuple of x, y and weights, or one thing."""
    if isinstance(validation, tuple) and len(validation) in {1, 2, 3}:
        given = [*validation, None, None][:3]
    else:
        given = [validation, None, None]
    names = [
        name_of(value, caller, f"validation {slot}")
        for value, slot in zip(given, _SLOTS, strict=True)
    ]
    if given[1] is None and given[0] is validation and names[0] == "validation x":
        names[0] = "validation data"
    return _each(session, given, names, "validation")


def _split(session: Session, given: list[Any], names: list[str], share: float) -> Iterator[Fed]:
    """Tell the two parts that ``validation_split`` makes, where Keras would split."""
    percent = share * 100
    at = _split_at(given, share)
    for slot, whole, name in zip(_SLOTS, given, names, strict=True):
        if whole is None:
            continue
        for label, part, which in _parts(whole, name):
            origin = session.data.see(part, name=label).id
            remembered = _remembered(part)
            for word, number, role in (
                ("first", 100 - percent, "training"),
                ("last", percent, "validation"),
            ):
                title = f"{word} {number:g} % of {label}"
                piece = _piece(part, at, role, share)
                local = session.data.see(piece, name=title, derived_from=[origin]).id
                session.data.records.end_of(local, origin, last=role == "validation")
                yield Fed(local, title, slot, role, _again(remembered, at, role, share), which)


def _split_at(given: list[Any], share: float) -> int:
    """Ask Keras at which row it splits, without the cast that it makes of all data."""
    count = next(int(one.shape[0]) for one in keras.tree.flatten(given) if one is not None)
    rows = np.empty(count, "int8")
    first, _ = array_slicing.train_validation_split((rows,), validation_split=share)
    return len(first[0])


def _piece(whole: Any, at: int, role: str, share: float) -> Any:
    """Slice data as their owner would, in their own type; else as Keras slices and casts them."""
    rows = slice(at) if role == "training" else slice(at, None)
    if isinstance(whole, np.ndarray):
        return whole[rows]
    if hasattr(whole, "iloc") and _of_one_type(whole):
        return whole.iloc[rows]
    parts = array_slicing.train_validation_split((whole,), validation_split=share)
    return parts[0 if role == "training" else 1][0]


def _of_one_type(table: Any) -> bool:
    return len(set(table.dtypes)) == 1 if hasattr(table, "columns") else True


def _again(whole: Callable[[], Any], at: int, role: str, share: float) -> Callable[[], Any]:
    """Slice the part once more when it is asked for."""

    def part() -> Any:
        value = whole()
        return None if value is None else _piece(value, at, role, share)

    return part
