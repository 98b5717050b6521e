# SPDX-License-Identifier: Apache-2.0
"""What we emit is valid by PROV-CONSTRAINTS: every graph, and runs together."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import statements
from dlprov_rdf.validate.constraints import check_quads

TESTS = Path(__file__).parent
GRAPHS = [*sorted((TESTS / "golden").glob("*.nq")), TESTS / "data" / "questions.trig"]


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: path.stem)
def test_every_graph_is_valid(path: Path) -> None:
    """And says something that could be wrong."""
    quads = list(ox.parse(path=path))

    report = check_quads(lambda: quads)

    assert report.valid, report.words()
    assert statements(quads)


def test_runs_are_valid_together() -> None:
    """They meet at contents, packages, people: what one says of these, none contradicts."""
    union = [
        quad
        for number, path in enumerate(GRAPHS)
        for quad in ox.parse(
            path.read_bytes().replace(b"/run/r1", b"/run/r1-%d" % number),
            format=ox.RdfFormat.from_extension(path.suffix[1:]),
        )
    ]

    report = check_quads(lambda: union)

    assert report.valid, report.words()
    shared = {one.general for one in statements(union) if isinstance(one, s.Specialization)}
    assert len(shared) > 5


def test_a_cycle_put_into_a_graph_of_ours_is_found() -> None:
    """The guard is on: the first entity is derived from what was derived from it."""
    quads = list(ox.parse(path=TESTS / "golden" / "digits.nq"))
    derived = ox.NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
    back = [
        ox.Quad(quad.object, derived, quad.subject, quad.graph_name)
        for quad in quads
        if quad.predicate == derived and isinstance(quad.object, ox.NamedNode)
    ]

    report = check_quads(lambda: [*quads, back[0]])

    (violation,) = report.violations
    assert violation.constraint == 42
    assert set(violation.about) >= {back[0].subject.value}
    assert "'" in violation.message
