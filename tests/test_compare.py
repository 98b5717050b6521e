# SPDX-License-Identifier: Apache-2.0
"""Two runs compared: what differs stands in its group, and what is equal is nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode
from runs_compared import HEAD, RUN, compared, named
from small_graph import BASE, R1, R2, four_runs, store_of, text_of_four_runs

import dlprov_rdf as dlprov
from dlprov_rdf.ask.compare import compare, ranges
from dlprov_rdf.ask.comparing.told import Told, said, told
from dlprov_rdf.kb import KnowledgeBase


def test_two_runs_that_did_the_same_do_not_differ() -> None:
    """Their names and their IRIs are no difference."""
    found = compared(('rdfs:label "x"', 'rdfs:label "y"'))

    assert (found.same, found.differences, found.unknown) == (True, (), ())
    assert found.matched == (("net", "net", "the same name"),)


@pytest.mark.parametrize(
    ("old", "new", "group", "told_as"),
    [
        ("sha-256;raw", "sha-256;other", "data", ("raw (raw)", "raw (other)", "changed")),
        ('"by = 16"', '"by = 255"', "data", ("by = 16", "by = 255", "changed")),
        ("sha-256;four", "sha-256;five", "split", ("scaled (four)", "scaled (five)", "changed")),
        ('"aaaa"', '"bbbb"', "code", ("aaaa", "bbbb", "changed")),
        ("numpy 1.9.0", "numpy 1.10.0", "environment", ("1.9.0", "1.10.0", "upgraded")),
        ("numpy 1.9.0", "numpy 1.8.0", "environment", ("1.9.0", "1.8.0", "downgraded")),
        (", <pkg:pypi/pip@1>", "", "environment", ("1", None, "removed")),
        ("dlprov:seedValue 1", "dlprov:seedValue 2", "seeds", ("1", "2", "changed")),
        ("0.1e0", "0.2e0", "hyperparameters", ("0.1", "0.2", "changed")),
        ("0.5e0", '"NaN"^^xsd:double', "result", ("0.5", "NaN", "changed")),
    ],
)
def test_what_differs_stands_in_its_group(
    old: str, new: str, group: str, told_as: tuple[object, ...]
) -> None:
    """And nothing else does."""
    [only] = compared((old, new)).differences

    assert (only.group, (only.first, only.second, only.change)) == (group, told_as)
    assert only.number == 1


def test_equal_by_content_is_equal_whatever_the_names() -> None:
    """Data that is called otherwise is the same data."""
    found = compared(('rdfs:label "raw"', 'rdfs:label "cooked"'), ('"scaled"', '"ready"'))

    assert found.same


def test_a_parameter_of_the_whole_run_is_compared_too(tmp_path: Path) -> None:
    """Logged without a training."""
    for name, rate in (("first", 0.1), ("second", 0.2)):
        with dlprov.start_run(name, kb=tmp_path / "kb") as run:
            run.log_params({"rate": rate})

    found = KnowledgeBase.open(tmp_path / "kb").compare("first", "second")

    assert [(one.what, one.first, one.second) for one in found.differences] == [
        ("rate of the run", "0.1", "0.2")
    ]


def test_nan_is_no_difference_to_nan() -> None:
    """Both diverged alike."""
    store = store_of(text_of_four_runs())
    [one] = told(store, R1)

    assert compare(one, one).same


def test_data_that_was_not_digested_is_neither_equal_nor_different() -> None:
    """Nobody knows, and that is told."""
    found = compared((" ; prov:specializationOf <ni:///sha-256;four>", ""))

    assert found.differences == ()
    assert found.unknown == (
        "training data of net: nobody knows whether it is the same, for it was not digested",
    )


@pytest.mark.parametrize(("digest", "unknown"), [("ours", 0), ("theirs", 0), (None, 2)])
def test_what_the_script_does_is_known_by_the_script(digest: str | None, unknown: int) -> None:
    """That nobody knows a function of it would puzzle where the script itself is compared."""
    text = """
    x:f a dlprov:Function ; rdfs:label "__main__.train" .
    x:script a dlprov:Script ; rdfs:label "train.py" {} .
    """
    known = " ; prov:specializationOf <ni:///sha-256;{}>".format
    mine = RUN.replace("graph {", "graph {" + text.replace("{}", known("ours")), 1)
    other = RUN.replace(
        "graph {", "graph {" + text.replace("{}", known(digest) if digest else ""), 1
    )
    other = other.replace("x:", "y:").replace("run:x", f"<{BASE}run/y>")
    prefixes = "".join(f"PREFIX {one}: <{BASE}run/{one}/>\n" for one in "xy")
    store = store_of(HEAD + prefixes + mine.replace("run:x", f"<{BASE}run/x>") + other)

    found = compare(*told(store, f"{BASE}run/x", f"{BASE}run/y"))

    assert len(found.unknown) == unknown
    assert ("script train.py" in named(found)) == (digest == "theirs")


def test_data_sets_that_changed_their_roles_differ() -> None:
    """Both runs know both; only one trained on the first."""
    found = compared(("prov:entity y:data\\/4", "prov:entity y:data\\/5"),
                     ("prov:used y:data\\/4, y:rate", "prov:used y:data\\/5, y:rate"))  # fmt: skip

    assert named(found)["training data of net"].second == "aside (aside)"
    assert set(named(found)) == {"training data of net"}


def test_data_sets_that_swap_their_roles_are_not_paired_by_content() -> None:
    """Trained on the one and validated on the other is not the same the other way round."""
    text = text_of_four_runs()
    digested = (
        "r1:data\\/6 prov:specializationOf <ni:///sha-256;six> . "
        "r1:data\\/7 prov:specializationOf <ni:///sha-256;seven> . "
    )
    one = store_of(text.replace("r1:graph {", f"r1:graph {{ {digested}"))
    swapped = digested.replace("six", "x").replace("seven", "six").replace("256;x", "256;seven")
    other = store_of(text.replace("r1:graph {", f"r1:graph {{ {swapped}"))

    found = named(compare(*told(one, R1), *told(other, R1)))

    assert found["training data of cnn"].second == "train (seven)"
    assert found["validation data of cnn"].second == "validation (six)"


def test_one_value_of_two_hyperparameters_tells_which_they_are() -> None:
    """The rate of another optimizer is another hyperparameter."""
    [only] = compared(("SGD.rate", "Adam.rate")).differences

    assert (only.first, only.second) == (
        "0.1 (keras.optimizers.SGD.rate)", "0.1 (keras.optimizers.Adam.rate)",
    )  # fmt: skip


def test_trainings_are_matched_by_name_and_architecture_and_the_others_are_named() -> None:
    """Run 2 trained only the cnn."""
    store = four_runs()

    found = compare(*told(store, R1, R2))

    assert found.matched == (("cnn", "cnn", "the same name and architecture"),)
    assert found.alone == (("mlp", "digits"), ("cnn wide", "digits"))
    assert not found.same
    assert [one for one in found.differences if one.group == "architecture"] == []


def test_a_renamed_training_is_matched_by_its_architecture_else_as_the_only_one_left() -> None:
    """Keras itself counts names up."""
    renamed = compared(('rdfs:label "net" ; dcterms', 'rdfs:label "net_1" ; dcterms'))
    text = text_of_four_runs().replace(
        'dlprov:Training ; rdfs:label "cnn" ; dlprov:endState "completed" ;\n'
        "    dcterms:isPartOf run:0194a000-0000-7000-8000-000000000002",
        'dlprov:Training ; rdfs:label "other" ; dlprov:endState "completed" ;\n'
        "    dcterms:isPartOf run:0194a000-0000-7000-8000-000000000002",
    )
    store = store_of(text)

    assert renamed.matched == (("net", "net_1", "the only ones left"),)
    assert compare(*told(store, R1, R2)).matched == (("cnn", "other", "the same architecture"),)


def test_layers_are_compared_one_by_one_where_architectures_differ() -> None:
    """By their place."""
    head, _, second = text_of_four_runs().partition("r2:graph {")
    other = second.replace("sha-256;cnn>", "sha-256;thin>", 1).replace("Rate 0.4e0", "Rate 0.5e0")
    store = store_of(f"{head}r2:graph {{{other}")

    found = named(compare(*told(store, R1, R2)))

    assert (found["layer 1 of cnn"].first, found["layer 1 of cnn"].second) == (
        "Dropout 0.4", "Dropout 0.5",
    )  # fmt: skip
    assert found["layer 0 of cnn"].change == "removed"


@pytest.mark.parametrize(
    ("numbers", "text"), [((), ""), ((3,), "3"), ((1, 2, 3, 7), "1-3, 7"), ((2, 4), "2, 4")]
)
def test_numbers_are_written_in_short(numbers: tuple[int, ...], text: str) -> None:
    """Hundreds of packages could explain a result."""
    assert ranges(numbers) == text


def test_what_is_read_of_a_graph_is_all_that_a_comparison_looks_at() -> None:
    """A store is asked for some terms alone; the whole graphs say no more of what differs."""
    store = four_runs()

    part = compare(*told(store, R1, R2))
    whole = compare(*(Told(run, said(store.graph(NamedNode(f"{run}/graph")))) for run in (R1, R2)))

    assert part == whole
    assert part.differences


def test_a_term_or_class_that_is_not_read_cannot_be_compared_by() -> None:
    """Else it would be there in one run as little as in the other, and never differ."""
    [one] = told(four_runs(), R1)

    with pytest.raises(LookupError, match="startedAtTime"):
        one.values(R1, "http://www.w3.org/ns/prov#startedAtTime")
    with pytest.raises(LookupError, match="Epoch"):
        one.all("Epoch")
