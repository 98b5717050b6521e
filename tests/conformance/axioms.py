# SPDX-License-Identifier: Apache-2.0
"""Holds each axiom that ``ontology/axioms.ttl`` restates against the vocabularies' own files.

Run by ``make conformance``. The files lie in ``ontologies/`` of the folder ``../shared``
beside the checkout, or of ``$DLPROV_SHARED``; without them nothing is checked, and that is
said.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pyoxigraph as ox

_HERE = Path(__file__).resolve().parents[2]
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_ATOMIC = (_RDFS + "subClassOf", _RDFS + "subPropertyOf", _RDFS + "domain", _RDFS + "range",
           _OWL + "inverseOf")  # fmt: skip
_CHAIN = _OWL + "propertyChainAxiom"


def axioms(*files: Path) -> set[tuple[str, ...]]:
    """Read the axioms of some files: subject, predicate and object, or a chain's properties."""
    store = ox.Store()
    for file in files:
        store.load(path=file, format=ox.RdfFormat.TURTLE)
    found: set[tuple[str, ...]] = set()
    for quad in store:
        if quad.predicate.value in _ATOMIC and isinstance(quad.object, ox.NamedNode):
            found.add((quad.subject.value, quad.predicate.value, quad.object.value))
        elif quad.predicate.value == _CHAIN:
            found.add((quad.subject.value, _CHAIN, *_members(store, quad.object)))
    return found


def _members(store: ox.Store, head: ox.NamedNode | ox.BlankNode) -> list[str]:
    first, rest = (
        list(store.quads_for_pattern(head, ox.NamedNode(_RDF + name), None))
        for name in ("first", "rest")
    )
    return [first[0].object.value, *_members(store, rest[0].object)] if first else []


def main() -> int:
    """Say which restated axiom stands in no file of theirs."""
    shared = Path(os.environ.get("DLPROV_SHARED") or _HERE.parent / "shared") / "ontologies"
    if not shared.is_dir():
        print(f"axioms: not checked, for {shared.name}/ is not beside this checkout")
        return 0
    ours = axioms(_HERE / "ontology" / "axioms.ttl")
    theirs = axioms(*sorted(shared.glob("*.ttl")))
    unfounded = sorted(ours - theirs)
    for axiom in unfounded:
        print("axioms: stands in no file:", *axiom)
    print(f"axioms: {len(ours) - len(unfounded)} of {len(ours)} stand in the vocabularies' files")
    return 1 if unfounded else 0


if __name__ == "__main__":
    sys.exit(main())
