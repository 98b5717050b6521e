# SPDX-License-Identifier: Apache-2.0
"""``dlprov annotate`` says what can be said, all of it or nothing, and refuses in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scans_captured import asked, capture, values
from typed_commands import dlprov

from dlprov_rdf.kb import KnowledgeBase

ADA = "0000-0002-1825-0097"


@pytest.fixture
def kb(tmp_path: Path) -> KnowledgeBase:
    """A knowledge base of one run, whose person is Ada."""
    capture(tmp_path / "kb")
    return KnowledgeBase.open(tmp_path / "kb")


def test_the_command_says_it_and_answers_with_its_name(kb: KnowledgeBase) -> None:
    """Several things at once, each an annotation."""
    done = dlprov(
        "--kb", kb.folder, "annotate", "@latest", "--licence", "CC-BY-4.0", "--seed", "numpy=42",
        "--set", "panel=B", "--by", f"Ada Lovelace <{ADA}>", "--format", "json",
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) == 3
    assert asked(kb, "?v ?w { ?a dlprov:seedValue ?v ; dlprov:setBy ?w }") == [(42, "numpy")]
    assert asked(kb, "?v { ?a dlprov:attributeName 'panel' ; prov:value ?v }") == [("B",)]


def test_the_command_refuses_in_one_line(kb: KnowledgeBase) -> None:
    """Exit status 2, and what to do."""
    done = dlprov("--kb", kb.folder, "annotate", "@latest", "--licence", "cc by 4.0", "--by", "Ada")

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "CC-BY-4.0" in done.stderr


def test_the_command_attaches_rdf_and_tells_what_is_wrong_with_it(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    """The good file is in the graph, the other is refused with its line."""
    good, bad = tmp_path / "site.ttl", tmp_path / "bad.ttl"
    good.write_text("<> <http://www.w3.org/2003/01/geo/wgs84_pos#lat> 52.5 .", encoding="utf-8")
    bad.write_text("<> <x:p>", encoding="utf-8")

    done = dlprov("--kb", kb.folder, "annotate", "numbers", "--rdf", good, "--by", "Ada")
    refused = dlprov("--kb", kb.folder, "annotate", "numbers", "--rdf", bad, "--by", "Ada")

    assert (done.returncode, refused.returncode) == (0, 2)
    assert "bad.ttl: line 1" in refused.stderr
    lat = "<http://www.w3.org/2003/01/geo/wgs84_pos#lat>"
    assert asked(kb, f"?v {{ ?d rdfs:label 'numbers' ; {lat} ?v }}") == [(52.5,)]


def test_many_things_can_be_said_from_a_file(kb: KnowledgeBase, tmp_path: Path) -> None:
    """All of them, or none if one cannot be so."""
    words = tmp_path / "said.toml"
    good = """
        [[annotation]]
        of = "@latest"
        licence = "MIT"
        seed = { numpy = 42 }
        [[annotation]]
        of = "numbers"
        note = ["one", "two"]
    """
    words.write_text(good + '[[annotation]]\nof = "nobody"\nnote = "x"', encoding="utf-8")
    refused = dlprov("--kb", kb.folder, "annotate", "--from", words, "--by", "Ada")
    nothing = values(kb, "dlprov:note")
    words.write_text(good, encoding="utf-8")

    done = dlprov("--kb", kb.folder, "annotate", "--from", words, "--by", "Ada", "--format", "json")

    assert (refused.returncode, nothing) == (2, [])
    assert "said.toml" in refused.stderr
    assert len(json.loads(done.stdout)) == 4
    assert values(kb, "dlprov:note") == ["one", "two"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[annotation]]\nlicence = 'MIT'", "of"),
        ("[[annotation]]\nof = '@latest'\ncolour = 'red'", "colour"),
        ("[[annotation]]\nof = '@latest'\nlicence = 7", "licence"),
        ("nothing", "said.toml"),
        ("a = 1", "annotation"),
    ],
)
def test_a_faulty_file_is_refused_in_one_line(
    kb: KnowledgeBase, tmp_path: Path, text: str, words: str
) -> None:
    """Where, and what."""
    (tmp_path / "said.toml").write_text(text, encoding="utf-8")

    done = dlprov("--kb", kb.folder, "annotate", "--from", tmp_path / "said.toml", "--by", "Ada")

    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
