# SPDX-License-Identifier: Apache-2.0
"""Rules of the user's own hold beside ours; a file of them that is faulty is told, and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from valid_graphs import NO_EPOCH_NUMBER, VALID, parsed

from dlprov_rdf.errors import FaultyShapes
from dlprov_rdf.validate.report import SH
from dlprov_rdf.validate.shacl import check

OWN = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
<https://lab.example/rule/mail> sh:path foaf:mbox ; sh:minCount 1 ; sh:name "mail" ;
  sh:message "Say the mail." .
<https://lab.example/people> a sh:NodeShape ; sh:targetClass prov:Person ;
  sh:property <https://lab.example/rule/mail> .
"""


def test_rules_of_the_users_own_hold_beside_the_profiles(tmp_path: Path) -> None:
    """Neither takes the place of the other."""
    (tmp_path / "own.ttl").write_text(OWN)

    report = check(NO_EPOCH_NUMBER, shapes=[tmp_path / "own.ttl"])

    assert {result.name for result in report.results} == {"mail", "epoch number"}


def test_rules_that_were_changed_are_read_again(tmp_path: Path) -> None:
    """Prepared shapes are kept only as long as their files."""
    path = tmp_path / "own.ttl"
    path.write_text(OWN)
    before = check(parsed(VALID), shapes=[path])
    path.write_text(OWN.replace("foaf:mbox", "foaf:name"))

    after = check(parsed(VALID), shapes=[path])

    assert (before.conforms, after.conforms) == (False, True)


def test_a_rule_without_a_name_is_told_by_its_constraint(tmp_path: Path) -> None:
    """A blank node would tell nothing."""
    nameless = OWN.replace("<https://lab.example/rule/mail>", "_:b")
    (tmp_path / "own.ttl").write_text(nameless)

    (result,) = check(parsed(VALID), shapes=[tmp_path / "own.ttl"]).results

    assert result.rule == f"{SH}MinCountConstraintComponent"
    assert result.message == "Say the mail."


ONE = "sh:minCount 1"
MISSPELLED = [
    OWN.replace("sh:path foaf:mbox", 'sh:path "mbox"'),
    OWN.replace(ONE, "sh:nodeKind sh:Nonsense"),
    OWN.replace(ONE, 'sh:minCount "one"'),
    OWN.replace(ONE, "sh:minCount -1"),
    OWN.replace(ONE, "sh:minCuont 1"),
    OWN.replace(ONE, "sh:in foaf:mbox"),
    OWN.replace(ONE, 'sh:pattern "("'),
    OWN.replace(ONE, "sh:path foaf:name"),
    OWN.replace(ONE, 'sh:severity "bad"'),
    OWN.replace(ONE, "sh:severity <https://lab.example/dire>"),
    OWN.replace("sh:path foaf:mbox ;", ""),
]


@pytest.mark.parametrize("text", MISSPELLED)
def test_misspelled_shapes_are_told_with_file_and_shape(tmp_path: Path, text: str) -> None:
    """Engines pass over what they do not know: then a rule would check nothing, silently."""
    path = tmp_path / "own.ttl"
    path.write_text(text)

    with pytest.raises(FaultyShapes) as caught:
        check(parsed(VALID), shapes=[path])

    assert caught.value.path == path
    assert str(caught.value.shape).startswith("https://lab.example/")


def test_shapes_that_are_no_turtle_are_told_with_the_line(tmp_path: Path) -> None:
    """As the parser knows it."""
    path = tmp_path / "own.ttl"
    path.write_text(f"{OWN}\nthis is no Turtle")

    with pytest.raises(FaultyShapes, match=r"own\.ttl:9: ") as caught:
        check(parsed(VALID), shapes=[path])

    assert caught.value.line == 9


def test_the_faulty_one_of_several_shapes_files_is_told(tmp_path: Path) -> None:
    """By what the engine says of each alone."""
    good, bad = tmp_path / "good.ttl", tmp_path / "bad.ttl"
    good.write_text(OWN.replace("lab.example", "house.example"))
    bad.write_text(OWN.replace(ONE, 'sh:sparql [ sh:select "SELECT" ]'))

    with pytest.raises(FaultyShapes) as caught:
        check(parsed(VALID), shapes=[bad, good])

    assert caught.value.path == bad


def test_a_rule_that_two_files_state_is_told(tmp_path: Path) -> None:
    """Put together they would ask for both paths, and mean neither."""
    one, two = tmp_path / "one.ttl", tmp_path / "two.ttl"
    one.write_text(OWN)
    two.write_text(OWN)

    with pytest.raises(FaultyShapes, match=r"two\.ttl: .*one\.ttl states this rule too"):
        check(parsed(VALID), shapes=[one, two])


def test_a_file_without_any_rule_is_no_shapes_file(tmp_path: Path) -> None:
    """Data given by mistake would check nothing."""
    path = tmp_path / "data.ttl"
    path.write_text(VALID)

    with pytest.raises(FaultyShapes, match="states no rule"):
        check(parsed(VALID), shapes=[path])


def test_shapes_of_unusual_kinds_are_taken(tmp_path: Path) -> None:
    """Letters by category, rules of ours within a user's shape, a rule that is switched off."""
    path = tmp_path / "own.ttl"
    path.write_text(f"""{OWN}
    <https://lab.example/runs> a sh:NodeShape ; sh:targetClass prov:Activity ;
      sh:property <https://w3id.org/dlprov-rdf/shapes/core#ActivityStart> ;
      sh:property [ sh:path foaf:nick ; sh:pattern "^\\\\p{{Lu}}" ] .
    <https://lab.example/rule/mail> sh:deactivated true .
    """)

    report = check(parsed(VALID), shapes=[path])

    assert report.conforms
    assert "https://lab.example/rule/mail" not in report.applying


def test_a_shapes_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(FaultyShapes, match=r"none\.ttl"):
        check([], shapes=[tmp_path / "none.ttl"])
