# SPDX-License-Identifier: Apache-2.0
"""Relations with a role or a plan, in both of PROV's forms: the plain one and the qualified.

Source:
    PROV-O, Qualified Terms: https://www.w3.org/TR/prov-o/#description-qualified-terms
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.iris import below

_ROLES = {
    "training": v.DLPROV_TRAINING_ROLE,
    "validation": v.DLPROV_VALIDATION_ROLE,
    "test": v.DLPROV_TEST_ROLE,
    "model": v.DLPROV_MODEL_ROLE,
    "candidate": v.DLPROV_CANDIDATE_ROLE,
    "input": v.DLPROV_INPUT_ROLE,
    "executor": v.DLPROV_EXECUTOR_ROLE,
    "scientist": v.DLPROV_SCIENTIST_ROLE,
    "callback": v.DLPROV_CALLBACK_ROLE,
    "steering": v.DLPROV_STEERING_ROLE,
}

_SYNONYMS = {"train": "training", "val": "validation", "valid": "validation"}


def word(role: str) -> str:
    """Give the word by which a role is known here: training for train, say."""
    return _SYNONYMS.get(role, role)


def node(account: Account, role: str) -> NamedNode:
    """Name a role: one of ours, or the user's own."""
    return _ROLES.get(word(role)) or account.iris.own("role", role)


def described(account: Account, role: str) -> Iterator[Quad]:
    """Yield what a graph says of a role that it uses, once."""
    named = node(account, role)
    if account.first("role", named):
        label = None if word(role) in _ROLES else role
        yield from account.describe(named, label, v.PROV_ROLE)


def used(
    account: Account, activity: NamedNode, entity: NamedNode, role: str | None, place: str
) -> Iterator[Quad]:
    """Yield that an activity used an entity, in a role if it has one.

    Args:
        account: Of this telling.
        activity: The user.
        entity: What it used.
        role: What for: a word.
        place: Tells this usage from the activity's other ones.
    """
    if account.first("used", activity, entity):
        yield account.say(activity, v.PROV_USED, entity)
    if role is None or not account.first("used", activity, entity, word(role)):
        return
    usage = below(activity, "usage", place)
    yield account.say(activity, v.PROV_QUALIFIED_USAGE, usage)
    yield account.say(usage, v.RDF_TYPE, v.PROV_USAGE)
    yield account.say(usage, v.PROV_ENTITY_PROPERTY, entity)
    yield account.say(usage, v.PROV_HAD_ROLE, node(account, role))
    yield from described(account, role)


def associated(
    account: Account,
    activity: NamedNode,
    agent: NamedNode,
    *,
    place: str,
    role: str | None = None,
    plan: NamedNode | None = None,
) -> Iterator[Quad]:
    """Yield that an agent took part in an activity, in a role or by a plan if there is one."""
    if account.first("associated", activity, agent):
        yield account.say(activity, v.PROV_WAS_ASSOCIATED_WITH, agent)
    if role is None and plan is None:
        return
    association = below(activity, "association", *place.split("/"))
    yield account.say(activity, v.PROV_QUALIFIED_ASSOCIATION, association)
    yield account.say(association, v.RDF_TYPE, v.PROV_ASSOCIATION)
    yield account.say(association, v.PROV_AGENT_PROPERTY, agent)
    if role is not None:
        yield account.say(association, v.PROV_HAD_ROLE, node(account, role))
        yield from described(account, role)
    if plan is not None:
        yield account.say(association, v.PROV_HAD_PLAN, plan)
