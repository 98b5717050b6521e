# SPDX-License-Identifier: Apache-2.0
"""Why graphs are not brought to a service that would take them."""

from __future__ import annotations

from dlprov_rdf.errors.root import DlprovError


class PushError(DlprovError):
    """It would do harm to bring graphs to this service as it is."""


class DatasetOfOthers(PushError):
    """The dataset's catalogue is another knowledge base's."""

    def __init__(self, address: str, theirs: str, ours: str) -> None:
        super().__init__(address, theirs, ours)
        self.address, self.theirs, self.ours = address, theirs, ours

    def __str__(self) -> str:
        return (
            f"{self.address}: this dataset holds the knowledge base {self.theirs!r}, and ours is "
            f"{self.ours!r}. Push to a dataset of its own, or, to have both in one: --beside"
        )


class OtherOntology(PushError):
    """The graphs there were made with another version of the ontology."""

    def __init__(self, address: str, theirs: str, ours: str, *, newer: bool) -> None:
        super().__init__(address, theirs, ours, newer)
        self.address, self.theirs, self.ours, self.newer = address, theirs, ours, newer

    def __reduce__(self) -> tuple[object, ...]:
        return _other_ontology, (self.address, self.theirs, self.ours, self.newer)

    def __str__(self) -> str:
        remedy = (
            "Upgrade dlprov-rdf here."
            if self.newer
            else "Send every run again: dlprov push URL --again"
        )
        return (
            f"{self.address}: its graphs are of ontology {self.theirs!r} and ours of "
            f"{self.ours!r}; questions over both would answer wrongly. {remedy}"
        )


def _other_ontology(address: str, theirs: str, ours: str, newer: bool) -> OtherOntology:  # noqa: FBT001 -- as pickled
    return OtherOntology(address, theirs, ours, newer=newer)
