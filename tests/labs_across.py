# SPDX-License-Identifier: Apache-2.0
"""Three labs of which none has all that a question is about: what crosses from lab to lab.

To the runs that tests keep come graphs that speak of another lab's things: by their contents,
their models, a sensor that two know, a person whose name a third one says.
"""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox
from labs_dealt import graphs
from pyoxigraph import Quad
from small_graph import BASE, stated

from dlprov_rdf.ask.sparql import PREFIXES
from dlprov_rdf.store.embedded import EmbeddedStore

DECISION = f"{BASE}run/0194a000-0000-7000-8000-000000000013/step/4/decision"
_MODEL = f"{BASE}run/0194a000-0000-7000-8000-000000000001/model/25"
_R1 = f"{BASE}run/0194a000-0000-7000-8000-000000000001"
_MONDAY = f"{BASE}run/0194a000-0000-7000-8000-000000000011"
_ALL = "ni:///sha-256;XvXvA2S2k5xMph80s5P3s2jRvoYZZHqvg9WzlZGatik"
_OTHERS = "https://other.example/"
_GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"

_THEIRS = """
  <run/{run}> a dlprov:WorkflowRun ; rdfs:label "{run}" ;
    prov:startedAtTime "2026-02-0{day}T10:00:00Z"^^xsd:dateTime ;
    prov:wasAssociatedWith <person/{run}> ; prov:atLocation <machine> .
  <machine> rdfs:label "their machine" .
  <person/{run}> foaf:name "Emmy \\"E\\" {run}" .
  <run/{run}/data> a mls:Dataset ; rdfs:label "their digits" ;
    prov:specializationOf <ni:///sha-256;digits> .
  <run/{run}/test> a prov:Activity, dlprov:Evaluation ; rdfs:label "test" ;
    dcterms:isPartOf <run/{run}> ; prov:used <run/{run}/data> ;
    prov:qualifiedUsage <run/{run}/usage> .
  <run/{run}/usage> prov:entity <run/{run}/data> ; prov:hadRole dlprov:testRole .
  <run/{run}/metric> a mls:ModelEvaluation ; mls:hasValue {value} ;
    mls:specifiedBy measure:keras.metrics.SparseCategoricalAccuracy ;
    dlprov:measuredInRole dlprov:testRole ; dlprov:measuredOn <run/{run}/data> ;
    dlprov:evaluates <""" + _MODEL + """> ; prov:wasGeneratedBy <run/{run}/test> .
"""  # fmt: skip

_SITE = f"""
  <attachment> dlprov:about <{_MONDAY}/data/3> ; dlprov:attachedSubject <camera>, <place> .
  <camera> a <http://www.w3.org/ns/sosa/Sensor> ; rdfs:label "camera 7" ;
    <{_GEO}location> <place> .
  <place> <{_GEO}lat> 52.5e0 .
  <{_MONDAY}/data/4> dlprov:hasAttribute <attribute/1>, <attribute/2> .
  <attribute/1> dlprov:attributeName "instrument" ; prov:value "MSI" ; dlprov:unit "1" .
  <attribute/2> dlprov:attributeName "gain" ; prov:value 4 .
  <{_MONDAY}/data/3> dcterms:source "the attic" .
  <{_MONDAY}/data/4> dcterms:source <https://example.org/few> .
"""

_SAID = f"""
  <note/1> dlprov:annotates <{_ALL}> ; dlprov:says dcterms:license ;
    dcterms:license <https://spdx.org/licenses/CC-BY-4.0> ; prov:wasAttributedTo <person/bob> .
  <note/2> dlprov:annotates <{_MONDAY}/data/4> ; dlprov:says prov:value ; prov:value 7 ;
    dlprov:attributeName "station" ; dlprov:unit "m" ; prov:wasAttributedTo <person/bob> .
"""

_NAMES = f"""
  <person/bob> foaf:name "Bob" .
  <camera> dcterms:license <https://spdx.org/licenses/CC0-1.0> .
  <elsewhere> dlprov:attachedSubject <camera> .
  <run/chosen/selection> dlprov:selected <{_R1}/model/35> .
"""

#: What each lab says of the others' things.
_ACROSS = (
    {"poor": _THEIRS.format(run="poor", day=2, value="0.5e0"), "said": _SAID},
    {"good": _THEIRS.format(run="good", day=1, value="0.95e0"), "site": _SITE},
    {"poor": _THEIRS.format(run="poor", day=2, value="0.5e0"), "names": _NAMES},
)


@cache
def across() -> tuple[tuple[Quad, ...], ...]:
    """Give what each of the three labs holds; every third run is at two."""
    held: list[list[Quad]] = [[], [], []]
    for number, quads in enumerate(graphs().values()):
        for lab in {number % 3, (number + number % 3 // 2) % 3}:
            held[lab].extend(quads)
    known = {**PREFIXES, "measure": "https://w3id.org/dlprov-rdf/id/measure/"}
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in known.items())
    for quads, told in zip(held, _ACROSS, strict=True):
        for name, text in told.items():
            graph = f"{prefixes}GRAPH <run/{name}/graph> {{ {text} }}"
            quads.extend(stated(ox.parse(graph, format=ox.RdfFormat.TRIG, base_iri=_OTHERS)))
    return tuple(map(tuple, held))


@cache
def together() -> EmbeddedStore:
    """Give one store that holds it all."""
    store = EmbeddedStore.memory()
    for quads in across():
        store.fill(quads)
    return store
