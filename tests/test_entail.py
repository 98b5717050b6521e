# SPDX-License-Identifier: Apache-2.0
"""What follows from a graph: the same as owlrl finds, kept beside the graph, never in it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts import require
from pyoxigraph import NamedNode, Quad

import dlprov_rdf as dlprov
from dlprov_rdf import assets
from dlprov_rdf.errors import UnknownReasoner
from dlprov_rdf.graph import entail
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.store.embedded import last_note

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.nq"))
OWL = "http://www.w3.org/2002/07/owl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
GRAPH = NamedNode("https://lab.example/run/r1/graph")
TRAINING = NamedNode("https://lab.example/run/r1/training/1")
MODEL = NamedNode("https://lab.example/run/r1/model/2")
LOSS = NamedNode("https://lab.example/run/r1/usage/1")

PROPERTIES = (
    v.PROV_USED, v.PROV_WAS_GENERATED_BY, v.PROV_WAS_REVISION_OF, v.PROV_QUALIFIED_USAGE,
    v.PROV_ENTITY_PROPERTY, v.PROV_QUALIFIED_ASSOCIATION, v.PROV_AGENT_PROPERTY, v.MLS_DEFINES,
    v.MLS_HAS_INPUT, v.DCAT_DISTRIBUTION_PROPERTY, NamedNode(v.PROV + "derivedByInsertionFrom"),
    NamedNode(v.PROV + "qualifiedInsertion"), NamedNode(v.PROV + "dictionary"),
    NamedNode(v.PROV + "influenced"), NamedNode(v.PROV + "generated"),
)  # fmt: skip
CLASSES = (v.DLPROV_TRAINING, v.DLPROV_EPOCH, v.PROV_PLAN, v.MLS_DATASET, v.PROV_REVISION)
NODES = st.sampled_from([NamedNode(f"https://lab.example/{letter}") for letter in "abcdefghijkl"])
SAID = st.one_of(
    st.builds(Quad, NODES, st.sampled_from(PROPERTIES), NODES, st.just(GRAPH)),
    st.builds(Quad, NODES, st.just(v.RDF_TYPE), st.sampled_from(CLASSES), st.just(GRAPH)),
)


def follows(*said: tuple[NamedNode, NamedNode, NamedNode | ox.Literal]) -> set[ox.Triple]:
    """Work out what follows from some triples, but for what the graph says of itself."""
    quads = entail.entailed([Quad(*triple, GRAPH) for triple in said], GRAPH)
    return {quad.triple for quad in quads} - {quad.triple for quad in entail.about(GRAPH)}


def by_owlrl(quads: list[Quad]) -> set[Quad]:
    """Let the reference work it out."""
    require("rdflib")
    from dlprov_rdf.validate import owl

    return set(owl.entailed(quads, entail.axioms(), entail.name_of(GRAPH)))


def by_rules(quads: list[Quad]) -> set[Quad]:
    return set(entail.entailed(quads, GRAPH)) - set(entail.about(GRAPH))


def test_a_generation_is_an_influence_and_reads_both_ways() -> None:
    """PROV-O's influence hierarchy, and its inverses."""
    found = follows((MODEL, v.PROV_WAS_GENERATED_BY, TRAINING))

    influenced_by = NamedNode(v.PROV + "wasInfluencedBy")
    assert ox.Triple(MODEL, influenced_by, TRAINING) in found
    assert ox.Triple(TRAINING, NamedNode(v.PROV + "generated"), MODEL) in found
    assert ox.Triple(TRAINING, NamedNode(v.PROV + "influenced"), MODEL) in found
    assert ox.Triple(TRAINING, v.PROV_ACTIVITY, MODEL) not in found


def test_a_qualified_usage_says_the_plain_one() -> None:
    """The chain of PROV-O, and what the plain form says in turn."""
    found = follows((TRAINING, v.PROV_QUALIFIED_USAGE, LOSS), (LOSS, v.PROV_ENTITY_PROPERTY, MODEL))

    assert ox.Triple(TRAINING, v.PROV_USED, MODEL) in found
    assert ox.Triple(TRAINING, NamedNode(v.PROV + "wasInfluencedBy"), MODEL) in found
    assert ox.Triple(MODEL, v.RDF_TYPE, v.PROV_ENTITY) in found


def test_a_chain_over_what_itself_follows_is_found() -> None:
    """An insertion is a derivation, and its dictionary an entity: only then the chain holds."""
    insertion = NamedNode(v.PROV + "qualifiedInsertion")

    found = follows((MODEL, insertion, LOSS), (LOSS, NamedNode(v.PROV + "dictionary"), TRAINING))

    assert ox.Triple(MODEL, v.PROV_WAS_DERIVED_FROM, TRAINING) in found
    assert ox.Triple(TRAINING, NamedNode(v.PROV + "influenced"), MODEL) in found


def test_no_literal_becomes_a_subject() -> None:
    found = follows((TRAINING, v.DLPROV_ARCHITECTURE, ox.Literal("not a node")))

    assert all(isinstance(triple.subject, NamedNode) for triple in found)


def test_what_is_said_does_not_follow_again() -> None:
    said = Quad(TRAINING, v.RDF_TYPE, v.PROV_ACTIVITY, GRAPH)

    found = entail.entailed([said, Quad(TRAINING, v.PROV_USED, MODEL, GRAPH)], GRAPH)

    assert said.triple not in {quad.triple for quad in found}


def test_an_entailed_graph_says_what_it_is() -> None:
    quads = list(entail.entailed([], GRAPH))

    into = entail.name_of(GRAPH)
    assert {quad.graph_name for quad in quads} == {into}
    assert Quad(into, v.RDF_TYPE, v.DLPROV_ENTAILED_GRAPH, into) in quads
    assert Quad(into, v.PROV_WAS_DERIVED_FROM, GRAPH, into) in quads


def test_the_rules_find_what_owlrl_finds_in_real_graphs() -> None:
    """All of them at once, for owlrl takes seconds to read the axioms."""
    quads = [Quad(*quad.triple, GRAPH) for golden in GOLDEN for quad in ox.parse(path=golden)]

    found = by_rules(quads)

    assert len(found) > len(GOLDEN)
    assert found == by_owlrl(quads)


@settings(max_examples=3)
@given(said=st.lists(SAID, min_size=20, max_size=40))
def test_the_rules_find_what_owlrl_finds_in_any_graph(said: list[Quad]) -> None:
    assert by_rules(said) == by_owlrl(said)


def test_what_the_inverse_of_an_inverse_says_is_known_beforehand() -> None:
    """Closed axioms let each rule be asked once: nobody turns what was turned already."""
    one, turned, wider, back = (NamedNode(f"https://lab.example/{word}") for word in "otwb")
    inverse, within = NamedNode(OWL + "inverseOf"), NamedNode(RDFS + "subPropertyOf")
    said = [(one, inverse, turned), (turned, within, wider), (back, inverse, wider)]

    found = entail.closed(Quad(*triple) for triple in said)

    assert Quad(one, within, back, entail.AXIOMS) in found


def test_every_rule_is_a_query_that_runs_as_it_stands() -> None:
    """Any store can run them: they are CONSTRUCT queries of SPARQL 1.1."""
    store = ox.Store()
    store.extend(entail.axioms())
    store.add(Quad(MODEL, v.PROV_WAS_GENERATED_BY, TRAINING))

    names = assets.names("queries/entail", ".rq")
    found = {name: list(store.query(assets.text(name))) for name in names}

    assert found["queries/entail/domain.rq"] == [ox.Triple(MODEL, v.RDF_TYPE, v.PROV_ENTITY)]
    assert len(names) == 12


FOLLOWING = """SELECT DISTINCT ?run WHERE {
  ?run a mls:Process, dlprov:WorkflowRun ; prov:wasInfluencedBy ?something
}"""


def captured(folder: Path, name: str = "digits") -> str:
    with (
        dlprov.start_run(name, kb=folder) as run,
        run.training("cnn") as training,
        training.epoch(0),
    ):
        training.log_metric("loss", 0.5)
    return run.run_id


def test_a_question_that_only_entailment_answers(tmp_path: Path) -> None:
    """mls:Process and prov:wasInfluencedBy are said nowhere; they follow."""
    captured(tmp_path / "kb")
    kb = dlprov.open(tmp_path / "kb")

    without = kb.sparql(FOLLOWING)
    with_it = kb.sparql(FOLLOWING, entailed=True)

    assert list(without.rows) == []
    assert len(with_it.rows) == 1


def test_entailment_changes_no_answer_of_the_plain_store(tmp_path: Path) -> None:
    captured(tmp_path / "kb")
    kb = dlprov.open(tmp_path / "kb")
    counting = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    before = kb.sparql(counting).rows

    more = kb.sparql(counting, entailed=True).rows

    assert kb.sparql(counting).rows == before
    assert more[0][0] > before[0][0]


def test_what_follows_is_made_anew_with_its_run(tmp_path: Path) -> None:
    captured(tmp_path / "kb")
    kb = dlprov.open(tmp_path / "kb")
    kb.sparql(FOLLOWING, entailed=True)

    captured(tmp_path / "kb", "again")

    assert len(kb.sparql(FOLLOWING, entailed=True).rows) == 2


def test_what_followed_from_a_run_that_is_gone_is_gone(tmp_path: Path) -> None:
    gone = captured(tmp_path / "kb")
    captured(tmp_path / "kb", "stays")
    kb = dlprov.open(tmp_path / "kb")
    kb.sparql(FOLLOWING, entailed=True)

    (tmp_path / "kb" / "logs" / gone).rename(tmp_path / "elsewhere")

    with kb.store(entailed=True) as store:
        assert not [graph for graph in store.graphs() if gone in graph.value]
        assert len(list(store.graphs())) == 2


def test_other_axioms_make_it_afresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    captured(tmp_path / "kb")
    kb = dlprov.open(tmp_path / "kb")
    kb.sparql(FOLLOWING, entailed=True)
    monkeypatch.setattr("dlprov_rdf.pipeline.entailing.__version__", "99")

    again = kb.sparql(FOLLOWING, entailed=True)

    assert len(again.rows) == 1
    assert "dlprov-rdf 99" in str(last_note(tmp_path / "kb/store/entailed"))


def test_a_damaged_store_of_what_follows_is_made_afresh(tmp_path: Path) -> None:
    captured(tmp_path / "kb")
    told: list[str] = []
    kb = KnowledgeBase.open(tmp_path / "kb", told.append)
    kb.sparql(FOLLOWING, entailed=True)
    captured(tmp_path / "kb", "again")
    for file in (tmp_path / "kb/store/entailed").glob("live-*/quads/*"):
        file.write_bytes(b"")

    rows = kb.sparql(FOLLOWING, entailed=True).rows

    assert len(rows) == 2
    assert any("worked out afresh" in words for words in told)


@pytest.mark.require("rdflib")
def test_owlrl_may_be_asked_to_work_it_out(tmp_path: Path) -> None:
    captured(tmp_path / "kb")
    kb = dlprov.open(tmp_path / "kb")

    rows = kb.sparql(FOLLOWING, entailed=True, reasoner="owlrl").rows

    assert rows == kb.sparql(FOLLOWING, entailed=True).rows


def test_a_reasoner_that_nobody_knows_is_told_in_words(tmp_path: Path) -> None:
    captured(tmp_path / "kb")

    with pytest.raises(UnknownReasoner, match=r"'pellet'\. There are: rules, owlrl"):
        dlprov.open(tmp_path / "kb").sparql("ASK {}", entailed=True, reasoner="pellet")
