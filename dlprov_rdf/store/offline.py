# SPDX-License-Identifier: Apache-2.0
"""Refuses a query that would contact the network: Oxigraph cannot be told not to.

Whatever is not a name, a string or a comment and has SERVICE in it is refused. Oxigraph
needs no blank around a keyword (``1SERVICE<…>``, ``SERVICESILENT<…>`` and ``SERVICE:x`` all
call), so a word is not looked for, its letters are; a prefix called ``service:`` is the price.
"""

from __future__ import annotations

import re

from dlprov_rdf.errors import FaultyQuery

_PASSIVE = re.compile(
    r"""
      <[^<>"{}|^`\x00-\x20]*>                       # an IRI
    | \"\"\"(?:[^"\\]|\\.|"(?!\"\"))*\"\"\"         # strings, the long ones first
    | '''(?:[^'\\]|\\.|'(?!''))*'''
    | "(?:[^"\\\n\r]|\\.)*"
    | '(?:[^'\\\n\r]|\\.)*'
    | \#[^\n\r]*                                    # a comment
    | [?$]\w+                                       # a variable
    | :(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*             # a name, after its prefix
    """,
    re.VERBOSE | re.DOTALL,
)


def refuse_service(sparql: str) -> None:
    """Let a query pass only if it asks no other service.

    Raises:
        FaultyQuery: It would.
    """
    if "SERVICE" not in sparql.upper():
        return  # nor can it come of what is taken away, which leaves a blank
    if "SERVICE" in _PASSIVE.sub(" ", sparql).upper():
        raise FaultyQuery(
            "query",
            "SERVICE would contact the network, which a query of this store may not "
            "(dlprov ask --endpoint asks other endpoints)",
        )
