# SPDX-License-Identifier: Apache-2.0
"""The data of a fit, an evaluation or a prediction: what it is called, and its role."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

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
    """Tell the two parts that ``validation_split`` makes, sliced as Keras slices them."""
    parts = array_slicing.train_validation_split(tuple(given), validation_split=share)
    percent = share * 100
    for slot, whole, name, first, last in zip(
        _SLOTS, given, names, *(tuple(part) for part in parts), strict=True
    ):
        if whole is None:
            continue
        firsts, lasts = dict(parts_of(first, name)), dict(parts_of(last, name))
        for label, part, which in _parts(whole, name):
            origin = session.data.see(part, name=label).id
            remembered = _remembered(part)
            for word, number, role, piece in (
                ("first", 100 - percent, "training", firsts[label]),
                ("last", percent, "validation", lasts[label]),
            ):
                title = f"{word} {number:g} % of {label}"
                local = session.data.see(piece, name=title, derived_from=[origin]).id
                session.data.records.end_of(local, origin, last=role == "validation")
                yield Fed(local, title, slot, role, _again(remembered, share, role), which)


def _again(whole: Callable[[], Any], share: float, role: str) -> Callable[[], Any]:
    """Slice the part once more when it is asked for."""

    def part() -> Any:
        value = whole()
        if value is None:
            return None
        parts = array_slicing.train_validation_split((value,), validation_split=share)
        return parts[0 if role == "training" else 1][0]

    return part
