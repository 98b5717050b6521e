# SPDX-License-Identifier: Apache-2.0
"""The questions about training data: how processed, where from, and which models came of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_graph import BASE, rows, store_of

from dlprov_rdf.ask import questions
from dlprov_rdf.store.embedded import EmbeddedStore

TRIG = (Path(__file__).parent / "data" / "records.trig").read_text(encoding="utf-8")

R1, R2, R3 = (f"{BASE}run/f{number}" for number in (1, 2, 3))


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """Three runs: scans, a table of them, and another lab's use of that table."""
    return store_of(TRIG)


def test_d10_each_data_set_on_the_way_says_how_its_rows_are_known(store: EmbeddedStore) -> None:
    """From the training data to the folder of scans; and the validation data are not among them."""
    found = rows(
        store, "D10", "distance", "data_name", "made_by", "parameters", "known_by", "unmatched",
        "ambiguous", "why", metric=f"{R2}/step/50/evaluation/accuracy",
    )  # fmt: skip

    none = (None, None, None)
    assert found == [
        (0, "train", "split", None, "content", 1, 2, None),
        (1, "clean", "clean", "how = drop; least = 0.5", *none, "nobody said"),
        (2, "table", "read", None, *none, None),
        (3, "raw", None, None, *none, None),
    ]


def test_d10_a_result_of_no_known_training_says_so(store: EmbeddedStore) -> None:
    """No row, and a note that says what that means."""
    lonely = TRIG.replace("dlprov:evaluates r2:model\\/25 ; ", "").replace(
        "prov:used r2:model\\/25, r2:data\\/9 .", "prov:used r2:data\\/11 ."
    )

    answer = questions.ask(
        store_of(lonely), BASE, "D10", metric=f"{R2}/step/50/evaluation/accuracy"
    )

    assert answer.rows == []
    assert answer.notes[-1] == "no training is known that led to this result"


def origins(store: EmbeddedStore, **given: Any) -> list[tuple[Any, ...]]:
    """Where data come from."""
    return rows(store, "P5", "distance", "name", "kind", "origin", "acquired_by", **given)


def test_p5_the_training_data_lead_to_the_scans_of_another_run(store: EmbeddedStore) -> None:
    """By the content of a file; a data set with two sources has two rows."""
    assert origins(store, model="net") == [
        (0, "train", "data", None, None),
        (1, "clean", "data", None, None),
        (2, "table", "data", "https://example.org/survey", "read"),
        (2, "table", "data", "survey of 2026", "read"),
        (3, "raw", "data", None, None),
        (4, "17.tif", "file", "raw/17.tif", None),
        (5, "scan_0017.tif", "file", "out/scan_0017.tif", "scan"),
    ]


def test_p5_what_is_not_in_the_folder_is_no_origin(store: EmbeddedStore) -> None:
    """The other scan was written by the same step, and was not read."""
    assert "scan_0018.tif" not in [row[1] for row in origins(store, model="net")]


def test_p5_a_model_without_roles_was_trained_on_what_it_used(store: EmbeddedStore) -> None:
    """A training by hand may say none; its data are another run's by content."""
    names = [row[1] for row in origins(store, model=f"{R3}/training/5")]

    assert names[:3] == ["my table", "table", "table"]
    assert names[-1] == "scan_0017.tif"


def test_p5_data_that_were_validated_on_too_were_trained_on_nevertheless() -> None:
    """As of ``fit(x, y, validation_data=(x, y))``."""
    usage = "r2:training\\/20\\/usage\\/2"
    both = (
        f"prov:qualifiedUsage {usage} . "
        f"{usage} a prov:Usage ; prov:entity r2:data\\/8 ; prov:hadRole dlprov:validationRole ."
    )
    beside = TRIG.replace(
        "r2:model\\/25 a prov:Entity", f"r2:training\\/20 {both}\n  r2:model\\/25 a prov:Entity", 1
    )
    assert beside != TRIG

    assert origins(store_of(beside), model="net") == origins(store_of(TRIG), model="net")


def test_p5_data_of_which_no_role_is_said_count_beside_those_with_one() -> None:
    """Nobody says that they were not trained on."""
    used = "prov:used r2:data\\/8, r2:data\\/9"
    beside = TRIG.replace(f"{used} ;", f"{used}, r2:data\\/11 ;")
    assert beside != TRIG

    assert [row[1] for row in origins(store_of(beside), model="net") if row[0] == 0] == [
        "made up", "train",
    ]  # fmt: skip


def test_v2_the_steps_that_made_a_training_set_with_their_parameters(store: EmbeddedStore) -> None:
    """The last step first, into the run that wrote the files; a step without code has none."""
    found = rows(
        store, "V2", "distance", "step_name", "step_kind", "parameters", "code", "run_name",
        thing=f"{R2}/data/8",
    )  # fmt: skip

    assert found == [
        (1, "split", "split", None, None, "table"),
        (2, "clean", "preprocess", "how = drop; least = 0.5", "prepare.clean", "table"),
        (3, "read", "acquire", None, None, "table"),
        (6, "scan", "acquire", "angle = 30", None, "field"),
    ]


def test_v2_of_a_training_its_training_data_are_meant(store: EmbeddedStore) -> None:
    """And not what it validated on."""
    of_training = rows(store, "V2", "step", thing=f"{R2}/training/20")

    assert of_training == rows(store, "V2", "step", thing=f"{R2}/data/8")
    assert rows(store, "V2", "step", thing=f"{R2}/training/30") == []


def test_p6_the_models_that_were_trained_on_what_derives_from_a_raw_file(
    store: EmbeddedStore,
) -> None:
    """Each once for each person; of epochs no state, and no model that was only validated on it."""
    found = rows(
        store, "P6", "training_name", "end_state", "trained_by", "run_name", "model",
        thing=f"{R1}/file/2",
    )  # fmt: skip

    assert sorted(map(str, found)) == sorted(
        map(
            str,
            [
                ("forest", None, None, "again", f"{R3}/model/6"),
                ("first", "completed", "Ada", "table", f"{R2}/model/25"),
                ("first", "completed", "Bob", "table", f"{R2}/model/25"),
                ("third", "failed", "Ada", "table", f"{R2}/model/45"),
                ("third", "failed", "Bob", "table", f"{R2}/model/45"),
            ],
        )
    )


def test_p6_a_file_that_nobody_read_is_in_no_model(store: EmbeddedStore) -> None:
    """The note says it."""
    answer = questions.ask(store, BASE, "P6", thing="scan_0018.tif")

    assert answer.rows == []
    assert answer.notes == ("no model is known that was trained on what derives from it",)


def test_p6_the_content_of_a_file_is_as_good_as_its_name(store: EmbeddedStore) -> None:
    """Whoever has the file has its digest."""
    by_content = rows(store, "P6", "model", thing="ni:///sha-256;scan17")

    assert set(by_content) == set(rows(store, "P6", "model", thing=f"{R1}/file/2"))
