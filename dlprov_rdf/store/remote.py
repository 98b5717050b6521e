# SPDX-License-Identifier: Apache-2.0
"""A store over HTTP: any service that speaks SPARQL 1.1, Fuseki or ``oxigraph serve`` say.

What another store has respelled (Fuseki says ``0.1e0``) is spelled as ours when it is read.
A query is read by Oxigraph's parser before it is sent, so that an update never gets to a
service as a query, and a fault is told as it is by the embedded store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import pyoxigraph as ox

from dlprov_rdf.errors import FaultyQuery, ServiceFault, ServiceRefused
from dlprov_rdf.settings import Endpoint
from dlprov_rdf.store import wording
from dlprov_rdf.store.base import Change, Closing, Found, Rows
from dlprov_rdf.store.http import answers, clients, packing
from dlprov_rdf.store.http.access import Access
from dlprov_rdf.store.http.address import N_QUADS, QUERY, UPDATE, Service
from dlprov_rdf.store.http.asking import Asking, Request
from dlprov_rdf.store.http.body import Answer
from dlprov_rdf.store.http.limits import Limits
from dlprov_rdf.store.http.union import Union
from dlprov_rdf.store.offline import refuse_service
from dlprov_rdf.store.syntax import expected

#: The names of graphs that hold anything; Fuseki lists them 30 times as fast as with a triple.
_NAMES = "SELECT ?graph { GRAPH ?graph {} FILTER EXISTS { GRAPH ?graph { ?s ?p ?o } } }"

_COUNT = "SELECT (COUNT(*) AS ?count) { GRAPH ?graph { ?s ?p ?o } }"

__all__ = ["Access", "Limits", "RemoteStore"]


class RemoteStore(Closing):
    """A service's store, made by ``at``; several threads may use it at once."""

    def __init__(self, asking: Asking, service: Service) -> None:
        self._asking, self.service = asking, service
        self._union = Union(asking)

    @staticmethod
    def at(
        address: str,
        *,
        access: Access | None = None,
        limits: Limits | None = None,
        packs: bool | None = None,
    ) -> RemoteStore:
        """Make a store of the service at an address; nothing is contacted yet.

        Args:
            address: That of the dataset, ``http://localhost:3030/dataset`` say, or that of
                its queries.
            access: Who asks.
            limits: How long it is waited for, and how much it may answer.
            packs: Whether bodies may be packed by gzip, both ways; by default unless the
                service is on this machine, where packing costs more than it saves.

        Raises:
            FaultyAddress: This can be no service's address.
        """
        asking = Asking(address, access or Access(), limits or Limits(), packs=packs)
        return RemoteStore(asking, Service(asking))

    @staticmethod
    def named(
        name: str, endpoints: Mapping[str, Endpoint], *, limits: Limits | None = None
    ) -> RemoteStore:
        """Make a store of the service that is called so in kb.toml, or has this address.

        Args:
            name: Its name or its address; an address that kb.toml does not have is asked as
                nobody.
            endpoints: Those of kb.toml, by their names.
            limits: How long it is waited for, and how much it may answer.

        Raises:
            FaultyAddress: This is neither a name nor an address.
            SecretMissing: What it is to be told of us is not where kb.toml says.
        """
        for known, endpoint in endpoints.items():
            if name == known or name.rstrip("/") == endpoint.address.rstrip("/"):
                access = Access.of(known, endpoint)
                return RemoteStore.at(endpoint.address, access=access, limits=limits)
        return RemoteStore.at(name, limits=limits)

    @property
    def address(self) -> str:
        """The address as it was named."""
        return self._asking.address

    def replace(self, graph: ox.NamedNode, quads: Iterable[ox.Quad]) -> Change:
        """See ``Store.replace``.

        If anything differs, all of the graph is written anew, in one update request: that is
        one transaction, and right whatever another has written in the meantime.
        """
        new = {_spelled(quad) for quad in quads}
        old = set(self.graph(graph))
        change = Change(len(new - old), len(old - new))
        if any(change):
            update = f"DROP SILENT GRAPH {graph}"
            if new:
                update += f" ;\nINSERT DATA {{ GRAPH {graph} {{\n{wording.triples(new)}}} }}"
            self.update(update, again=True)
        return change

    def update(self, sparql: str, *, again: bool = False, seconds: float | None = None) -> None:
        """Send one update request, which is one transaction in most services.

        Args:
            sparql: The update, made of serialised terms alone.
            again: Whether doing it twice does no more than doing it once; then it is sent
                again when it failed on the way.
            seconds: The time for it, the limit if None.

        Raises:
            ServiceError: It was not done, or it is not known whether it was done.
            FaultyQuery: The service says that the update has an error.
        """
        content = sparql.encode()
        headers = dict(UPDATE)
        if len(content) > packing.SMALL and self.service.unpacks:
            content, headers = packing.packed(content), headers | packing.PACKED
        asked = Request("POST", self.service.update, None, headers, content, again, silent=True)
        with _faulty("update"):
            self._asking.send(asked, seconds).close()

    def load(self, quads: Iterable[ox.Quad], seconds: float | None = None) -> None:
        """Add quads of any graphs, in one request that is sent as they come.

        It is sent once, for the quads are gone then; services do all of it or nothing. One
        that takes no quads gets one update.

        Args:
            quads: What to add.
            seconds: The time for it, the limit if None.

        Raises:
            ServiceError: It was not done, or it is not known whether it was done.
        """
        where, headers, pieces = self.service.quads, N_QUADS, packing.n_quads(quads)
        if where is None:
            where, headers, pieces = self.service.update, UPDATE, wording.inserted(quads)
        if self.service.unpacks:
            headers, pieces = headers | packing.PACKED, packing.packing(pieces)
        asked = Request(
            "POST", where, headers=headers, content=lambda: pieces, again=False, silent=True
        )
        self._asking.send(asked, seconds).close()

    def drop(self, graph: ox.NamedNode) -> None:
        """See ``Store.drop``."""
        self.update(f"DROP SILENT GRAPH {graph}", again=True)

    def graphs(self) -> Iterator[ox.NamedNode]:
        """See ``Store.graphs``."""
        rows = self._found(_NAMES)
        assert isinstance(rows, Rows)
        for (name,) in rows:
            if isinstance(name, ox.NamedNode):
                yield name

    def graph(self, name: ox.NamedNode) -> Iterator[ox.Quad]:
        """See ``Store.graph``."""
        for one in self._triples(name):
            yield ox.Quad(one.subject, one.predicate, one.object, name)

    def query(
        self, sparql: str, prefixes: dict[str, str] | None = None, seconds: float | None = None
    ) -> Found:
        """See ``Store.query``; rows come as the service sends them, to the thread that asked.

        Args:
            sparql: The query.
            prefixes: Those that it may use without declaring them.
            seconds: The time for the whole answer, read to its end; the limit if None. The
                service is told, and one that heeds it works no longer.

        Raises:
            ServiceError: The service cannot be reached, refuses, is too slow, or its answer
                is broken or too large; also while rows are read.
            FaultyQuery: The query has an error, or would change or contact anything.
        """
        _refuse(sparql, prefixes)
        declared = "".join(
            f"PREFIX {name}: {ox.NamedNode(iri)}\n" for name, iri in (prefixes or {}).items()
        )
        with self._asking.within(seconds):
            return self._found(declared + sparql, seconds, self._words)

    def table(self, sparql: str, seconds: float | None = None) -> Rows:
        """Ask a SELECT query of this package's own, for all rows, in a form that is soon read.

        In TSV a service tells rows in a quarter of the time, and they are read in half of it.
        But it ends anywhere: the query is to see to it that a missing end is noticed.

        Args:
            sparql: The query; it is not looked at.
            seconds: The time for the whole answer; the limit if None.

        Raises:
            ServiceError: As ``query`` does; also where it answers no rows.
        """
        with self._asking.within(seconds):
            for accepted in (answers.TABLES, answers.ANY):
                answer = self._answer(sparql, seconds, self._words, accepted)
                if answers.ends_visibly(answer):
                    break
                answer.close()
        return answers.table(answer)

    def count(self) -> int:
        """See ``Store.count``."""
        rows = self._found(_COUNT)
        assert isinstance(rows, Rows)
        for (count,) in rows:
            if isinstance(count, ox.Literal):
                return int(count.value)
        raise ServiceFault(self.address, "it does not count")

    def sparql_wrapper(self) -> clients.SPARQLWrapper:
        """Hand out a SPARQLWrapper that knows where the service is and who asks.

        Raises:
            MissingExtra: It is not installed.
        """
        return clients.sparql_wrapper(self._asking, self.service, self._words)

    def rdflib_store(self) -> clients.SPARQLStore:
        """Hand out an rdflib store that knows where the service is and who asks; it reads.

        Raises:
            MissingExtra: rdflib is not installed.
        """
        return clients.rdflib_store(self._asking, self.service, self._words)

    def close(self) -> None:
        """See ``Store.close``."""
        self._asking.close()

    @property
    def _words(self) -> dict[str, str]:
        """What is said with a question so that it is asked over all graphs."""
        return self._union.words(self.service.query)

    def _found(
        self, sparql: str, seconds: float | None = None, words: dict[str, str] | None = None
    ) -> Found:
        return answers.found(self._answer(sparql, seconds, words, answers.ANY))

    def _answer(
        self, sparql: str, seconds: float | None, words: dict[str, str] | None, accepted: str
    ) -> Answer:
        time = seconds or self._asking.limits.whole
        headers = QUERY | {"accept": accepted, "timeout": f"{time:.3f}"}
        asked = Request("POST", self.service.query, words, headers, sparql.encode())
        with _faulty("query"):
            return self._asking.send(asked, seconds)

    def _triples(self, graph: ox.NamedNode) -> Iterator[ox.Triple]:
        where = self.service.data
        if where is None:
            found = self._found(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
            if isinstance(found, Rows | bool):
                raise ServiceFault(self.address, "it gives no triples")
            return found
        asked = Request("GET", where, {"graph": graph.value}, {"accept": answers.TRIPLES})
        try:
            return answers.triples(self._asking.send(asked))
        except ServiceRefused as error:
            if error.status == 404:
                return iter(())
            raise


def _refuse(sparql: str, prefixes: dict[str, str] | None) -> None:
    """Let pass what Oxigraph takes for a query that asks no other service."""
    refuse_service(sparql)
    try:
        ox.Store().query(sparql, prefixes=prefixes)
    except SyntaxError as error:
        raise FaultyQuery("query", expected(str(error))) from error
    except UnicodeError as error:
        raise FaultyQuery("query", "it is not UTF-8 text") from error
    except RuntimeError:
        pass  # a function that Oxigraph lacks and the service may have


@contextmanager
def _faulty(what: str) -> Iterator[None]:
    """Tell that a request has an error, where the service says so."""
    try:
        yield
    except ServiceRefused as error:
        if error.status == 400:
            raise FaultyQuery(what, f"{error.address} says {error.said!r}") from error
        raise


def _spelled(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, answers.spelled(quad.object), quad.graph_name)
