# SPDX-License-Identifier: Apache-2.0
"""One push: what a service lacks or has otherwise is sent, and told apart from what it has.

The digests of the inventory here and of the catalogue there say which; no graph is read to
find out. A graph whose entry is there is there whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from msgspec import Struct
from pyoxigraph import NamedNode

from dlprov_rdf.graph import canonical
from dlprov_rdf.pipeline.building import OnProgress, OnWarning, ignore
from dlprov_rdf.pipeline.pushing import planning, there
from dlprov_rdf.pipeline.pushing.planning import Plan, PushWishes
from dlprov_rdf.pipeline.pushing.sending import Sending
from dlprov_rdf.pipeline.pushing.there import There
from dlprov_rdf.pipeline.reading import reading
from dlprov_rdf.settings import Settings
from dlprov_rdf.store.remote import RemoteStore


class Pushed(Struct, frozen=True):
    """What one push did; runs are named by their ids.

    ``gone`` are runs that the service has and the knowledge base has no more; they are
    ``pruned`` only where that was asked for. ``differing`` are those whose graph was read
    back and is not the one that was sent.
    """

    address: str
    added: tuple[str, ...]
    replaced: tuple[str, ...]
    unchanged: int
    gone: tuple[str, ...]
    pruned: bool
    quads: int
    requests: int
    verified: int = 0
    differing: tuple[str, ...] = ()
    held: int = 0


def push(
    kb: Path,
    settings: Settings,
    service: RemoteStore,
    runs: Collection[str] | None = None,
    wishes: PushWishes = PushWishes(),  # noqa: B008 -- frozen
    on_warning: OnWarning = ignore,
    on_progress: OnProgress | None = None,
) -> Pushed:
    """Bring the graphs of runs to a service.

    Args:
        kb: The knowledge base's folder.
        settings: What its ``kb.toml`` says.
        service: Where to.
        runs: The ids of the runs; all if None.
        wishes: How.
        on_warning: Is told, in words, what is noticed on the way.
        on_progress: Is told how many graphs are there, out of how many.

    Raises:
        DatasetOfOthers: The service holds another knowledge base.
        OtherOntology: The service's graphs are of another version of the ontology.
        ServiceError: The service cannot be reached, or refuses; what was sent until then is
            whole there, and the next push goes on.
    """
    with reading(kb, settings, on_warning) as store:
        built = planning.built_in(store, settings)
        known = there.read(service, settings.base, beside=wishes.beside, again=wishes.again)
        plan = planning.plan(settings, built, known, runs, wishes)
        sizes = {graph: entry.quads for graph, entry in built.items()}
        sending = Sending(settings, store, service, sizes)
        _send(sending, plan, known, wishes, on_progress)
        wanted = planning.digests(settings, built, runs)
        differing = list(_differing(service, wanted)) if wishes.verify else []
    return Pushed(
        address=service.address,
        added=_ids(plan.new),
        replaced=_ids(plan.other),
        unchanged=len(wanted) - len(plan.new) - len(plan.other),
        gone=_ids(plan.gone),
        pruned=wishes.prune and bool(plan.gone),
        quads=sum(sizes[graph] for graph in (*plan.new, *plan.other)),
        requests=sending.requests,
        verified=len(wanted) if wishes.verify else 0,
        differing=_ids(differing),
        held=sum(sizes[graph] for graph in sizes.keys() & (known.held.keys() | wanted.keys())),
    )


def _send(
    sending: Sending, plan: Plan, known: There, wishes: PushWishes, on_progress: OnProgress | None
) -> None:
    """Send what a plan says; the catalogue's own words come first only where it is new.

    They name the ontology's version, which is the graphs' only when all of them are there.
    """
    if not known.head:
        sending.head(known.head)
    total = len(plan.new) + len(plan.other)
    arrived = chain(sending.add(plan.new), sending.replace(plan.other))
    for done, _ in enumerate(arrived, start=1):
        if on_progress is not None:
            on_progress(done, total)
    if wishes.prune:
        sending.remove(plan.gone)
    if known.head:
        sending.head(known.head)


def _differing(service: RemoteStore, wanted: Mapping[NamedNode, str]) -> Iterator[NamedNode]:
    """Read graphs back; yield those that are not what they were."""
    for graph, digest in wanted.items():
        if canonical.digest(service.graph(graph)) != digest:
            yield graph


def _ids(graphs: Iterable[NamedNode]) -> tuple[str, ...]:
    return tuple(graph.value.removesuffix("/graph").rpartition("/")[2] for graph in graphs)
