# SPDX-License-Identifier: Apache-2.0
"""Reads a plan that is declared before its steps are carried out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dlprov_rdf import values
from dlprov_rdf.errors import WrongCall
from dlprov_rdf.events import STEP_KINDS, PlannedStep

#: A step as it is declared: a word, or what `Run.step` is told of one.
Declared = str | Mapping[str, object]

_KEYS = ("kind", "name", "used", "generated", "parameters", "after")


def steps_of(plan: Sequence[Declared]) -> list[PlannedStep]:
    """Read the steps of a plan, in their order.

    Args:
        plan: Each a kind of step (``acquire``), or the name of one, or a mapping with the
            keys ``kind``, ``name``, ``used`` and ``generated`` (names of data, models and
            files), ``parameters``, and ``after`` (names or places, from 0, of the steps
            before it; the step before it in the plan, unless said).

    Raises:
        WrongCall: A step has neither a kind nor a name, an unknown key, or comes after one
            that does not come before it; or two steps make something of one name.
    """
    if isinstance(plan, str | Mapping) or not isinstance(plan, Iterable):
        raise _wrong(f"{plan!r} is no list of steps", "Give a list, of words or mappings.")
    read: list[PlannedStep] = []
    made: dict[str, int] = {}
    for place, given in enumerate(plan):
        step = _step(given, read)
        for name in step.generated:
            if made.setdefault(name, place) != place:
                raise _wrong(f"two steps make {name!r}", "Give what they make two names.")
        read.append(step)
    if not read:
        raise _wrong("it has no step", "Give one step at least.")
    return read


def _step(given: Declared, before: list[PlannedStep]) -> PlannedStep:
    follows = [len(before) - 1] if before else []
    if isinstance(given, str):
        if not given:
            raise _wrong("a step is an empty word", "Give its kind, or its name.")
        if given in STEP_KINDS:
            return PlannedStep(type=given, after=follows)
        return PlannedStep(name=given, after=follows)
    if not isinstance(given, Mapping):
        raise _wrong(f"{given!r} is no step", "Give a word, or a mapping.")
    unknown = [str(key) for key in given if key not in _KEYS]
    if unknown:
        raise _wrong(f"a step has {unknown[0]!r}", f"It may have: {', '.join(_KEYS)}.")
    kind, name = given.get("kind"), given.get("name")
    if not kind and not name:
        raise _wrong(f"the step {dict(given)!r} has no kind and no name", "Give one or both.")
    parameters = given.get("parameters") or {}
    if not isinstance(parameters, Mapping):
        raise _wrong(f"parameters {parameters!r} are no mapping", "Give names with values.")
    after = given.get("after")
    return PlannedStep(
        type=str(kind) if kind else None,
        name=str(name) if name else None,
        used=_names(given.get("used")),
        generated=_names(given.get("generated")),
        parameters={str(key): values.plain(value) for key, value in parameters.items()},
        after=follows if after is None else [_place(one, before) for one in _listed(after)],
    )


def _names(given: object) -> list[str]:
    return list(dict.fromkeys(map(str, _listed(given))))


def _listed(given: object) -> list[object]:
    if given is None:
        return []
    if isinstance(given, str) or not isinstance(given, Iterable):
        return [given]
    return list(given)


def _place(given: object, before: list[PlannedStep]) -> int:
    """Find a step that comes before: so that no step ever comes before itself."""
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < len(before):
        return given
    for words in ([step.name for step in before], [step.type for step in before]):
        if given in words:
            return len(words) - 1 - words[::-1].index(str(given))
    raise _wrong(f"no step before is {given!r}", "Give the name of an earlier step.")


def _wrong(what: str, remedy: str) -> WrongCall:
    return WrongCall("plan", what, remedy)
