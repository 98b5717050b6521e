# SPDX-License-Identifier: Apache-2.0
"""What PROV can say: one frozen class for each kind of statement, plain values only.

An identifier is an IRI, or ``_:label`` for something that has no name; None stands where a
statement leaves a place open. Times are as they were written, ``xsd:dateTime``. An attribute
is a name and a value: the IRIs and plain texts that PROV's rules can see.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

Name: TypeAlias = str | None
Attributes: TypeAlias = tuple[tuple[str, str], ...]


class Entity(Struct, frozen=True, gc=False):
    """``entity(id)``."""

    id: Name
    attributes: Attributes = ()


class Activity(Struct, frozen=True, gc=False):
    """``activity(id, start, end)``."""

    id: Name
    start: Name = None
    end: Name = None
    attributes: Attributes = ()


class Agent(Struct, frozen=True, gc=False):
    """``agent(id)``."""

    id: Name
    attributes: Attributes = ()


class Generation(Struct, frozen=True, gc=False):
    """``wasGeneratedBy(id; entity, activity, time)``."""

    entity: Name
    activity: Name = None
    time: Name = None
    id: Name = None
    attributes: Attributes = ()


class Usage(Struct, frozen=True, gc=False):
    """``used(id; activity, entity, time)``."""

    activity: Name
    entity: Name = None
    time: Name = None
    id: Name = None
    attributes: Attributes = ()


class Communication(Struct, frozen=True, gc=False):
    """``wasInformedBy(id; informed, informant)``."""

    informed: Name
    informant: Name
    id: Name = None
    attributes: Attributes = ()


class Start(Struct, frozen=True, gc=False):
    """``wasStartedBy(id; activity, trigger, starter, time)``."""

    activity: Name
    trigger: Name = None
    starter: Name = None
    time: Name = None
    id: Name = None
    attributes: Attributes = ()


class End(Struct, frozen=True, gc=False):
    """``wasEndedBy(id; activity, trigger, ender, time)``."""

    activity: Name
    trigger: Name = None
    ender: Name = None
    time: Name = None
    id: Name = None
    attributes: Attributes = ()


class Invalidation(Struct, frozen=True, gc=False):
    """``wasInvalidatedBy(id; entity, activity, time)``."""

    entity: Name
    activity: Name = None
    time: Name = None
    id: Name = None
    attributes: Attributes = ()


class Derivation(Struct, frozen=True, gc=False):
    """``wasDerivedFrom(id; generated, used, activity, generation, usage)``."""

    generated: Name
    used: Name
    activity: Name = None
    generation: Name = None
    usage: Name = None
    id: Name = None
    attributes: Attributes = ()


class Attribution(Struct, frozen=True, gc=False):
    """``wasAttributedTo(id; entity, agent)``."""

    entity: Name
    agent: Name
    id: Name = None
    attributes: Attributes = ()


class Association(Struct, frozen=True, gc=False):
    """``wasAssociatedWith(id; activity, agent, plan)``."""

    activity: Name
    agent: Name = None
    plan: Name = None
    id: Name = None
    attributes: Attributes = ()


class Delegation(Struct, frozen=True, gc=False):
    """``actedOnBehalfOf(id; delegate, responsible, activity)``."""

    delegate: Name
    responsible: Name
    activity: Name = None
    id: Name = None
    attributes: Attributes = ()


class Influence(Struct, frozen=True, gc=False):
    """``wasInfluencedBy(id; influenced, influencer)``."""

    influenced: Name
    influencer: Name
    id: Name = None
    attributes: Attributes = ()


class Alternate(Struct, frozen=True, gc=False):
    """``alternateOf(first, second)``."""

    first: Name
    second: Name


class Specialization(Struct, frozen=True, gc=False):
    """``specializationOf(specific, general)``."""

    specific: Name
    general: Name


class Mention(Struct, frozen=True, gc=False):
    """``mentionOf(specific, general, bundle)``."""

    specific: Name
    general: Name
    bundle: Name = None


class Membership(Struct, frozen=True, gc=False):
    """``hadMember(collection, entity)``."""

    collection: Name
    entity: Name


Statement: TypeAlias = (
    Entity | Activity | Agent | Generation | Usage | Communication | Start | End | Invalidation
    | Derivation | Attribution | Association | Delegation | Influence | Alternate
    | Specialization | Mention | Membership
)  # fmt: skip

#: What PROV-N calls a statement of each kind.
KEYWORDS: dict[type[Statement], str] = {
    Entity: "entity",
    Activity: "activity",
    Agent: "agent",
    Generation: "wasGeneratedBy",
    Usage: "used",
    Communication: "wasInformedBy",
    Start: "wasStartedBy",
    End: "wasEndedBy",
    Invalidation: "wasInvalidatedBy",
    Derivation: "wasDerivedFrom",
    Attribution: "wasAttributedTo",
    Association: "wasAssociatedWith",
    Delegation: "actedOnBehalfOf",
    Influence: "wasInfluencedBy",
    Alternate: "alternateOf",
    Specialization: "specializationOf",
    Mention: "mentionOf",
    Membership: "hadMember",
}


class Instance(Struct, frozen=True):
    """Statements that are judged together: a document's own, or those of one bundle.

    Attributes:
        name: The bundle's IRI; None for a document's own statements.
        statements: In any order.
    """

    name: Name
    statements: tuple[Statement, ...]
