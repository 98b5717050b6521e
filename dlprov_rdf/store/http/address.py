# SPDX-License-Identifier: Apache-2.0
"""Finds where a service takes queries, updates and graphs, under the address that is named.

Each is looked for when it is first wanted, where services have it: at ``/sparql``,
``/update`` and ``/data`` as Fuseki does, at ``/query`` and ``/store`` as Oxigraph does, at
the address itself; then the service's description is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from dlprov_rdf.errors import ServiceFault, ServiceReadOnly, ServiceRefused
from dlprov_rdf.store.http import answers
from dlprov_rdf.store.http.asking import Asking, Request
from dlprov_rdf.store.http.description import Description, described
from dlprov_rdf.store.http.packing import PACKED, packed

QUERY = {"content-type": "application/sparql-query"}
UPDATE = {"content-type": "application/sparql-update"}
N_QUADS = {"content-type": "application/n-quads"}

#: These say that something is not here, or that this is not how it is asked.
_ELSEWHERE = frozenset({400, 404, 405, 406, 415, 501})

_GRAPHS = ("data", "store", "statements", "rdf-graphs/service")

#: Asks an address whether it is what is looked for; it may say another, to which it sends us.
_Fits = Callable[[str], str | None]

_T = TypeVar("_T")


class _Once(Generic[_T]):
    """Finds a thing when it is first wanted, and keeps it.

    ``functools.cached_property`` has one lock for all objects before Python 3.12, so that one
    service that is silent would hold up the search at every other. Finding twice does no harm.
    """

    def __init__(self, find: Callable[[Service], _T]) -> None:
        self._find, self.__doc__ = find, find.__doc__

    def __get__(self, service: Service, kind: type[Service]) -> _T:
        found = service.__dict__[self._find.__name__] = self._find(service)
        return found


class Service:
    """Where a service takes queries, updates and graphs."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._named = asking.address.rstrip("/")
        head, _, tail = self._named.rpartition("/")
        self._under = head if tail in {"sparql", "query"} else self._named
        self._fault: ServiceFault | ServiceRefused | None = None

    @_Once
    def query(self) -> str:
        """Where it takes queries.

        Raises:
            ServiceError: Nowhere that we find.
        """
        places = self._places("sparql", "query")
        found = self._first(places, self._answers) or (
            self._first(self._described.queries, self._answers)
        )
        if found is None:
            raise self._no_queries()
        return found

    @_Once
    def update(self) -> str:
        """Where it takes updates; found by one that does nothing.

        Raises:
            ServiceReadOnly: Nowhere that we find.
        """
        places = self._places("update", "statements", "sparql")
        found = self._first(places, self._takes_updates) or (
            self._first(self._described.updates, self._takes_updates)
        )
        if found is None:
            raise ServiceReadOnly(self._asking.address)
        return found

    @_Once
    def data(self) -> str | None:
        """Where it gives graphs by their names; None if nowhere, for not every service does.

        Source:
            SPARQL 1.1 Graph Store HTTP Protocol, section 4.2 (indirect identification).
        """
        return self._first(self._places(*_GRAPHS), self._gives_graphs)

    @_Once
    def quads(self) -> str | None:
        """Where it takes quads of many graphs at once; None if nowhere."""
        return self._first(self._places(*_GRAPHS), self._takes_quads)

    @_Once
    def unpacks(self) -> bool:
        """Whether it takes what gzip has packed."""
        if not self._asking.packs:
            return False
        headers = UPDATE | PACKED
        nothing = Request("POST", self.update, headers=headers, content=packed(b" "), silent=True)
        try:
            self._asking.send(nothing).close()
        except ServiceRefused:
            return False
        return True

    @_Once
    def _described(self) -> Description:
        return described(self._asking, self._named)

    def _places(self, *names: str) -> list[str]:
        return [*(f"{self._under}/{name}" for name in names), self._named]

    def _first(self, places: Iterable[str], fits: _Fits) -> str | None:
        for place in places:
            try:
                found = fits(place)
            except ServiceRefused as error:
                if error.status not in _ELSEWHERE:
                    raise
                self._fault = self._fault or error
            else:
                if found is not None:
                    return found
        return None

    def _no_queries(self) -> ServiceFault:
        if isinstance(self._fault, ServiceFault):
            return self._fault
        status = f" (HTTP status {self._fault.status})" if self._fault else ""
        what = f"it takes no queries, neither here nor at /sparql or /query below{status}"
        return ServiceFault(self._asking.address, what)

    def _answers(self, place: str) -> str | None:
        headers = QUERY | {"accept": answers.ANY}
        answer = self._asking.send(Request("POST", place, headers=headers, content=b"ASK {}"))
        try:
            return answer.url if answers.found(answer) is True else None
        except ServiceFault as error:
            self._fault = error  # it tells more than that there is nothing at another place
            return None
        finally:
            answer.close()

    def _takes_updates(self, place: str) -> str | None:
        return self._does(Request("POST", place, headers=UPDATE, content=b" ", silent=True))

    def _takes_quads(self, place: str) -> str | None:
        return self._does(Request("POST", place, headers=N_QUADS, silent=True))

    def _gives_graphs(self, place: str) -> str | None:
        headers = {"connection": "close"}  # Oxigraph sends a text after it has refused HEAD
        try:
            return self._does(Request("HEAD", place, {"default": ""}, headers))
        except ServiceRefused as error:
            if error.status in {401, 403}:  # graphs may be for those who write
                return None
            raise

    def _does(self, asked: Request) -> str | None:
        """Ask for nothing, and tell where that was done; a page for people is no answer."""
        answer = self._asking.send(asked)
        answer.close()
        return None if answer.format == "text/html" else answer.url
