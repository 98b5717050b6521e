# SPDX-License-Identifier: Apache-2.0
"""What the domain says: RDF that was attached to a thing, read into the run's graph.

Blank nodes get names, by the order in which the text comes to them. What is ours to state is
refused and told; a text that cannot be read is told, and none of it is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from dlprov_rdf.events import Attached
from dlprov_rdf.graph import agents, literals, territory
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.iris import below

#: How each form is read; TriG reads Turtle as well.
_FORMS = {
    "turtle": RdfFormat.TRIG, "trig": RdfFormat.TRIG, "ntriples": RdfFormat.N_QUADS,
    "nquads": RdfFormat.N_QUADS, "jsonld": RdfFormat.JSON_LD, "rdfxml": RdfFormat.RDF_XML,
}  # fmt: skip


class Unreadable(ValueError):
    """A text is not what it is said to be; the message says where and why."""


def attached(account: Account, event: Attached) -> Iterator[Quad]:
    """Yield what the domain says of a thing, marked as attached."""
    about = account.thing(event.about)
    if about is None:
        return
    say, node = account.say, account.iris.in_run("attachment", account.serial(event))
    yield from account.describe(node, event.name, v.PROV_ENTITY, v.DLPROV_ATTACHMENT)
    yield say(node, v.DLPROV_ABOUT, about)
    if event.by is not None:
        person = account.iris.person(event.by, event.by_orcid)
        yield say(node, v.PROV_WAS_ATTRIBUTED_TO, person)
        yield from agents.is_person(account, person, event.by)
        yield say(node, v.PROV_GENERATED_AT_TIME, literals.moment(event.at))
    if event.text is None:
        yield say(node, v.DLPROV_UNREAD, literals.text(event.fault or "the log does not say"))
        return
    try:
        statements = read(event.text, event.form, about)
    except Unreadable as fault:
        yield say(node, v.DLPROV_UNREAD, literals.text(str(fault)))
        return
    yield from _taken(account, node, statements)


def read(text: str, form: str, about: NamedNode) -> list[Triple]:
    """Read a text's statements; the names of its graphs are dropped.

    Raises:
        Unreadable: It is no text of this form.
    """
    if form not in _FORMS:
        raise Unreadable(f"{form!r} is no form that is known")
    try:
        found = list(parse(text, format=_FORMS[form], base_iri=about.value))
    except SyntaxError as fault:
        where = f"line {fault.lineno}: " if fault.lineno else ""
        raise Unreadable(where + fault.msg) from fault
    except (ValueError, OSError) as fault:
        raise Unreadable(str(fault)) from fault
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in found]


def _taken(account: Account, node: NamedNode, statements: list[Triple]) -> Iterator[Quad]:
    """Yield the statements that are the domain's to make, and tell of the others."""
    refused: Counter[str] = Counter()
    names: dict[str, NamedNode] = {}

    def named(term: NamedNode | BlankNode | Triple) -> NamedNode:
        if isinstance(term, NamedNode):
            return term
        return names.setdefault(str(term), below(node, "node", str(len(names))))

    spelled = Store()
    for one in statements:
        why = territory.refusal(account.iris.base, one)
        if why is not None:
            refused[why] += 1
            continue
        subject, what = named(one.subject), one.object
        value = _carried(what) if isinstance(what, Literal) else named(what)
        spelled.add(account.say(subject, one.predicate, value))
    taken = sorted(spelled, key=str)  # as a store spells them, and each once
    for subject in sorted({quad.subject for quad in taken}, key=str):
        yield account.say(node, v.DLPROV_ATTACHED_SUBJECT, subject)
    for term, count in sorted(refused.items()):
        words = f"{term}: {count} statement{'s' * (count > 1)}"
        yield account.say(node, v.DLPROV_REFUSED, literals.text(words))
    yield from taken


def _carried(literal: Literal) -> Literal:
    """Give a literal without NUL, which not every store can carry."""
    if "\0" not in literal.value:
        return literal
    value = literal.value.replace("\0", "\ufffd")
    if literal.language is not None:
        return Literal(value, language=literal.language)
    return Literal(value, datatype=literal.datatype)
