# SPDX-License-Identifier: Apache-2.0
"""Labs that are asked as one: SPARQL services, and this knowledge base if it is to be one of them.

One lab alone is asked directly. Several are federated, which needs rdflib.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from pyoxigraph import Triple

from dlprov_rdf import settings
from dlprov_rdf.ask import questions
from dlprov_rdf.ask.answer import Answer, make
from dlprov_rdf.ask.federate import Federation
from dlprov_rdf.ask.federating.as_service import Written, written
from dlprov_rdf.ask.federating.fetching.labs import Lab, limits
from dlprov_rdf.ask.federating.fetching.pushing import PushDown
from dlprov_rdf.ask.federating.fetching.sources import Sources
from dlprov_rdf.ask.federating.fetching.strategies import Strategy, WholeGraphs
from dlprov_rdf.ask.federating.who import asserted
from dlprov_rdf.ask.sparql import PREFIXES
from dlprov_rdf.errors import NoAddress, NoKnowledgeBase, NoLabAnswered, UnknownEndpoint
from dlprov_rdf.kb.runs import Runs
from dlprov_rdf.pipeline import OnWarning, ignore
from dlprov_rdf.store.base import Rows, Store
from dlprov_rdf.store.kept import Kept
from dlprov_rdf.store.remote import RemoteStore

#: What was found: an answer, or what a query gives that is none.
_Found = TypeVar("_Found", Answer, "Answer | bool | list[Triple]")

#: Seconds for one question, where nobody says how many.
SECONDS = 60.0


class Labs:
    """Labs that are asked as one.

    Attributes:
        faults: Why a lab is not in the last answer, by its name: then that is partial.
        notes: What to know of the last answer, in words.
    """

    def __init__(
        self,
        labs: Sequence[Lab],
        base: str = "",
        *,
        seconds: float = SECONDS,
        strategy: Strategy | None = None,
        kept: Kept | None = None,
    ) -> None:
        self._labs, self._base, self._seconds = labs, base, seconds
        self._strategy, self._kept = strategy, kept
        self._sources = Sources()
        self.faults: dict[str, str] = {}
        self.notes: list[str] = []

    def ask(self, question: str, /, *, who: bool = False, **given: object) -> Answer:
        """Ask a named question; see ``KnowledgeBase.ask``.

        Args:
            question: Its name or identifier.
            who: Whether each row says which labs assert it, and in which graphs.
            given: Its parameters.

        Raises:
            NoLabAnswered: Every lab failed.
        """

        def ask(store: Store) -> Answer:
            return questions.ask(store, self._base, question, **given)

        with self._asked(who=who) as store:
            return _told(store, ask, who=who) if isinstance(store, Federation) else ask(store)

    def as_service(self, question: str, /, **given: object) -> Written:
        """Write a named question as one query that asks every lab by ``SERVICE``.

        Args:
            question: Its name or identifier.
            given: Its parameters; names are looked up at the labs.

        Returns:
            The query, for any service that reaches them all, and what was assumed.

        Raises:
            NoServiceForm: The question cannot be asked so.
            NoAddress: A lab is no service.
            ServiceError: A lab does not answer, without which the query would fail.
        """
        addresses = [_address(lab) for lab in self._labs]
        federation = Federation(self._labs, seconds=self._seconds)
        try:
            found = written(federation, self._base, question, addresses, given)
            if federation.faults:
                raise NoLabAnswered(tuple(f"{n}: {why}" for n, why in federation.faults.items()))
            return found
        finally:
            federation.close()

    def sparql(self, query: str, *, who: bool = False) -> Answer | bool | list[Triple]:
        """Ask a SPARQL query; see ``KnowledgeBase.sparql``.

        Args:
            query: The query.
            who: Whether each row of a SELECT says which labs assert it, and in which graphs.

        Raises:
            NoLabAnswered: Every lab failed.
            NotFederated: The query says FROM or SERVICE.
        """

        def ask(store: Store) -> Answer | bool | list[Triple]:
            found = store.query(query, PREFIXES)
            if isinstance(found, Rows):
                return make(query, found.variables, found)
            return found if isinstance(found, bool) else list(found)

        with self._asked(who=who) as store:
            return _told(store, ask, who=who) if isinstance(store, Federation) else ask(store)

    @contextmanager
    def _asked(self, *, who: bool) -> Iterator[Store]:
        """Give what is asked, for one question."""
        self.faults, self.notes = {}, []
        if len(self._labs) == 1 and not who and self._strategy is None:
            yield self._labs[0].store
            return
        # Who asserts a row is asked of the quads that it is of, so these must be here.
        strategy = self._strategy or (PushDown(graphs=True) if who else None)
        federation = Federation(
            self._labs, seconds=self._seconds, strategy=strategy, kept=self._kept,
            sources=self._sources.afresh(),
        )  # fmt: skip
        try:
            yield federation
        finally:
            self.faults, self.notes = federation.faults, federation.told()
            federation.close()


def _address(lab: Lab) -> str:
    if not isinstance(lab.store, RemoteStore):
        raise NoAddress(lab.name)
    return lab.store.service.query


def _told(store: Federation, ask: Callable[[Store], _Found], *, who: bool) -> _Found:
    """Ask several labs, say what is missing, and who asserts what, if that is wanted."""
    found = store.steadily(lambda: ask(store))
    if not isinstance(found, Answer):
        return found
    return store.marked(asserted(store, found, ask) if who else found)


@contextmanager
def open_labs(
    endpoints: Sequence[str],
    *,
    kb: Path | str | None = None,
    seconds: float = SECONDS,
    fetch: bool = False,
    on_warning: OnWarning = ignore,
) -> Iterator[Labs]:
    """Open labs to ask them as one.

    Args:
        endpoints: Addresses of SPARQL services, or names that ``kb.toml`` has for them.
        kb: A knowledge base that is asked, too.
        seconds: How long a question may take; who has not answered then is left out.
        fetch: Whether all graphs are fetched whole, whatever a question needs, and kept in the
            user's cache for the next time.
        on_warning: Is told of faults of that knowledge base, in words.

    Raises:
        UnknownEndpoint: ``kb.toml`` has no endpoint of this name.
        FaultyAddress: This can be no service's address.
        FaultyCacheLimit: The environment names no number of bytes to be kept.
    """
    with ExitStack() as stack:
        labs: list[Lab] = []
        base = ""
        if kb is not None:
            own = Runs.open(kb, on_warning)
            base = own.settings.base
            labs.append(Lab(str(own.folder), stack.enter_context(own.store())))
        labs += (
            Lab(name, stack.enter_context(_service(name, kb, seconds)))
            for name in dict.fromkeys(endpoints)
        )
        strategy, kept = (WholeGraphs(), Kept.of_user()) if fetch else (None, None)
        yield Labs(labs, base, seconds=seconds, strategy=strategy, kept=kept)


def _service(name: str, kb: Path | str | None, seconds: float) -> RemoteStore:
    try:
        known = settings.load(settings.locate(kb)).endpoints
    except NoKnowledgeBase:
        known = {}
    if "://" not in name and name not in known:
        raise UnknownEndpoint(name, tuple(known))
    return RemoteStore.named(name, known, limits=limits(seconds))
