# SPDX-License-Identifier: Apache-2.0
"""What data are like: features by name, and numbers that leave out what is missing."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from runs_by_hand import told

from dlprov_rdf.capture.contents import profile as profile_of
from dlprov_rdf.capture.contents.profile import profile
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.errors import WrongCall
from dlprov_rdf.events import DataProfiled
from dlprov_rdf.kb import KnowledgeBase

IMAGES = np.array([[0.0, 1.0], [np.nan, 3.0]], dtype="float32")


def test_an_array_of_numbers_is_measured_as_a_whole() -> None:
    """Without what is missing, which is counted."""
    found = profile(IMAGES)

    assert found["counts"] == {"missing": 1}
    assert found["values"]["minimum"] == 0.0
    assert found["values"]["maximum"] == 3.0
    assert found["values"]["mean"] == pytest.approx(4 / 3)
    assert found["values"]["std"] == pytest.approx(np.std([0, 1, 3]))


@pytest.mark.parametrize("values", [[1.0, np.inf], [np.inf, -np.inf], [np.nan], []])
def test_infinities_and_nothing_raise_no_warning(values: list[float]) -> None:
    """A training that makes warnings errors goes on; an infinity is a value."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = profile(np.array(values))

    assert "not_measured" not in found
    assert found["counts"]["missing"] == sum(one != one for one in values)  # noqa: PLR0124 -- NaN


def test_labels_have_no_mean() -> None:
    """Classes are counted instead."""
    assert profile(np.array([0, 1, 2])) == {}
    assert profile(np.array(["a", "b"])) == {}
    assert profile(iter(())) == {}


def test_the_columns_of_a_table_are_its_features() -> None:
    """In order, each with its own type and numbers; words are counted where they are missing."""
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(
        {
            "depth": [1.0, np.nan, 3.0], "site": ["a", None, "b"],
            "count": pandas.array([1, None, 2], dtype="Int64"), 7: [True, False, True],
        }
    )  # fmt: skip

    depth, site, count, flag = profile(table)["features"]

    assert [one.name for one in (depth, site, count, flag)] == ["depth", "site", "count", "7"]
    assert (depth.dtype, depth.counts, depth.values["mean"]) == ("float64", {"missing": 1}, 2.0)
    assert (site.counts, site.values) == ({"missing": 1}, {})
    assert (count.counts, count.values["maximum"]) == ({"missing": 1}, 2.0)
    assert (flag.counts, flag.values) == ({"missing": 0}, {})


def test_the_fields_of_a_structured_array_are_its_features() -> None:
    """Whatever their types."""
    array = np.array([(1, 0.5), (2, 1.5)], dtype=[("id", "i4"), ("mass", "f8")])

    first, second = profile(array)["features"]

    assert (first.name, first.dtype, first.values["maximum"]) == ("id", "int32", 2.0)
    assert (second.name, second.values["mean"]) == ("mass", 1.0)


def test_features_can_be_named_by_hand(tmp_path: Path) -> None:
    """For an array that cannot say it; too many or too few names are a wrong call."""
    with start_run("profile", kb=tmp_path) as run:
        with run.step("load", kind="acquire") as load:
            load.generated(IMAGES, name="x", features=["width", "height"])
            with pytest.raises(WrongCall, match="1 features for 2 columns"):
                load.generated(IMAGES, name="y", features=["width"])
        run.use_data(np.arange(3.0), "z", features=["depth"])

    first, last = told(run, DataProfiled)
    assert [one.name for one in first.features] == ["width", "height"]
    assert first.features[0].counts == {"missing": 1}
    assert last.features[0].values["mean"] == 1.0


def test_large_data_are_not_measured_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their features are named all the same."""
    monkeypatch.setattr(profile_of, "MOST_BYTES", 8)

    assert profile(IMAGES) == {"not_measured": "more than 8 bytes"}
    named = profile(IMAGES, ["a", "b"])
    assert named["not_measured"] == "more than 8 bytes"
    assert [(one.name, one.values) for one in named["features"]] == [("a", {}), ("b", {})]


def test_a_crowd_of_features_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit they are not named one by one."""
    monkeypatch.setattr(profile_of, "MOST_FEATURES", 1)
    monkeypatch.setattr(profile_of, "MOST_MEASURED", 1)

    found = profile(IMAGES, ["a", "b"])

    assert (len(found["features"]), found["left_out"]) == (1, 1)
    assert found["not_measured"] == "more than 1 features"


def test_a_profile_is_in_the_graph_and_conforms(tmp_path: Path) -> None:
    """A query reaches each number by its name."""
    with start_run("profile", kb=tmp_path) as run, run.step("load", kind="acquire") as load:
        load.generated(IMAGES, name="x", features=["width", "height"])
    kb = KnowledgeBase.open(tmp_path)

    answer = kb.sparql("""
        SELECT ?feature ?name ?value {
          ?data dlprov:featureSet/prov:hadMember ?node . ?node rdfs:label ?feature ;
            mls:hasQuality ?quality .
          ?quality dlprov:characteristicName ?name ; mls:hasValue ?value .
        } ORDER BY ?feature ?name""")

    assert ("height", "maximum", 3.0) in answer.rows  # type: ignore[union-attr]
    assert ("width", "missing", 1) in answer.rows  # type: ignore[union-attr]
    assert kb.check().conforms
