# SPDX-License-Identifier: Apache-2.0
"""Paths lead from where to where it was asked, through what they must, past what they must not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_graph import BASE, R1, R2, R3, four_runs, rows, store_of, text_of_four_runs

from dlprov_rdf.ask import questions
from dlprov_rdf.ask.walking.routes import Routes, Wish, find
from dlprov_rdf.errors import NotFound, TooMany, WrongParameter
from dlprov_rdf.store.embedded import EmbeddedStore

METRIC = f"{R1}/step/50/evaluation/accuracy"
HEAD = text_of_four_runs().partition("r1:graph {")[0]


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The four runs."""
    return four_runs()


def on_paths(store: EmbeddedStore, *columns: str, **asked: Any) -> list[Any]:
    """Ask F1; ``start`` and ``to`` say from where to where. One column is given bare."""
    asked = {"from": asked.pop("start", METRIC), **asked}
    found = rows(store, "F1", *columns, **asked)
    return [row[0] for row in found] if len(columns) == 1 else found


def test_all_paths_have_all_that_lies_between_and_nothing_else(store: EmbeddedStore) -> None:
    """Settings and surroundings lead nowhere; the epochs are folded into the training."""
    found = on_paths(store, "name", "kind", "distance", to="data digits")

    assert set(found) == {
        ("accuracy = 0.88", "metric", 0), ("evaluate", "evaluation", 1), ("cnn", "model", 2),
        ("test", "data", 2), ("cnn", "training", 3), ("train", "data", 3),
        ("split", "splitting", 3),
        ("scaled digits", "data", 3), ("validation", "data", 4), ("scale", "preprocessing", 4),
        ("digits", "data", 4),
    }  # fmt: skip


def test_what_must_not_lie_on_a_path_takes_its_paths_with_it(store: EmbeddedStore) -> None:
    """Past the model, only the way by the test data is left."""
    found = on_paths(store, "name", to="data digits", not_through="model")

    assert set(found) == {
        "accuracy = 0.88", "evaluate", "test", "split", "scaled digits", "scale", "digits",
    }  # fmt: skip


def test_what_must_lie_on_a_path_leaves_only_its_paths(store: EmbeddedStore) -> None:
    """Through the training: the test data lies on no such path."""
    found = on_paths(store, "kind", "name", to="data digits", through="training")

    assert ("training", "cnn") in found
    assert ("data", "test") not in found


def test_all_that_must_lie_on_a_path_lies_on_one_path(store: EmbeddedStore) -> None:
    """No path leads through both the test data and the training; one through training and split."""
    both = on_paths(store, "name", to="data digits", through="training,data test")
    split = on_paths(store, "name", to="data digits", through="training,split", paths="shortest")

    assert both == []
    assert split == [
        "accuracy = 0.88", "evaluate", "cnn", "cnn", "train", "split", "scaled digits", "digits",
    ]  # fmt: skip


def test_the_shortest_path_is_one_path_with_its_steps_in_order(store: EmbeddedStore) -> None:
    """As D3 finds it."""
    found = on_paths(store, "name", "distance", to="data digits", paths="shortest")

    assert found == [
        ("accuracy = 0.88", 0), ("evaluate", 1), ("test", 2), ("scaled digits", 3), ("digits", 4),
    ]  # fmt: skip


def test_what_must_be_passed_makes_the_shortest_path_longer(store: EmbeddedStore) -> None:
    """Each step depends on the next, and what must be passed is passed."""
    found = on_paths(store, "kind", to="data digits", through="training", paths="shortest")

    assert "training" in found
    assert len(found) == 7


def test_paths_go_along_time_where_none_goes_against_it(store: EmbeddedStore) -> None:
    """From the raw data to the predictions, over a file that another run loaded."""
    found = on_paths(
        store, "name", "run_name", start=["data/2 of nothing", "data digits"][1],
        to="prediction", paths="shortest",
    )  # fmt: skip

    assert found[0] == ("digits", "digits")
    assert found[-1] == ("predictions", "serve")
    assert ("cnn.keras", "digits") in found


def test_sources_and_targets_are_sets(store: EmbeddedStore) -> None:
    """Two beginnings, and any data as an end; only what a path joins is there."""
    found = on_paths(store, "distance", "name", start=[METRIC, "predictions"], to="data digits")

    assert {name for distance, name in found if distance == 0} == {
        "predictions", "accuracy = 0.88",
    }  # fmt: skip


def test_a_run_keeps_the_beginnings_to_its_own(store: EmbeddedStore) -> None:
    """Both runs have a model called cnn."""
    both = on_paths(store, "node", start="model cnn", to="data train", paths="all")
    one = on_paths(store, "node", start="model cnn", to="data train", run="digits again")

    assert f"{R1}/model/25" in both
    assert f"{R2}/model/25" in one
    assert [node for node in one if node.startswith(R1)] == []


def test_epochs_are_there_if_they_are_named(store: EmbeddedStore) -> None:
    """Else they would bury the path."""
    folded = on_paths(store, "kind", start=f"{R1}/model/25", to="data digits")
    named = on_paths(store, "kind", start=f"{R1}/model/25", to="data digits", through="epoch")

    assert "epoch" not in folded
    assert {"epoch", "model", "data"} <= set(named)


def test_a_test_metric_goes_by_its_name(store: EmbeddedStore) -> None:
    """As other questions take it; a prediction too."""
    found = on_paths(store, "node", start="test accuracy", to="acquisition")

    assert found[0] == METRIC
    assert on_paths(store, "node", start="@prediction", to="acquisition")[0] == f"{R3}/data/9"


def test_no_path_is_an_answer(store: EmbeddedStore) -> None:
    """And the answer says so; a beginning that nothing has is none."""
    answer = questions.ask(store, BASE, "F1", **{"from": METRIC, "to": "data batch"})

    assert (answer.rows, answer.notes) == ([], ("no such path is recorded",))
    with pytest.raises(NotFound):
        on_paths(store, "name", start="nothing of the kind", to="data")


def test_a_word_that_means_nothing_is_no_end_of_a_path(store: EmbeddedStore) -> None:
    """Else a slip of the finger would read as an answer: no such path."""
    with pytest.raises(NotFound, match=r"no thing or kind of thing 'predicton'.*'prediction'"):
        on_paths(store, "name", start=METRIC, to="predicton")
    with pytest.raises(NotFound, match="a kind: acquisition, activity"):
        on_paths(store, "name", start=METRIC, to="data", through="zebra")


def test_too_many_beginnings_are_refused() -> None:
    """A walk from each metric of a thousand runs would take long."""
    many = "".join(f"<urn:m{n}> a mls:ModelEvaluation . " for n in range(501))

    with pytest.raises(TooMany, match="give a run"):
        find(store_of(f"{HEAD} GRAPH <urn:g> {{ {many} }}"), BASE, Wish(("metric",), ("data",)))


def test_a_cycle_is_walked_once() -> None:
    """Foreign provenance may have one, through what must be passed too."""
    cycle = (
        "<urn:a> prov:wasDerivedFrom <urn:b> . <urn:b> prov:wasDerivedFrom <urn:c> . "
        "<urn:c> prov:wasDerivedFrom <urn:b> . <urn:c> prov:wasDerivedFrom <urn:d> . "
    )
    store = store_of(f"{HEAD} GRAPH <urn:g> {{ {cycle} }}")

    found = find(store, BASE, Wish(("urn:a",), ("urn:d",), through=("urn:c", "urn:b")))

    assert [(node.iri, node.distance) for node, _ in found.rows] == [
        ("urn:a", 0), ("urn:b", 1), ("urn:c", 2), ("urn:d", 3),
    ]  # fmt: skip


#: An acyclic graph of eight nodes: pairs (later, earlier).
graphs = st.sets(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]),
    min_size=1,
)
marks = st.sets(st.integers(1, 6), max_size=2)


def every_path(edges: set[tuple[int, int]], path: tuple[int, ...]) -> list[tuple[int, ...]]:
    """List all paths that go on from this one to node 7."""
    if path[-1] == 7:
        return [path]
    further = [there for here, there in sorted(edges) if here == path[-1]]
    return [one for there in further for one in every_path(edges, (*path, there))]


@given(edges=graphs, through=marks, past=marks)
def test_what_is_found_is_what_lies_on_the_paths_one_by_one(
    edges: set[tuple[int, int]], through: set[int], past: set[int]
) -> None:
    """The nodes of all paths that pass what they must, and the length of the shortest."""
    said = "".join(f"<urn:n{a}> prov:wasDerivedFrom <urn:n{b}> . " for a, b in edges)
    store = store_of(f"{HEAD} GRAPH <urn:g> {{ {said} <urn:n0> a prov:Entity }}")
    wanted = [
        path for path in every_path(edges, (0,)) if through <= set(path) and not past & set(path)
    ]

    def asked(*, shortest: bool) -> Routes:
        names = [tuple(f"urn:n{n}" for n in sorted(some)) for some in (through, past)]
        return find(store, BASE, Wish(("urn:n0",), ("urn:n7",), *names, shortest=shortest))

    found, short = asked(shortest=False), asked(shortest=True)

    assert {node.iri for node, _ in found.rows} == {f"urn:n{n}" for path in wanted for n in path}
    if wanted:
        assert len(short.rows) == min(map(len, wanted))
        assert tuple(int(node.iri[-1]) for node, _ in short.rows) in wanted


def test_a_selection_keeps_rows_and_a_projection_columns(store: EmbeddedStore) -> None:
    """Of the question's columns, and of any property of the nodes."""
    answer = questions.ask(
        store, BASE, "F1", **{"from": METRIC, "to": "data digits"},
        where="kind=data,distance>=3", show="name,dcterms:source,http://www.w3.org/ns/prov#wasGeneratedBy",
    )  # fmt: skip

    assert answer.columns == ("name", "source", "wasGeneratedBy")
    assert set(answer.rows) == {
        ("train", None, f"{R1}/step/5"),
        ("scaled digits", None, f"{R1}/step/3"),
        ("validation", None, f"{R1}/step/5"),
        ("digits", "https://doi.org/10.24432/C50P49", f"{R1}/step/1"),
    }


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("kind=data", 5), ("kind!=data", 6), ("distance<2", 2), ("distance>1", 9),
        ("distance=4,kind=data", 2), ("dlprov:rows>100", 1), ("dlprov:rows<=100", 0),
        ("dlprov:rows=many", 0), ("dlprov:rows!=many", 1),
    ],
)  # fmt: skip
def test_numbers_are_compared_as_numbers_and_all_else_as_text(where: str, count: int) -> None:
    """Nine is less than a hundred; a row without a value is left out."""
    trig = text_of_four_runs().replace("r1:graph {", "r1:graph { r1:data\\/2 dlprov:rows 1797 . ")

    assert len(on_paths(store_of(trig), "name", to="data digits", where=where)) == count


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [({"where": "data"}, "where"), ({"show": "nmae"}, "show"), ({"paths": "some"}, "paths")],
)
def test_a_wrong_selection_says_what_there_is(
    wrong: dict[str, str], parameter: str, store: EmbeddedStore
) -> None:
    """In one line."""
    with pytest.raises(WrongParameter) as error:
        on_paths(store, "name", to="data", **wrong)

    assert error.value.parameter == parameter
    assert error.value.remedy
