# SPDX-License-Identifier: Apache-2.0
"""The ontology's page says what the files say, and its picture is the example's."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest
from graph_runs import run
from ontology_terms import FILES, OWL, defined, objects
from pyoxigraph import NamedNode, RdfFormat, Store, parse
from tapes import IRIS, quads_of

from dlprov_rdf import assets
from dlprov_rdf.graph import vocabulary as v

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "ontology.md").read_text(encoding="utf-8")


def drawer() -> ModuleType:
    """Load the script that draws the picture."""
    spec = importlib.util.spec_from_file_location("draw_training", DOCS / "draw_training.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def block(kind: str) -> str:
    """Give the page's code block of a kind."""
    return PAGE.partition(f"```{kind}\n")[2].partition("```")[0]


def test_the_page_places_every_concept_of_prov_ml_and_invents_none() -> None:
    """Each is in the table of times, or in the list below it."""
    named = set(re.findall(r"provml:([A-Z]\w+)", PAGE))

    concepts = {
        term.value.removeprefix(v.PROVML)
        for term in defined()
        if re.match(v.PROVML + "[A-Z]", term.value)
    }
    assert named == concepts


def test_each_concept_stands_under_its_time() -> None:
    """The planned ones in the first column, those that ran in the second, the others below."""
    section = PAGE.partition("## PROV-ML, in three times")[2].partition("**Stated")[0]
    table, _, below = section.partition("A plan and an execution name these alike")
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ")][1:]
    told = {
        "prospective": " ".join(row[1] for row in rows),
        "retrospective": " ".join(row[2] for row in rows),
        "either": below,
    }

    times = {
        name: time for time, words in told.items() for name in re.findall(r"provml:(\w+)", words)
    }

    assert len(times) > 30
    for name, time in times.items():
        (stated,) = objects(NamedNode(v.PROVML + name), v.PROVML + "time")
        assert stated.value == time


def test_the_page_cites_the_version_that_there_is() -> None:
    (version,) = objects(NamedNode(FILES["ontology/dlprov.ttl"]), OWL + "versionInfo")

    assert f"version {version.value}. https://w3id.org/dlprov-rdf/ontology" in PAGE


def test_the_pages_query_finds_the_trainings_data() -> None:
    """By PROV-ML's words alone, without inference."""
    store = Store()
    store.extend(quads_of(run("digits")))

    rows = store.query(block("sparql"), use_default_graph_as_union=True)

    assert {(row["training"].value, row["data"].value) for row in rows} == {
        (f"{IRIS.run.value}/training/23", f"{IRIS.run.value}/data/14"),
        (f"{IRIS.run.value}/training/23", f"{IRIS.run.value}/data/15"),
    }


def test_the_pages_document_is_a_part_of_a_graph() -> None:
    """Read with the context that ships."""
    document = {**json.loads(block("json")), **json.loads(assets.text("ontology/context.jsonld"))}

    told = {
        (one.subject, one.predicate, one.object)
        for one in parse(json.dumps(document), format=RdfFormat.JSON_LD)
    }

    assert len(told) == 5
    assert told <= {(one.subject, one.predicate, one.object) for one in quads_of(run("digits"))}


@pytest.mark.require("draw")
def test_the_picture_is_that_of_the_example() -> None:
    """``python docs/draw_training.py`` draws it afresh; where things lie is Graphviz' to say."""
    script = drawer()

    drawn = script.svg(script.dot(script.example()))

    assert _words(drawn) == _words((DOCS / "training.svg").read_text(encoding="utf-8"))
    assert "dlprov:bestEvaluation" in drawn


def _words(svg: str) -> list[str]:
    return sorted(re.findall(r"<text[^>]*>([^<]*)</text>", svg))
