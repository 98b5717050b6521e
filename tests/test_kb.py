# SPDX-License-Identifier: Apache-2.0
"""The knowledge base from Python: what a user writes in a notebook."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from told_runs import Tale

import dlprov_rdf as dlprov
from dlprov_rdf import settings
from dlprov_rdf.errors import Ambiguous, DoesNotConform, NotFound
from dlprov_rdf.events import DataSeen, QuantityUsed, ResourcesUsed, StepEnded, StepStarted, Usage

IMAGES = np.arange(64.0).reshape(16, 4)


def workflow(folder: Path, name: str) -> str:
    """Record a whole workflow by hand; give the run's id."""
    weights = folder.parent / "cnn.pt"
    weights.write_bytes(b"weights")
    with dlprov.start_run(name, kb=folder) as run:
        run.log_params({"learning_rate": 0.001})
        run.log_metric("loss", 0.31, step=0)
        with run.step("load", kind="acquire") as step:
            raw = step.generated(IMAGES, name="digits", source="https://doi.org/10.24432/C50P49")
        with run.step("scale", kind="preprocess", used=raw, parameters={"divisor": 16}) as step:
            scaled = step.generated(IMAGES / 16, name="scaled digits")
        with run.training("cnn", used={"training": scaled, "validation": IMAGES[:4]}) as training:
            with training.epoch(0):
                training.log_metrics({"loss": 0.31, "val_accuracy": 0.9})
            training.change("learning_rate", 0.0005, by="halved by hand")
            model = training.log_model("cnn", weights=[IMAGES], file=weights)
        run.select(model, among=[model], criterion="highest accuracy", on=IMAGES[:4])
        with run.step("serve", kind="predict", used=[model, IMAGES[:2]]) as step:
            step.generated(np.array([1, 2]), name="predictions")
    return run.run_id


def test_a_workflow_by_hand_can_be_asked_checked_and_walked(tmp_path: Path) -> None:
    """Every call of the first pages, one after the other."""
    run = workflow(tmp_path / "kb", "my run")
    kb = dlprov.open(tmp_path / "kb")

    assert [info.name for info in kb.runs()] == ["my run"]
    assert kb.check(run, profile="core").conforms
    assert len(kb.graph(run)) > 100
    best = kb.ask("best-initial-learning-rate", model="cnn", hyperparameter="learning_rate")
    assert best.columns[0] == "training_name"
    assert {node.label for node in kb.lineage("@prediction").nodes.values()} >= {"digits", "scale"}
    assert "predictions" in {node.label for node in kb.impact("digits").nodes.values()}
    assert kb.sparql("ASK { ?run a dlprov:WorkflowRun }") is True


def test_a_run_is_named_in_any_way_that_people_have_at_hand(tmp_path: Path) -> None:
    """Its id, a part of it, its IRI, its name, the latest, or the thing itself."""
    run = workflow(tmp_path / "kb", "digits")
    kb = dlprov.open(tmp_path / "kb")
    (info,) = kb.runs()

    for name in (run, run[:9], run[-6:], info.iri, f"{info.iri}/graph", "digits", "@latest", info):
        assert kb.resolve_run(name).id == run


def test_a_run_that_goes_on_can_be_asked_by_itself(tmp_path: Path) -> None:
    """What was recorded a moment ago is in the answer."""
    with dlprov.start_run("now", kb=tmp_path) as run:
        run.log_metric("loss", 0.5)
        kb = dlprov.open(tmp_path)

        assert kb.resolve_run(run).status == "running"
        assert kb.check(run).conforms
        assert kb.sparql('ASK { ?value dlprov:reportedAs "loss" }') is True


def test_two_runs_of_one_name_are_asked_back(tmp_path: Path) -> None:
    """With both ids, so that one can be chosen."""
    first, second = (workflow(tmp_path / "kb", "digits") for _ in range(2))
    kb = dlprov.open(tmp_path / "kb")

    with pytest.raises(Ambiguous) as told:
        kb.resolve_run("digits")

    assert first in str(told.value)
    assert second in str(told.value)
    with pytest.raises(NotFound, match="'nothing'"):
        kb.resolve_run("nothing")


def test_a_report_can_be_raised(tmp_path: Path) -> None:
    """As an HTTP client raises for a status: only when it is asked to."""
    run = workflow(tmp_path / "kb", "digits")
    log = tmp_path / "kb" / "logs" / run / "events.jsonl"
    kept = [line for line in log.read_text().splitlines() if '"run_started"' not in line]
    log.write_text("\n".join(kept) + "\n")

    report = dlprov.open(tmp_path / "kb").check(run)

    assert not report.conforms
    with pytest.raises(DoesNotConform):
        report.raise_for_violations()


def test_what_a_step_used_is_listed_by_name(tmp_path: Path) -> None:
    """Whatever the store's order is."""
    settings.make(tmp_path)
    told = Tale("r")
    names = ["quince", "apple", "medlar", "pear", "cherry", "fig"]
    for seq, name in enumerate(names, start=2):
        told.tell(DataSeen, id=f"data/{seq}", name=name, undigested="made up")
    used = [Usage(f"data/{seq}") for seq in range(2, 8)]
    told.tell(StepStarted, id="step/8", type="split", name="split", used=used)
    told.tell(StepEnded, id="step/8")
    told.write(tmp_path)

    page = dlprov.open(tmp_path).show("r")

    [row] = page.activities.rows
    assert row[page.activities.columns.index("used")] == ", ".join(sorted(names))


def test_what_a_run_used_is_shown_with_its_unit(tmp_path: Path) -> None:
    """And what could not be measured, with the reason."""
    settings.make(tmp_path)
    told = Tale("r")
    told.tell(QuantityUsed, quantity="energy", value=120.5, unit="J", by="RAPL", device="package-0")
    told.tell(ResourcesUsed, wall=1.5, unmeasured={"nvml": "no device"})
    told.write(tmp_path)

    facts = dlprov.open(tmp_path).show("r").facts.rows

    assert ("used", "energy of package-0: 120.5 J") in facts
    assert ("not measured", "nvml: no device") in facts
    assert ("wall seconds", 1.5) in facts


def test_the_licence_of_the_knowledge_base_is_that_of_each_record(tmp_path: Path) -> None:
    """It goes into the log, so that a graph that is made again says it again."""
    kb = dlprov.open(new_knowledge_base(tmp_path, 'licence = "https://spdx.org/licenses/MIT"'))
    with dlprov.start_run("licensed", kb=kb.folder):
        pass

    found = kb.sparql(
        "SELECT ?licence { ?graph foaf:primaryTopic ?run ; dcterms:license ?licence }"
    )

    assert [row[0] for row in found.rows] == ["https://spdx.org/licenses/MIT"]


def new_knowledge_base(folder: Path, line: str) -> Path:
    """Make a knowledge base whose ``kb.toml`` begins with a line more."""
    settings.make(folder / "kb")
    file = folder / "kb" / "kb.toml"
    file.write_text(f"{line}\n{file.read_text()}")
    return folder / "kb"
