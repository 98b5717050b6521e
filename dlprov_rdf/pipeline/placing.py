# SPDX-License-Identifier: Apache-2.0
"""Finds what somebody speaks of, as people name things, and the run in which it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.ask.naming import names
from dlprov_rdf.errors import Ambiguous, NotFound
from dlprov_rdf.pipeline.annotating import Place
from dlprov_rdf.pipeline.runs import RunInfo
from dlprov_rdf.store.base import Store


def place(
    store: Store,
    base: str,
    runs: Sequence[RunInfo],
    text: str,
    within: RunInfo | None,
    quads_of: Callable[[RunInfo], Sequence[Quad]],
    run_called: Callable[[str], RunInfo],
) -> Place:
    """Find a thing and its run.

    Args:
        store: Where names are looked up.
        base: This knowledge base's BASE.
        runs: Every run, the newest first.
        text: A run or a thing as people name one.
        within: In which run, where it was said.
        quads_of: Gives what a run's graph says, quarantined or not.
        run_called: Finds a run by its name, quarantined or not.

    Raises:
        NotFound: Nothing is called so.
        Ambiguous: Several things are, or several runs speak of it and none was said.
    """
    known = {run.iri: run for run in runs}

    def at(run: RunInfo, thing: str | None = None) -> Place:
        return Place(run, NamedNode(thing or run.iri), cache(partial(quads_of, run)))

    if within is not None and f"{within.iri}/{text}" in map(_subject, quads_of(within)):
        return at(within, f"{within.iri}/{text}")
    if text == "@latest" or text in known or text in {run.id for run in runs}:
        return at(run_called(text))
    below = next((run for iri, run in known.items() if text.startswith(f"{iri}/")), None)
    if below is not None:
        return at(below, text)
    try:
        node = names.thing(store, base, text)
    except NotFound as nothing:
        try:
            return at(run_called(text))  # one in quarantine
        except NotFound:
            raise nothing from None
    return at(_owner(store, known, text, node, within), node.value)


def _owner(
    store: Store, known: dict[str, RunInfo], text: str, node: NamedNode, within: RunInfo | None
) -> RunInfo:
    """Tell which run a thing is in; of one that is in no run's name, which speaks of it."""
    own = [run for iri, run in known.items() if f"{node.value}/".startswith(f"{iri}/")]
    if own:
        return own[0]
    if within is not None:
        return within
    speaking = [graph.removesuffix("/graph") for graph in names.graphs_of(store, node)]
    found = [known[iri] for iri in speaking if iri in known]
    if not found:
        raise NotFound("run that speaks of", text, "Say it of a run, or of a thing in one.")
    if len(found) > 1:
        several = tuple(f"{run.id} ({run.name})" for run in found)
        raise Ambiguous("the run that speaks of", text, several)
    return found[0]


def _subject(quad: Quad) -> str:
    return str(getattr(quad.subject, "value", ""))
