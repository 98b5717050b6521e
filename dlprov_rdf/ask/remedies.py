# SPDX-License-Identifier: Apache-2.0
"""A remedy's commands as they can be typed, with the run and the thing that they are about."""

from __future__ import annotations

import re


def filled(remedy: str, shown: str, run: str) -> str:
    """Put a run and a thing into the commands of a rule's remedy.

    Args:
        remedy: It says RUN for the run, and ``dlprov annotate IRI`` for the thing.
        shown: The thing as it can be typed.
        run: The run's id, whose ending is enough.
    """
    words = re.sub(r"\bRUN\b", run[-8:], remedy)
    return re.sub(r"`dlprov annotate IRI\b", lambda _: f"`dlprov annotate {shown}", words)


def as_typed(thing: str, run: str) -> str:
    """Name a thing of a run as tables do (``f09cfdf6/data/12``); another by its IRI, quoted.

    Args:
        thing: Its IRI.
        run: The run's IRI.
    """
    if thing.startswith(f"{run}/"):
        return f"{run[-8:]}/{thing.removeprefix(f'{run}/')}"
    if thing == run:
        return run[-8:]
    return f"'{thing}'" if re.search(r"[;&()\s]", thing) else thing
