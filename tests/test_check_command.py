# SPDX-License-Identifier: Apache-2.0
"""``dlprov check``: how complete a run is and what to do next, for people, programs and CI."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from typed_commands import ROOT, dlprov

from dlprov_rdf.capture.start import start_run
from dlprov_rdf.kb import KnowledgeBase

WHOLE = ROOT / "tests" / "whole_run.ttl"
OWN = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix dlprov: <https://w3id.org/dlprov-rdf/ontology#> .
<https://lab.example/room> a sh:NodeShape ; sh:targetClass dlprov:WorkflowRun ;
  sh:property <https://lab.example/named> .
<https://lab.example/named> sh:path dlprov:room ; sh:minCount 1 ; sh:name "room" ;
  sh:message "Say the room." .
"""


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base of three runs without a seed, a commit, a licence."""
    folder = tmp_path_factory.mktemp("check") / "kb"
    for name in ("first", "second", "third"):
        with start_run(name, kb=folder) as run, run.training("net") as training:
            training.log_metric("loss", 0.5)
    return folder


def checking(*arguments: str | Path, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run ``dlprov check`` as a program that reads it through pipes."""
    return dlprov("check", *arguments, folder=folder)


def answer(*arguments: str | Path, status: int = 0) -> str:
    """What it writes to standard output, if it exits so."""
    done = checking(*arguments)
    assert done.returncode == status, done.stderr
    return done.stdout


def parsed(*arguments: str | Path, status: int = 0) -> Any:
    """What it answers in JSON."""
    return json.loads(answer(*arguments, "--format", "json", status=status))


def test_without_a_profile_all_three_are_told_and_core_judges(kb: Path) -> None:
    """It conforms; what is missing for more is told, the most valuable first."""
    told = answer("second", "--kb", kb)

    assert told.splitlines()[0] == "second: conforms to core"
    for profile in ("core", "reproducible", "fair"):
        assert f"\n  {profile} " in told
    first = told.partition("What to do next")[2].splitlines()[1]
    assert "1. " in first
    assert "violation" in first
    assert "more: dlprov check " in told


def test_a_remedy_can_be_typed_as_it_stands(kb: Path) -> None:
    """With the run's own name in it."""
    told = answer("second", "--kb", kb, "--profile", "reproducible", status=1)

    (run,) = [run.id for run in KnowledgeBase.open(kb).runs() if run.name == "second"]
    assert "Seed not recorded: call `keras.utils.set_random_seed(…)`" in told
    assert f"`dlprov annotate {run[-8:]} --seed 42`" in told
    assert "`dlprov annotate RUN" not in told
    assert "fair" not in told


def test_a_remedy_names_the_thing_as_commands_take_it(kb: Path) -> None:
    """By the run's ending and what follows; words that are no command stay as they are."""
    told = answer("first", "--kb", kb, "--profile", "reproducible", status=1)

    (run,) = [run.id for run in KnowledgeBase.open(kb).runs() if run.name == "first"]
    assert f"`dlprov annotate {run[-8:]}/training/" in told
    assert "annotate IRI" not in told


def test_a_run_that_lacks_a_violation_of_the_profile_exits_with_1(kb: Path) -> None:
    """The same run, by what it is judged."""
    core, reproducible = (
        parsed("first", "--kb", kb, *more, status=status)[0]
        for more, status in (((), 0), (("--profile", "reproducible"), 1))
    )

    assert core["conforms"]
    assert not reproducible["conforms"]
    assert [score["profile"] for score in core["scores"]] == ["core", "reproducible", "fair"]
    assert [score["profile"] for score in reproducible["scores"]] == ["core", "reproducible"]
    assert core["results"] == []
    assert reproducible["next"][0]["severity"] == "violation"


def test_how_bad_is_too_bad_is_asked_for(kb: Path) -> None:
    """Exit statuses for a job that wants more, or less."""
    whole = WHOLE.read_text(encoding="utf-8").replace('dlprov:cpu "a cpu" ;', "")
    file = kb.parent / "no_cpu.ttl"
    file.write_text(whole, encoding="utf-8")
    asked = (file, "--profile", "reproducible", "--fail-on")

    assert checking(*asked, "violation").returncode == 0
    assert checking(*asked, "warning").returncode == 1


def test_junit_has_a_suite_for_each_run(kb: Path) -> None:
    """Every CI service shows it."""
    written = answer("--kb", kb, "--profile", "reproducible", "--format", "junit", status=1)

    top = ET.fromstring(written)  # noqa: S314 -- our own
    assert [suite.attrib["name"] for suite in top] == ["third", "second", "first"]
    assert all(int(suite.attrib["failures"]) >= 1 for suite in top)


def test_turtle_is_the_w3c_report(kb: Path) -> None:
    """One report a run."""
    written = answer("--kb", kb, "--profile", "reproducible", "--format", "ttl", status=1)

    said = [quad.triple for quad in ox.parse(written, format=ox.RdfFormat.TURTLE)]
    conforms = [t.object.value for t in said if t.predicate.value.endswith("#conforms")]
    assert conforms == ["false"] * 3


def test_rules_of_ones_own_judge_too(kb: Path, tmp_path: Path) -> None:
    """Those of the command line and those that kb.toml names."""
    own, again = tmp_path / "own.ttl", kb / "again.ttl"
    own.write_text(OWN)
    again.write_text(OWN.replace("room", "floor").replace("named", "high"))
    settings = kb / "kb.toml"
    before = settings.read_text()
    settings.write_text(f'{before}\n[check]\nshapes = ["again.ttl"]\n')

    try:
        (told,) = parsed("first", "--kb", kb, "--shapes", own, status=1)
    finally:
        settings.write_text(before)

    assert {result["name"] for result in told["results"]} == {"room", "floor"}
    assert [score["profile"] for score in told["scores"]][3:] == ["again.ttl", "own.ttl"]


def test_whose_rules_are_broken_is_said(kb: Path, tmp_path: Path) -> None:
    """It is the user's own file, and core is kept; what else there is, is asked for with it."""
    own = tmp_path / "own rules.ttl"
    own.write_text(OWN)

    told = answer("first", "--kb", kb, "--shapes", own, status=1)
    stricter = answer(
        "first", "--kb", kb, "--shapes", own, "--profile", "reproducible", status=1
    )  # fmt: skip

    assert told.splitlines()[0] == "first: does not conform to own rules.ttl"
    assert told.rstrip().endswith(f"--profile fair --shapes '{own}'")
    assert stricter.splitlines()[0] == "first: does not conform to reproducible and own rules.ttl"


def test_a_value_is_worded_for_a_person(kb: Path, tmp_path: Path) -> None:
    """With its datatype, and without that datatype's whole address."""
    own = tmp_path / "own.ttl"
    timeless = OWN.replace("dlprov:room ; sh:minCount 1", "prov:startedAtTime ; sh:maxLength 2")
    own.write_text(timeless.replace("WorkflowRun", "Training"))

    told = answer("first", "--kb", kb, "--shapes", own, "--profile", "core", status=1)

    assert '"^^xsd:dateTime)' in told


def test_a_run_is_checked_though_a_file_is_called_so(tmp_path: Path) -> None:
    """A run is called as its script, which lies in the folder where one types."""
    script = tmp_path / "train.py"
    script.touch()
    with start_run("train.py", kb=tmp_path / "kb"):
        pass

    done = checking(script.name, "--kb", tmp_path / "kb", folder=tmp_path)
    none = checking("kb.toml", "--kb", tmp_path / "kb", folder=tmp_path / "kb")

    assert done.stdout.splitlines()[0] == "train.py: conforms to core"
    assert "kb.toml: '.toml' is no ending of an RDF file" in none.stderr


def test_a_profile_that_is_asked_for_names_everything_in_the_order_of_counting(
    tmp_path: Path,
) -> None:
    """Each has to be mended, so each must be known: the ninth before the tenth."""
    with start_run("many", kb=tmp_path / "kb") as run, run.step("load", kind="acquire") as step:
        for number in range(12):
            step.generated([number], name=f"data {number}")

    first = answer("many", "--kb", tmp_path / "kb")
    all_ = answer("many", "--kb", tmp_path / "kb", "--profile", "fair", status=1)

    assert "'data 2' … and 9 more" in first
    places = [all_.index(f"'data {number}'") for number in range(12)]
    assert places == sorted(places)


def test_a_faulty_shapes_file_is_told_with_its_place(kb: Path, tmp_path: Path) -> None:
    """One line, exit status 2, and no verdict."""
    own = tmp_path / "own.ttl"
    own.write_text(OWN.replace("sh:minCount 1", "sh:minCuont 1"))

    done = checking("first", "--kb", kb, "--shapes", own)

    assert (done.returncode, done.stdout) == (2, "")
    assert "own.ttl: these shapes cannot be used" in done.stderr
    assert "<https://lab.example/named>" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_unreadable_log_stops_no_other_check(kb: Path) -> None:
    """It is told, the others are checked, and the exit status says so."""
    (run,) = [run.id for run in KnowledgeBase.open(kb).runs() if run.name == "second"]
    log = kb / "logs" / run / "events.jsonl"
    kept = log.rename(log.with_name("kept"))
    log.mkdir()

    try:
        done = checking("--kb", kb)
        warnings: list[str] = []
        checked = KnowledgeBase.open(kb, warnings.append).check_all()
    finally:
        log.rmdir()
        kept.rename(log)

    assert done.returncode == 2
    assert "third: conforms to core" in done.stdout
    assert "first: conforms to core" in done.stdout
    assert f"{log}: Is a directory: it cannot be read" in done.stderr
    assert [name for name, _ in checked] == ["third", "first"]
    assert any("cannot be read" in warning for warning in warnings)


def test_an_unreadable_file_stops_no_other_check(tmp_path: Path) -> None:
    """Nor does a file that is no RDF."""
    broken = tmp_path / "broken.ttl"
    broken.write_text("no Turtle")

    done = checking(broken, WHOLE)

    assert done.returncode == 2
    assert f"{WHOLE}: conforms to core" in done.stdout
    assert "broken.ttl" in done.stderr
