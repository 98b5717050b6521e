# SPDX-License-Identifier: Apache-2.0
"""The knowledge base a user opens: what it holds is as new as the logs, whenever it is asked.

Whoever asks first brings the store up to date; if another process is at it, the newest
published snapshot is read, and a note says how old that is.
"""

from __future__ import annotations

from pathlib import Path

from dlprov_rdf.kb.asking import Asking
from dlprov_rdf.kb.judging import Judging
from dlprov_rdf.kb.runs import AnyRun, Captured
from dlprov_rdf.kb.saying import Saying
from dlprov_rdf.kb.serving import Serving
from dlprov_rdf.kb.sharing import Sharing
from dlprov_rdf.kb.walking import Walking
from dlprov_rdf.pipeline import OnWarning

__all__ = ["AnyRun", "Captured", "KnowledgeBase", "OnWarning", "open_kb"]


class KnowledgeBase(Asking, Walking, Saying, Judging, Sharing, Serving):
    """A folder of runs that can be asked."""


def open_kb(folder: Path | str | None = None) -> KnowledgeBase:
    """Open a knowledge base: the folder given, ``$DLPROV_KB``, or ``./dlprov-kb``."""
    return KnowledgeBase.open(folder)
