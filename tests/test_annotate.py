# SPDX-License-Identifier: Apache-2.0
"""What is said later: attributed, dated, apart from what was observed, and can be taken back."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from parts import require

from dlprov_rdf.capture.start import start_run
from dlprov_rdf.errors import (
    Ambiguous,
    AnnotationError,
    NobodySays,
    NotFound,
    NothingSaid,
    WrongAnnotation,
)
from dlprov_rdf.events import CodeSeen
from dlprov_rdf.events.contents import content
from dlprov_rdf.kb import KnowledgeBase

require("numpy")
import numpy as np
from scans_captured import asked, capture, values

PROV = "http://www.w3.org/ns/prov#"
ADA = "0000-0002-1825-0097"


@pytest.fixture
def kb(tmp_path: Path) -> KnowledgeBase:
    """A knowledge base of one run, whose person is Ada."""
    capture(tmp_path / "kb")
    return KnowledgeBase.open(tmp_path / "kb")


def test_a_licence_said_later_stands_beside_what_was_observed(kb: KnowledgeBase) -> None:
    """The run has it by the path for both, and not by the plain property."""
    kb.annotate("@latest", licence="cc-by-4.0", by="Grace")

    run = f"<{kb.runs()[0].iri}>"
    both = f"?v {{ {run} (dcterms:license|^dlprov:annotates/dcterms:license) ?v }}"
    assert asked(kb, both) == [("https://spdx.org/licenses/CC-BY-4.0",)]
    assert asked(kb, f"?v {{ {run} dcterms:license ?v }}") == []
    assert asked(kb, "?n { ?a dlprov:annotates ?r ; prov:wasAttributedTo/foaf:name ?n }") == [
        ("Grace",)
    ]
    assert kb.check().conforms


def test_the_runs_own_log_is_not_touched(kb: KnowledgeBase) -> None:
    """What was observed is the truth."""
    own = kb.folder / "logs" / kb.runs()[0].id / "events.jsonl"
    before = own.read_bytes()

    kb.annotate("@latest", note="rows 3-9 are wrong", by="Ada")

    assert own.read_bytes() == before
    assert kb.runs()[0].status == "completed"


def test_a_later_word_of_the_same_person_takes_the_place_of_the_earlier(kb: KnowledgeBase) -> None:
    """Another person's stands beside it, and the old one is kept as superseded."""
    kb.annotate("@latest", licence="MIT", by="Ada")
    kb.annotate("@latest", licence="ISC", by="Bob")
    kb.annotate("@latest", licence="0BSD", by="Ada")

    stands = values(kb, "dcterms:license")
    assert stands == [f"https://spdx.org/licenses/{name}" for name in ("0BSD", "ISC")]
    assert asked(kb, "?v { ?a dlprov:onceAnnotated ?r ; dcterms:license ?v }") == [
        ("https://spdx.org/licenses/MIT",)
    ]
    assert len(asked(kb, "?b { ?a prov:wasRevisionOf ?b . ?b prov:invalidatedAtTime ?t }")) == 1


def test_a_run_is_found_by_the_study_that_was_said_of_it(kb: KnowledgeBase) -> None:
    """The last word stands, until it is taken back; then the one before is no more either."""
    names = []

    for say in (
        lambda: kb.annotate("@latest", attributes={"study": "plates"}, by="Ada"),
        lambda: kb.annotate("@latest", attributes={"study": "cells"}, by="Bob"),
        lambda: kb.annotate("@latest", attributes={"study": "scans"}, by="Bob"),
        lambda: kb.annotate(names[-1][1], retract=True, by="Bob"),
    ):
        (made,) = say()
        kb.build()
        names.append((kb.runs()[0].study, made))

    assert [study for study, _ in names] == ["plates", "cells", "scans", "plates"]
    assert [run.name for run in kb.runs("plates")] == ["scans"]
    assert kb.runs("scans") == []


def test_notes_and_creators_add_up(kb: KnowledgeBase) -> None:
    """Nobody who says more takes back what they said."""
    kb.annotate("@latest", note=["one", "two"], creator=f"Ada <{ADA}>", by="Ada")
    kb.annotate("@latest", note="three", creator="Grace", by="Ada")

    assert values(kb, "dlprov:note") == ["one", "three", "two"]
    assert f"https://orcid.org/{ADA}" in values(kb, "dcterms:creator")
    assert len(values(kb, "dcterms:creator")) == 2


def test_an_annotation_can_be_taken_back(kb: KnowledgeBase) -> None:
    """By its own IRI; it is kept, and no longer stands."""
    (note,) = kb.annotate("@latest", note="wrong", by="Ada")

    kb.annotate(note, retract=True, by="Ada")

    assert values(kb, "dlprov:note") == []
    assert asked(kb, "?a { ?b dlprov:retracts ?a }") == [(note,)]
    assert kb.check().conforms


def test_a_direction_said_later_finds_the_best_epoch(kb: KnowledgeBase) -> None:
    """Nothing has to be trained again for want of a word."""
    assert asked(kb, "?v { ?t dlprov:bestEvaluation/mls:hasValue ?v }") == []

    kb.annotate("@latest", direction={"val_roughness": "lower"}, by="Ada")

    assert asked(kb, "?v { ?t dlprov:bestEvaluation/mls:hasValue ?v }") == [(0.25,)]
    assert asked(kb, "?m { ?m a mls:EvaluationMeasure ; dlprov:direction ?d }") == []


def test_a_direction_said_later_lets_the_best_be_asked_for(kb: KnowledgeBase) -> None:
    """The questions on the best go by it."""
    asked_for = {"model": "net", "measure": "val_roughness"}
    assert not kb.ask("K8", **asked_for).rows

    kb.annotate("@latest", direction={"val_roughness": "lower"}, by="Ada")

    assert kb.ask("K8", **asked_for).rows


def test_a_thing_may_be_named_as_every_command_names_it(kb: KnowledgeBase) -> None:
    """By its label, its local id, its IRI, its content with the run, or the run's ending."""
    run = kb.runs()[0]
    data = asked(kb, "?d ?c { ?d a mls:Dataset ; prov:specializationOf ?c }")[0]
    local = data[0].removeprefix(f"{run.iri}/")

    for name in ("numbers", local, data[0], f"{run.id[-8:]}/{local}"):
        kb.annotate(name, note=name, by="Ada")
    kb.annotate(data[1], note="content", by="Ada")

    about = asked(kb, "?x { ?a dlprov:annotates ?x ; dlprov:note ?n }")
    assert about.count((data[0],)) == 4
    assert (data[1],) in about


def test_a_content_that_several_runs_speak_of_is_asked_back(kb: KnowledgeBase) -> None:
    """The run says where it is written."""
    second = capture(kb.folder, "again")
    (content,) = {row[0] for row in asked(kb, "?c { ?d a mls:Dataset ; prov:specializationOf ?c }")}

    with pytest.raises(Ambiguous, match="scans"):
        kb.annotate(content, licence="MIT", by="Ada")
    kb.annotate(content, licence="MIT", by="Ada", run="again")

    assert (kb.folder / "logs" / second / "later").exists()


def test_the_orcid_is_the_persons(kb: KnowledgeBase) -> None:
    """It was the person's name that was observed."""
    kb.annotate("@latest", orcid=ADA, by="Ada")

    (found,) = asked(
        kb, "?n ?id { ?a dlprov:annotates ?p ; dcterms:identifier ?id . ?p foaf:name ?n }"
    )
    assert found == ("Ada", f"https://orcid.org/{ADA}")


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        ({}, NothingSaid, "nothing is said"),
        ({"licence": "creative commons"}, WrongAnnotation, "no SPDX name"),
        ({"orcid": "0000-0002-1825-0098"}, WrongAnnotation, "0000-0002-1825-0098"),
        ({"note": "  "}, WrongAnnotation, "says nothing"),
        ({"direction": {"val_roughness": "up"}}, WrongAnnotation, "higher or lower"),
        ({"direction": "higher"}, WrongAnnotation, "of which measure"),
        ({"direction": {"f1": "higher"}}, NotFound, "f1"),
        ({"access_url": "over there"}, WrongAnnotation, "no absolute IRI"),
        ({"seed": {"numpy": ""}}, WrongAnnotation, "no value"),
        ({"seed": "fourtytwo"}, WrongAnnotation, "no integer"),
        ({"attributes": {"seed": "fourtytwo"}}, WrongAnnotation, "no integer"),
        ({"attributes": {"seed": True}}, WrongAnnotation, "no integer"),
        ({"attributes": {"digest": "bla"}}, WrongAnnotation, "no SHA-256.*@FILE"),
        ({"attributes": {"digest": "ni:///sha-256;" + "_" * 43}}, WrongAnnotation, "no SHA-256"),
        ({"attributes": {"digest": "@no/such/file"}}, WrongAnnotation, "FileNotFoundError"),
        ({"attributes": {"commit": "c0ffee"}}, WrongAnnotation, "40 hexadecimal digits"),
        ({"unit": "kg"}, WrongAnnotation, "--set"),
        ({"attributes": {"a": 1}, "term": f"{PROV}used"}, WrongAnnotation, "prov"),
        ({"retract": True}, WrongAnnotation, "no annotation"),
    ],
)  # fmt: skip
def test_what_cannot_be_so_is_refused_in_words_and_nothing_is_written(
    kb: KnowledgeBase, said: dict[str, Any], error: type[AnnotationError], words: str
) -> None:
    """The good part of it neither: it is one act."""
    good = {"purpose": "a baseline"} if said else {}

    with pytest.raises(error, match=words):
        kb.annotate("@latest", by="Ada", **{**good, **said})

    assert not (kb.folder / "logs" / kb.runs()[0].id / "later").exists()


@pytest.mark.parametrize("spelled", ["{}", "sha-256:{}", "SHA256:{}"])
def test_a_digest_is_kept_as_contents_are_named(kb: KnowledgeBase, spelled: str) -> None:
    """So that it joins with what other runs digested."""
    octets = hashlib.sha256(b"12")

    kb.annotate("@latest", attributes={"digest": spelled.format(octets.hexdigest())}, by="Ada")

    assert values(kb, "prov:value") == [content(octets.digest())]


def test_a_digest_is_computed_of_a_file(kb: KnowledgeBase, tmp_path: Path) -> None:
    """Of an array that numpy saved it is the one that a run would have recorded of it."""
    np.save(tmp_path / "numbers.npy", np.arange(3))
    (tmp_path / "said.toml").write_text(
        '[[annotation]]\nof = "@latest"\nattributes = { digest = "@numbers.npy" }\n'
    )

    kb.annotate_from(tmp_path / "said.toml", by="Ada")

    recorded = asked(kb, "?c { ?d a mls:Dataset ; prov:specializationOf ?c }")
    assert [(one,) for one in values(kb, "prov:value")] == recorded


def test_the_commit_from_which_the_code_differs_is_not_the_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else a word would keep the rule that changes are committed."""
    monkeypatch.chdir(tmp_path)
    with start_run("changed", kb=tmp_path / "kb", person="Ada") as run:
        run.recorder.event(CodeSeen, commit="a" * 40, dirty=True)
    kb = KnowledgeBase.open(tmp_path / "kb")

    with pytest.raises(WrongAnnotation, match="differs from it"):
        kb.annotate("@latest", attributes={"commit": "A" * 40}, by="Ada")
    kb.annotate("@latest", attributes={"commit": "b" * 40}, by="Ada")

    assert values(kb, "prov:value") == ["b" * 40]


def test_somebody_must_say_it(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where neither kb.toml nor git names one."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(NobodySays, match="--by"):
        kb.annotate("@latest", note="who am I")
