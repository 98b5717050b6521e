# SPDX-License-Identifier: Apache-2.0
"""``dlprov check``, ``constraints``, ``build`` and walks: what they say, and with which status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typed_commands import answer, dlprov, object_of, refusal, two_runs


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base of two runs."""
    return two_runs(tmp_path_factory.mktemp("cli") / "kb")


def test_lineage_and_impact_lead_there_and_back(kb: Path) -> None:
    """From the training to its data, and from the data to the training."""
    find = "SELECT ?x WHERE { ?x rdfs:label 'numbers' ; a mls:Dataset }"
    data = answer("sparql", find, "--kb", kb, "--format", "csv").split()[1]

    reached = object_of("impact", data, "--kb", kb)
    labels = {node["label"] for node in reached["nodes"]}
    assert "line" in labels
    back = object_of(
        "lineage", next(n["iri"] for n in reached["nodes"] if n["label"] == "line"), "--kb", kb
    )
    assert data in {node["iri"] for node in back["nodes"]}
    assert {"source", "target", "relation"} <= set(back["edges"][0])


def test_a_check_that_conforms_exits_with_0(kb: Path) -> None:
    """All runs, if none is named."""
    checked = answer("check", "--kb", kb)

    assert checked.count("conforms") == 2


def test_a_check_that_does_not_conform_exits_with_1(kb: Path, tmp_path: Path) -> None:
    """A file is checked too, and each violation says its remedy."""
    broken = tmp_path / "broken.ttl"
    broken.write_text(
        "@prefix dlprov: <https://w3id.org/dlprov-rdf/ontology#> .\n"
        "<https://example.org/e> a dlprov:Epoch ; dlprov:epochNumber -1 .\n",
        encoding="utf-8",
    )

    done = dlprov("check", broken, "--kb", kb)
    report = json.loads(dlprov("check", broken, "--kb", kb, "--format", "json").stdout)

    assert done.returncode == 1
    assert str(broken) in done.stdout
    assert report[0]["conforms"] is False
    assert report[0]["results"]


def test_build_takes_what_is_new_and_rebuild_takes_all(kb: Path) -> None:
    """A second build has nothing to do."""
    answer("build", "--kb", kb)

    again = object_of("build", "--kb", kb)
    afresh = object_of("rebuild", "--kb", kb)

    assert again == []
    assert len(afresh) == 2


def test_constraints_of_a_document_are_told_with_their_numbers(tmp_path: Path) -> None:
    """One line a violation; exit status 1 says that there is one."""
    document = tmp_path / "cycle.ttl"
    prov = "@prefix prov: <http://www.w3.org/ns/prov#> . "
    document.write_text(prov + "<x:e> a prov:Entity ; prov:wasDerivedFrom <x:e> .")

    done = dlprov("constraints", document)
    listed = json.loads(dlprov("constraints", document, "--format", "json").stdout)

    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("C42 derivation-generation-generation-ordering: ")
    (told,) = listed
    assert (told["file"], told["valid"]) == (str(document), False)
    (violation,) = told["violations"]
    assert violation["constraint"] == 42
    assert violation["about"] == ["x:e"]
    assert violation["message"] in line


def test_constraints_of_every_run_and_of_all_together(kb: Path) -> None:
    """A table says what was checked, JSON by the runs' ids."""
    told = answer("constraints", "--all", "--kb", kb)
    listed = object_of("constraints", "--all", "--kb", kb)
    latest = answer("constraints", "@latest", "--kb", kb)

    assert told.count(": valid") == 3
    assert told.endswith("all runs together: valid\n")
    assert [one["valid"] for one in listed] == [True, True, True]
    assert latest == f"{listed[0]['file']}: valid\n"


def test_a_document_that_cannot_be_read_is_refused_with_where(tmp_path: Path) -> None:
    """File, line and reason; one that is not there is no run's name."""
    document = tmp_path / "bad.ttl"
    document.write_text("<x:e> a\n")

    assert "bad.ttl" in refusal("constraints", document)
    assert "line 2" in refusal("constraints", document)
    assert "no such file" in refusal("constraints", tmp_path / "none.ttl")
