# SPDX-License-Identifier: Apache-2.0
"""What the emitter can write comes back as it was, from each store and library that holds it.

Four hold it here: our embedded store on disk, rdflib, and over HTTP ``oxigraph serve`` and a
real Fuseki.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Iterator

import pytest
from fuseki_started import Fuseki
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from oxigraph_served import Served, served
from parts import require
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from dlprov_rdf import values
from dlprov_rdf.graph import iris as naming
from dlprov_rdf.graph import literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.store.base import Rows
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.store.remote import Access, RemoteStore

RUN = Iris("https://lab.example/", "r1")
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")

DOUBLES = st.binary(min_size=8, max_size=8).map(lambda octets: struct.unpack("<d", octets)[0])
NANOSECONDS = st.integers(-(2**63), 2**63 - 1)
LITERALS = st.one_of(
    DOUBLES.map(values.number).map(literals.number),
    st.integers(-(10**80), 10**80).map(literals.count),
    st.booleans().map(literals.truth),
    NANOSECONDS.map(literals.moment),
    st.text(LETTERS).map(literals.text),
    st.tuples(st.text(LETTERS), st.sampled_from(["en", "de-at", "zh-hans", "sr-latn-rs"])).map(
        lambda said: Literal(said[0], language=said[1])
    ),
)
NAMES = st.text(st.characters())
NODES = st.one_of(
    NAMES.map(lambda name: RUN.own("measure", name)),
    NAMES.map(lambda name: RUN.in_run("setting", name)),
    st.text(st.characters(categories=["L", "Nd"]), min_size=1).map(
        lambda path: NamedNode(f"https://domain.example/{path}")
    ),
    st.binary(min_size=32, max_size=32).map(lambda digest: naming.content(_ni(digest))),
)
SAID = st.builds(Quad, NODES, st.just(v.PROV_VALUE), st.one_of(LITERALS, NODES), st.just(RUN.graph))

#: Characters that are no letters, and those that tables and Turtle escape.
CONTROLS = [
    Quad(RUN.run, v.PROV_VALUE, literals.text(f"a{chr(point)}b"), RUN.graph)
    for point in (
        *range(1, 0x20), ord('"'), ord("\\"), 0x7F, 0x85, 0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE,
        0x10FFFF,
    )
]  # fmt: skip

#: Gives back what a store gives back of these quads.
Through = Callable[[list[Quad]], Iterable[Quad]]


def _ni(digest: bytes) -> str:
    from base64 import urlsafe_b64encode

    return "ni:///sha-256;" + urlsafe_b64encode(digest).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def service() -> Iterator[Served]:
    require("oxigraph")
    with served() as running:
        yield running


@pytest.fixture(scope="module")
def there(_fuseki_of_session: Fuseki) -> Iterator[RemoteStore]:
    """A Fuseki."""
    access = Access(_fuseki_of_session.user, _fuseki_of_session.password)
    with RemoteStore.at(_fuseki_of_session.address, access=access) as store:
        yield store


@pytest.fixture(scope="module", params=["embedded", "rdflib", "oxigraph serve", "fuseki"])
def through(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Through]:
    if request.param == "embedded":
        with EmbeddedStore.writer(tmp_path_factory.mktemp("fidelity") / "store") as store:

            def through_embedded(quads: list[Quad]) -> Iterable[Quad]:
                store.replace(RUN.graph, quads)
                return list(store.graph(RUN.graph))

            yield through_embedded
    elif request.param == "rdflib":
        require("rdflib")
        yield through_rdflib
    elif request.param == "fuseki":
        store_there: RemoteStore = request.getfixturevalue("there")

        def through_fuseki(quads: list[Quad]) -> Iterable[Quad]:
            store_there.replace(RUN.graph, quads)
            return list(store_there.graph(RUN.graph))

        yield through_fuseki
    else:
        running: Served = request.getfixturevalue("service")

        def through_service(quads: list[Quad]) -> Iterable[Quad]:
            running.load(quads)
            return running.quads()

        yield through_service


def through_rdflib(quads: list[Quad]) -> Iterable[Quad]:
    """Let rdflib read N-Quads and write what it read; by default it would respell literals."""
    import rdflib

    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        held = rdflib.Dataset()
        held.parse(data=serialize(quads, format=RdfFormat.N_QUADS), format="nquads")
        written = held.serialize(format="nquads", encoding="utf-8")
    finally:
        rdflib.NORMALIZE_LITERALS = before
    return list(parse(written, format=RdfFormat.N_QUADS))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(SAID, min_size=1, max_size=25))
@example(
    said=[
        Quad(RUN.run, v.PROV_VALUE, literals.number(value), RUN.graph)
        for value in (math.nan, math.inf, -math.inf, -0.0, 0.0, 5e-324, 2.2250738585072014e-308,
                      1.7976931348623157e308, 0.1, 1e21, 123456789.123456789)
    ]
)  # fmt: skip
@example(said=CONTROLS)
def test_what_is_written_comes_back(through: Through, said: list[Quad]) -> None:
    """Every literal and every name, in one spelling: what went in is what comes out."""
    assert set(through(said)) == set(said)


@given(said=st.lists(SAID, min_size=1, max_size=25))
@example(said=CONTROLS)
def test_an_answer_has_the_very_terms(service: Served, said: list[Quad]) -> None:
    """In SPARQL's JSON results as well, over HTTP, and in its TSV."""
    service.load(said)
    query = f"SELECT ?s ?o WHERE {{ GRAPH {RUN.graph} {{ ?s {v.PROV_VALUE} ?o }} }}"

    rows = service.query(query)
    with RemoteStore.at(service.address) as store:
        table = set(store.table(query))

    assert isinstance(rows, Rows)
    assert set(rows) == table == {(q.subject, q.object) for q in said}


@given(said=st.lists(SAID, min_size=1, max_size=25))
@example(said=CONTROLS)
def test_an_answer_of_fuseki_has_the_very_terms(there: RemoteStore, said: list[Quad]) -> None:
    """Loaded as N-Quads, in rows, in a table and in triples: spelled as ours again."""
    there.drop(RUN.graph)
    there.load(said)
    query = f"SELECT ?s ?o WHERE {{ GRAPH {RUN.graph} {{ ?s {v.PROV_VALUE} ?o }} }}"

    rows = there.query(query)
    table = set(there.table(query))
    triples = there.query(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH {RUN.graph} {{ ?s ?p ?o }} }}")

    assert isinstance(rows, Rows)
    assert not isinstance(triples, Rows | bool)
    assert set(rows) == table == {(q.subject, q.object) for q in said}
    assert set(triples) == {q.triple for q in said}


@given(said=st.lists(SAID, min_size=1, max_size=10))
def test_what_rdflib_respells_is_spelled_as_ours_again(said: list[Quad]) -> None:
    """By default rdflib respells numbers; the value and the datatype stay, but for times."""
    require("rdflib")
    import rdflib

    held = rdflib.Dataset()
    held.parse(data=serialize(said, format=RdfFormat.N_QUADS), format="nquads")
    back = parse(held.serialize(format="nquads", encoding="utf-8"), format=RdfFormat.N_QUADS)

    found = {_respelled(quad) for quad in back if not _is_a_time(quad.object)}
    assert found == {quad for quad in said if not _is_a_time(quad.object)}


def _respelled(quad: Quad) -> Quad:
    told = quad.object
    spelled = literals.respelled(told) if isinstance(told, Literal) else told
    return Quad(quad.subject, quad.predicate, spelled, quad.graph_name)


def _is_a_time(term: object) -> bool:
    return isinstance(term, Literal) and term.datatype == literals.DATE_TIME


@given(name=NAMES)
def test_a_name_is_a_valid_iri_whatever_it_holds(name: str) -> None:
    """Names become parts of IRIs, of any character, and no two are one."""
    node = RUN.own("measure", name)

    assert node.value.isascii()
    assert list(parse(f"<a:s> <a:p> {node} .", format=RdfFormat.N_TRIPLES))
