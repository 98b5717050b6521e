# SPDX-License-Identifier: Apache-2.0
"""What a run tells of its plan, where one was declared before the steps were carried out."""

from __future__ import annotations

from dlprov_rdf.events.parts import Event, PlannedStep


class PlanDeclared(Event, frozen=True, tag="plan"):
    """What was to be done, in this order; ``by`` is the person who planned it."""

    steps: list[PlannedStep]
    name: str | None = None
    by: str | None = None
