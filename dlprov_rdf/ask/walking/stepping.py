# SPDX-License-Identifier: Apache-2.0
"""One step of a walk: the edges of some nodes, each node looked at once where they are many.

Most nodes say nothing of most relations. The query for a step asks for each relation apart,
because each has its own conditions; of many nodes it is asked first what they say at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import Literal, NamedNode

from dlprov_rdf import assets
from dlprov_rdf.ask.binding import Term, bind, bind_tables
from dlprov_rdf.ask.sparql import Row, reach, rows, select, text
from dlprov_rdf.ask.walking import kinds
from dlprov_rdf.ask.walking.places import is_general, place

if TYPE_CHECKING:
    from dlprov_rdf.store.base import Store

#: The relation between occurrences of equal octets, one of them made elsewhere.
BY_CONTENT = "by content"

#: What depends, on what, and by which relation.
Ends: TypeAlias = tuple[str, str, str]

#: What says something, by which relation, and what it says.
Said: TypeAlias = tuple[str, str, object]

#: So many nodes are asked first what they say: for fewer that costs more than it saves.
_MANY = 2

#: Things of so many runs are walked from to the end at once, against the dependencies.
_FEW_RUNS = 4

_PART_OF = "http://purl.org/dc/terms/isPartOf"
_ASSOCIATED = kinds.PROV + "wasAssociatedWith"
_EQUALS = kinds.PROV + "specializationOf"
_GENERATED = kinds.PROV + "wasGeneratedBy"
_USED = kinds.PROV + "used"
_INPUT = kinds.MLS + "hasInput"

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_NAMES = {"http://www.w3.org/2000/01/rdf-schema#label", "http://xmlns.com/foaf/0.1/name"}

_OF_ITSELF = _NAMES | {_TYPE}

#: Who answers for what was done, and by which plan.
_ANSWERING = {_ASSOCIATED, kinds.PROV + "hadPlan"}

#: What a thing may be called that has a class which is not read at once, or comes after it.
_PLAIN = {"activity", "place", "plan", "entity", "thing"}

#: Relations that are a step whatever the two are.
_UP = {_GENERATED, _USED, kinds.PROV + "wasDerivedFrom", BY_CONTENT}
_DOWN = _UP | {
    _PART_OF, _ASSOCIATED, kinds.PROV + "hadMember", kinds.PROV + "atLocation",
    kinds.DLPROV + "evaluates", kinds.DLPROV + "measuredOn",
}  # fmt: skip

_STUDY = kinds.MLS + "Study"
_WHO = {kinds.PROV + "Person", kinds.DLPROV + "Callback"}

_OF_KIND = """
SELECT DISTINCT ?node ?class {
  VALUES ?node { UNDEF }
  ?node a ?class .
  FILTER(?class IN (mls:Study, prov:Person, dlprov:Callback))
}"""


@dataclass
class Facts:
    """What a thing says of itself: its classes, and the first of its names."""

    classes: set[str] = field(default_factory=set)
    label: str | None = None

    def add(self, one_class: str | None = None, name: str | None = None) -> None:
        """Add a class or a name."""
        if one_class is not None:
            self.classes.add(one_class)
        if name is not None:
            self.label = name if self.label is None else min(name, self.label)


def steps(
    store: Store,
    things: Sequence[str],
    *,
    upward: bool,
    of_data: bool = False,
    short_of: Callable[[str], bool] = lambda _: False,
    facts: dict[str, Facts] | None = None,
) -> list[Ends]:
    """Find what some things directly depend on, or what directly depends on them, sorted.

    Args:
        store: Where to look.
        things: Their IRIs.
        upward: What they depend on.
        of_data: Only what data may come from: no people and no plans.
        short_of: Tells what is not walked to, so that no edge to it is needed.
        facts: Gets what some of the things say of themselves, where that is at hand.
    """
    if upward or _of_few_runs(things):
        reach(store, map(NamedNode, things), upward=upward, of_data=of_data)
    if len(things) < _MANY:
        found = _ends(_asked(store, "one-step", things, upward=upward))
    elif upward:
        told = _said_up(store, things, "data-said-up" if of_data else "said-up")
        if facts is not None:
            facts |= _facts(things, told)
        found = _completed(store, told, short_of)
    else:
        found, unsure = _told_down(_ends(_asked(store, "said", things, upward=False)))
        found |= _surely(store, unsure, upward=False)
    return sorted(one for one in found if not (of_data and one[2] in _ANSWERING))


def _of_few_runs(things: Iterable[str]) -> bool:
    """Tell if on some things less may depend than a great part of all runs, as on a package."""
    runs = {place(iri)[0] for iri in things}
    return None not in runs and len(runs) <= _FEW_RUNS


def _completed(store: Store, told: Sequence[Said], short_of: Callable[[str], bool]) -> set[Ends]:
    """Find the steps in what things say, and ask for those that are not sure by that."""
    said = {
        (source, target.value, relation) for source, relation, target in told
        if relation not in _OF_ITSELF and isinstance(target, NamedNode)
    }  # fmt: skip
    found, unsure = _told_up(store, said, short_of)
    return found | _surely(store, unsure, upward=True)


def _surely(store: Store, things: set[str], *, upward: bool) -> set[Ends]:
    """Ask for the steps of some things, each by its own conditions."""
    return _ends(_asked(store, "one-step", sorted(things), upward=upward)) if things else set()


def _told_up(
    store: Store, said: set[Ends], short_of: Callable[[str], bool]
) -> tuple[set[Ends], set[str]]:
    """Tell the steps in what things say, and of which things more must be asked."""
    made = {source for source, _, relation in said if relation == _GENERATED}
    by_class = [one for one in said if one[2] in {_PART_OF, _ASSOCIATED} and not short_of(one[1])]
    classes = _classes(store, {target for _, target, _ in by_class})
    found = {one for one in said if one[2] in _UP} | _inputs(said)
    found |= {
        one for one in by_class
        if (_STUDY not in classes.get(one[1], ()) if one[2] == _PART_OF
            else _WHO & classes.get(one[1], set()))
    }  # fmt: skip
    unsure = {
        source for source, _, relation in said
        if relation not in _UP | {_PART_OF, _ASSOCIATED, _INPUT}
        and not (relation == _EQUALS and source in made)
    }  # fmt: skip
    return found, unsure


def _told_down(said: set[Ends]) -> tuple[set[Ends], set[str]]:
    """Tell the steps in what is said of things, and of which things more must be asked."""
    found = {one for one in said if one[2] in _DOWN} | _inputs(said)
    found |= {(source, target, BY_CONTENT) for source, target, name in said if name == _EQUALS}
    unsure = {target for _, target, name in said if name not in _DOWN | {_EQUALS, _INPUT}}
    return found, unsure


def _inputs(said: set[Ends]) -> set[Ends]:
    """Tell which inputs are a step of their own: what is used is one already."""
    used = {(source, target) for source, target, relation in said if relation == _USED}
    return {one for one in said if one[2] == _INPUT and one[:2] not in used}


def _asked(store: Store, which: str, things: Sequence[str], *, upward: bool) -> list[Row]:
    query = assets.text(f"queries/lineage/{which}-{'up' if upward else 'down'}.rq")
    terms = [NamedNode(iri) for iri in things]
    return select(store, bind(query, {"from" if upward else "to": terms}))[1]


def _said_up(store: Store, things: Sequence[str], which: str) -> list[Said]:
    """Ask what things say; they come back by their numbers, whose IRIs are at hand here."""
    numbered: list[tuple[Term | None, ...]] = [
        (Literal(number), NamedNode(iri)) for number, iri in enumerate(things)
    ]
    general = [row for row, iri in zip(numbered, things, strict=True) if is_general(iri)]
    query = bind_tables(
        assets.text(f"queries/lineage/{which}.rq"),
        {("number", "from"): numbered, ("number", "general"): general},
    )
    found = select(store, query)[1]
    return [(things[int(text(number))], text(relation), value) for number, relation, value in found]


def _ends(solutions: Iterable[Row]) -> set[Ends]:
    """Read edges; a literal or a blank node is no node of a walk."""
    return {
        (source.value, target.value, text(relation))
        for source, relation, target in solutions
        if isinstance(source, NamedNode) and isinstance(target, NamedNode)
    }


def _facts(things: Iterable[str], told: Iterable[Said]) -> dict[str, Facts]:
    """Read what things say of themselves; of what may be nothing special, more must be asked."""
    found = {iri: Facts() for iri in things}
    for source, relation, value in told:
        if relation == _TYPE:
            found[source].add(one_class=text(value))
        elif relation in _NAMES:
            found[source].add(name=text(value))
    kind = {iri: kinds.kind_and_form(one.classes)[0] for iri, one in found.items()}
    return {iri: one for iri, one in found.items() if kind[iri] not in _PLAIN}


def _classes(store: Store, iris: Iterable[str]) -> dict[str, set[str]]:
    """Tell which of some things are studies, people or callbacks."""
    named = [NamedNode(iri) for iri in sorted(iris)]
    found: dict[str, set[str]] = {}
    for node, one_class in rows(store, _OF_KIND, {"node": named}) if named else []:
        found.setdefault(text(node), set()).add(text(one_class))
    return found
