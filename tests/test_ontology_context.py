# SPDX-License-Identifier: Apache-2.0
"""The JSON-LD context: a graph of ours written with it is read as the same triples."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from graph_runs import RUNS, run
from ontology_terms import PREFIXES, XSD, context, defined
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from tapes import IRIS, quads_of

from dlprov_rdf import assets
from dlprov_rdf.graph import vocabulary as v

PATH = Path(__file__).parent.parent / "ontology" / "context.jsonld"


def read(document: dict[str, Any]) -> set[tuple[Any, Any, Any]]:
    """Read a document with the context that ships; it names a graph, whose triples these are."""
    told = {**json.loads(assets.text("ontology/context.jsonld")), **document}
    quads = parse(json.dumps(told), format=RdfFormat.JSON_LD, base_iri=IRIS.run.value)
    return {(one.subject, one.predicate, one.object) for one in quads}


def written(quads: Iterable[Quad]) -> dict[str, Any]:
    """Write a graph by the terms of the context, a value plain where the context coerces it."""
    terms = json.loads(assets.text("ontology/context.jsonld"))["@context"]
    known = {_whole(one, terms): (key, one) for key, one in terms.items() if _is_term(key)}
    nodes: dict[str, dict[str, Any]] = {}
    for quad in quads:
        node = nodes.setdefault(quad.subject.value, {"id": quad.subject.value})
        if quad.predicate == v.RDF_TYPE:
            node.setdefault("type", []).append(quad.object.value)
            continue
        key, term = known.get(quad.predicate.value, (quad.predicate.value, {}))
        coerced = term.get("@type") if isinstance(term, dict) else None
        node.setdefault(key, []).append(_value(quad.object, coerced))
    return {"id": IRIS.graph.value, "@graph": list(nodes.values())}


def _is_term(key: str) -> bool:
    return key not in PREFIXES and key not in {"@version", "id", "type"}


def _whole(term: Any, terms: dict[str, Any]) -> str:
    prefix, _, rest = (term["@id"] if isinstance(term, dict) else term).partition(":")
    return f"{terms[prefix]}{rest}"


def _value(term: Any, coerced: str | None) -> Any:
    if isinstance(term, NamedNode):
        return term.value if coerced == "@id" else {"id": term.value}
    assert isinstance(term, Literal)
    if term.language is not None:
        return {"@value": term.value, "@language": term.language}
    if coerced is not None and term.datatype.value == XSD + coerced.removeprefix("xsd:"):
        return term.value
    if coerced is None and term.datatype.value == XSD + "string":
        return term.value
    return {"@value": term.value, "@type": term.datatype.value}


def test_the_context_is_the_one_that_the_ontology_makes(request: pytest.FixtureRequest) -> None:
    """``pytest --update-golden`` writes it afresh after a change of the ontology."""
    made = json.dumps(context(), indent=2) + "\n"

    if request.config.getoption("--update-golden"):
        PATH.write_text(made, encoding="utf-8", newline="\n")
    assert PATH.read_text(encoding="utf-8") == made


def test_every_term_of_ours_is_in_the_context() -> None:
    """Under its own name if it is of dlprov, with the prefix if it is of PROV-ML."""
    terms = json.loads(assets.text("ontology/context.jsonld"))["@context"]

    names = {_whole(one, terms) for key, one in terms.items() if _is_term(key)}

    assert {term.value for term in defined()} - names == set()


@pytest.mark.parametrize("name", RUNS)
def test_a_graph_written_with_the_context_is_read_as_it_was(name: str) -> None:
    """Every triple of every small run, no more and no fewer, by pyoxigraph's own parser."""
    quads = quads_of(run(name))

    triples = read(written(quads))

    assert triples == {(one.subject, one.predicate, one.object) for one in quads}


def test_a_document_written_by_hand_is_what_it_seems_to_be() -> None:
    """Bare words are terms of dlprov, numbers are typed, and relations lead to things."""
    epoch = NamedNode("https://lab.example/run/r1/training/23/epoch/1")

    triples = read({
        "id": epoch.value, "type": ["prov:Activity", "Epoch"], "epochNumber": 1,
        "elapsedSeconds": "4.5", "dcterms:isPartOf": "https://lab.example/run/r1/training/23",
        "prov:endedAtTime": "2026-01-01T10:00:49.5Z", "rdfs:label": "epoch 1",
    })  # fmt: skip

    assert triples == {
        (epoch, v.RDF_TYPE, v.PROV_ACTIVITY),
        (epoch, v.RDF_TYPE, v.DLPROV_EPOCH),
        (epoch, v.DLPROV_EPOCH_NUMBER, Literal(1)),
        (epoch, v.DLPROV_ELAPSED_SECONDS, Literal("4.5", datatype=NamedNode(XSD + "double"))),
        (epoch, v.DCTERMS_IS_PART_OF, NamedNode("https://lab.example/run/r1/training/23")),
        (
            epoch, v.PROV_ENDED_AT_TIME,
            Literal("2026-01-01T10:00:49.5Z", datatype=NamedNode(XSD + "dateTime")),
        ),
        (epoch, v.RDFS_LABEL, Literal("epoch 1")),
    }  # fmt: skip
