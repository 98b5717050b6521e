# SPDX-License-Identifier: Apache-2.0
"""Names: any text is a valid part of an IRI, and no two texts are the same part."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import NamedNode
from tapes import BASE, IRIS, RUN, ni

from dlprov_rdf.graph import iris

NAMES = st.text(st.characters(exclude_categories=()), max_size=300)
AWKWARD = [
    "", " ", ".", "..", "~", "%", "%7E", "a b", "a%20b", "a/b", '"', "'", "<>", "\n", "\0", "🙂",
    "é", "e\u0301", "A", "a", "\ud800", "x" * 10_240, "x" * 10_241, "🙂" * 60, "~~", ".~", "?#",
]  # fmt: skip

#: A segment of a path that needs no escaping by anyone (RFC 3986, unreserved and pct-encoded).
SEGMENT = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+")


@given(name=NAMES)
@example(name="🙂" * 3000)
def test_any_name_is_a_valid_part_of_an_iri(name: str) -> None:
    """Ten thousand bytes, emoji, newlines, nothing at all: one short path segment."""
    encoded = iris.encode(name)

    assert SEGMENT.fullmatch(encoded)
    assert encoded not in {".", ".."}
    assert len(encoded) <= iris.LONGEST
    assert NamedNode(BASE + encoded)


@given(first=NAMES, second=NAMES)
@example(first="%7E", second="~")
@example(first="x" * 300, second="x" * 301)
def test_two_names_are_two_parts(first: str, second: str) -> None:
    """The encoding is injective."""
    assert (iris.encode(first) == iris.encode(second)) == (first == second)


def test_awkward_names_do_not_collide_with_each_other() -> None:
    """All pairs of the names that a fault table thinks of."""
    assert len({iris.encode(name) for name in AWKWARD}) == len(AWKWARD)


def test_a_name_cannot_forge_a_digest() -> None:
    """The cut form of a long name holds a tilde, and a tilde in a name is encoded."""
    cut = iris.encode("x" * 1000)

    assert iris.encode(cut) != cut


@given(first=NAMES, second=NAMES)
def test_names_below_each_other_do_not_run_together(first: str, second: str) -> None:
    """``a/b`` below a node is one name, not two."""
    node = IRIS.run

    joined = iris.below(node, "code-of", f"{first}/{second}")
    assert joined != iris.below(node, "code-of", first, second)


def test_a_run_and_its_graph_are_two_things() -> None:
    """A run is an activity and its graph a bundle, so they have two names."""
    assert IRIS.run.value == f"{BASE}run/{RUN}"
    assert IRIS.graph.value == f"{BASE}run/{RUN}/graph"
    assert IRIS.local("training/20/epoch/3").value == f"{BASE}run/{RUN}/training/20/epoch/3"


@given(name=NAMES)
@example(name="../../other/run")
@example(name="data//1")
def test_a_local_id_stays_in_its_run(name: str) -> None:
    """Even one that no recorder would make."""
    node = IRIS.local(name)

    assert node.value.startswith(f"{IRIS.run.value}/")
    assert not {".", "..", ""} & set(node.value.removeprefix(f"{IRIS.run.value}/").split("/"))


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("keras", "3.15.1", "pkg:pypi/keras@3.15.1"),
        ("Dlprov_RDF", "0.1.0", "pkg:pypi/dlprov-rdf@0.1.0"),
        ("torch", "2.5.1+cu121", "pkg:pypi/torch@2.5.1%2Bcu121"),
        ("a b", "<1>", "pkg:pypi/a%20b@%3C1%3E"),
    ],
)
def test_a_package_has_the_name_that_other_tools_give_it(
    name: str, version: str, expected: str
) -> None:
    """A package URL, as the specification of its type says."""
    assert iris.package(name, version).value == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ("https://orcid.org/0000-0002-1694-233X", "https://orcid.org/0000-0002-1694-233X"),
        ("http://orcid.org/0000-0002-1825-0097/", "https://orcid.org/0000-0002-1825-0097"),
        ("Ada", None),
    ],
)
def test_a_person_with_an_orcid_is_the_same_in_every_lab(words: str, expected: str | None) -> None:
    """However the ORCID is written, it is one IRI; words that are none give none."""
    found = iris.orcid(words)

    assert (found.value if found else None) == expected


@pytest.mark.parametrize("words", ["ni:///sha-256;abc", "md5:abc", "", f"{ni('a')}<"])
def test_what_is_no_digest_names_no_content(words: str) -> None:
    """A content is named by the whole of its SHA-256, or not at all."""
    assert iris.content(words) is None
    assert iris.content(ni("a")) == NamedNode(ni("a"))


@pytest.mark.parametrize(
    ("words", "is_iri"),
    [
        ("https://doi.org/10.24432/C50P49", True),
        ("doi:10.24432/C50P49", True),
        ("urn:x:y", True),
        ("data.csv", False),
        ("C:\\data", False),
        ("https://example.org/a b", False),
        ("https://example.org/<x>", False),
        ("https://[", False),
    ],
)
def test_a_source_is_an_iri_only_if_it_is_one(words: str, is_iri: bool) -> None:  # noqa: FBT001 -- a table
    """A path or a phrase is no IRI, and a broken one is none either."""
    assert (iris.absolute(words) is not None) is is_iri
