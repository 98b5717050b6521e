# SPDX-License-Identifier: Apache-2.0
"""The store that also holds what follows: each run's graph, and its entailed graph beside it.

It lies in ``store/entailed/`` and is made of the store when somebody asks with entailment, so
that who does not ask for it pays nothing. A run whose logs changed is taken in anew, and its
entailed graph with it; what it was made of stands in a note, as with the store itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct, field
from pyoxigraph import NamedNode, Quad

from dlprov_rdf import assets
from dlprov_rdf.errors import MissingExtra, StoreCorrupt, UnknownReasoner
from dlprov_rdf.graph import entail
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.pipeline import inventory
from dlprov_rdf.pipeline.building import WAIT, OnWarning, ignore
from dlprov_rdf.pipeline.reading import reading
from dlprov_rdf.pipeline.told import FileMark
from dlprov_rdf.settings import Settings
from dlprov_rdf.store.embedded import EmbeddedStore, Reader, Writer
from dlprov_rdf.version import __version__

#: Who works out what follows: our rules, or owlrl, the slow reference.
Reasoner = Literal["rules", "owlrl"]

_Entail = Callable[[Iterable[Quad], NamedNode], Iterator[Quad]]


class _Made(Struct):
    """What the store was made of: where each run's logs ended then."""

    made_with: str
    runs: dict[str, tuple[FileMark, ...]] = field(default_factory=dict)


@contextmanager
def reading_entailed(
    kb: Path, settings: Settings, on_warning: OnWarning = ignore, reasoner: Reasoner = "rules"
) -> Iterator[Reader]:
    """Open what is asserted together with what follows, both as new as can be had now.

    Raises:
        UnknownReasoner: No reasoner has this name.
        MissingExtra: owlrl is asked for and not installed.
        StoreBusy: Another process is working out what follows and did not come to an end.
    """
    follow = _reasoner(reasoner)
    folder = kb / "store" / "entailed"
    with reading(kb, settings, on_warning) as asserted:
        wanted = _wanted(asserted, settings.base, reasoner)
        try:
            with EmbeddedStore.writer(folder, WAIT) as store:
                made = _read(store.note())
                fits = made is not None and made.made_with == wanted.made_with
                if made is not None and fits:
                    _bring_up_to_date(store, asserted, settings.base, made, wanted, follow)
        except StoreCorrupt as damage:
            on_warning(f"{damage.path}: what follows is damaged; it is worked out afresh.")
            fits = False
        if not fits:
            with EmbeddedStore.afresh(folder, WAIT) as store:
                made = _Made(wanted.made_with)
                _bring_up_to_date(store, asserted, settings.base, made, wanted, follow)
    with EmbeddedStore.reader(folder) as both:
        yield both


def _bring_up_to_date(
    store: Writer, asserted: Reader, base: str, made: _Made, wanted: _Made, follow: _Entail
) -> None:
    """Take in the runs that changed, and leave out those that are gone."""
    if made == wanted and store.note() is not None:
        store.publish_unchanged()
        return
    for run in sorted(made.runs.keys() - wanted.runs.keys()):
        graph = Iris(base, run).graph
        store.drop(graph)
        store.drop(entail.name_of(graph))
    due = [run for run, files in sorted(wanted.runs.items()) if made.runs.get(run) != files]
    for graph in (Iris(base, run).graph for run in due):
        quads = list(asserted.graph(graph))
        if made.runs:
            store.replace(graph, quads)
            store.replace(entail.name_of(graph), follow(quads, graph))
        else:
            store.load([*quads, *follow(quads, graph)])
    store.write_note(msgspec.json.encode(wanted).decode())
    store.publish()


def _wanted(asserted: Reader, base: str, reasoner: Reasoner) -> _Made:
    """Tell what there is to be made of: the runs that the store holds, and the axioms."""
    built = inventory.read(asserted.note(), base) or inventory.Inventory("")
    used = b"".join(
        assets.text(name).encode()
        for name in [*assets.names("ontology", ".ttl"), *assets.names("queries/entail", ".rq")]
    )
    axioms = hashlib.sha256(used).hexdigest()[:16]
    return _Made(
        f"dlprov-rdf {__version__}, {reasoner}, axioms {axioms}, {base}",
        {
            run: entry.files
            for run, entry in built.runs.items()
            if not entry.quarantined and entry.told.events
        },
    )


def _read(note: str | None) -> _Made | None:
    try:
        return msgspec.json.decode(note, type=_Made) if note else None
    except msgspec.DecodeError:
        return None


def _reasoner(name: Reasoner) -> _Entail:
    if name == "rules":
        return entail.entailed
    if name == "owlrl":
        return _by_owlrl()
    raise UnknownReasoner(name, ("rules", "owlrl"))


def _by_owlrl() -> _Entail:
    try:
        from dlprov_rdf.validate import owl
    except ImportError as error:
        raise MissingExtra("owlrl", "rdflib") from error

    def follow(quads: Iterable[Quad], graph: NamedNode) -> Iterator[Quad]:
        yield from entail.about(graph)
        yield from owl.entailed(quads, entail.axioms(), entail.name_of(graph))

    return follow
