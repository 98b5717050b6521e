# SPDX-License-Identifier: Apache-2.0
"""Real runs are compared by name, as a question and on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from runs_compared import causes
from small_graph import R1, four_runs, rows

import dlprov_rdf as dlprov
from dlprov_rdf.ask.compare import compare
from dlprov_rdf.ask.comparing.told import told
from dlprov_rdf.cli import main
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.store.embedded import EmbeddedStore


@pytest.fixture
def kb(tmp_path: Path) -> KnowledgeBase:
    """Two real runs by hand that differ in a rate and what came of it."""
    for name, rate, loss in (("first", 0.1, 0.5), ("second", 0.2, 0.4)):
        with dlprov.start_run(name, kb=tmp_path / "kb") as run:
            with run.step("load", kind="acquire") as step:
                data = step.generated([1, 2, 3], name="numbers")
            with (
                run.training("net", used={"training": data}, parameters={"rate": rate}) as training,
                training.epoch(0),
            ):
                training.log_metric("loss", loss)
    return KnowledgeBase.open(tmp_path / "kb")


def test_n3_gives_the_differences_as_rows_and_says_what_was_matched() -> None:
    """As a question by name."""
    found = rows(four_runs(), "N3", "group", "what", "first", "second", run="digits",
                 other="digits again")  # fmt: skip

    assert ("hyperparameters", "learning_rate of cnn", "0.001", "0.01") in found
    assert found == sorted(found, key=found.index)


def test_two_real_runs_differ_in_what_was_set_and_what_came_of_it(kb: KnowledgeBase) -> None:
    """The loss could be explained by the rate, and by nothing else."""
    found = kb.compare("first", "second")

    assert [one.what for one in found.differences if one.group == "hyperparameters"] == [
        "rate of net"
    ]
    assert causes(found, "best loss of net") == {"rate of net"}
    assert kb.compare("first", "first").same


def test_the_command_tells_by_its_status_whether_they_differ(
    kb: KnowledgeBase, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only if it is asked to; and a run that is not there is a wrong question."""

    def status(*arguments: str) -> object:
        with pytest.raises(SystemExit) as left:
            main(["compare", *arguments, "--kb", str(kb.folder)])
        return left.value.code

    assert status("first", "second") == 0
    assert status("first", "second", "--exit-code") == 1
    assert status("first", "first", "--exit-code") == 0
    assert status("first", "third") == 2
    capsys.readouterr()
    assert status("first", "second", "--format", "json") == 0
    told_of = json.loads(capsys.readouterr().out)
    assert told_of["same"] is False
    assert {one["group"] for one in told_of["differences"]} == {"hyperparameters", "result"}


def test_an_empty_store_has_no_run_to_compare() -> None:
    """A run without a graph says nothing."""
    [nothing] = told(EmbeddedStore.memory(), R1)

    assert compare(nothing, nothing).same
