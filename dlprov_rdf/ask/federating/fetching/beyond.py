# SPDX-License-Identifier: Apache-2.0
"""Where a walk goes on by content: equal octets at whatever lab, looked up at once, not by layers.

A lineage goes on from data that nothing is known to have made to equal data that an activity
made; against the dependencies it is the other way round.
"""

from __future__ import annotations

from collections.abc import Callable

from dlprov_rdf.ask.federating.fetching.parts import Part, Place, Terms
from dlprov_rdf.ask.federating.fetching.strategies import Seen
from dlprov_rdf.ask.federating.fetching.ways import OF_ANYTHING, Way
from dlprov_rdf.ask.federating.reading.needs import Term, names
from dlprov_rdf.graph import vocabulary as v

_EQUALS = frozenset((v.PROV_SPECIALIZATION_OF,))
_GENERATED = frozenset((v.PROV_WAS_GENERATED_BY,))
_ASSOCIATED = frozenset((v.PROV_WAS_ASSOCIATED_WITH,))

#: More things that are equal are not walked from at once: each layer asks for its own.
_MOST = 100

#: Fetches parts, if they are not here.
Fetch = Callable[[tuple[Part, ...]], None]


def beyond(
    reached: frozenset[Term], way: Way, *, seen: Seen, fetch: Fetch, merged: bool
) -> frozenset[Term]:
    """Fetch what tells where a walk goes on.

    Args:
        reached: Things of which all is here that is said of contents and of generation.
        way: The one that was gone.
        seen: Reads what was fetched.
        fetch: Fetches more.
        merged: Whether the triples are enough, without their graphs.

    Returns:
        The things to go on from, that were not reached; from anything to what it depends on
        with those who answer for what was reached.
    """

    def found(place: Place, subject: Terms = None, predicate: Terms = None, value: Terms = None
    ) -> frozenset[Term]:  # fmt: skip
        part = Part(None, subject, predicate, value)
        terms = None if part.empty else seen(part, place)
        return names(terms) or frozenset()

    made = found("s", reached, _GENERATED)
    ends = found("s", reached, _EQUALS) - made if way.forward else made
    contents = found("o", ends, _EQUALS)
    fetch((Part(predicate=_EQUALS, object=contents, merged=merged),))
    equal = found("s", None, _EQUALS, contents) - reached
    fetch((Part(subject=equal, predicate=_GENERATED, merged=merged),))
    made = found("s", equal, _GENERATED)
    following = made if way.forward else equal - made
    if len(following) > _MOST:
        following = frozenset()
    answering = found("o", reached, _ASSOCIATED) if way == OF_ANYTHING else frozenset()
    return following | (answering - reached)
