# SPDX-License-Identifier: Apache-2.0
"""The demonstration, as a newcomer runs it: one command, and what it leaves can be asked."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from parts import require
from wheel_unpacked import built, python, unpacked

from dlprov_rdf.kb import KnowledgeBase

require("hatchling")
require("keras")
require("sklearn")


class Shown(NamedTuple):
    """What the demonstration printed, and where its knowledge base lies."""

    out: str
    err: str
    kb: KnowledgeBase


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """Run it once, for real: from the wheel, with nothing of a checkout beside it."""
    folder = tmp_path_factory.mktemp("demo")
    site = unpacked(built(tmp_path_factory.mktemp("dist")), tmp_path_factory.mktemp("site"))
    done = python(site, folder, "-m", "dlprov_rdf", "demo", "--kb", "kb")
    return Shown(done.stdout, done.stderr, KnowledgeBase.open(folder / "kb"))


def test_both_runs_end_well_and_conform(shown: Shown) -> None:
    """A training that diverges does not spoil its run."""
    assert {run.name: run.status for run in shown.kb.runs()} == {
        "digits: train": "completed", "digits: predict": "completed",
    }  # fmt: skip
    assert all(report.conforms for _, report in shown.kb.check_all())
    assert "conforms to core" in shown.out


def test_neither_a_run_nor_the_union_of_all_contradicts_itself(shown: Shown) -> None:
    """By PROV-CONSTRAINTS."""
    reports = [shown.kb.constraints(run) for run in shown.kb.runs()]

    assert [report.words() for report in reports if not report.valid] == []
    assert shown.kb.constraints_of_union().valid, shown.kb.constraints_of_union().words()


def test_every_candidate_is_told_with_how_it_ended(shown: Shown) -> None:
    """Five trainings, and what watched over each of them did what it does."""
    page = shown.kb.show("digits: train").trainings
    ends = {row[0]: (row[1], row[2]) for row in page.rows}

    assert ends == {
        "mlp": ("completed", None), "cnn": ("completed", None), "cnn-dropout": ("completed", None),
        "cnn-stopped": ("completed", "early_stopping"), "cnn-diverged": ("failed", "diverged"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("model", "technique"),
    [("cnn", "LearningRateScheduler"), ("cnn-dropout", "ReduceLROnPlateau"), ("mlp", None)],
)
def test_adaptations_are_told_with_what_made_them(
    shown: Shown, model: str, technique: str | None
) -> None:
    """K6: and a training in which nothing changed says so."""
    answer = shown.kb.ask("learning-rate-adaptations-of-best", model=model)

    place = answer.columns.index("technique")
    assert {row[place] for row in answer.rows} == {technique}


def test_the_questions_of_the_tour_have_answers(shown: Shown) -> None:
    """Each question stands above its table, and no table is empty but that of the leaks."""
    for name in ("K3", "K4", "K6", "D3", "D9", "N6"):
        answer = shown.kb.ask(name, **({"model": "cnn"} if name in {"K4", "K6"} else {}))
        assert answer.rows, name
        assert answer.question in shown.out
    assert shown.kb.ask("N9").rows == []
    assert "no leak is recorded" in shown.out


def test_the_lineage_of_a_prediction_reaches_the_images_of_the_other_run(shown: Shown) -> None:
    """From the prediction through the saved file to the images that were loaded for training."""
    walk = shown.kb.lineage("@prediction")

    relations = {edge.relation for edge in walk.edges}
    loaded = {node.run for node in walk.nodes.values() if node.label == "digit images"}
    assert "by content" in relations
    assert len(loaded) == 2


def test_a_wrong_prediction_leads_to_the_image_behind_it(shown: Shown) -> None:
    """To one row of the images that were loaded, and on into the run that trained on them."""
    nodes = list(shown.kb.rows("wrong predictions", 0).nodes.values())

    assert [node.label.partition(",")[0] for node in nodes] == [
        "wrong predictions", "predictions", "new images", "scaled images", "digit images",
    ]  # fmt: skip
    assert all(node.row is not None and node.candidates == 1 for node in nodes)  # type: ignore[attr-defined]  # fmt: skip
    assert nodes[-1].label in shown.out


def test_an_image_leads_to_the_split_and_the_models_that_it_went_into(shown: Shown) -> None:
    """By content: the split shuffled them, and nobody said how."""
    run = next(run for run in shown.kb.runs() if run.name == "digits: train")
    images = f"{run.iri}/data/" + _number(shown, "digit images", run.iri)

    labels = [node.label for node in shown.kb.rows(images, 5, upward=False).nodes.values()]

    parts = [one for one in labels if one.startswith(("training", "validation", "test"))]
    assert len(parts) == 1


def _number(shown: Shown, label: str, run: str) -> str:
    query = (
        f'SELECT ?data {{ ?data a mls:Dataset ; rdfs:label "{label}" '
        f'FILTER(STRSTARTS(STR(?data), "{run}/")) }}'
    )
    answer = shown.kb.sparql(query)
    return str(answer.rows[0][0]).rsplit("/", 1)[-1]  # type: ignore[union-attr]


def test_the_picture_is_left_where_it_says(shown: Shown) -> None:
    """An SVG file, named in the last words."""
    (picture,) = shown.kb.folder.glob("*.svg")

    assert picture.read_text().startswith(("<?xml", "<svg"))
    assert picture.name in shown.out
    assert "digit images" in picture.read_text()


def test_progress_is_told_apart_from_the_answers(shown: Shown) -> None:
    """Stages go to standard error, so that the answers can be piped."""
    assert "train cnn-dropout" in shown.err
    assert "train cnn-dropout" not in shown.out.split("\n")
