# SPDX-License-Identifier: Apache-2.0
"""What a run tells of itself: one frozen class for each kind of event.

An event is a fact with a time. It holds plain values only, no framework object and
no RDF term, so that a log written beside a GPU today can be read anywhere, later.

Units, in every event: ``at`` is nanoseconds since 1970-01-01T00:00Z; durations are
seconds of wall clock; sizes are bytes; array shapes are outermost axis first, with
``None`` for an axis left open; digests are ``ni:///sha-256;…`` (RFC 6920).

Names, in every event: ``id`` is the local name that an occurrence keeps in its run, a
noun and the sequence number of the event that first tells of it (``data/12``,
``training/20``); an epoch's is ``training/20/epoch/3``. Other events refer to it by that.
"""

from __future__ import annotations

from dlprov_rdf.events.parts import (
    END_STATES,
    FORMAT,
    STEP_KINDS,
    Code,
    Event,
    Layer,
    Number,
    PlannedStep,
    Setting,
    Technique,
    Usage,
    Value,
)
from dlprov_rdf.events.plan import PlanDeclared
from dlprov_rdf.events.records import (
    DataProfiled,
    Feature,
    Member,
    MembersSeen,
    RecordsMapped,
    RecordsNotMapped,
    RowsDigested,
)
from dlprov_rdf.events.run import (
    CodeSeen,
    EnvironmentSeen,
    EventsLost,
    LeftOut,
    LogStarted,
    ParametersSet,
    PersonSeen,
    QuantityUsed,
    ResourcesUsed,
    RunEnded,
    RunStarted,
    SeedSet,
)
from dlprov_rdf.events.training import (
    Adapted,
    ArchitectureSeen,
    DataReduced,
    EpochEnded,
    EpochStarted,
    MeasureSeen,
    Metric,
    ModelSeen,
    Selected,
    TrainingEnded,
    TrainingStarted,
)
from dlprov_rdf.events.words import (
    ANNOTATIONS,
    Annotated,
    Attached,
    AttributeSet,
    FoundDead,
    NoteAdded,
)
from dlprov_rdf.events.work import DataSeen, FileSeen, OverlapCounted, StepEnded, StepStarted, Used

KINDS: dict[str, type[Event]] = {
    str(kind.__struct_config__.tag): kind for kind in Event.__subclasses__()
}

__all__ = [
    "ANNOTATIONS",
    "END_STATES",
    "FORMAT",
    "KINDS",
    "STEP_KINDS",
    "Adapted",
    "Annotated",
    "ArchitectureSeen",
    "Attached",
    "AttributeSet",
    "Code",
    "CodeSeen",
    "DataProfiled",
    "DataReduced",
    "DataSeen",
    "EnvironmentSeen",
    "EpochEnded",
    "EpochStarted",
    "Event",
    "EventsLost",
    "Feature",
    "FileSeen",
    "FoundDead",
    "Layer",
    "LeftOut",
    "LogStarted",
    "MeasureSeen",
    "Member",
    "MembersSeen",
    "Metric",
    "ModelSeen",
    "NoteAdded",
    "Number",
    "OverlapCounted",
    "ParametersSet",
    "PersonSeen",
    "PlanDeclared",
    "PlannedStep",
    "QuantityUsed",
    "RecordsMapped",
    "RecordsNotMapped",
    "ResourcesUsed",
    "RowsDigested",
    "RunEnded",
    "RunStarted",
    "SeedSet",
    "Selected",
    "Setting",
    "StepEnded",
    "StepStarted",
    "Technique",
    "TrainingEnded",
    "TrainingStarted",
    "Usage",
    "Used",
    "Value",
]
