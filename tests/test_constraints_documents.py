# SPDX-License-Identifier: Apache-2.0
"""A PROV document in any notation is judged; one that cannot be read is refused, and says where."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from parts import require

from dlprov_rdf.errors import FaultyDocument, MissingExtra
from dlprov_rdf.validate import constraints
from dlprov_rdf.validate.constraints import check_file, documents

require("exchange")

PROVN = """document
prefix ex <http://example.org/>
entity(ex:e)
entity(ex:f)
wasDerivedFrom(ex:f, ex:e)
wasDerivedFrom(ex:e, ex:f)
bundle ex:b
  wasInformedBy(ex:a, -)
endBundle
endDocument
"""
XML = """<?xml version="1.0"?>
{doctype}
<prov:document xmlns:prov="http://www.w3.org/ns/prov#" xmlns:ex="http://example.org/">
  <prov:entity prov:id="ex:e"/><prov:activity prov:id="ex:e"/>
</prov:document>
"""
TTL = "@prefix prov: <http://www.w3.org/ns/prov#> . <x:e> a prov:Entity, prov:Activity ."
BOMB = '<!DOCTYPE d [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def written(folder: Path, name: str, text: str | bytes) -> Path:
    """A file with this text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(path: Path) -> str:
    """How a file is refused."""
    with pytest.raises(FaultyDocument) as caught:
        check_file(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_a_document_and_its_bundles_are_judged_and_called_by_their_names(tmp_path: Path) -> None:
    """By qualified names where the document has them."""
    first, second = check_file(written(tmp_path, "d.provn", PROVN)).violations

    assert (first.constraint, first.bundle) == (42, None)
    assert "ex:f was derived from ex:e (C42)" in first.message
    assert first.about == ("http://example.org/e", "http://example.org/f")
    assert (second.constraint, second.bundle) == (None, "http://example.org/b")
    assert second.words().startswith("DM well-formed: In bundle <http://example.org/b>: ")


def test_the_documentation_shows_what_is_said(tmp_path: Path) -> None:
    """Word for word."""
    text = (
        "document\nprefix ex <x:>\nwasGeneratedBy(ex:a, ex:fit, -)\n"
        "wasStartedBy(ex:fit, ex:b, -, -)\nwasDerivedFrom(ex:b, ex:a)\nendDocument"
    )
    page = Path(__file__).parent.parent / "docs" / "constraints.md"

    report = check_file(written(tmp_path, "d.provn", text))

    assert report.words() in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("d.xml", XML.format(doctype="")),
        ("d.json", '{"prefix": {"ex": "x:"}, "entity": {"ex:e": {}}, "activity": {"ex:e": {}}}'),
        ("d.ttl", TTL),
        ("d.trig", TTL),
        ("d.jsonld", ('{"@id": "x:e", "@type": ["http://www.w3.org/ns/prov#Entity", '
                     '"http://www.w3.org/ns/prov#Activity"]}')),
    ],
)  # fmt: skip
def test_every_notation_is_read(tmp_path: Path, name: str, text: str) -> None:
    """An entity that is an activity is one in each."""
    (violation,) = check_file(written(tmp_path, name, text)).violations

    assert violation.constraint == 55


@pytest.mark.parametrize("ending", ["nt", "nq", "rdf", "xml", "json"])
def test_rdf_is_read_in_each_syntax(tmp_path: Path, ending: str) -> None:
    """RDF/XML and JSON-LD also where the ending says less."""
    form = {"xml": "rdf", "json": "jsonld"}.get(ending, ending)
    triples = [quad.triple for quad in ox.parse(TTL, format=ox.RdfFormat.TURTLE)]
    text = ox.serialize(triples, format=ox.RdfFormat.from_extension(form))

    (violation,) = check_file(written(tmp_path, f"d.{ending}", text)).violations

    assert violation.constraint == 55


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("d.provn", "document\nprefix ex <x:>\nentity(ex:a\nendDocument", "line 4"),
        ("d.provn", "document\nentity(ex:a)\nendDocument", "line 2"),
        ("d.provn", b"document\n\xff", "UTF-8"),
        ("d.xml", "<a>\n<b", "line 2"),
        ("d.xml", "", "line 1"),
        ("d.xml", XML.format(doctype="").replace("</prov:document>", ""), "line"),
        ("d.xml", XML.format(doctype="").replace("prov:activity", "prov:nothing"), "nothing"),
        ("d.json", '{"entity":\n {"ex:e" {}}}', "line 2"),
        ("d.json", "[" * 100_000, ""),
        ("d.json", '{"entity": ' * 100_000, ""),
        ("d.json", "{}{", "line 1"),
        ("d.ttl", "<x:a> <x:b>\n <x:c", "line 2"),
        ("d.nq", "<x:a> <x:b> .\n", "line 1"),
        ("d.rdf", "<rdf>", ""),
        ("d.txt", "", "'.txt' is no ending"),
    ],
)
def test_what_cannot_be_read_is_refused_with_where(
    tmp_path: Path, name: str, text: str | bytes, where: str
) -> None:
    """In one line, and by no other error than ours."""
    assert where in refusal(written(tmp_path, name, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """As is a folder."""
    assert "no such file" in refusal(tmp_path / "d.provn")
    assert "no such file" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("doctype", "why"),
    [
        (BOMB, "line 2: the entity 'b' is made of entities"),
        (OUTSIDE, "line 2: the entity 'a' would be read from elsewhere"),
        ('<!DOCTYPE d SYSTEM "http://example.org/d.dtd">', "read from elsewhere"),
        ('<!DOCTYPE d [<!ENTITY % a "x">]>', "made of entities"),
        ('<!DOCTYPE d [<!ENTITY a "short">]>', "has no use in PROV-XML"),
    ],
)
@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
def test_entities_of_xml_are_refused_before_they_do_harm(
    tmp_path: Path, doctype: str, why: str, coding: str
) -> None:
    """Neither blown up, nor read from another file, in whatever encoding."""
    path = written(tmp_path, "d.xml", XML.format(doctype=doctype).encode(coding))

    assert why in refusal(path)


def test_rdf_may_abbreviate_its_namespaces_and_no_more(tmp_path: Path) -> None:
    """As ontologies do."""
    rdf = (
        '<!DOCTYPE rdf:RDF [<!ENTITY prov "http://www.w3.org/ns/prov#">{more}]>\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="x:e"><rdf:type rdf:resource="&prov;Entity"/>'
        '<rdf:type rdf:resource="&prov;Activity"/></rdf:Description></rdf:RDF>'
    )

    (violation,) = check_file(written(tmp_path, "d.rdf", rdf.replace("{more}", ""))).violations

    assert violation.constraint == 55
    bomb = '<!ENTITY b "&prov;&prov;">'
    assert "made of entities" in refusal(written(tmp_path, "bomb.rdf", rdf.replace("{more}", bomb)))


def test_a_document_above_the_limit_is_refused_and_the_limit_named(tmp_path: Path) -> None:
    """Of the notations that are read whole; it is not read to find out."""
    path = tmp_path / "large.provn"
    with path.open("wb") as file:
        os.truncate(file.fileno(), documents.LIMIT + 1)

    assert f"limit of {documents.LIMIT:,} bytes" in refusal(path)


def test_without_the_prov_library_it_is_said_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RDF needs none."""
    monkeypatch.delitem(sys.modules, f"{constraints.__name__}.prov_library", raising=False)
    monkeypatch.delattr(constraints, "prov_library", raising=False)
    monkeypatch.setitem(sys.modules, "prov", None)

    assert not check_file(written(tmp_path, "d.ttl", TTL)).valid
    with pytest.raises(MissingExtra, match=r"dlprov-rdf\[exchange\]"):
        check_file(written(tmp_path, "d.provn", PROVN))


def test_names_without_a_name_are_none_in_json(tmp_path: Path) -> None:
    """PROV-JSON has to call a statement something, and writes _:id."""
    prov = {
        "prefix": {"ex": "x:"},
        "wasGeneratedBy": {
            "_:id1": {"prov:entity": "ex:e", "prov:activity": "ex:a"},
            "_:id2": {"prov:entity": "ex:e", "prov:activity": "ex:a"},
        },
    }

    assert check_file(written(tmp_path, "d.json", json.dumps(prov))).valid
