# SPDX-License-Identifier: Apache-2.0
"""Runs brought to a service: all that changed, nothing else, and never half a graph."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from fuseki_started import Fuseki
from oxigraph_served import served
from parts import require
from pyoxigraph import Literal, NamedNode, Quad
from told_runs import Tale, whole_tale

from dlprov_rdf.errors import DatasetOfOthers, OtherOntology
from dlprov_rdf.graph import canonical
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.catalogue import name
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.pipeline.pushing import sending
from dlprov_rdf.settings import make
from dlprov_rdf.store.base import Rows
from dlprov_rdf.store.remote import Access, RemoteStore

require("oxigraph")

NUMBER = "SELECT ?revision { GRAPH ?c { ?graph <%s> ?revision } } ORDER BY ?graph"
REVISIONS = NUMBER % v.DLPROV_GRAPH_REVISION.value

#: Pushes in small requests, and says how far it is.
PUSHER = """
import sys
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.pipeline.pushing import sending

sending.ADDED = sending.REPLACED = 150
kb = KnowledgeBase.open(sys.argv[1])
kb.push(sys.argv[2], on_progress=lambda done, total: print(done, flush=True))
"""


class There:
    """A service, as whoever owns it sees it."""

    def __init__(self, address: str, access: Access) -> None:
        self.address, self.access = address, access
        self.store = RemoteStore.at(address, access=access)

    def load(self, quads: Iterable[Quad]) -> None:
        """Hold these quads and no others."""
        self.store.update("DROP ALL")
        self.store.load(list(quads))

    def quads(self) -> set[Quad]:
        """Give all that it holds."""
        return {quad for graph in list(self.store.graphs()) for quad in self.store.graph(graph)}


@pytest.fixture(scope="module")
def running() -> Iterator[There]:
    """An ``oxigraph serve``, which other tests used before."""
    with served() as service:
        there = There(service.address, Access())
        yield there
        there.store.close()


@pytest.fixture(params=["oxigraph", "fuseki"])
def service(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[There]:
    """A service that holds nothing, and whose password is known here."""
    if request.param == "oxigraph":
        there: There = request.getfixturevalue("running")
    else:
        require("fuseki")
        fuseki: Fuseki = request.getfixturevalue("fuseki")
        there = There(fuseki.address, Access(fuseki.user, fuseki.password))
    monkeypatch.setenv("THERE_PASSWORD", there.access.password or "none")
    there.load([])
    yield there
    if request.param == "fuseki":
        there.store.close()


@pytest.fixture
def kb(tmp_path: Path, service: There) -> KnowledgeBase:
    """A knowledge base of three runs."""
    return lab(tmp_path / "kb", "abc", service)


def lab(folder: Path, runs: str, service: There) -> KnowledgeBase:
    """Make a knowledge base with a run for each letter."""
    make(folder)
    with (folder / "kb.toml").open("a") as file:
        file.write(
            f'[endpoints.there]\naddress = "{service.address}"\n'
            f'user = "{service.access.user or "nobody"}"\npassword_env = "THERE_PASSWORD"\n'
        )
    for run in runs:
        whole_tale(run).write(folder)
    return KnowledgeBase.open(folder)


def graph_of(kb: KnowledgeBase, run: str) -> NamedNode:
    """Name a run's graph."""
    return NamedNode(f"{kb.settings.base}run/{run}/graph")


def there(service: There) -> dict[str, set[Quad]]:
    """Tell the graphs of a service, catalogues apart."""
    found: dict[str, set[Quad]] = {}
    for quad in service.quads():
        assert isinstance(quad.graph_name, NamedNode)
        if not quad.graph_name.value.endswith("/catalogue"):
            found.setdefault(quad.graph_name.value, set()).add(quad)
    return found


def here(kb: KnowledgeBase) -> dict[str, set[Quad]]:
    """Tell the graphs of a knowledge base."""
    with kb.store() as store:
        return {graph.value: set(store.graph(graph)) for graph in store.graphs()}


def revisions(service: There) -> list[int]:
    """Tell the catalogue's revisions, in the order of the graphs' names."""
    rows = service.store.query(REVISIONS)
    assert isinstance(rows, Rows)
    return [int(row[0].value) for row in rows]  # type: ignore[union-attr]


def test_every_run_is_there_after_a_push(kb: KnowledgeBase, service: There) -> None:
    """And the catalogue lists each with its digest."""
    pushed = kb.push(service.address)

    assert pushed.added == ("a", "b", "c")
    assert there(service) == here(kb)
    listed = set(service.store.graph(name(kb.settings.base)))
    for graph, quads in here(kb).items():
        told = Literal(canonical.digest(quads))
        assert any(
            one.subject.value == graph and one.object == told  # type: ignore[union-attr]
            for one in listed
        )


def test_pushing_again_sends_nothing(kb: KnowledgeBase, service: There) -> None:
    kb.push(service.address)
    before = service.quads()

    pushed = kb.push(service.address)

    assert (pushed.unchanged, pushed.requests) == (3, 0)
    assert service.quads() == before


def test_what_changed_is_replaced_and_the_rest_is_left(kb: KnowledgeBase, service: There) -> None:
    """A run that was pushed while it trained has come further."""
    kb.push(service.address)
    whole_tale("b", epochs=5).write(kb.folder)
    whole_tale("d").write(kb.folder)

    pushed = kb.push(service.address)

    assert (pushed.added, pushed.replaced, pushed.unchanged) == (("d",), ("b",), 2)
    assert there(service) == here(kb)
    assert revisions(service) == [1, 2, 1, 1]


def test_chosen_runs_alone_are_pushed(kb: KnowledgeBase, service: There) -> None:
    """And of the others nothing is said to be gone."""
    kb.push(service.address, ["b"])
    pushed = kb.push(service.address, ["c"], prune=True)

    assert pushed.gone == ()
    assert set(there(service)) == {graph_of(kb, "b").value, graph_of(kb, "c").value}


def test_a_run_that_is_gone_is_told_and_taken_away_when_asked(
    kb: KnowledgeBase, service: There
) -> None:
    kb.push(service.address)
    shutil.rmtree(kb.folder / "logs" / "b")

    told = kb.push(service.address)
    assert (told.gone, told.pruned, len(there(service))) == (("b",), False, 3)
    pruned = kb.push(service.address, prune=True)

    assert (pruned.gone, pruned.pruned) == (("b",), True)
    assert there(service) == here(kb)
    assert revisions(service) == [1, 1]
    assert "/run/b/" not in "".join(map(str, service.quads()))


def test_nothing_that_others_put_there_is_touched(kb: KnowledgeBase, service: There) -> None:
    """Neither by a push nor by pruning, though it lies below our own base."""
    near = NamedNode(f"{kb.settings.base}run/other/graph")
    foreign = NamedNode("https://other.example/graph")
    theirs = [Quad(graph, v.RDFS_LABEL, Literal("theirs"), graph) for graph in (near, foreign)]
    service.load(theirs)
    kb.push(service.address)
    shutil.rmtree(kb.folder / "logs" / "b")

    kb.push(service.address, prune=True)
    kb.push(service.address, again=True)

    assert set(theirs) <= service.quads()


def test_a_graph_that_the_catalogue_does_not_know_is_replaced(
    kb: KnowledgeBase, service: There
) -> None:
    """Somebody loaded an older one by hand; the two are not mixed."""
    graph = graph_of(kb, "a")
    service.load([Quad(graph, v.RDFS_LABEL, Literal("older"), graph)])

    kb.push(service.address)

    assert there(service) == here(kb)


def test_another_lab_s_dataset_is_refused(
    kb: KnowledgeBase, service: There, tmp_path: Path
) -> None:
    """Unless both are meant to be in one."""
    other = lab(tmp_path / "other", "x", service)
    other.push(service.address)
    before = service.quads()

    with pytest.raises(DatasetOfOthers, match="--beside") as refused:
        kb.push(service.address)

    assert (refused.value.theirs, refused.value.ours) == (other.settings.base, kb.settings.base)
    assert service.quads() == before
    kb.push(service.address, beside=True)
    assert there(service) == here(kb) | here(other)


@pytest.mark.parametrize(("version", "newer"), [("0.1.0", False), ("12.0.0", True)])
def test_graphs_of_another_ontology_are_not_mixed_with_ours(
    version: str, newer: bool, kb: KnowledgeBase, service: There  # noqa: FBT001 -- parametrized
) -> None:  # fmt: skip
    """Older ones are sent again if asked; newer ones are not overwritten."""
    kb.push(service.address)
    theirs = NamedNode(f"https://w3id.org/dlprov-rdf/ontology/{version}")
    catalogue = name(kb.settings.base)
    said = {quad for quad in service.quads() if quad.predicate != v.DCTERMS_CONFORMS_TO}
    service.load({*said, Quad(catalogue, v.DCTERMS_CONFORMS_TO, theirs, catalogue)})

    with pytest.raises(OtherOntology) as refused:
        kb.push(service.address)

    assert refused.value.newer is newer
    if newer:
        with pytest.raises(OtherOntology):
            kb.push(service.address, again=True)
    else:
        assert len(kb.push(service.address, again=True).replaced) == 3
        assert there(service) == here(kb)
        assert kb.push(service.address).unchanged == 3


def test_what_is_read_back_is_compared(kb: KnowledgeBase, service: There) -> None:
    """A statement that somebody took away is found, and the remedy brings it back."""
    kb.push(service.address)
    lost = next(quad for quad in service.quads() if quad.graph_name == graph_of(kb, "b"))
    service.load(service.quads() - {lost})

    found = kb.push(service.address, verify=True)
    mended = kb.push(service.address, ["b"], again=True, verify=True)

    assert (found.verified, found.differing) == (3, ("b",))
    assert mended.differing == ()
    assert there(service) == here(kb)


def test_a_run_that_is_kept_out_of_the_store_is_not_pushed(
    kb: KnowledgeBase, service: There
) -> None:
    """It breaks the core rules: its graph is in quarantine."""
    broken = Tale("e")
    broken.told[1] = broken.told[0]
    broken.end()
    broken.write(kb.folder)
    listed = {run.id: run.quarantined for run in kb.runs()}

    pushed = kb.push(service.address)

    assert listed["e"]
    assert pushed.added == ("a", "b", "c")


def test_many_runs_go_in_one_request(
    kb: KnowledgeBase, service: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And in several where they hold more than a request may."""
    whole = kb.push(service.address)
    service.load([])
    monkeypatch.setattr(sending, "ADDED", 1)
    apart = kb.push(service.address)

    assert apart.requests - whole.requests == 2
    assert there(service) == here(kb)


def test_killed_at_any_moment_nothing_is_half_there(tmp_path: Path, service: There) -> None:
    """Each graph is there whole or not at all; the next push brings what is missing, once."""
    kb = lab(tmp_path / "kb", "abcdefghijkl", service)
    whole = here(kb)
    chance = random.Random(7)
    arrived: set[int] = set()
    for turn in range(4):
        whole_tale("a", epochs=turn + 4).write(kb.folder)
        whole |= here(kb)
        process = subprocess.Popen(
            [sys.executable, "-c", PUSHER, kb.folder, service.address],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        for _ in range(chance.randint(1, 8)):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        time.sleep(0.2)
        found = there(service)
        arrived.add(len(found))
        for graph, quads in found.items():
            assert quads == whole[graph] or graph == graph_of(kb, "a").value
        if turn % 2:
            service.load([])

    pushed = kb.push(service.address, verify=True)

    assert pushed.differing == ()
    assert there(service) == here(kb)
    assert len(revisions(service)) == 12
    assert arrived & set(range(1, 12)), "no push was cut off"
