# SPDX-License-Identifier: Apache-2.0
"""What was said later: an entity for each word, attributed and dated, apart from what was observed.

The value stands on the annotation by the very predicate that an observed one has on the
thing, so that ``( P | ^dlprov:annotates / P )`` finds both. One that was superseded, by the
same person about the same property, or retracted, ``dlprov:onceAnnotated`` the thing instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from dlprov_rdf.events import Annotated
from dlprov_rdf.graph import agents, hyperparameters, literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.attributes import is_ours
from dlprov_rdf.graph.iris import absolute, orcid
from dlprov_rdf.graph.measures import DIRECTIONS
from dlprov_rdf.graph.standing import NAMED, Word, words

_PREDICATES = {
    "licence": v.DCTERMS_LICENSE,
    "orcid": v.DCTERMS_IDENTIFIER,
    "purpose": v.DLPROV_PURPOSE,
    "description": v.DCTERMS_DESCRIPTION,
    "title": v.DCTERMS_TITLE,
    "seed": v.DLPROV_SEED_VALUE,
    "source": v.DCTERMS_SOURCE,
    "direction": v.DLPROV_DIRECTION,
    "access-url": v.DCAT_ACCESS_URL,
    "access-rights": v.DCTERMS_ACCESS_RIGHTS,
    "attribute": v.PROV_VALUE,
    "creator": v.DCTERMS_CREATOR,
    "note": v.DLPROV_NOTE,
}

#: Values that are IRIs where they can be read as one.
_LINKS = frozenset({"licence", "source", "access-url", "access-rights"})


def directions(account: Account) -> dict[NamedNode, str]:
    """Give which way is better, by measure, as was said last."""
    found: dict[NamedNode, str] = {}
    for said in words(account.survey.said):
        measure = account.thing(said.event.about) if said.event.what == "direction" else None
        if measure is not None and said.until is None and said.event.value in DIRECTIONS:
            found[measure] = str(said.event.value)
    return found


def told(account: Account) -> Iterator[Quad]:
    """Yield all that was said later, in the order in which it was said."""
    for said in words(account.survey.said):
        target = account.thing(said.event.about)
        if target is not None:
            yield from _annotation(account, said, target)


def _annotation(account: Account, said: Word, target: NamedNode) -> Iterator[Quad]:
    say, event = account.say, said.event
    node = account.iris.in_run("annotation", said.serial)
    person = account.iris.person(event.by or str(event.by_orcid), event.by_orcid)
    label = f"{_what(event)}: {literals.words(event.value)}"
    yield from account.describe(node, label, v.PROV_ENTITY, v.DLPROV_ANNOTATION)
    yield say(node, v.PROV_WAS_ATTRIBUTED_TO, person)
    yield from agents.is_person(account, person, event.by or str(event.by_orcid))
    yield say(node, v.PROV_GENERATED_AT_TIME, literals.moment(event.at))
    if event.what == "retraction":
        yield say(node, v.DLPROV_RETRACTS, target)
        return
    relation = v.DLPROV_ANNOTATES if said.until is None else v.DLPROV_ONCE_ANNOTATED
    yield say(node, relation, target)
    if said.earlier is not None:
        yield say(node, v.PROV_WAS_REVISION_OF, account.iris.in_run("annotation", said.earlier))
    if said.until is not None:
        yield say(node, v.PROV_INVALIDATED_AT_TIME, literals.moment(said.until))
    yield from _value(account, node, event)


def _value(account: Account, node: NamedNode, event: Annotated) -> Iterator[Quad]:
    say, predicate = account.say, _PREDICATES[event.what]
    yield say(node, v.DLPROV_SAYS, predicate)
    if event.what == "access-url":  # DCAT says it of distributions alone
        yield say(node, v.RDF_TYPE, v.DCAT_DISTRIBUTION)
    if event.what == "creator":
        creator = account.iris.person(literals.words(event.value), event.term)
        yield from agents.is_person(account, creator, literals.words(event.value))
        yield say(node, predicate, creator)
    elif event.what in NAMED:
        yield from hyperparameters.valued(account, node, predicate, event.value)
    else:
        yield say(node, predicate, _term(event))
    if event.name is not None and event.what in NAMED:
        name = v.DLPROV_SET_BY if event.what == "seed" else v.DLPROV_ATTRIBUTE_NAME
        yield say(node, name, literals.text(event.name))
    if event.unit is not None:
        yield say(node, v.DLPROV_UNIT, literals.text(event.unit))
    meaning = absolute(event.term) if event.term and event.what == "attribute" else None
    if meaning is not None:
        yield say(node, v.DCTERMS_TYPE, meaning)
        if not is_ours(meaning):
            yield say(node, meaning, literals.value(event.value))


def _term(event: Annotated) -> NamedNode | Literal:
    words = literals.words(event.value)
    if event.what == "orcid":
        known = orcid(words)
        return literals.text(known.value if known else words)
    if event.what == "direction" and words in DIRECTIONS:
        return DIRECTIONS[words]
    link = absolute(words) if event.what in _LINKS else None
    return link or literals.text(words)


def _what(event: Annotated) -> str:
    return f"{event.what} {event.name}" if event.name else event.what
