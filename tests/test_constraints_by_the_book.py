# SPDX-License-Identifier: Apache-2.0
"""The engine's verdict is the specification's, on whatever statements, in whatever order."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from by_the_book import valid
from hypothesis import given, settings
from hypothesis import strategies as st
from test_constraints import CASES, EARLY, EMPTY, LATE, Case, judged, numbers

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import Statement
from dlprov_rdf.validate.constraints import check

entities = st.sampled_from(["e", "f", "h", "_:e"])
activities = st.sampled_from(["a", "b", "_:a"])
agents = st.sampled_from(["p", "e", "a"])
times = st.sampled_from([EARLY, LATE]) | st.none()


def relation(kind: type[Statement], **places: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Statements of one kind, some with an identifier that others may have."""
    names = {"id": st.none() | st.sampled_from([f"{kind.__name__[:2]}{n}" for n in (1, 2)] + ["x"])}
    return st.builds(kind, **names, **places)


statements: st.SearchStrategy[Statement] = st.one_of(
    st.builds(s.Entity, entities, st.sampled_from([(), (), EMPTY])),
    st.builds(s.Activity, activities, times, times),
    st.builds(s.Agent, agents | st.just("x")),
    relation(s.Generation, entity=entities, activity=activities | st.none(), time=times),
    relation(s.Generation, entity=entities, activity=activities | st.none(), time=times),
    relation(s.Usage, activity=activities, entity=entities | st.none(), time=times),
    relation(s.Communication, informed=activities, informant=activities),
    relation(
        s.Start, activity=activities, trigger=entities | st.none(),
        starter=activities | st.none(), time=times,
    ),
    relation(
        s.End, activity=activities, trigger=entities | st.none(), ender=activities | st.none(),
        time=times,
    ),
    relation(s.Invalidation, entity=entities, activity=activities | st.none(), time=times),
    relation(s.Derivation, generated=entities, used=entities),
    relation(
        s.Derivation, generated=entities, used=entities, activity=activities,
        generation=st.none() | st.sampled_from(["Ge1", "Ge2", "_:g", "x"]),
        usage=st.none() | st.sampled_from(["Us1", "Us2", "_:u", "x"]),
    ),
    relation(s.Attribution, entity=entities, agent=agents),
    relation(
        s.Association, activity=activities, agent=agents | st.none(), plan=entities | st.none()
    ),
    relation(
        s.Delegation, delegate=agents, responsible=agents, activity=activities | st.none()
    ),
    relation(s.Influence, influenced=entities, influencer=entities | activities),
    st.builds(s.Specialization, entities, entities),
    st.builds(s.Specialization, st.just("e"), st.just("f")),
    st.builds(s.Membership, entities, entities),
    st.builds(s.Alternate, entities, entities),
)  # fmt: skip
histories = st.lists(statements, max_size=9)


@settings(max_examples=500)
@given(histories)
def test_the_verdict_is_the_specifications(history: list[Statement]) -> None:
    """Drawn out by the letter, with every inference and every pair of events."""
    report = judged(*history)

    assert report.valid == valid(history), report.words()


@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_statements_does_not_matter(history: list[Statement], chance: Any) -> None:
    """Nor for what is told to be broken."""
    shuffled = history.copy()
    chance.shuffle(shuffled)

    assert numbers(judged(*shuffled)) == numbers(judged(*history))


@given(histories)
def test_what_blank_nodes_are_labelled_does_not_matter(history: list[Statement]) -> None:
    """A label is no name."""
    written = msgspec.json.encode([(type(one).__name__, one) for one in history]).decode()
    renamed = [
        msgspec.convert(fields, getattr(s, kind))
        for kind, fields in msgspec.json.decode(re.sub('"_:(.)"', r'"_:other-\1"', written))
    ]

    assert numbers(judged(*renamed)) == numbers(judged(*history))


@given(histories, st.sampled_from(CASES))
def test_a_violation_added_to_a_valid_document_is_found(
    history: list[Statement], case: Case
) -> None:
    """Whatever else a document says, a contradiction stays one."""
    added = [_apart(one) for one in (*case.valid, *case.broken_by)]

    report = judged(*history, *added)

    assert case.constraint in numbers(report), report.words()


@given(histories, histories)
def test_bundles_are_judged_each_on_its_own(
    first: list[Statement], second: list[Statement]
) -> None:
    """What one says is nothing to another."""
    both = check([s.Instance(None, tuple(first)), s.Instance("bundle", tuple(second))])

    assert both.valid == (judged(*first).valid and judged(*second).valid)


def _apart(statement: Statement) -> Statement:
    """The same statement of other things."""
    fields = {
        name: re.sub("^(_:)?", r"\1other-", value)
        for name in statement.__struct_fields__
        if (value := getattr(statement, name))
        and name not in {"attributes", "time", "start", "end"}
    }
    return msgspec.structs.replace(statement, **fields)
