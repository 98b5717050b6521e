# SPDX-License-Identifier: Apache-2.0
"""Judges PROV statements by PROV-CONSTRAINTS: well-formed, merged, ordered, and possible.

The bundles of a document are judged each on its own, as its own statements are. The verdict
is the specification's; that work is done only where it can change the verdict, the modules
say each for its part, and a test holds them against the specification taken by the letter.

Source:
    PROV-CONSTRAINTS, 6 Normalization, Validity, and Equivalence:
    https://www.w3.org/TR/prov-constraints/#validation
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec
import pyoxigraph as ox

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import Instance, Statement, statements
from dlprov_rdf.validate.constraints.facts import Facts
from dlprov_rdf.validate.constraints.impossible import Impossible
from dlprov_rdf.validate.constraints.merging import Merging
from dlprov_rdf.validate.constraints.ordering import Ordering, inherited
from dlprov_rdf.validate.constraints.report import Report, Violation
from dlprov_rdf.validate.constraints.wellformed import sifted
from dlprov_rdf.validate.constraints.words import Words

_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


def check(instances: Iterable[Instance], called: Mapping[str, str] | None = None) -> Report:
    """Check the instances of a document, each on its own.

    Args:
        instances: A document's own statements, and each bundle's.
        called: What its things are called, by their IRIs.
    """
    words = Words(called or {})
    found = [
        msgspec.structs.replace(violation, bundle=instance.name)
        for instance in instances
        for violation in violations(instance.statements, words)
    ]
    return Report(tuple(sorted(dict.fromkeys(found), key=_place)))


def check_quads(read: Callable[[], Iterable[ox.Quad]]) -> Report:
    """Check the statements of some quads together, in whatever graph each stands.

    Args:
        read: Reads the quads: a run's graph, or the union of many. It is called again where
            something is wrong, for what things are called.

    Returns:
        What was found; things are called by their labels.
    """
    instance = Instance(None, statements(read()))
    report = check([instance])
    return report if report.valid else check([instance], _labels(read()))


def violations(given: Iterable[Statement], words: Words) -> list[Violation]:
    """Check the statements of one instance."""
    good, found = sifted(given, words)
    facts = Facts(good)
    found += Merging(facts, words).run()
    entities = facts.told[s.Entity]
    declared = inherited(facts, {facts.terms.at(one.id) for one in entities if one.id})  # type: ignore[union-attr]
    found += Ordering(facts, words, declared).run()
    found += Impossible(facts, words, declared).run()
    return found


def _labels(quads: Iterable[ox.Quad]) -> dict[str, str]:
    """Give what things are called: a label, and the IRI, since labels are not unique."""
    return {
        quad.subject.value: f"'{quad.object.value}' <{quad.subject.value}>"
        for quad in quads
        if quad.predicate == _LABEL
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.Literal)
    }


def _place(violation: Violation) -> tuple[object, ...]:
    return (
        violation.bundle or "", violation.constraint or 0, violation.about, violation.message
    )  # fmt: skip
