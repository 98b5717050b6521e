# SPDX-License-Identifier: Apache-2.0
"""PROV statements: a view of quads, and of other PROV documents, for validity and exchange."""

from __future__ import annotations

from dlprov_rdf.graph.statements.kinds import (
    KEYWORDS,
    Activity,
    Agent,
    Alternate,
    Association,
    Attribution,
    Communication,
    Delegation,
    Derivation,
    End,
    Entity,
    Generation,
    Influence,
    Instance,
    Invalidation,
    Membership,
    Mention,
    Specialization,
    Start,
    Statement,
    Usage,
)
from dlprov_rdf.graph.statements.prov_o import instances, statements

__all__ = [
    "KEYWORDS",
    "Activity",
    "Agent",
    "Alternate",
    "Association",
    "Attribution",
    "Communication",
    "Delegation",
    "Derivation",
    "End",
    "Entity",
    "Generation",
    "Influence",
    "Instance",
    "Invalidation",
    "Membership",
    "Mention",
    "Specialization",
    "Start",
    "Statement",
    "Usage",
    "instances",
    "statements",
]
