# SPDX-License-Identifier: Apache-2.0
"""Changes a few statements of a history, so that it may be told wrong.

Each mutation looks for what it can change, and changes nothing where there is nothing such.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec
from hypothesis import strategies as st
from prov_written import EX, OPEN, PROV, TYPE, ex

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import Statement

#: The first two are one moment.
TIMES = (
    "2026-01-01T10:00:00Z", "2026-01-01T11:00:00+01:00", "2026-01-01T11:00:00Z",
    "2026-01-02T00:00:00.5Z",
)  # fmt: skip

#: Types that an entity may state; two mean something to PROV's constraints.
TYPES = (
    ((TYPE, PROV + "EmptyCollection"),), ((TYPE, PROV + "Collection"),), ((TYPE, PROV + "Plan"),),
    ((EX + "note", "said later"),), (),
)  # fmt: skip

_NOT_PLACES = {"id", "attributes"}

Mutation: TypeAlias = Callable[[st.DrawFn, list[Statement]], None]


def _any(draw: st.DrawFn, told: list[Statement]) -> int:
    return draw(st.integers(0, len(told) - 1))


def _places(one: Statement) -> list[str]:
    """Give the places of a statement that are filled with a thing."""
    return [
        name for name in one.__struct_fields__
        if name not in _NOT_PLACES and str(getattr(one, name)).startswith(EX)
    ]  # fmt: skip


def swap(draw: st.DrawFn, told: list[Statement]) -> None:
    """Exchange what two statements say in one place of the same name."""
    here, there = _any(draw, told), _any(draw, told)
    common = sorted(set(_places(told[here])) & set(_places(told[there])))
    if here == there or not common:
        return
    place = draw(st.sampled_from(common))
    values = getattr(told[there], place), getattr(told[here], place)
    for index, value in zip((here, there), values, strict=True):
        told[index] = msgspec.structs.replace(told[index], **{place: value})


def turn(draw: st.DrawFn, told: list[Statement]) -> None:
    """Turn a relation of two things of one kind around."""
    turned: dict[type[Statement], tuple[str, str]] = {
        s.Derivation: ("generated", "used"), s.Specialization: ("specific", "general"),
        s.Communication: ("informed", "informant"), s.Membership: ("collection", "entity"),
    }  # fmt: skip
    several = [one for one in told if type(one) in turned]
    if not several:
        return
    one = draw(st.sampled_from(several))
    first, second = turned[type(one)]
    values = {first: getattr(one, second), second: getattr(one, first)}
    told.append(msgspec.structs.replace(one, **values))


def leave_open(draw: st.DrawFn, told: list[Statement]) -> None:
    """Drop a time, or another place that may stay open, of one statement."""
    index = _any(draw, told)
    if places := OPEN.get(type(told[index])):
        place = draw(st.sampled_from(places))
        told[index] = msgspec.structs.replace(told[index], **{place: None})


def tell_again(draw: st.DrawFn, told: list[Statement]) -> None:
    """Repeat a statement with a place left open: nothing new."""
    one = told[_any(draw, told)]
    places = [place for place in OPEN.get(type(one), ()) if getattr(one, place) is not None]
    if getattr(one, "id", None) and places and not isinstance(one, s.Association | s.Derivation):
        told.append(msgspec.structs.replace(one, **{draw(st.sampled_from(places)): None}))


def name_twice(draw: st.DrawFn, told: list[Statement]) -> None:
    """Repeat a statement with the same identifier and one other thing, or another time."""
    index = _any(draw, told)
    one = told[index]
    if "id" not in one.__struct_fields__:
        return
    if getattr(one, "id", None) is None:
        told[index] = one = msgspec.structs.replace(one, id=ex(f"named{index}"))
    places = [name for name in one.__struct_fields__ if name not in _NOT_PLACES]
    if not places:
        return
    place = draw(st.sampled_from(places))
    timed = place in {"time", "start", "end"}
    value = draw(st.sampled_from(TIMES)) if timed else ex(f"other-{place}")
    told.append(msgspec.structs.replace(one, **{place: value}))


def same_event(draw: st.DrawFn, told: list[Statement]) -> None:
    """Tell an event twice: by two identifiers, or by one and by none."""
    makes: list[Callable[..., Statement]] = [s.Generation, s.Invalidation, s.Start, s.End]
    make = draw(st.sampled_from(makes))
    places = (
        (ex("begun"), None, ex("other")) if make in {s.Start, s.End} else (ex("e0"), ex("other"))
    )
    told.append(make(*places, id=ex("event0")))
    told.append(make(*places, id=draw(st.none() | st.just(ex("event1")))))


def two_times(draw: st.DrawFn, told: list[Statement]) -> None:
    """Give an activity's declaration and its start, or its end, a time each."""
    names = sorted({name for one in told if (name := getattr(one, "activity", None))})
    if not names:
        return
    activity = draw(st.sampled_from(names))
    one, other = draw(st.sampled_from(TIMES)), draw(st.sampled_from(TIMES))
    told += draw(
        st.sampled_from(
            [
                [s.Activity(activity, one, None), s.Start(activity, time=other)],
                [s.Activity(activity, None, one), s.End(activity, time=other)],
                [s.Activity(activity, one, None), s.Activity(activity, other, None)],
            ]
        )
    )


def confuse(draw: st.DrawFn, told: list[Statement]) -> None:
    """Declare some thing as something."""
    one = told[_any(draw, told)]
    if places := _places(one):
        thing = getattr(one, draw(st.sampled_from(places)))
        kinds: list[Callable[[str], Statement]] = [s.Entity, s.Activity, s.Agent]
        told.append(draw(st.sampled_from(kinds))(thing))


def share(draw: st.DrawFn, told: list[Statement]) -> None:
    """Give a relation the identifier of another statement."""
    index, other = _any(draw, told), told[_any(draw, told)]
    one = told[index]
    name = getattr(other, "id", None) or ex("shared")
    if "id" in one.__struct_fields__ and not isinstance(one, s.Entity | s.Activity | s.Agent):
        told[index] = msgspec.structs.replace(one, id=name)


def specialize(draw: st.DrawFn, told: list[Statement]) -> None:
    """Make what a derivation, or a specialization, goes by specialize itself or its source."""
    pairs = [
        (one.used, one.generated) if isinstance(one, s.Derivation) else (one.general, one.specific)
        for one in told
        if isinstance(one, s.Derivation | s.Specialization)
    ] or [(ex("e0"), ex("e0"))]
    general, specific = draw(st.sampled_from(pairs))
    told.append(s.Specialization(general, draw(st.sampled_from([specific, general]))))


def attribute(draw: st.DrawFn, told: list[Statement]) -> None:
    """Attribute what a derivation used to what it generated."""
    if several := [one for one in told if isinstance(one, s.Derivation)]:
        one = draw(st.sampled_from(several))
        told += [s.Entity(one.generated), s.Attribution(one.used, one.generated)]


def start_by_own_result(draw: st.DrawFn, told: list[Statement]) -> None:
    """Let an activity be started by what was derived from its result."""
    if several := [one for one in told if isinstance(one, s.Generation) and one.activity]:
        one = draw(st.sampled_from(several))
        told.append(s.Start(one.activity, ex("derived")))
        if draw(st.booleans()):
            told.append(s.Derivation(ex("derived"), one.entity))


def derive_without_activity(draw: st.DrawFn, told: list[Statement]) -> None:
    """Name a derivation's generation or usage, and perhaps no activity."""
    activity = draw(st.none() | st.just(ex("between")))
    generation = draw(st.none() | st.just(ex("between/generation")))
    usage = draw(st.none() | st.just(ex("between/usage")))
    told.append(s.Derivation(ex("result"), ex("source"), activity, generation, usage))


def empty(draw: st.DrawFn, told: list[Statement]) -> None:
    """Tell of a collection that it is empty, and perhaps of a member."""
    members = [one.collection for one in told if isinstance(one, s.Membership)]
    collection = draw(st.sampled_from([*members, ex("nothing")]))
    told.append(s.Entity(collection, TYPES[0]))
    if draw(st.booleans()):
        told.append(s.Specialization(ex("less"), collection))
        told.append(s.Membership(ex("less"), ex("member")))


def outlive(draw: st.DrawFn, told: list[Statement]) -> None:
    """Tell of the end of some things, and of who was there before whom: no contradiction."""
    one = told[_any(draw, told)]
    for place in _places(one)[:2]:
        thing = getattr(one, place)
        happened: list[Statement] = [s.Invalidation(thing), s.Generation(thing)]
        told.append(draw(st.sampled_from(happened)))
    more: list[Statement] = [
        s.Delegation(ex("p0"), ex("p1")), s.Generation(ex("p1")), s.Invalidation(ex("p0")),
        s.Specialization(ex("part"), ex("whole")), s.Invalidation(ex("whole")),
        s.Invalidation(ex("part")),
    ]  # fmt: skip
    told += more[draw(st.sampled_from([0, 3])) :]


MUTATIONS: tuple[Mutation, ...] = (
    swap, turn, leave_open, tell_again, name_twice, same_event, two_times, confuse, share,
    specialize, attribute, start_by_own_result, derive_without_activity, empty, outlive,
)  # fmt: skip


@st.composite
def mutated(
    draw: st.DrawFn, given: st.SearchStrategy[tuple[Statement, ...]]
) -> tuple[Statement, ...]:
    """Change some statements, once to thrice."""
    told = list(draw(given))
    for _ in range(draw(st.integers(1, 3))):
        draw(st.sampled_from(MUTATIONS))(draw, told)
    return tuple(draw(st.permutations(told))) if len(told) < 30 else tuple(told)
