# SPDX-License-Identifier: Apache-2.0
"""Queries over the runs that tests keep, of which labs give rows alone; and labs overheard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import Quad

from dlprov_rdf.ask.federating.fetching.labs import Lab
from dlprov_rdf.store.base import Found, Rows, Term
from dlprov_rdf.store.embedded import EmbeddedStore

_EPOCHS = """GRAPH ?g { ?e a dlprov:Epoch ; dcterms:isPartOf ?t ; dlprov:epochNumber ?k ;
  dlprov:elapsedSeconds ?s }"""
_VALUES = "GRAPH ?g { ?e a mls:ModelEvaluation ; mls:hasValue ?v ; mls:specifiedBy ?m }"

#: Each with what it is.
AGGREGATIONS = {
    "matches": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "of nothing": f"""SELECT (COUNT(?e) AS ?n) (SUM(?k) AS ?sum) (AVG(?s) AS ?mean)
      (MIN(?k) AS ?low)
      {{ {_EPOCHS} FILTER(?k < -1) }}""",
    "above a number": f"SELECT (COUNT(*) AS ?n) {{ {_VALUES} FILTER(?v > 0.2) }}",
    "by a key": f"""SELECT ?t (COUNT(?e) AS ?n) (SUM(?k) AS ?sum) (MIN(?s) AS ?low)
      (MAX(?s) AS ?high)
      {{ {_EPOCHS} }} GROUP BY ?t""",
    "doubles": f"SELECT ?t (SUM(?s) AS ?took) (AVG(?s) AS ?mean) {{ {_EPOCHS} }} GROUP BY ?t",
    "integers": f"SELECT (AVG(?k) AS ?mean) (COUNT(DISTINCT ?k) AS ?n) {{ {_EPOCHS} }}",
    "by the graph": f"SELECT ?g (COUNT(DISTINCT ?t) AS ?n) {{ {_EPOCHS} }} GROUP BY ?g",
    "having": f"""SELECT ?t ?k (COUNT(*) AS ?n) {{ {_EPOCHS} }} GROUP BY ?t ?k
      HAVING (SUM(?s) > 1 && COUNT(?e) < 3)""",
    "the most": f"""SELECT ?m (COUNT(*) AS ?n) {{ {_VALUES} FILTER(?v = ?v) }} GROUP BY ?m
      ORDER BY DESC(COUNT(*)) ?m LIMIT 2""",
    "within a query": f"""SELECT (MAX(?n) AS ?most) (COUNT(*) AS ?trainings)
      {{ {{ SELECT ?t (COUNT(?e) AS ?n) {{ {_EPOCHS} }} GROUP BY ?t }} FILTER(?n > 0) }}""",
    "times": """SELECT (MIN(?start) AS ?first) (MAX(?start) AS ?last)
      { GRAPH ?g { ?run a dlprov:WorkflowRun ; prov:startedAtTime ?start } }""",
    "of a table": f"""SELECT ?m (MAX(?v) AS ?best) {{ {_VALUES}
      VALUES ?m {{ <https://w3id.org/dlprov-rdf/id/measure/keras.losses.MeanSquaredError>
        <https://w3id.org/dlprov-rdf/id/measure/keras.metrics.SparseCategoricalAccuracy> }} }}
      GROUP BY ?m""",
    "the first": f"SELECT ?e ?v {{ {_VALUES} FILTER(?v > 0) }} ORDER BY DESC(?v) ?e ?g LIMIT 3",
    "the latest": """SELECT ?run ?start { GRAPH ?g { ?run a dlprov:WorkflowRun ;
      prov:startedAtTime ?start } } ORDER BY DESC(?start) ?run ?g LIMIT 4""",
}


class Overheard:
    """A lab's store that keeps what it was asked, and how many rows it gave."""

    def __init__(self, quads: Sequence[Quad]) -> None:
        self._store = EmbeddedStore.memory()
        self._store.fill(quads)
        self.asked: list[str] = []
        self.rows = 0

    def query(self, sparql: str, prefixes: dict[str, str] | None = None) -> Found:
        """Answer, and keep in mind what."""
        self.asked.append(sparql)
        found = self._store.query(sparql, prefixes)
        assert isinstance(found, Rows)
        return Rows(found.variables, self._counted(found))

    def _counted(self, rows: Rows) -> Iterator[tuple[Term | None, ...]]:
        for row in rows:
            self.rows += 1
            yield row


def overheard(held: Sequence[Sequence[Quad]]) -> tuple[list[Lab], list[Overheard]]:
    """Make labs in memory that are overheard."""
    stores = [Overheard(quads) for quads in held]
    return [Lab(f"lab {n}", one) for n, one in enumerate(stores)], stores  # type: ignore[arg-type]
