# SPDX-License-Identifier: Apache-2.0
"""Draws the training of docs/model.md, triple by triple, as docs/training.svg.

A thing is a box in PROV's colours, with its classes and values inside; a relation is an arrow.
The triples are those of the page's example, which a test holds against a run's graph.

Usage:
    python docs/draw_training.py      (needs: pip install "dlprov-rdf[draw]")
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from dlprov_rdf.ask.drawing import svg

HERE = Path(__file__).resolve().parent
LONG = 24
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RUN = "https://lab.example/run/r1"

SPACES = {
    "http://purl.org/dc/terms/": "dcterms:",
    "https://w3id.org/dlprov-rdf/ontology#": "dlprov:",
    "https://w3id.org/dlprov-rdf/prov-ml#": "provml:",
    "http://www.w3.org/ns/mls#": "mls:",
    "http://www.w3.org/ns/prov#": "prov:",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs:",
    "http://www.w3.org/2004/02/skos/core#": "skos:",
    "https://w3id.org/dlprov-rdf/id/": "",
    RUN + "/": "",
}

ENTITY, ACTIVITY = 'fillcolor="#fff7c2" color="#b8a038"', 'fillcolor="#dbe4ff" color="#5873c8"'
AGENT, WORD = 'fillcolor="#ffdcb0" color="#c9832f"', 'fillcolor="#f2f2f4" color="#9a9fa8"'

#: What a thing is, by what its name matches; the first that fits. What is grey qualifies.
STYLES = {
    r"usage/|Role$|^hyperparameter/|^measure/": WORD,
    r"technique/": AGENT,
    r"setting|evaluation/|model|data/": ENTITY,
    r"": ACTIVITY,
}

#: Left out for want of room.
LEFT_OUT = {"skos:broader", "dlprov:architecture", "mls:executes"}


#: Relations whose arrow points down; the others point back, up to what was there before.
DOWNWARDS = {
    "mls:hasOutput", "dlprov:bestEvaluation", "mls:specifiedBy", "dlprov:measuredInRole",
    "prov:hadRole",
}  # fmt: skip


def example() -> list[Triple]:
    """Read the example of docs/model.md."""
    page = (HERE / "model.md").read_text(encoding="utf-8")
    text = page.partition("```turtle\n")[2].partition("```")[0]
    return [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]


def short(name: str) -> str:
    """Cut a name as the page's prefixes do."""
    for space, prefix in SPACES.items():
        if name.startswith(space):
            return prefix + name.removeprefix(space)
    return "run/r1" if name == RUN else name


def dot(triples: list[Triple]) -> str:
    """Write the triples in Graphviz' language."""
    lines = [
        "digraph training {",
        '  graph [rankdir=TB ranksep=0.45 nodesep=0.3 pad=0.2 bgcolor=white fontname="Helvetica"]',
        '  node [shape=box style="filled,rounded" fontname="Helvetica" fontsize=10',
        '    margin="0.22,0.07"]',
        '  edge [fontname="Helvetica" fontsize=9 fontcolor="#4a4f59" color="#8d939e"',
        "    arrowsize=0.6]",
    ]
    names = list(dict.fromkeys(_things(triples)))
    ids = {name: f"n{number}" for number, name in enumerate(names)}
    for name in names:
        kind = f"class=name{len(_name(name))} {_style(name)}"
        lines.append(f"  {ids[name]} [{kind} label={_label(name, triples)}]")
    for (source, target), relations in _arrows(triples).items():
        words = "\\n".join(relations)
        ends = (source, target) if relations[0] in DOWNWARDS else (target, source)
        back = "" if relations[0] in DOWNWARDS else " dir=back"
        lines.append(f'  {ids[ends[0]]} -> {ids[ends[1]]} [label="  {words}  "{back}]')
    return "\n".join([*lines, "}", ""])


def _drawn(triples: list[Triple]) -> Iterator[tuple[str, str, str]]:
    for one in triples:
        relation = short(one.predicate.value)
        if one.predicate.value == TYPE or relation in LEFT_OUT:
            continue
        if isinstance(one.object, NamedNode):
            yield one.subject.value, relation, one.object.value


def _things(triples: list[Triple]) -> Iterator[str]:
    for source, _, target in _drawn(triples):
        yield source
        yield target


def _arrows(triples: list[Triple]) -> dict[tuple[str, str], list[str]]:
    """Gather the relations between two things: they share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for source, relation, target in _drawn(triples):
        arrows.setdefault((source, target), []).append(relation)
    return arrows


def _style(name: str) -> str:
    return next(style for part, style in STYLES.items() if re.search(part, short(name)))


def _label(name: str, triples: list[Triple]) -> str:
    """Write a name, its classes below it, and its values below those."""
    own = [one for one in triples if one.subject.value == name]
    classes = [short(one.object.value) for one in own if one.predicate.value == TYPE]
    values = [
        f"{short(one.predicate.value)} {one.object.value}"
        for one in own
        if isinstance(one.object, Literal) and not one.predicate.value.endswith("label")
    ]
    if not any(one.startswith("mls:hasValue") for one in values):
        names = [one.object.value for one in own if one.predicate.value.endswith("label")]
        values = [*(f"“{one}”" for one in names), *values]
    rows = [*_name(name), *(f"a {one}" for one in classes), *values]
    return '"' + "\\n".join(rows) + '"'


def _name(name: str) -> list[str]:
    """Write a name in one line, or in two if it is long."""
    words = short(name).replace("training/23/", "…/")
    cut = max(words.rfind("/"), words.find("."))
    return [words] if len(words) <= LONG or cut < 0 else [words[: cut + 1], words[cut + 1 :]]


if __name__ == "__main__":
    (HERE / "training.svg").write_text(svg(dot(example())), encoding="utf-8", newline="\n")
