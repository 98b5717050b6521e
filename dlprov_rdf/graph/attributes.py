# SPDX-License-Identifier: Apache-2.0
"""What people say of things in a run: attributes of their own, and notes."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import AttributeSet, NoteAdded
from dlprov_rdf.graph import hyperparameters, literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.iris import absolute, below

#: Vocabularies whose statements are ours to make: an attribute is not stated by their terms.
_OURS = (
    v.RDF, v.RDFS, v.PROV, v.MLS, v.DCAT, v.SKOS, v.DCTERMS, "http://www.w3.org/2002/07/owl#",
    "https://w3id.org/dlprov-rdf/",
)  # fmt: skip


def attribute_set(account: Account, event: AttributeSet) -> Iterator[Quad]:
    """Yield an attribute of something; one with a term is stated by that term as well."""
    about = _about(account, event.about)
    if about is None:
        return
    say = account.say
    attribute = below(about, "attribute", event.name, account.serial(event))
    label = f"{event.name} = {literals.words(event.value)}"
    yield say(about, v.DLPROV_HAS_ATTRIBUTE, attribute)
    yield from account.describe(attribute, label, v.PROV_ENTITY, v.DLPROV_ATTRIBUTE)
    yield say(attribute, v.DLPROV_ATTRIBUTE_NAME, literals.text(event.name))
    yield from hyperparameters.valued(account, attribute, v.PROV_VALUE, event.value)
    if event.unit is not None:
        yield say(attribute, v.DLPROV_UNIT, literals.text(event.unit))
    term = absolute(event.term) if event.term is not None else None
    if term is not None:
        yield say(attribute, v.DCTERMS_TYPE, term)
        if not is_ours(term):
            yield say(about, term, literals.value(event.value))


def is_ours(term: NamedNode) -> bool:
    """Tell whether statements by a term are ours to make."""
    return term.value.startswith(_OURS)


def note_added(account: Account, event: NoteAdded) -> Iterator[Quad]:
    """Yield words of a person about something."""
    about = _about(account, event.about)
    if about is not None:
        words = event.text if event.by is None else f"{event.by}: {event.text}"
        yield account.say(about, v.DLPROV_NOTE, literals.text(words))


def _about(account: Account, name: str | None) -> NamedNode | None:
    return account.run if name is None else account.anything(name)
