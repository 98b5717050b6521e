# SPDX-License-Identifier: Apache-2.0
"""Code: the commit a run ran from, what was changed in it, and the functions that did things."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import Code, CodeSeen
from dlprov_rdf.graph import contents, literals, roles
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.iris import shared


def code_seen(account: Account, event: CodeSeen) -> Iterator[Quad]:
    """Yield the version-controlled code that the run used, once."""
    if not account.first("code"):
        return
    say, run = account.say, account.run
    source = account.iris.in_run("code")
    commit = shared("commit", event.commit)
    yield say(run, v.PROV_USED, source)
    yield from account.describe(
        source, f"code at {event.commit[:7]}", v.PROV_ENTITY, v.DLPROV_SOURCE_CODE
    )
    yield say(source, v.DLPROV_COMMIT_PROPERTY, literals.text(event.commit))
    yield say(source, v.DLPROV_DIRTY, literals.truth(event.dirty))
    if event.branch is not None:
        yield say(source, v.DLPROV_BRANCH, literals.text(event.branch))
    if event.remote is not None:
        yield say(source, v.DLPROV_REPOSITORY, literals.text(event.remote))
    yield say(run, v.PROV_USED, commit)
    yield from account.describe(commit, event.commit[:7], v.PROV_ENTITY, v.DLPROV_COMMIT)
    relation = v.PROV_WAS_DERIVED_FROM if event.dirty else v.PROV_SPECIALIZATION_OF
    yield say(source, relation, commit)
    if event.patch is not None:
        yield from _patch(account, source, event, event.patch)


def _patch(account: Account, source: NamedNode, event: CodeSeen, path: str) -> Iterator[Quad]:
    patch = account.iris.in_run("code", "patch")
    yield account.say(account.run, v.PROV_USED, patch)
    yield account.say(source, v.PROV_WAS_DERIVED_FROM, patch)
    yield from account.describe(patch, path, v.PROV_ENTITY, v.DLPROV_PATCH)
    yield account.say(patch, v.DLPROV_PATH, literals.text(path))
    yield account.say(patch, v.DLPROV_REDACTED, literals.truth(event.patch_redacted))
    if event.patch_digest is not None:
        yield from contents.of(account, patch, event.patch_digest)


def whereabouts(account: Account, node: NamedNode, told: Code) -> Iterator[Quad]:
    """Yield where a piece of code stands, and its content."""
    if told.path is not None:
        yield account.say(node, v.DLPROV_PATH, literals.text(told.path))
    if told.line is not None:
        yield account.say(node, v.DLPROV_LINE, literals.count(told.line))
    if told.digest is not None:
        yield from contents.of(account, node, told.digest)


def done_by(account: Account, activity: NamedNode, told: Code | None) -> Iterator[Quad]:
    """Yield that the process did something, by a function or script if that is known."""
    plan = None
    if told is not None:
        place = [told.name, told.path or "", str(told.line or ""), told.digest or ""]
        while not place[-1] and len(place) > 1:
            place.pop()
        plan = account.iris.in_run("code-of", *place)
        if account.first("function", plan):
            yield from account.describe(
                plan, told.name, v.PROV_ENTITY, v.PROV_PLAN, v.DLPROV_FUNCTION
            )
            yield from whereabouts(account, plan, told)
    yield from roles.associated(account, activity, account.process, place="process", plan=plan)
