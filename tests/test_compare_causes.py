# SPDX-License-Identifier: Apache-2.0
"""What differs upstream could explain what differs downstream, and nothing else is blamed."""

from __future__ import annotations

from runs_compared import causes, compared
from small_graph import BASE


def test_what_lies_upstream_comes_first_and_could_explain_what_lies_downstream() -> None:
    """From the data to the training data to the loss."""
    found = compared(
        ("sha-256;raw", "sha-256;other"), ("sha-256;four", "sha-256;five"), ("0.5e0", "0.4e0")
    )

    assert [one.what for one in found.differences] == [
        "raw",
        "training data of net",
        "best loss of net",
    ]
    assert causes(found, "best loss of net") == {"raw", "training data of net"}
    assert causes(found, "training data of net") == {"raw"}
    assert causes(found, "raw") == set()
    assert found.unordered() == []


def test_what_is_independent_is_unordered_and_blamed_for_nothing() -> None:
    """The data that nothing used cannot explain the loss, nor the rate the training data."""
    found = compared(
        ("sha-256;aside", "sha-256;moved"), ("0.1e0", "0.2e0"), ("sha-256;four", "sha-256;five"),
        ("0.5e0", "0.4e0"),
    )  # fmt: skip
    by_number = {one.number: one.what for one in found.differences}

    assert causes(found, "best loss of net") == {"rate of net", "training data of net"}
    assert causes(found, "training data of net") == set()
    assert {frozenset((by_number[a], by_number[b])) for a, b in found.unordered()} == {
        frozenset(pair)
        for pair in (
            ("aside", "rate of net"), ("aside", "training data of net"),
            ("aside", "best loss of net"), ("rate of net", "training data of net"),
        )
    }  # fmt: skip


def test_a_seed_that_was_set_after_a_training_began_does_not_explain_its_loss() -> None:
    """But it could explain what began later."""
    late = (
        'y:seed\\/7 a dlprov:Seed ; dlprov:setBy "numpy.random.seed" ; dlprov:seedValue 3 . '
        f"<{BASE}run/y> prov:used y:seed\\/7 . "
        'y:step\\/8 a dlprov:Evaluation ; rdfs:label "test" ; prov:used y:model\\/9 ; '
        f"dcterms:isPartOf <{BASE}run/y> . y:m a mls:ModelEvaluation ; mls:hasValue 0.1e0 ; "
        'dlprov:reportedAs "acc" ; prov:wasGeneratedBy y:step\\/8 . '
    )

    found = compared(("0.5e0", "0.4e0"), more=late)

    assert causes(found, "best loss of net") == set()
    assert causes(found, "acc in test") == {"numpy.random.seed"}


def test_how_a_training_ended_explains_none_of_its_epochs() -> None:
    """The end came after them."""
    found = compared(
        ('"completed"', '"failed"'), ("dlprov:lastEpoch 3", "dlprov:lastEpoch 1"),
        ("0.5e0", "0.4e0"),
    )  # fmt: skip

    assert causes(found, "best loss of net") == set()
    assert causes(found, "end of net") == set()


def test_packages_code_and_seeds_are_upstream_of_all_that_the_run_did() -> None:
    """Of each step, each training and each result."""
    found = compared(
        ("numpy 1.9.0", "numpy 2.0"), ('"aaaa"', '"bbbb"'), ('"by = 16"', '"by = 1"'),
        ("dlprov:seedValue 1", "dlprov:seedValue 2"), ("sha-256;weights", "sha-256;others"),
    )  # fmt: skip
    first = {"package numpy", "commit", "random.seed"}

    assert causes(found, "step scale") == first
    assert causes(found, "weights of net") == {*first, "step scale"}
