# SPDX-License-Identifier: Apache-2.0
"""Walks reach what they should and no more, and paths within them are the shortest."""

from __future__ import annotations

import pytest
from small_graph import BASE, R1, R2, R3, four_runs, store_of, text_of_four_runs

from dlprov_rdf.ask.lineage import BY_CONTENT, Edge, Walk, impact, lineage
from dlprov_rdf.ask.walking import kinds
from dlprov_rdf.ask.walking.listing import tree
from dlprov_rdf.ask.walking.paths import origins, paths, shortest_path, without_epochs
from dlprov_rdf.ask.walking.places import local_name
from dlprov_rdf.store.embedded import EmbeddedStore

METRIC = f"{R1}/step/50/evaluation/accuracy"
PREDICTION = f"{R3}/data/9"
KERAS = "pkg:pypi/keras@3.15.1"

HEAD = "".join(
    text_of_four_runs().partition("r1:graph {")[0].splitlines(keepends=True)
)  # the prefixes


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The four runs."""
    return four_runs()


def short(iris: object) -> set[str]:
    """Shorten the IRIs of run 1 to local ids."""
    return {iri.removeprefix(f"{R1}/") for iri in iris}  # type: ignore[attr-defined]


def test_the_lineage_of_a_model_is_its_training_with_data_and_surroundings(
    store: EmbeddedStore,
) -> None:
    """Upward only: nothing that was made from it or beside it."""
    walk = lineage(store, f"{R1}/model/35")

    assert short(walk.nodes) == {
        "model/35", "training/30", "data/6", "data/7", "training/30/setting/learning_rate",
        "architecture/11", "step/5", "data/4", "step/3", "step/3/parameter/divisor", "data/2",
        "step/1", R1, "environment", "code", "script", f"{BASE}person/ada",
        "https://w3id.org/dlprov-rdf/id/commit/abc123def",
    }  # fmt: skip


def test_the_packages_of_an_environment_are_not_followed_upward(store: EmbeddedStore) -> None:
    """Hundreds of packages would hide what was done."""
    assert KERAS not in lineage(store, f"{R1}/model/35").nodes


def test_a_node_says_what_it_is_and_how_far_away(store: EmbeddedStore) -> None:
    """In a word, with its label and its run."""
    walk = lineage(store, METRIC)

    loaded = walk.nodes[f"{R1}/data/2"]
    assert (loaded.label, loaded.kind, loaded.form, loaded.run) == ("digits", "data", "entity", R1)
    assert walk.nodes[METRIC].distance == 0
    assert walk.nodes[f"{R1}/data/8"].distance == 2
    assert walk.runs == {R1: "digits"}


def test_lineage_goes_through_content_from_what_was_loaded_to_what_was_saved(
    store: EmbeddedStore,
) -> None:
    """And the step is marked."""
    walk = lineage(store, PREDICTION)

    assert Edge(f"{R3}/file/1", f"{R1}/file/71", BY_CONTENT) in walk.edges
    assert f"{R1}/step/1" in walk.nodes
    assert not [iri for iri in walk.nodes if iri.startswith(R2)]


def test_what_a_run_made_itself_is_not_followed_through_its_content(store: EmbeddedStore) -> None:
    """Run 1 acquired the digits; that run 2 has equal ones does not matter to it."""
    walk = lineage(store, f"{R1}/data/2")

    assert BY_CONTENT not in {edge.relation for edge in walk.edges}


def test_a_thousand_runs_on_one_data_set_do_not_flood_a_lineage() -> None:
    """The naive path through content gave 2,004 nodes where three belong."""
    one = """
        GRAPH <urn:x/run/{n}/graph> {{
          <urn:x/run/{n}/data/1> a mls:Dataset ; prov:specializationOf <ni:///sha-256;same> .
          <urn:x/run/{n}/training/2> a dlprov:Training ; prov:used <urn:x/run/{n}/data/1> .
          <urn:x/run/{n}/model/3> a mls:Model ; prov:specializationOf <ni:///sha-256;equal> ;
            prov:wasGeneratedBy <urn:x/run/{n}/training/2> ;
            prov:wasDerivedFrom <urn:x/run/{n}/data/1> .
        }}"""
    store = store_of(HEAD + "".join(one.format(n=n) for n in range(1000)))

    walk = lineage(store, "urn:x/run/7/model/3")

    assert set(walk.nodes) == {
        f"urn:x/run/7/{name}" for name in ("data/1", "training/2", "model/3")
    }


def test_the_lineage_of_a_content_is_that_of_what_was_generated_with_it(
    store: EmbeddedStore,
) -> None:
    """A content has no history; its occurrences have."""
    walk = lineage(store, "ni:///sha-256;file")

    assert f"{R1}/step/70" in walk.nodes
    assert f"{R3}/file/1" not in walk.nodes


def test_a_package_reaches_all_that_runs_with_it_made_and_what_was_made_from_that(
    store: EmbeddedStore,
) -> None:
    """Package, environment, run, its parts, what they generated, and on by content."""
    walk = impact(store, KERAS)

    assert {f"{R1}/environment", R1, f"{R1}/model/25", f"{R2}/model/25"} <= set(walk.nodes)
    assert PREDICTION in walk.nodes
    assert f"{R3}/data/4" not in walk.nodes


@pytest.mark.parametrize(
    "cause", ["https://w3id.org/dlprov-rdf/id/commit/abc123def", f"{BASE}machine/lab"]
)
def test_a_commit_and_a_machine_have_an_impact(cause: str, store: EmbeddedStore) -> None:
    """All that ran from it, or on it."""
    assert f"{R1}/model/25" in impact(store, cause).nodes


def test_an_impact_with_a_limit_says_that_there_is_more(store: EmbeddedStore) -> None:
    """The nearest are kept, with the edges between them; nothing is cut in silence."""
    whole = impact(store, KERAS)

    some = impact(store, KERAS, limit=5)
    all_of_it = impact(store, KERAS, limit=len(whole.nodes))

    assert (len(some.nodes), some.cut) == (5, True)
    assert max(node.distance for node in some.nodes.values()) <= 2
    assert all({edge.source, edge.target} <= set(some.nodes) for edge in some.edges)
    assert (set(all_of_it.nodes), all_of_it.cut) == (set(whole.nodes), False)


def test_impact_is_lineage_read_the_other_way(store: EmbeddedStore) -> None:
    """What depends on x has x in its lineage, and nothing else has."""
    data = f"{R1}/data/2"
    reached = set(impact(store, data).nodes)
    for node in (PREDICTION, METRIC, f"{R1}/data/2", f"{R2}/model/25", f"{R3}/data/4", R1):
        assert (data in lineage(store, node).nodes) == (node in reached), node


def test_a_cycle_does_not_hold_a_walk_up() -> None:
    """Foreign provenance may have one."""
    store = store_of(
        HEAD + "GRAPH <urn:g> { <urn:a> prov:wasDerivedFrom <urn:b> . "
        "<urn:b> prov:wasDerivedFrom <urn:a> . }"
    )

    walk = lineage(store, "urn:a")

    assert list(walk.nodes) == ["urn:a", "urn:b"]
    assert len(walk.edges) == 2
    assert tree(walk).count("\n") == 1


def test_a_thing_that_nobody_knows_is_alone(store: EmbeddedStore) -> None:
    """No error: nothing is recorded of it."""
    walk = lineage(store, "urn:nothing")

    assert (list(walk.nodes), walk.edges) == (["urn:nothing"], ())


def test_a_walk_is_the_same_each_time(store: EmbeddedStore) -> None:
    """In the order of nodes and edges too."""
    first, second = impact(store, KERAS), impact(four_runs(), KERAS)

    assert list(first.nodes.items()) == list(second.nodes.items())
    assert first.edges == second.edges


def test_the_shortest_path_has_no_shorter_way(store: EmbeddedStore) -> None:
    """Four relations from the metric to the data: by the test data, not by the model."""
    walk = lineage(store, METRIC)

    way = shortest_path(walk, origins(walk))

    assert [iri.removeprefix(f"{R1}/") for iri, _ in way] == [
        "step/50", "data/8", "data/4", "data/2",
    ]  # fmt: skip
    assert shortest_path(walk, "training")[-1][0] == f"{R1}/training/20"
    assert shortest_path(walk, f"{R1}/nothing") == []


def test_all_paths_leave_out_what_lies_on_none(store: EmbeddedStore) -> None:
    """Settings and surroundings lead nowhere."""
    walk = without_epochs(lineage(store, METRIC))

    part = paths(walk, f"{R1}/data/2")

    assert f"{R1}/training/20" in part.nodes
    assert not {"setting", "run", "environment"} & {node.kind for node in part.nodes.values()}


def test_loaded_data_is_what_was_acquired_or_came_from_nowhere(store: EmbeddedStore) -> None:
    """In the serving run, the batch: nothing tells where it is from."""
    walk = lineage(store, PREDICTION)
    loaded = origins(walk)

    assert {iri for iri, node in walk.nodes.items() if loaded(node)} == {
        f"{R1}/data/2",
        f"{R3}/data/4",
    }


def test_epochs_fold_into_their_training_and_nothing_comes_loose(store: EmbeddedStore) -> None:
    """Their models, the adaptation and its setting go with them."""
    walk = lineage(store, f"{R1}/model/25")

    folded = without_epochs(walk)

    gone = {"epoch", "adaptation"}
    assert gone <= {node.kind for node in walk.nodes.values()}
    assert not gone & {node.kind for node in folded.nodes.values()}
    assert len(walk.nodes) - len(folded.nodes) == 6
    assert reached_from_start(folded) == set(folded.nodes)


def test_a_tree_has_each_node_once_and_each_on_one_line(store: EmbeddedStore) -> None:
    """A newline in a label does not break it."""
    walk = without_epochs(lineage(store, METRIC))

    lines = tree(walk).splitlines()

    assert len(lines) == len(walk.nodes)
    assert lines[0] == "accuracy = 0.88 (metric)"
    assert lines[1] == "└─ prov:wasGeneratedBy → evaluate (evaluation)"


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        (f"{R1}/training/20/epoch/3", "training/20/epoch/3"),
        ("ni:///sha-256;0123456789abcdef", "0123456789ab…"),
        ("urn:x", "urn:x"),
        (f"{BASE}person/ada", "ada"),
    ],
)
def test_what_has_no_label_goes_by_the_end_of_its_iri(iri: str, name: str) -> None:
    """Its local id, where it is of a run."""
    assert local_name(iri) == name


def test_the_most_telling_class_names_a_thing() -> None:
    """Predictions are data sets and entities too."""
    classes = {kinds.PROV + "Entity", kinds.MLS + "Dataset", kinds.DLPROV + "Prediction"}

    assert kinds.kind_and_form(classes) == ("prediction", "entity")
    assert kinds.kind_and_form(set()) == ("thing", "entity")


def reached_from_start(walk: Walk) -> set[str]:
    """Go from the start along the edges as far as they lead."""
    steps, seen, left = walk.steps(), {walk.start}, [walk.start]
    while left:
        for there, _ in steps.get(left.pop(), []):
            if there not in seen:
                seen.add(there)
                left.append(there)
    return seen
