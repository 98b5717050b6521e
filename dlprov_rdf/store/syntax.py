# SPDX-License-Identifier: Apache-2.0
"""Says in few words what is wrong with a query."""

from __future__ import annotations


def expected(fault: str) -> str:
    """Say what Oxigraph's parser expected without the classes of characters that it lists."""
    where, _, what = fault.partition(": expected ")
    if "Prefix not found" in what:
        return f"{where}: its prefix is not declared"
    words = [one for one in what.removeprefix("one of ").split(", ") if one[:1] not in {"", "["}]
    return f"{where}: expected {' or '.join(words)}" if words else f"{where}: not SPARQL from here"
