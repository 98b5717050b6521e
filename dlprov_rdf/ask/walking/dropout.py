# SPDX-License-Identifier: Apache-2.0
"""The trainings of models that had a dropout rate: in a layer, or in a setting of that name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlprov_rdf.ask.naming.runs import node
from dlprov_rdf.ask.narrowing import compared
from dlprov_rdf.ask.sparql import rows

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

    from dlprov_rdf.ask.naming.parameters import Resolved
    from dlprov_rdf.store.base import Store

#: The rate is compared as soon as it is read, before the two ways are put together.
_TRAININGS = """
SELECT DISTINCT ?training {
  {
    VALUES ?model { UNDEF }
    GRAPH ?graph {
      ?training dlprov:architecture? ?model ; a dlprov:Training .
      ?model dlprov:hasLayer ?layer .
      ?layer dlprov:dropoutRate ?rate .
    }
    FILTER(?rate IN (?dropout))
  }
  UNION
  {
    VALUES ?model { UNDEF }
    GRAPH ?graph {
      ?training dlprov:architecture? ?model ; a dlprov:Training ; mls:hasInput ?setting .
      ?setting mls:hasValue ?rate ; rdfs:label ?called .
    }
    FILTER(?rate IN (?dropout) && STRSTARTS(LCASE(?called), "dropout"))
  }
}
ORDER BY ?training"""


def trainings(store: Store, resolved: Resolved) -> list[tuple[NamedNode]]:
    """Find the trainings of a question's models with its dropout rate, one a row."""
    query = compared(_TRAININGS, resolved.terms)
    found = rows(store, query, {"model": resolved.terms.get("model")})
    return [(node(row[0]),) for row in found]
