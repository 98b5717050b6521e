# SPDX-License-Identifier: Apache-2.0
"""N4, N6 and N9 find what is wrong with runs: rules broken, failures, and data that leaked."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from pyoxigraph import NamedNode
from small_graph import BASE, R1, four_runs, rows, store_of, text_of_four_runs
from valid_graphs import VALID, parsed

from dlprov_rdf.ask import questions
from dlprov_rdf.errors import UnknownProfile
from dlprov_rdf.store.embedded import EmbeddedStore
from dlprov_rdf.validate import shapes
from dlprov_rdf.validate.shacl import check


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The four runs."""
    return four_runs()


def test_n4_says_what_check_finds_and_what_to_do(store: EmbeddedStore) -> None:
    """The rules of a smaller profile come first, and each fault once."""
    graph = list(store.graph(NamedNode(f"{R1}/graph")))
    core = check(graph, "core")

    found = rows(store, "N4", "what", "remedy", "node", run="digits", profile="core")
    every = rows(store, "N4", "number", "profile", "rule", "node", "remedy", run="digits")

    assert [row[::2] for row in found] == [(one.name, one.focus) for one in core.results] != []
    remedies = " ".join(row[-1] for row in every)
    assert not re.search(r"\bRUN\b|annotate IRI", remedies)
    assert f"`dlprov annotate {R1[-8:]} --purpose" in remedies
    assert [row[0] for row in every] == list(range(1, len(every) + 1))
    assert [row[1] for row in every] == sorted(
        (row[1] for row in every), key=shapes.profiles().index
    )
    assert [row[-1] for row in every][: len(core.results)] == [row[1] for row in found]


@pytest.mark.parametrize(
    "asked", [("core", "reproducible", "fair"), ("fair", "core"), ("reproducible",)]
)
def test_n4_answers_as_if_each_profile_were_checked_by_itself(
    store: EmbeddedStore, asked: tuple[str, ...]
) -> None:
    """One check is enough: a fault is told by the first that asks for its rule."""
    graph = list(store.graph(NamedNode(f"{R1}/graph")))
    apart: dict[tuple[str, str, str | None], tuple[str, str, str]] = {}
    for profile in asked:
        for one in check(graph, profile).results:
            apart.setdefault((one.focus, one.rule, one.value), (profile, one.rule, one.focus))

    found = rows(store, "N4", "profile", "rule", "node", run="digits", profile=",".join(asked))

    assert found == list(apart.values()) != []


def test_n4_of_a_run_that_keeps_the_rules_is_empty_and_of_no_rules_an_error() -> None:
    """The answer says so."""
    quads = parsed(VALID)
    [run] = {q.subject for q in quads if str(q.object).endswith("#WorkflowRun>")}
    graph = NamedNode(f"{run.value}/graph")
    kept = EmbeddedStore.memory()
    kept.replace(graph, [ox.Quad(q.subject, q.predicate, q.object, graph) for q in quads])

    answer = questions.ask(kept, BASE, "N4", run=run.value, profile="core")

    assert (answer.rows, answer.notes) == ([], ("nothing is missing by these rules",))
    with pytest.raises(UnknownProfile):
        questions.ask(kept, BASE, "N4", run=run.value, profile="perfect")


def test_n6_runs_and_trainings_that_failed_say_why_and_how_far_they_got(
    store: EmbeddedStore,
) -> None:
    """A training can fail in a run that goes on; the last epoch is the last that ended."""
    columns = ("run_name", "what", "name", "end_state", "reason", "exception", "last_epoch")
    found = rows(store, "N6", *columns)

    assert found == [
        ("digits", "training", "cnn wide", "failed", "diverged", None, 1),
        ("stopped", "run", "stopped", "interrupted", None, None, None),
        ("stopped", "training", "by hand", "interrupted", None, "KeyboardInterrupt", 0),
    ]


def test_n9_leaks_are_told_and_a_split_without_shared_rows_is_none(store: EmbeddedStore) -> None:
    """Run 1 shares no row and selects on validation data; run 2 does both wrong."""
    found = rows(store, "N9", "finding", "rows", "step_name", "run_name")

    assert found == [
        ("a model was chosen on test data", None, "pick", "digits again"),
        ("training and test data share rows", 3, "cnn", "digits again"),
    ]
    clean = questions.ask(store, BASE, "N9", run="digits")
    assert (clean.rows, clean.notes) == ([], ("no leak is recorded",))


def test_n9_what_was_not_counted_is_not_called_clean() -> None:
    """Nobody knows is an answer of its own."""
    trig = text_of_four_runs().replace(
        "dlprov:sharedRows 0", 'dlprov:notCounted "above the budget"'
    )

    found = rows(store_of(trig), "N9", "finding", "why", run="digits")

    assert set(found) == {("overlap of training and test data not counted", "above the budget")}


def test_n9_training_on_test_data_is_found_by_content_and_by_derivation() -> None:
    """Another name or one more step does not hide it."""
    usage = "r1:training\\/30\\/usage\\/1 a prov:Usage ; prov:entity r1:data\\/6"
    content = "prov:specializationOf <ni:///sha-256;t> ."
    copied = f"{content} r1:data\\/8 {content}"
    derived = "prov:wasDerivedFrom r1:data\\/8 ."
    of_test = "r1:data\\/99 a mls:Dataset ; "
    for more, finding in (
        (copied, "a model was trained on test data"),
        (derived, "a model was trained on data derived from test data"),
    ):
        trig = text_of_four_runs().replace(usage, f"{of_test}{more} {usage[:-1]}99")

        assert (finding, "mlp") in rows(store_of(trig), "N9", "finding", "step_name", run="digits")


#: The mlp was trained on the very data that the cnn was tested on.
OTHERS_TEST_DATA = (
    "r1:training\\/30\\/usage\\/1 a prov:Usage ; prov:entity r1:data\\/6",
    "r1:training\\/30\\/usage\\/1 a prov:Usage ; prov:entity r1:data\\/8",
)
CHOSEN = 'dlprov:ModelSelection ; rdfs:label "select"'


def test_n9_a_model_may_be_trained_on_the_test_data_of_another() -> None:
    """As in an ensemble; but not if a step chose between them."""
    trig = text_of_four_runs().replace(*OTHERS_TEST_DATA)
    unchosen = trig.replace(CHOSEN, CHOSEN.replace("ModelSelection", "OwnStep"))
    assert trig != unchosen

    assert rows(store_of(unchosen), "N9", "finding", run="digits") == []
    assert rows(store_of(trig), "N9", "finding", "step_name", run="digits") == [
        ("a model was trained on test data", "mlp")
    ]


@pytest.mark.parametrize(
    "tested",
    ["r1:model\\/35", "r1:tuned", "r1:loaded", "r1:training\\/30\\/epoch\\/0\\/model"],
)
def test_n9_a_model_tested_on_what_it_was_trained_on_is_found_through_what_came_of_it(
    tested: str,
) -> None:
    """Itself, a state tuned from it, one that was loaded from a copy of its file, an epoch's."""
    more = (
        "r1:tuned a mls:Model ; prov:wasDerivedFrom r1:model\\/35 . "
        "r1:saved prov:specializationOf <ni:///sha-256;m> ; prov:wasDerivedFrom r1:model\\/35 . "
        "r1:copy prov:specializationOf <ni:///sha-256;m> . "
        "r1:loaded a mls:Model ; prov:wasDerivedFrom r1:copy . "
        "r1:training\\/30\\/epoch\\/0\\/model a mls:Model ; "
        "prov:wasGeneratedBy r1:training\\/30\\/epoch\\/0 . "
    )
    trig = text_of_four_runs().replace(*OTHERS_TEST_DATA)
    unchosen = trig.replace(CHOSEN, CHOSEN.replace("ModelSelection", "OwnStep"))
    tests_it = unchosen.replace("prov:used r1:model\\/25, r1:data\\/8", f"prov:used {tested}")

    found = rows(
        store_of(tests_it.replace("r1:graph {", f"r1:graph {{ {more}")), "N9", "finding",
        "step_name", run="digits",
    )  # fmt: skip

    assert found == [("a model was trained on test data", "mlp")]


def test_n9_where_nobody_knows_what_was_tested_the_finding_says_so() -> None:
    """Held out by hand, without a model."""
    trig = text_of_four_runs().replace(*OTHERS_TEST_DATA)
    unknown = trig.replace("prov:used r1:model\\/25, r1:data\\/8 ;", "prov:used r1:data\\/8 ;")

    assert rows(store_of(unknown), "N9", "finding", run="digits") == [
        ("a model was trained on test data; which model was tested on it is not known",)
    ]


def test_n9_an_evaluation_fits_nothing() -> None:
    """Measuring on the data that it was trained on is no leak of test data."""
    usage = "r1:training\\/30\\/usage\\/1 a prov:Usage ; prov:entity r1:data\\/6"
    measuring = (
        'r1:step\\/90 a dlprov:Evaluation ; rdfs:label "measure" ; dcterms:isPartOf '
        "run:0194a000-0000-7000-8000-000000000001 ; "
        "prov:qualifiedUsage r1:step\\/90\\/usage\\/1 . r1:step\\/90\\/usage\\/1 a prov:Usage ; "
        "prov:entity r1:data\\/8 ; prov:hadRole dlprov:trainingRole . "
    )
    assert usage in text_of_four_runs()
    trig = text_of_four_runs().replace(usage, measuring + usage)

    assert rows(store_of(trig), "N9", "finding", run="digits") == []
