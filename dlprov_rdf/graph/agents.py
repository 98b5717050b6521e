# SPDX-License-Identifier: Apache-2.0
"""Who took part: the process, the people it worked for, and the machine it ran on.

Source:
    PROV-O, Agent and Delegation: https://www.w3.org/TR/prov-o/#description-expanded-terms
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import Code, PersonSeen, RunStarted
from dlprov_rdf.graph import code, literals, roles
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account


def process(account: Account) -> Iterator[Quad]:
    """Yield the process that the run was, whether its beginning is known or not."""
    event = account.survey.started
    label = "process" if event is None or event.pid is None else f"process {event.pid}"
    yield from account.describe(account.process, label, v.PROV_SOFTWARE_AGENT)
    script = None
    if event is not None:
        if event.login is not None:
            yield account.say(account.process, v.DLPROV_LOGIN, literals.text(event.login))
        if event.script is not None:
            script = account.iris.in_run("script")
            yield from _script(account, script, event.script)
        yield from _machine(account, event)
    yield from roles.associated(
        account, account.run, account.process, place="process", role="executor", plan=script
    )
    if event is not None and (event.person is not None or event.orcid is not None):
        yield from _on_behalf(account, event)


def _script(account: Account, script: NamedNode, told: Code) -> Iterator[Quad]:
    yield account.say(account.run, v.PROV_USED, script)
    yield from account.describe(script, told.name, v.PROV_ENTITY, v.PROV_PLAN, v.DLPROV_SCRIPT)
    yield from code.whereabouts(account, script, told)


def _machine(account: Account, event: RunStarted) -> Iterator[Quad]:
    if event.host is None:
        return
    machine = account.iris.own("machine", event.host)
    yield account.say(account.run, v.PROV_AT_LOCATION, machine)
    yield from account.describe(machine, event.host, v.PROV_LOCATION, v.DLPROV_MACHINE)


def _on_behalf(account: Account, event: RunStarted) -> Iterator[Quad]:
    """Yield the person on whose behalf the process acted."""
    say, process_ = account.say, account.process
    name = event.person or str(event.orcid)
    person = account.iris.person(name, event.orcid)
    yield from _person(account, person, name, "scientist", "started")
    delegation = account.iris.in_run("process", "delegation")
    yield say(process_, v.PROV_ACTED_ON_BEHALF_OF, person)
    yield say(process_, v.PROV_QUALIFIED_DELEGATION, delegation)
    yield say(delegation, v.RDF_TYPE, v.PROV_DELEGATION)
    yield say(delegation, v.PROV_AGENT_PROPERTY, person)
    yield say(delegation, v.PROV_HAD_ACTIVITY, account.run)


def person_seen(account: Account, event: PersonSeen) -> Iterator[Quad]:
    """Yield somebody who took part."""
    person = account.iris.person(event.name, event.orcid)
    role = event.role or "scientist"
    yield from _person(account, person, event.name, role, account.serial(event))


def node(account: Account, name: str, orcid: str | None = None) -> NamedNode:
    """Name a person of this run: by their ORCID where it was told anywhere in the run."""
    return account.iris.person(name, orcid or account.survey.people.get(name))


def named(account: Account, name: str, orcid: str | None = None) -> Iterator[Quad]:
    """Yield a person who is spoken of by name."""
    yield from is_person(account, node(account, name, orcid), name)


def is_person(account: Account, person: NamedNode, name: str) -> Iterator[Quad]:
    """Yield that somebody is a person of this name, once."""
    if account.first("person", person):
        for kind in (v.PROV_PERSON, v.PROV_AGENT):
            yield account.say(person, v.RDF_TYPE, kind)
        yield account.say(person, v.FOAF_NAME, literals.text(name))


def _person(
    account: Account, person: NamedNode, name: str, role: str, place: str
) -> Iterator[Quad]:
    yield from is_person(account, person, name)
    yield from roles.associated(account, account.run, person, place=f"person/{place}", role=role)
