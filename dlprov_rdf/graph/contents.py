# SPDX-License-Identifier: Apache-2.0
"""Content: what occurrences with the same octets have in common, in any run and any lab.

A content is named by its digest and says nothing else: no generation, no derivation, no role.

Source:
    RFC 6920, Naming Things with Hashes: https://www.rfc-editor.org/rfc/rfc6920
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.graph import literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.iris import content


def of(account: Account, occurrence: NamedNode, digest: str) -> Iterator[Quad]:
    """Yield that an occurrence is one of a content."""
    named = content(digest)
    if named is None:
        words = f"the log gives no RFC 6920 name: {digest}"
        yield account.say(occurrence, v.DLPROV_UNDIGESTED, literals.text(words))
        return
    yield account.say(occurrence, v.PROV_SPECIALIZATION_OF, named)
    if account.first("content", named):
        yield account.say(named, v.RDF_TYPE, v.PROV_ENTITY)
        yield account.say(named, v.RDF_TYPE, v.DLPROV_CONTENT)


def known(
    account: Account,
    occurrence: NamedNode,
    digest: str | None,
    sample: str | None,
    undigested: str | None,
) -> Iterator[Quad]:
    """Yield what is known of an occurrence's content: all, a sample, or why nothing."""
    if digest is not None:
        yield from of(account, occurrence, digest)
    elif sample is not None:
        yield account.say(occurrence, v.DLPROV_SAMPLE_DIGEST, literals.text(sample))
    else:
        words = undigested if undigested is not None else "the log does not say"
        yield account.say(occurrence, v.DLPROV_UNDIGESTED, literals.text(words))
