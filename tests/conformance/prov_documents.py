# SPDX-License-Identifier: Apache-2.0
"""Makes PROV documents to try a checker with: told well, told at random, and told wrong.

A story is valid as it is made: each step uses what was there before, and everything has one
generation, one start and one end. Jumbles are dense: few names for many statements, so that keys
unify, events form cycles and types clash. A mutation changes little of either.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from prov_mutations import TIMES, TYPES, mutated
from prov_written import OPEN, Document, ex

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import Instance, Statement

# ── jumbles ──

_entities = st.sampled_from([ex(f"e{n}") for n in range(4)])
_activities = st.sampled_from([ex(f"a{n}") for n in range(3)])
_agents = st.sampled_from([ex(name) for name in ("p0", "p1", "p0", "p1", "e0", "a0")])
_times = st.none() | st.none() | st.sampled_from(TIMES)


def _some(kind: type[Statement], **places: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Statements of one kind; some have an identifier, which others of its kind may have."""
    short = kind.__name__[:3].lower()
    ids = st.none() | st.sampled_from([ex(f"{short}{n}") for n in (0, 1)])
    left_open = {place: st.none() | places[place] for place in OPEN.get(kind, ())}
    return st.builds(kind, id=ids, **places | left_open)


_things = st.one_of(
    st.builds(s.Entity, _entities, st.sampled_from(TYPES)),
    st.builds(s.Activity, _activities, _times, _times),
    st.builds(s.Agent, _agents),
)
_relations = st.one_of(
    _some(s.Generation, entity=_entities, activity=_activities, time=_times),
    _some(s.Usage, activity=_activities, entity=_entities, time=_times),
    _some(s.Communication, informed=_activities, informant=_activities),
    _some(s.Start, activity=_activities, trigger=_entities, starter=_activities, time=_times),
    _some(s.End, activity=_activities, trigger=_entities, ender=_activities, time=_times),
    _some(s.Invalidation, entity=_entities, activity=_activities, time=_times),
    _some(s.Attribution, entity=_entities, agent=_agents),
    _some(s.Association, activity=_activities, agent=_agents, plan=_entities),
    _some(s.Delegation, delegate=_agents, responsible=_agents, activity=_activities),
    _some(s.Influence, influenced=_entities, influencer=_entities | _activities),
    st.builds(s.Derivation, _entities, _entities, id=st.none() | st.just(ex("der0"))),
    st.builds(
        s.Derivation, _entities, _entities, _activities,
        st.none() | st.sampled_from([ex("gen0"), ex("gen1")]),
        st.none() | st.sampled_from([ex("usa0"), ex("usa1")]),
    ),
    st.builds(s.Specialization, _entities, _entities),
    st.builds(s.Alternate, _entities, _entities),
    st.builds(s.Membership, _entities, _entities),
)  # fmt: skip

jumbles = st.builds(
    lambda things, relations: tuple(things + relations),
    st.lists(_things, max_size=3), st.lists(_relations, min_size=3, max_size=12),
)  # fmt: skip


# ── stories ──


@st.composite
def stories(draw: st.DrawFn, most: int = 6) -> tuple[Statement, ...]:
    """Tell a history that can have happened, one activity after another."""
    told: list[Statement] = []
    made: list[str] = [ex("data")]
    flags = st.integers(0, 2**14 - 1)
    for step in range(draw(st.integers(1, most))):
        earlier = draw(st.integers(0, len(made) - 1))
        told += _step(step, draw(flags), made[earlier], ex(f"step{max(0, step - 1)}"))
        made.append(ex(f"thing{step}"))
    return tuple(told)


def _step(step: int, flags: int, used: str, before: str) -> Iterator[Statement]:
    """Tell one step; each flag says whether it tells one fact more."""
    activity, thing, agent = ex(f"step{step}"), ex(f"thing{step}"), ex(f"person{step % 2}")
    does = [bool(flags >> place & 1) for place in range(14)]
    time = TIMES[flags % 3] if does[0] else None
    generation = ex(f"step{step}/generation") if does[1] else None
    usage = ex(f"step{step}/usage") if does[2] else None
    if does[3]:
        yield s.Activity(activity, time)
        yield s.Entity(thing)
        yield s.Agent(agent)
    yield s.Usage(activity, used, id=usage)
    yield s.Generation(thing, activity, time if does[4] else None, id=generation)
    yield s.Derivation(thing, used, *((activity, generation, usage) if does[5] else ()))
    if does[6]:
        yield s.Association(activity, agent, ex("plan") if does[7] else None)
        yield s.Attribution(thing, agent, id=ex(f"step{step}/attribution"))
    if does[8] and step:
        yield s.Communication(activity, before)
        yield s.Delegation(agent, ex("leader"), activity)
    if does[9] and step:
        yield s.Start(activity, used, None, time, id=ex(f"step{step}/start"))
        yield s.End(activity, thing, None, None)
    if does[10]:
        yield s.Specialization(ex(f"thing{step}/later"), thing)
        yield s.Generation(ex(f"thing{step}/later"))
    if does[11]:
        yield s.Invalidation(ex(f"thing{step}/part"), activity, None)
        yield s.Membership(thing, ex(f"thing{step}/part"))
    if does[12] and step:
        yield s.Alternate(thing, used)
        yield s.Influence(thing, agent)
    if does[13] and generation:
        yield s.Generation(thing, None, time if does[4] else None, id=generation)


# ── documents ──

_parts = st.one_of(
    stories(12), mutated(stories()), mutated(stories(2)), mutated(stories(3)), mutated(jumbles),
    mutated(jumbles), jumbles, jumbles,
)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Make a document, most without bundles."""
    document = [Instance(None, _declared(draw(_parts)))]
    if draw(st.integers(0, 5)) == 0:
        document.append(Instance(ex("bundle0"), _declared(draw(_parts))))
        if draw(st.booleans()):
            document.append(Instance(ex("bundle1"), document[0].statements))
    return document


def _declared(told: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Declare the activities that inform each other: the oracle fails where they are not."""
    informing = {
        name for one in told if isinstance(one, s.Communication)
        for name in (one.informed, one.informant)
    }  # fmt: skip
    informing -= {one.id for one in told if isinstance(one, s.Activity)}
    return (*told, *map(s.Activity, sorted(map(str, informing))))
