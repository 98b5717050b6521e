# SPDX-License-Identifier: Apache-2.0
"""Names: every IRI of a graph, each a function of an event and BASE.

A name of a user's becomes part of an IRI by percent-encoding, so that any text is valid and
no two texts collide. ``~`` never stands for itself: alone it is the empty name, at the end
it keeps a name of dots from being read as a folder, and inside it stands before the digest
of a name that was too long.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

from pyoxigraph import NamedNode

from dlprov_rdf.settings import SHARED

#: Octets that an encoded name may have before it is cut and its digest is put at the end.
LONGEST = 200
_KEPT = 100

_LOCAL = re.compile(r"\w[A-Za-z0-9._-]*(?:/\w[A-Za-z0-9._-]*)*", re.ASCII)
_CONTENT = re.compile(r"ni:///sha-256;[A-Za-z0-9_-]{43}")
_ABSOLUTE = re.compile(r"(?:https?|urn|doi|info|ark|hdl):[^\s<>\"{}|\\^`\x00-\x20]+")
_PACKAGE_URL = re.compile(r"pkg:[A-Za-z0-9.+-]+/[^\s<>\"{}|\\^`\x00-\x20]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ORCID = re.compile(r"(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?")


def encode(name: str) -> str:
    """Make a name a part of an IRI: injective, and valid for any name at all."""
    octets = name.encode("utf-8", "surrogatepass")
    encoded = quote(octets, safe="").replace("~", "%7E")
    if encoded in {"", ".", ".."}:
        return encoded + "~"
    if len(encoded) <= LONGEST:
        return encoded
    beginning = re.sub(r"%.?$", "", encoded[:_KEPT])
    return f"{beginning}~{hashlib.sha256(octets).hexdigest()}"


def below(node: NamedNode, noun: str, *names: str) -> NamedNode:
    """Name something that belongs to a node: ``<node>/parameter/divisor``."""
    return NamedNode("/".join([node.value, noun, *map(encode, names)]))


def shared(noun: str, name: str) -> NamedNode:
    """Name what means the same in every lab: a measure, a hyperparameter, a commit."""
    return NamedNode(f"{SHARED}{noun}/{encode(name)}")


def package(name: str, version: str) -> NamedNode:
    """Name a Python package by its package URL, as other tools do.

    Source:
        https://github.com/package-url/purl-spec/blob/main/types-doc/pypi-definition.md
    """
    normal = _quoted(name.lower().replace("_", "-"))
    return NamedNode(f"pkg:pypi/{normal}@{_quoted(version)}")


def content(digest: str) -> NamedNode | None:
    """Name a content by its digest (RFC 6920); None if it is no such name."""
    return NamedNode(digest) if _CONTENT.fullmatch(digest) else None


def absolute(words: str) -> NamedNode | None:
    """Read words as an IRI that others can follow or compare; None if they are none."""
    return _node(words) if _ABSOLUTE.fullmatch(words) else None


def package_url(words: str) -> NamedNode | None:
    """Read words as a package URL; None if they are none."""
    return _node(words) if _PACKAGE_URL.fullmatch(words) else None


def orcid(words: str) -> NamedNode | None:
    """Name a person by their ORCID, given bare or as an IRI; None if it is none."""
    found = _ORCID.fullmatch(words.rpartition("orcid.org/")[2].strip())
    return NamedNode(f"https://orcid.org/{found[1]}") if found else None


def has_scheme(words: str) -> bool:
    """Tell whether words begin as an absolute IRI does."""
    return _SCHEME.match(words) is not None


def _quoted(words: str) -> str:
    return quote(words.encode("utf-8", "surrogatepass"), safe="")


def _node(words: str) -> NamedNode | None:
    try:
        return NamedNode(words)
    except ValueError:
        return None


class Iris:
    """Mints the names of one run in one knowledge base.

    Attributes:
        base: What every name of this knowledge base begins with; ends in a slash.
        run: The run itself, an activity.
        graph: Its named graph, a bundle.
    """

    def __init__(self, base: str, run: str) -> None:
        self.base = base
        self.run = NamedNode(f"{base}run/{encode(run)}")
        self.graph = NamedNode(f"{self.run.value}/graph")
        self._below_run = f"{self.run.value}/"

    def local(self, name: str) -> NamedNode:
        """Name what the events call by a local id, ``training/20/epoch/3`` say."""
        if _LOCAL.fullmatch(name):
            return NamedNode(self._below_run + name)
        return NamedNode(self._below_run + "/".join(map(encode, name.split("/"))))

    def in_run(self, noun: str, *names: str) -> NamedNode:
        """Name something of this run: its environment, a seed."""
        return below(self.run, noun, *names)

    def own(self, noun: str, name: str) -> NamedNode:
        """Name something of this knowledge base: a study, a machine, a role."""
        return NamedNode(f"{self.base}{noun}/{encode(name)}")

    def person(self, name: str, orcid_given: str | None) -> NamedNode:
        """Name a person: by ORCID where there is one, else by name."""
        known = orcid(orcid_given) if orcid_given else None
        return known or self.own("person", name)

    def spoken_of(self, about: str) -> NamedNode | None:
        """Name what somebody spoke of later, as `Annotated` writes it; None if it is no IRI."""
        if has_scheme(about):
            return _node(about)
        return _node(f"{self.base}{about[1:]}" if about[:1] == "/" else self._below_run + about)

    def as_spoken_of(self, node: NamedNode) -> str | None:
        """Write a name as `Annotated` does: relative to the run, to BASE, or whole."""
        for beginning, mark in ((self._below_run, ""), (self.base, "/")):
            if node.value.startswith(beginning):
                return mark + node.value.removeprefix(beginning)
        return None if node == self.run else node.value
