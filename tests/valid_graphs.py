# SPDX-License-Identifier: Apache-2.0
"""Graphs that keep every rule, of ``core`` and of all profiles, as text to be broken."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

HERE = Path(__file__).parent

#: Keeps all rules of ``core``, with one of everything.
VALID = (HERE / "valid_run.ttl").read_text(encoding="utf-8")

#: Keeps the rules of ``reproducible`` and ``fair``, too.
WHOLE = (HERE / "whole_run.ttl").read_text(encoding="utf-8")


def parsed(turtle: str) -> list[ox.Quad]:
    """Parse Turtle."""
    return list(ox.parse(turtle, format=ox.RdfFormat.TURTLE))


#: Breaks one rule, that of an epoch's number.
NO_EPOCH_NUMBER = parsed(VALID.replace("dlprov:epochNumber 0", "dlprov:epochNumber -7"))
