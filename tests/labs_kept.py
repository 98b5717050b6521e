# SPDX-License-Identifier: Apache-2.0
"""Two labs with catalogues of their runs, asked by ``--fetch`` with a cache of the test's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from labs_dealt import graphs
from oxigraph_served import Served, served
from pyoxigraph import Literal, NamedNode, Quad
from small_graph import BASE

from dlprov_rdf.ask.answer import Answer
from dlprov_rdf.graph import canonical, catalogue
from dlprov_rdf.graph.catalogue import Held
from dlprov_rdf.kb.labs import open_labs
from dlprov_rdf.settings import Settings
from dlprov_rdf.store import entries
from dlprov_rdf.store.merged import MergedStore

#: Some runs, the smaller ones first; beside the smallest of all, catalogues would be large.
RUNS = sorted((list(quads) for quads in graphs().values()), key=len)[6:12]

ALL = "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o"
#: What somebody else put beside the runs.
P = NamedNode("https://example.org/p")
STRANGE = Quad(P, P, Literal("as it was"), NamedNode("https://example.org/strange"))

UNITED = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


class Traffic:
    """What queries services were asked, and how much they answered."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self._answers: list[httpx.Response] = []
        send = httpx.Client.send

        def watched(client: httpx.Client, request: httpx.Request, **more: object) -> httpx.Response:
            answer = send(client, request, **more)  # type: ignore[arg-type]
            if request.method == "POST":
                self.asked.append(request.content.decode())
                self._answers.append(answer)
            return answer

        monkeypatch.setattr(httpx.Client, "send", watched)

    @property
    def bytes(self) -> int:
        """The bytes of the answers."""
        return sum(answer.num_bytes_downloaded for answer in self._answers)

    def of(self, graph: list[Quad]) -> list[str]:
        """Give the requests that name a graph."""
        return [words for words in self.asked if str(graph[0].graph_name) in words]


def listed(runs: Iterable[list[Quad]], base: str, revision: int = 1) -> list[Quad]:
    """Give the catalogue of runs."""
    entries_ = {name_of(run): Held(canonical.digest(run), revision) for run in runs}
    return [*catalogue.catalogue_quads(Settings(base=base)), *catalogue.entry_quads(base, entries_)]


def name_of(run: list[Quad]) -> NamedNode:
    """Name the graph of a run."""
    name = run[0].graph_name
    assert isinstance(name, NamedNode)
    return name


def hold(service: Served, runs: Sequence[list[Quad]], base: str, *others: Quad) -> None:
    """Let a service hold runs, with their catalogue, and what is not in it."""
    service.load([*listed(runs, base), *(quad for run in runs for quad in run), *others])


def fetched(*services: Served) -> Answer:
    """Ask for everything, by ``--fetch``; it must be what the services hold."""
    with open_labs([service.address for service in services], fetch=True) as labs:
        answer = labs.sparql(ALL)
        united = labs.sparql(UNITED)
    together = MergedStore()
    for service in services:
        together.fill(service.quads())
    assert isinstance(answer, Answer)
    assert isinstance(united, Answer)
    assert list(answer.terms) == list(together.query(ALL))  # type: ignore[arg-type]
    assert list(united.terms) == list(together.query(UNITED))  # type: ignore[arg-type]
    return answer


def size(folder: Path) -> int:
    """Count the bytes of a file, or of all in a folder."""
    return entries.size(folder)


def said(answer: Answer) -> str:
    """Give what is said of the cache."""
    [words] = [note for note in answer.notes if note.startswith("whole graphs")]
    return words


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Served, Served]]:
    """Two services that tests share."""
    with served() as one, served() as other:
        yield one, other


@pytest.fixture
def labs(running: tuple[Served, Served]) -> tuple[Served, Served]:
    """Two labs: runs 0 to 3 at one, 3 to 5 at the other, each with its catalogue."""
    hold(running[0], RUNS[:4], f"{BASE}a/")
    hold(running[1], RUNS[3:], f"{BASE}b/")
    return running


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache of a user of this test alone; nothing is said of its size."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("DLPROV_CACHE_BYTES", raising=False)
    return tmp_path / "dlprov-rdf" / "graphs"
