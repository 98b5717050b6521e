# SPDX-License-Identifier: Apache-2.0
"""Runs of which something was said later, or in RDF of the user's own."""

from __future__ import annotations

from collections.abc import Iterator

from tapes import START, Tape

from dlprov_rdf import events as e


def said_later() -> Iterator[e.Event]:
    """What people said of a run after it: twice, against each other, and taken back."""
    tape = Tape()
    tape.tell(e.RunStarted, name="said", person="Ada")
    data = tape.tell(e.DataSeen, "data", name="scans", undigested="too large")
    training = tape.tell(e.TrainingStarted, "training", name="net", used=[e.Usage(data)])
    tape.epoch(training, 0, metrics={"roughness": 0.25})
    tape.epoch(training, 1, metrics={"roughness": 0.5})
    tape.tell(e.TrainingEnded, id=training, status="completed", last_epoch=1)
    tape.tell(e.RunEnded, status="completed")
    yield from tape.events
    later = Tape(rank="later")
    said = {"by": "Ada", "at": START + 10**12}
    ada = "0000-0002-1825-0097"
    later.tell(e.Annotated, what="licence", value="https://spdx.org/licenses/MIT", **said)
    later.tell(e.Annotated, what="orcid", value=ada, about="/person/Ada", **said)
    later.tell(e.Annotated, what="creator", value="Ada", term=ada, about=data, **said)
    later.tell(e.Annotated, what="creator", value="Grace", about=data, **said)
    later.tell(e.Annotated, what="seed", value=42, name="numpy", **said)
    later.tell(e.Annotated, what="seed", value={"repr": "<s>", "type": "a.S"}, **said)
    later.tell(e.Annotated, what="direction", value="higher", about="/measure/roughness", **said)
    later.tell(e.Annotated, what="access-url", value="https://a.example/d", about=data, **said)
    later.tell(e.Annotated, what="access-rights", value="ask us", about=data, **said)
    later.tell(e.Annotated, what="note", value="rows 3-9 are wrong", about=data, **said)
    later.tell(
        e.Annotated, what="attribute", name="mass", value=1.5, unit="kg", about=data,
        term="https://example.org/mass", **said,
    )  # fmt: skip
    for what in ("purpose", "description", "title", "source"):
        later.tell(e.Annotated, what=what, value=f"a {what}", about=data, **said)
    later.tell(e.Annotated, what="note", value="lost", about="data/999", **said)
    yield from later.events
    again = Tape(rank="later")
    more = {"what": "licence", "at": START + 2 * 10**12}
    again.tell(e.Annotated, value="words of a licence", by="Ada", **more)
    again.tell(e.Annotated, value="https://spdx.org/licenses/0BSD", by="Bob", by_orcid=ada, **more)
    at = START + 3 * 10**12
    about = f"annotation/later.{START + 10**12}.10"
    again.tell(e.Annotated, what="retraction", about=about, by="Bob", at=at)
    yield from again.events


_SITE = """
@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix sosa: <http://www.w3.org/ns/sosa/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
<> geo:lat "052.50"^^<http://www.w3.org/2001/XMLSchema#decimal> ; sosa:madeBySensor <#camera> ;
   sosa:hasResult [ sosa:hasSimpleResult 1.0e0, "NUL \\u0000", "Bild"@de ] ;
   prov:wasDerivedFrom <http://example.org/x>, <http://example.org/y> ;
   a <http://www.w3.org/ns/mls#Model> ; <http://www.w3.org/2000/01/rdf-schema#label> "mine" .
<#camera> a sosa:Sensor ; <http://www.w3.org/2000/01/rdf-schema#label> "camera 7" .
"""


def attached() -> Iterator[e.Event]:
    """RDF of the user's own: what may be said, what is refused, and what cannot be read."""
    tape = Tape()
    tape.tell(e.RunStarted, name="attached")
    data = tape.tell(e.DataSeen, "data", name="scans", undigested="too large")
    tape.tell(e.Attached, about=data, name="site.ttl", text=_SITE)
    tape.tell(e.Attached, about=data, name="torn.ttl", text="<> <http://example.org/p> ")
    tape.tell(e.Attached, about=data, name="big.ttl", fault="it is too large")
    json_ld = '{"@context": {"@vocab": "http://example.org/"}, "@id": "", "site": [{"lat": 1}]}'
    tape.tell(e.Attached, name="run.jsonld", form="jsonld", text=json_ld)
    tape.tell(e.Attached, about="data/999", name="lost.ttl", text="")
    tape.tell(e.RunEnded, status="completed")
    yield from tape.events
    later = Tape(rank="later")
    graph = "<x:s> <x:p> 1 . <x:g> { <x:s> <x:q> 2 }"
    later.tell(e.Attached, about=data, name="x", form="trig", text=graph, by="Ada")
    yield from later.events
