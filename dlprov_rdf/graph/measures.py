# SPDX-License-Identifier: Apache-2.0
"""Measures: which function a reported name stands for, on what data, and which way is better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import MeasureSeen
from dlprov_rdf.graph import literals, published, roles
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account, Given
from dlprov_rdf.graph.iris import shared
from dlprov_rdf.graph.reported import Reported
from dlprov_rdf.graph.series import Series

#: Beginnings of printed names that say which data were measured on.
_PREFIXES = {"val_": "validation", "test_": "test", "train_": "training"}

_DATA_ROLES = frozenset({"training", "validation", "test"})
#: Which way is better, by the word in an event.
DIRECTIONS = {"higher": v.DLPROV_HIGHER_IS_BETTER, "lower": v.DLPROV_LOWER_IS_BETTER}


def begin(
    account: Account,
    name: str,
    of: str | None,
    activity: NamedNode,
    given: Sequence[Given],
    usual_role: str | None,
    *,
    batches: bool = False,
) -> Reported:
    """Work out what a name means where it is reported for the first time.

    Args:
        account: Of this telling.
        name: As it was printed.
        of: The local id of the training or step that reports it; None is the run.
        activity: That training, step or run itself.
        given: What it used.
        usual_role: The role of the data where neither the log nor the name says one.
        batches: Whether it is reported of batches.
    """
    prefix = next((one for one in _PREFIXES if name.startswith(one) and name != one), "")
    bare = name.removeprefix(prefix)
    told = _told(account, of, name, bare)
    role = _role(account, of, name, prefix) or usual_role
    function = told.function if told is not None else None
    on = [one.node for one in given if one.kind == "data" and role in {one.role, None}]
    long = account.survey.is_series(account.rank, name, batches=batches)
    measure = _measure(account, function, told, bare)
    direction = _direction(told, bare)
    stage = account.stages.get(of) if of is not None else None
    return Reported(
        name=name,
        measure=measure,
        role=None if role is None else roles.node(account, role),
        on=tuple(dict.fromkeys(on)),
        direction=direction or account.said_directions.get(measure),
        observed=direction is not None,
        series=Series() if long else None,
        activity=activity,
        one_by_one=account.one_by_one,
        batches=batches,
        outcome=stage is not None and stage.kind == "evaluate" and not batches,
    )


def role_of_data(given: Sequence[Given]) -> str | None:
    """Tell the one role of data among what a step used; None if there are several or none."""
    found = {one.role for one in given if one.role in _DATA_ROLES}
    return found.pop() if len(found) == 1 else None


def described(account: Account, reported: Reported, of: str | None) -> Iterator[Quad]:
    """Yield what a graph says of a measure that is reported in it, once."""
    if reported.role is not None and account.first("role", reported.role):
        yield account.say(reported.role, v.RDF_TYPE, v.PROV_ROLE)
    if not account.first("measure", reported.measure):
        return
    bare = _bare(reported.name)
    told = _told(account, of, reported.name, bare)
    function = told.function if told is not None else None
    label = published.last_part(function) if function else bare
    yield from account.describe(reported.measure, label, v.MLS_EVALUATION_MEASURE)
    if reported.direction is not None and reported.observed:
        yield account.say(reported.measure, v.DLPROV_DIRECTION, DIRECTIONS[reported.direction])


def _bare(name: str) -> str:
    prefix = next((one for one in _PREFIXES if name.startswith(one) and name != one), "")
    return name.removeprefix(prefix)


def _told(account: Account, of: str | None, name: str, bare: str) -> MeasureSeen | None:
    """Find what the log says that a name stands for, with or without its prefix."""
    measures = account.survey.measures
    for key in ((of, name), (None, name), (of, bare), (None, bare)):
        if key in measures:
            return measures[key]
    return None


def _role(account: Account, of: str | None, name: str, prefix: str) -> str | None:
    measures = account.survey.measures
    told = measures.get((of, name)) or measures.get((None, name))
    if told is not None and told.role is not None:
        return roles.word(told.role)
    return _PREFIXES.get(prefix)


def _measure(
    account: Account, function: str | None, told: MeasureSeen | None, bare: str
) -> NamedNode:
    """Name a measure: shared by all labs if its function is published, else ours."""
    if function is None or told is None:
        return account.iris.own("measure", bare)
    spelled = ",".join(
        f"{key}={literals.words(value)}" for key, value in sorted(told.parameters.items())
    )
    name = f"{function}({spelled})" if spelled else function
    if published.is_published(function):
        return shared("measure", name)
    return account.iris.own("measure", name)


def _direction(told: MeasureSeen | None, bare: str) -> str | None:
    """Tell which way is better: as the log says, else by custom."""
    if told is None:
        return published.customary_direction(bare)
    if told.direction in DIRECTIONS:
        return told.direction
    by_function = published.customary_direction(told.function) if told.function else None
    return by_function or published.customary_direction(bare)
