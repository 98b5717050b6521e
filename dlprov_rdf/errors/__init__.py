# SPDX-License-Identifier: Apache-2.0
"""Every way dlprov-rdf can fail, as one tree.

A call site gives facts and the class words them, so a message stands once, an error
pickles across processes, and a test asserts facts. A message reads: where, what with
the value in quotes, what to do.

``exit_status`` is what the command line returns: 2 for what was asked or given wrongly,
3 for a store or service that could not be reached or that refused.
"""

from __future__ import annotations

from dlprov_rdf.errors.annotating import (
    AnnotationError,
    FaultyRdf,
    FaultyWords,
    NobodySays,
    NothingSaid,
    WrongAnnotation,
)
from dlprov_rdf.errors.asking import (
    Ambiguous,
    FaultyQuery,
    NoSuchRow,
    NotFound,
    QuestionError,
    TooMany,
    UnknownQuestion,
    WrongParameter,
)
from dlprov_rdf.errors.capture import (
    CaptureError,
    NotANumber,
    WrongCall,
)
from dlprov_rdf.errors.event_log import (
    EventLogError,
    ForeignLine,
    SequenceGap,
    TornRecord,
    UnknownEventKind,
    UnknownLogFormat,
)
from dlprov_rdf.errors.federating import (
    NoAddress,
    NoLabAnswered,
    NoServiceForm,
    NotFederated,
    OnlyRead,
    UnknownEndpoint,
)
from dlprov_rdf.errors.folder import (
    AssetMissing,
    DemoFailed,
    FaultyCacheLimit,
    FaultyColumns,
    FaultySettings,
    MissingExtra,
    NoKnowledgeBase,
    SettingsError,
)
from dlprov_rdf.errors.fuseki import (
    FusekiElsewhere,
    FusekiEnded,
    FusekiError,
    FusekiMisconfigured,
    FusekiRunsOtherwise,
    FusekiSilent,
    FusekiStays,
    JavaTooOld,
    NoFusekiJar,
    PortTaken,
    WrongJar,
)
from dlprov_rdf.errors.pushing import (
    DatasetOfOthers,
    OtherOntology,
    PushError,
)
from dlprov_rdf.errors.root import (
    DlprovError,
)
from dlprov_rdf.errors.service import (
    AnswerTooLarge,
    FaultyAddress,
    SecretMissing,
    ServiceError,
    ServiceFault,
    ServiceReadOnly,
    ServiceRefused,
    ServiceTooSlow,
    ServiceUnreachable,
)
from dlprov_rdf.errors.store import (
    NothingBuilt,
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreUnwritable,
)
from dlprov_rdf.errors.validation import (
    DoesNotConform,
    FaultyDocument,
    FaultyShapes,
    UnknownEngine,
    UnknownProfile,
    UnknownReasoner,
    ValidationError,
)

__all__ = [
    "Ambiguous",
    "AnnotationError",
    "AnswerTooLarge",
    "AssetMissing",
    "CaptureError",
    "DatasetOfOthers",
    "DemoFailed",
    "DlprovError",
    "DoesNotConform",
    "EventLogError",
    "FaultyAddress",
    "FaultyCacheLimit",
    "FaultyColumns",
    "FaultyDocument",
    "FaultyQuery",
    "FaultyRdf",
    "FaultySettings",
    "FaultyShapes",
    "FaultyWords",
    "ForeignLine",
    "FusekiElsewhere",
    "FusekiEnded",
    "FusekiError",
    "FusekiMisconfigured",
    "FusekiRunsOtherwise",
    "FusekiSilent",
    "FusekiStays",
    "JavaTooOld",
    "MissingExtra",
    "NoAddress",
    "NoFusekiJar",
    "NoKnowledgeBase",
    "NoLabAnswered",
    "NoServiceForm",
    "NoSuchRow",
    "NobodySays",
    "NotANumber",
    "NotFederated",
    "NotFound",
    "NothingBuilt",
    "NothingSaid",
    "OnlyRead",
    "OtherOntology",
    "PortTaken",
    "PushError",
    "QuestionError",
    "SecretMissing",
    "SequenceGap",
    "ServiceError",
    "ServiceFault",
    "ServiceReadOnly",
    "ServiceRefused",
    "ServiceTooSlow",
    "ServiceUnreachable",
    "SettingsError",
    "StoreBusy",
    "StoreCorrupt",
    "StoreError",
    "StoreUnwritable",
    "TooMany",
    "TornRecord",
    "UnknownEndpoint",
    "UnknownEngine",
    "UnknownEventKind",
    "UnknownLogFormat",
    "UnknownProfile",
    "UnknownQuestion",
    "UnknownReasoner",
    "ValidationError",
    "WrongAnnotation",
    "WrongCall",
    "WrongJar",
    "WrongParameter",
]
