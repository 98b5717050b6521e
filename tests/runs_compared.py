# SPDX-License-Identifier: Apache-2.0
"""A small run compared with one that differs from it in a few words."""

from __future__ import annotations

from small_graph import BASE, store_of, text_of_four_runs

from dlprov_rdf.ask.compare import Comparison, Difference, compare
from dlprov_rdf.ask.comparing.told import told

HEAD = text_of_four_runs().partition("r1:graph {")[0]

#: A run with data, one step, one training on what the step made, and a metric of it.
RUN = """
x:graph {
  run:x a dlprov:WorkflowRun ; rdfs:label "x" ; prov:used x:code, x:environment, x:seed\\/1 .
  x:code a dlprov:SourceCode ; dlprov:commit "aaaa" .
  x:environment a dlprov:Environment ; prov:hadMember <pkg:pypi/numpy@1.9.0>, <pkg:pypi/pip@1> .
  <pkg:pypi/numpy@1.9.0> a dlprov:Package ; rdfs:label "numpy 1.9.0" .
  <pkg:pypi/pip@1> a dlprov:Package ; rdfs:label "pip 1" .
  x:seed\\/1 a dlprov:Seed ; dlprov:setBy "random.seed" ; dlprov:seedValue 1 .
  x:data\\/2 a mls:Dataset ; rdfs:label "raw" ; prov:specializationOf <ni:///sha-256;raw> .
  x:step\\/3 a dlprov:Preprocessing ; rdfs:label "scale" ; dcterms:isPartOf run:x ;
    prov:used x:data\\/2, x:step\\/3\\/parameter\\/by .
  x:step\\/3\\/parameter\\/by a dlprov:ParameterSetting ; rdfs:label "by = 16" ; mls:hasValue 16 .
  x:data\\/4 a mls:Dataset ; rdfs:label "scaled" ; prov:specializationOf <ni:///sha-256;four> ;
    prov:wasGeneratedBy x:step\\/3 ; prov:wasDerivedFrom x:data\\/2 .
  x:data\\/5 a mls:Dataset ; rdfs:label "aside" ; prov:specializationOf <ni:///sha-256;aside> .
  x:training\\/6 a dlprov:Training ; rdfs:label "net" ; dcterms:isPartOf run:x ;
    dlprov:endState "completed" ; dlprov:lastEpoch 3 ;
    prov:used x:data\\/4, x:rate ; prov:qualifiedUsage x:u ; dlprov:bestEvaluation x:loss ;
    mls:hasOutput x:model\\/9 .
  x:u prov:entity x:data\\/4 ; prov:hadRole dlprov:trainingRole .
  x:rate a mls:HyperParameterSetting ; rdfs:label "rate = 0.1" ; mls:hasValue 0.1e0 ;
    mls:specifiedBy hp:keras.optimizers.SGD.rate .
  hp:keras.optimizers.SGD.rate rdfs:label "rate" .
  x:loss a mls:ModelEvaluation ; dlprov:reportedAs "loss" ; mls:hasValue 0.5e0 ;
    prov:wasGeneratedBy x:training\\/6\\/epoch\\/0 .
  x:training\\/6\\/epoch\\/0 a dlprov:Epoch ; dcterms:isPartOf x:training\\/6 .
  x:model\\/9 a mls:Model ; rdfs:label "net" ; prov:wasGeneratedBy x:training\\/6 ;
    prov:specializationOf <ni:///sha-256;weights> .
}
"""


def compared(*changes: tuple[str, str], more: str = "") -> Comparison:
    """Compare a run with one in which some words are others and more is said."""
    other = RUN.replace("x:", "y:").replace("run:x", "run:y").replace("graph {", f"graph {{ {more}")
    for old, new in changes:
        assert old in other
        other = other.replace(old, new)
    prefixes = "".join(f"PREFIX {one}: <{BASE}run/{one}/>\n" for one in "xy")
    other = other.replace("run:y", f"<{BASE}run/y>")
    mine = RUN.replace("run:x", f"<{BASE}run/x>")
    store = store_of(HEAD + prefixes + mine + other)
    return compare(*told(store, f"{BASE}run/x", f"{BASE}run/y"))


def named(found: Comparison) -> dict[str, Difference]:
    """Give the differences by what differs."""
    return {one.what: one for one in found.differences}


def causes(found: Comparison, what: str) -> set[str]:
    """Tell what could explain a difference."""
    by_number = {one.number: one.what for one in found.differences}
    return {by_number[number] for number in named(found)[what].after}
