# SPDX-License-Identifier: Apache-2.0
"""Which terms a user's attribute may be stated by: those of their own field."""

from __future__ import annotations

#: Vocabularies whose statements are ours to make.
_RESERVED = (
    "http://www.w3.org/ns/prov#",
    "http://www.w3.org/ns/mls#",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2002/07/owl#",
    "https://w3id.org/dlprov-rdf/",
)


def usable(term: str) -> bool:
    """Tell whether a term is an absolute IRI, and not one whose statements we make ourselves."""
    unsafe = any(letter in '<>"{}|^`\\' or letter <= " " for letter in term)
    return not unsafe and ":" in term and not term.startswith(_RESERVED)
