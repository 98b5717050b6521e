# SPDX-License-Identifier: Apache-2.0
"""Domain data beside learning data: from a model back to what its field says of its raw data."""

from __future__ import annotations

from typing import Any

import pytest
from parts import require
from typed_commands import answer, object_of

from dlprov_rdf.ask.walking import listing
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.errors import NotFound
from dlprov_rdf.kb import KnowledgeBase

require("numpy")
import numpy as np

GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
SOSA = "http://www.w3.org/ns/sosa/"
SITE = f"""
@prefix geo: <{GEO}> . @prefix sosa: <{SOSA}> .
<> sosa:madeBySensor <https://lab.example/camera/7> ;
    geo:location [ geo:lat 52.5 ; geo:long 13.4 ] .
<https://lab.example/camera/7> a sosa:Sensor ;
    <http://www.w3.org/2000/01/rdf-schema#label> "camera 7" .
"""


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """Two workflows: one makes a table of raw scans, the other trains on the table."""
    folder = tmp_path_factory.mktemp("domain")
    scan, table = folder / "scan.tif", folder / "table.csv"
    scan.write_text("raw", encoding="utf-8")
    with start_run("fields", kb=folder / "kb", person="Ada") as run:
        with run.step("take", kind="acquire") as step:
            file = step.loaded(scan)
            run.attach(file, SITE, format="turtle", name="site.ttl")
            run.attribute("instrument", "MSI", unit="1", of=file)
            weather = step.generated(
                np.arange(4), name="weather", source="https://weather.example/api",
                derived_from=(),
            )  # fmt: skip
            pixels = step.generated(np.arange(3), name="pixels", derived_from=file)
        with run.step("tabulate", kind="preprocess", used=[pixels, weather]) as step:
            rows = step.generated(np.arange(12), name="table")
            table.write_text("table", encoding="utf-8")
            step.file(table, of=rows)
    with start_run("learning", kb=folder / "kb", person="Grace") as run:
        with run.step("load", kind="acquire") as step:
            step.loaded(table)
            data = step.generated(np.arange(12), name="rows")
        with run.step("guess", kind="acquire") as step:
            noise = step.generated(np.arange(5), name="noise")
        with run.training("net", used={"training": data, "validation": noise}) as training:
            training.log_model("net", weights=[np.ones(2)])
    opened = KnowledgeBase.open(folder / "kb")
    opened.annotate("weather", licence="CC-BY-4.0", attributes={"station": 7}, by="Bob")
    return opened


def rows(kb: KnowledgeBase, question: str, *columns: str, **given: Any) -> list[tuple[Any, ...]]:
    """Ask a question and give these columns."""
    answer = kb.ask(question, **given)
    places = [answer.columns.index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in answer.rows]


def test_a_model_leads_back_to_the_raw_data_and_what_their_domain_says(kb: KnowledgeBase) -> None:
    """Across the two workflows, with values, not with names of files only."""
    found = rows(kb, "P2", "name", "kind", "property", "value", "said", "run_name", state="net")

    assert found == [
        ("noise", "data", None, None, None, "learning"),
        ("weather", "data", "http://purl.org/dc/terms/license",
         "https://spdx.org/licenses/CC-BY-4.0", "later, by Bob", "fields"),
        ("weather", "data", "station", 7, "later, by Bob", "fields"),
        ("scan.tif", "file", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
         f"{SOSA}Sensor", "attached", "fields"),
        ("scan.tif", "file", f"{GEO}lat", 52.5, "attached", "fields"),
        ("scan.tif", "file", f"{GEO}long", 13.4, "attached", "fields"),
        ("scan.tif", "file", "instrument", "MSI", "recorded", "fields"),
    ]  # fmt: skip


def test_the_newest_model_is_meant_if_none_is_named(kb: KnowledgeBase) -> None:
    """And a file or a piece of data may be asked about as well."""
    assert rows(kb, "P2", "node") == rows(kb, "P2", "node", state="net")
    assert {row[0] for row in rows(kb, "P2", "name", state="pixels")} == {"scan.tif"}


def loaded_table(kb: KnowledgeBase) -> str:
    """Name the file that the second workflow read."""
    query = (
        "SELECT ?f { ?f a dlprov:File ; rdfs:label 'table.csv' "
        "FILTER NOT EXISTS { ?f prov:wasGeneratedBy ?s } }"
    )
    ((file,),) = kb.sparql(query).rows  # type: ignore[union-attr]
    return str(file)


def test_the_sources_of_a_file_are_files_services_and_sensors(kb: KnowledgeBase) -> None:
    """Each with the data that came from it, in the workflow where it did."""
    found = rows(
        kb, "V1", "source_kind", "source", "name", "of", "run_name", thing=loaded_table(kb)
    )

    path = str(kb.folder.parent / "scan.tif")
    assert found == [
        ("service", "https://weather.example/api", None, "weather", "fields"),
        ("file", path, "scan.tif", "scan.tif", "fields"),
        ("sensor", "https://lab.example/camera/7", "camera 7", "scan.tif", "fields"),
    ]


def test_raw_data_that_say_no_source_are_told_as_unknown(kb: KnowledgeBase) -> None:
    """Silence would look like completeness."""
    found = rows(kb, "V1", "source_kind", "source", "of", thing="noise")

    assert found == [("unknown", None, "noise")]


def test_a_lineage_shows_what_was_recorded_attached_and_said_later(kb: KnowledgeBase) -> None:
    """By prefix, by IRI, and by an attribute's name."""
    columns = ["geo:lat", "dcterms:license", "instrument", "station", f"{GEO}alt", "long"]

    walk = kb.lineage(loaded_table(kb), show=columns)

    told = {
        column: {walk.nodes[iri].label: values for iri, values in by_node.items()}
        for column, by_node in walk.shown.items()
    }
    assert told == {
        "geo:lat": {"scan.tif": (52.5,)},
        "dcterms:license": {"weather": ("https://spdx.org/licenses/CC-BY-4.0",)},
        "instrument": {"scan.tif": ("MSI",)},
        "station": {"weather": (7,)},
        f"{GEO}alt": {},
        "long": {"scan.tif": (13.4,)},
    }
    assert "scan.tif (file) [geo:lat 52.5; instrument MSI; long 13.4]" in listing.tree(walk)


def test_a_prefix_that_is_not_known_is_told(kb: KnowledgeBase) -> None:
    """With those that are."""
    with pytest.raises(NotFound, match="geosparql"):
        kb.lineage("noise", show=["nowhere:lat"])


def test_the_command_shows_them_as_columns_and_in_json(kb: KnowledgeBase) -> None:
    """One column more for each, in every format."""
    asked = ("lineage", "pixels", "--show", "geo:lat", "--show", "instrument")

    table = answer(*asked, "--kb", kb.folder).splitlines()
    told = object_of(*asked, "--kb", kb.folder)

    assert table[0].split()[-2:] == ["geo:lat", "instrument"]
    assert [line.split()[-2:] for line in table if "scan.tif" in line] == [["52.5", "MSI"]]
    (file,) = [node for node in told["nodes"] if node["label"] == "scan.tif"]
    assert file["shown"] == {"geo:lat": [52.5], "instrument": ["MSI"]}


def test_what_was_said_later_is_shown_apart(kb: KnowledgeBase) -> None:
    """With who, when, and whether it stands."""
    told = object_of("show", "fields", "--kb", kb.folder)["said_later"]

    assert [(one["what"], one["value"], one["of"], one["by"], one["state"]) for one in told] == [
        ("licence", "https://spdx.org/licenses/CC-BY-4.0", "weather", "Bob", "stands"),
        ("attribute station", 7, "weather", "Bob", "stands"),
    ]
    assert "said later of fields" in answer("show", "fields", "--kb", kb.folder)
