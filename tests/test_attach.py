# SPDX-License-Identifier: Apache-2.0
"""RDF of a user's own field: carried as text, read into the graph, and nothing of it is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, serialize
from tapes import IRIS, Tape, quads_of

from dlprov_rdf import events as e
from dlprov_rdf.capture.attaching import LARGEST
from dlprov_rdf.capture.recorder import CaptureWarning
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.errors import FaultyRdf, WrongCall
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.validate.shacl import check

LAT = "http://www.w3.org/2003/01/geo/wgs84_pos#lat"
SITE = f"<> <{LAT}> 52.5 ."
XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#"><rdf:Description rdf:about="">'
    "<geo:lat>52.5</geo:lat></rdf:Description></rdf:RDF>"
)
DATA = IRIS.local("data/2")


def graph_with(text: str, form: str = "turtle", about: str | None = "data/2") -> list[Quad]:
    """Make the graph of a run with this text attached to its data."""
    tape = Tape()
    tape.tell(e.RunStarted, name="run", person="Ada")
    tape.tell(e.DataSeen, "data", name="scans", undigested="too large")
    tape.tell(e.PersonSeen, "person", name="Ada")
    tape.tell(e.Attached, about=about, name="site", form=form, text=text)
    tape.tell(e.RunEnded, status="completed")
    return quads_of(tape.events)


def objects(quads: list[Quad], predicate: NamedNode | str) -> list[str]:
    """List what a graph says by one property."""
    name = predicate if isinstance(predicate, str) else predicate.value
    return sorted(str(q.object.value) for q in quads if q.predicate.value == name)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("turtle", SITE),
        ("trig", f"<x:g> {{ {SITE} }}"),
        ("ntriples", f'<{DATA.value}> <{LAT}> "52.5" .'),
        ("nquads", f'<{DATA.value}> <{LAT}> "52.5" <x:g> .'),
        ("jsonld", f'{{"@id": "", "{LAT}": "52.5"}}'),
        ("rdfxml", XML),
    ],
)  # fmt: skip
def test_each_form_is_read_and_the_thing_itself_is_the_base(form: str, text: str) -> None:
    """Its statements stand in the run's graph, and the attachment names their subject."""
    quads = graph_with(text, form)

    (said,) = [quad for quad in quads if quad.predicate.value == LAT]
    assert (said.subject, said.graph_name, said.object.value) == (DATA, IRIS.graph, "52.5")
    assert objects(quads, v.DLPROV_ATTACHED_SUBJECT) == [DATA.value]
    assert check(quads).results == ()


@pytest.mark.parametrize(
    "statement",
    [
        "<> <http://www.w3.org/ns/prov#wasGeneratedBy> <x:a>",
        "<> <http://www.w3.org/ns/prov#endedAtTime> 1",
        "<> a <http://www.w3.org/ns/prov#Activity>",
        "<> a <http://www.w3.org/ns/mls#Model>",
        "<x:a> a <https://w3id.org/dlprov-rdf/ontology#Training>",
        "<x:a> <https://w3id.org/dlprov-rdf/ontology#endState> 'completed'",
        "<> <https://w3id.org/dlprov-rdf/prov-ml#x> 1",
        "<> <http://purl.org/net/p-plan#correspondsToStep> <x:a>",
        "<x:a> <http://www.w3.org/2002/07/owl#sameAs> <>",
        "<x:a> a <http://www.w3.org/2002/07/owl#Class>",
        "<x:a> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <x:b>",
        "<> <http://www.w3.org/2000/01/rdf-schema#label> 'a second label'",
        "<> <http://purl.org/dc/terms/isPartOf> <x:a>",
        "<> <http://www.w3.org/ns/dcat#byteSize> 1.5",
        "<x:a> a <http://www.w3.org/ns/dcat#Distribution>",
        f"<{IRIS.graph.value}> <http://purl.org/dc/terms/title> 'another'",
        f"<{IRIS.base}person/Ada> <http://xmlns.com/foaf/0.1/name> 'Eva'",
        "<> <x:p> <<( <x:a> <x:b> <x:c> )>>",
    ],
)
def test_what_is_not_the_domains_to_say_is_refused_and_told(statement: str) -> None:
    """The rest is taken, and the graph stays valid whatever was attached."""
    quads = graph_with(f"{statement} . {SITE}")

    report = check(quads)
    assert report.conforms
    assert [result.rule.rpartition("#")[2] for result in report.results] == ["AttachmentRefused"]
    assert objects(quads, LAT) == ["52.5"]
    (told,) = objects(quads, v.DLPROV_REFUSED)
    assert told.endswith(": 1 statement")


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("turtle", f"{SITE} <x:a> <x:b>"),
        ("jsonld", '{"@context": "https://schema.org/", "name": "x"}'),
        ("rdfxml", "<rdf:RDF"),
        ("papyrus", ""),
        ("jsonld", "[" * 100_000),
    ],
)
def test_what_cannot_be_read_is_told_and_none_of_it_is_taken(form: str, text: str) -> None:
    """Half a text would mislead; no context is fetched from anywhere."""
    quads = graph_with(text, form)

    report = check(quads)
    assert report.conforms
    assert [result.rule.rpartition("#")[2] for result in report.results] == ["AttachmentRead"]
    assert objects(quads, LAT) == []


def test_blank_nodes_have_names_that_are_the_same_each_time() -> None:
    """Of two attachments they are two."""
    text = "<> <x:p> [ <x:q> [ <x:r> 1 ] ], _:b . _:b <x:q> 2 ."

    first, second = graph_with(text), graph_with(text)

    assert first == second
    assert not any(isinstance(term, BlankNode) for q in first for term in (q.subject, q.object))
    assert len(objects(first, v.DLPROV_ATTACHED_SUBJECT)) == 4


def test_what_is_named_by_a_fragment_of_a_thing_is_the_domains() -> None:
    """A camera that a picture was taken with may have a label."""
    camera = "<> <x:by> <#camera> . <#camera> <http://www.w3.org/2000/01/rdf-schema#label> 'c'"

    assert objects(graph_with(f"{camera} ."), v.DLPROV_REFUSED) == []


@example(value=("\0", None))
@given(
    value=st.one_of(
        st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.none()),
        st.tuples(
            st.from_regex(r"[+-]?[0-9]{1,30}(\.[0-9]{1,9})?", fullmatch=True),
            st.sampled_from(["decimal", "integer", "double", "float", "gYear", "date", "byte"]),
        ),
    )
)
def test_any_literal_is_what_a_store_gives_back(value: tuple[str, str | None]) -> None:
    """A rebuild finds the same graph, whatever datatype a field uses."""
    words, kind = value
    datatype = NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind or 'string'}")
    literal = Literal(words, datatype=datatype)
    text = serialize([Quad(DATA, NamedNode("x:p"), literal)], format=RdfFormat.N_QUADS)
    assert text is not None

    quads = graph_with(text.decode(), "nquads")

    store = Store()
    store.extend(quads)
    (said,) = [quad.object for quad in quads if quad.predicate.value == "x:p"]
    assert set(store) == set(quads)
    assert isinstance(said, Literal)
    assert "\0" not in said.value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a knowledge base is made."""
    return tmp_path / "kb"


def latitudes(folder: Path) -> list[Any]:
    """Ask for the latitudes of data."""
    found = KnowledgeBase.open(folder).sparql(f"SELECT ?v {{ ?d a mls:Dataset ; <{LAT}> ?v }}")
    return [row[0] for row in found.rows]  # type: ignore[union-attr]


def test_a_file_a_text_and_a_function_can_be_attached(folder: Path, tmp_path: Path) -> None:
    """Each is the text that it is or gives."""
    (tmp_path / "site.ttl").write_text(SITE.replace("52.5", "1.5"), encoding="utf-8")
    with start_run("run", kb=folder, person="Ada") as run, run.step("load", kind="acquire") as step:
        data = step.generated([1], name="scans")
        run.attach(data, tmp_path / "site.ttl")
        run.attach(data, str(tmp_path / "site.ttl"))
        run.attach(data, SITE.replace("52.5", "2.5"))
        run.attach(data, lambda: SITE.replace("52.5", "3.5").encode())

    assert sorted(latitudes(folder)) == [1.5, 2.5, 3.5]


@pytest.mark.parametrize(
    ("rdf", "words"),
    [
        (lambda: 1 / 0, "ZeroDivisionError"),
        (lambda: None, "no text but NoneType"),
        ("nowhere.ttl", "nowhere.ttl"),
        ("<> <x:p> '" + "a" * LARGEST + "' .", "attach what matters"),
    ],
)
def test_what_cannot_be_attached_harms_nothing_and_is_told(
    folder: Path, rdf: Any, words: str
) -> None:
    """In a warning, and in the graph."""
    with pytest.warns(CaptureWarning, match=words), start_run("run", kb=folder, person="A") as run:
        run.attach(None, rdf)

    kb = KnowledgeBase.open(folder)
    (result,) = kb.check().results
    assert words in str(result.value)
    assert kb.runs()[0].status == "completed"


def test_what_is_no_rdf_at_all_is_a_wrong_call(folder: Path) -> None:
    """That is for its author to know."""
    with start_run("run", kb=folder, person="Ada") as run:
        with pytest.raises(WrongCall, match="no RDF"):
            run.attach(None, 7)  # type: ignore[arg-type]
        with pytest.raises(WrongCall, match="turtle"):
            run.attach(None, SITE, format="papyrus")


def test_rdf_can_be_attached_later_and_says_by_whom(folder: Path, tmp_path: Path) -> None:
    """To data, by its name."""
    with start_run("run", kb=folder, person="Ada") as run, run.step("load", kind="acquire") as step:
        step.generated([1], name="scans")
    kb = KnowledgeBase.open(folder)

    made = kb.attach("scans", SITE, by="Grace")

    found = kb.sparql(f"SELECT ?n {{ <{made}> prov:wasAttributedTo/foaf:name ?n }}")
    assert [tuple(row) for row in found.rows] == [("Grace",)]  # type: ignore[union-attr]
    assert latitudes(folder) == [52.5]


def test_rdf_that_cannot_be_read_is_refused_before_anything_is_written(folder: Path) -> None:
    """With the line."""
    with start_run("run", kb=folder, person="Ada"):
        pass
    kb = KnowledgeBase.open(folder)

    with pytest.raises(FaultyRdf, match="line 2"):
        kb.attach("@latest", f"{SITE}\n<x:a> <x:b>", by="Ada")

    assert not (folder / "logs" / kb.runs()[0].id / "later").exists()
